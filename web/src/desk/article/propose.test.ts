import { expect, test } from "vitest";
import { datelineOf, headlineOf, languageOf, likeness, proposeFrom, tellingWords } from "./propose";

test("a short first line is the headline", () => {
  expect(headlineOf("Telno promises lower prices\n\nSARN: Telno said …")).toBe("Telno promises lower prices");
  expect(headlineOf("One sentence alone.")).toBeNull();
  expect(headlineOf("It begins with a sentence.\nAnd goes on.")).toBeNull();
});

test("capitals before a colon or a dash are the dateline", () => {
  expect(datelineOf("A headline\nPORT SARN: Telno said")).toBe("PORT SARN");
  expect(datelineOf("SARN, Jan 10 (ANA) – Telno said")).toBe("SARN");
  expect(datelineOf("Telno said: yes")).toBeNull();
});

test("the script tells the language where few share it", () => {
  expect(languageOf("کمپنی نے وعدہ کیا ہے کہ قیمتیں کم کی جائیں گی")).toBe("ur");
  expect(languageOf("وعدت الشركة بخفض الأسعار")).toBe("ar");
  expect(languageOf("Telno promised")).toBeNull();
});

test("only what is empty is proposed", () => {
  expect(proposeFrom("A headline\nSARN: text", { headline: "Mine" })).toEqual({ dateline: "SARN" });
});

test("texts that share most runs of words are alike", () => {
  const text = "Telno promised lower prices by the end of the year and a help desk for everybody in the country.";
  expect(likeness(text, `A copy: ${text} Advertisement.`)).toBeGreaterThan(0.9);
  expect(likeness(text, "Another report of another company that has nothing to do with any of it.")).toBe(0);
  expect(tellingWords(text)[0]).toContain("everybody");
});
