import { expect, test } from "vitest";
import { allUntwisted, directionOf, isolated, languageOf, untwisted } from "./directions";

test("what turns letters round is not shown, marks that a script needs are", () => {
  expect(untwisted("a\u202ecod.exe\u202c\u2066b\u2069\u202d\u202a\u202b\u2067\u2068")).toBe("acod.exeb");
  expect(untwisted("C\u200e \u200f \u061c \u200d")).toBe("C\u200e \u200f \u061c \u200d");
  expect(allUntwisted({ a: ["x\u202ey", null, 1, { b: "\u2066z" }], c: true })).toEqual({
    a: ["xy", null, 1, { b: "z" }],
    c: true,
  });
});

test("only what is written from right to left is set apart", () => {
  expect(isolated("Meta")).toBe("Meta");
  for (const name of ["کراچی بلدیہ", "תל אביב", "Meta میٹا", "𞤀𞤁"]) expect(isolated(name)).toBe(`\u2068${name}\u2069`);
});

test("a quotation has the article's language, and a digest only if it is surely not in ours", () => {
  const urdu = { inLanguage: "ur", textKind: "FULL_TEXT" };
  expect(languageOf("Meta", urdu)).toBe("ur");
  expect(languageOf("کراچی بلدیہ", { ...urdu, textKind: "DIGEST" })).toBe("ur");
  expect(languageOf("Karachi will build it.", { ...urdu, textKind: "DIGEST" })).toBeUndefined();
  expect(languageOf("Karachi", null)).toBeUndefined();
});

test("a name at its beginning does not turn a paragraph round", () => {
  expect(directionOf("Communications Office کے مطابق ٹیلنو نے یہ وعدہ کیا", "ur")).toBe("rtl");
  expect(directionOf("ٹیلنو (Telno) promised that its prices will fall", "en")).toBe("ltr");
  expect(directionOf("“Prices will fall,” Telno said.", "ur")).toBe("ltr");
  expect(directionOf("وعدت الشركة بخفض الأسعار", "en")).toBe("rtl");
  expect(directionOf("2024", "ar-EG")).toBe("rtl");
});
