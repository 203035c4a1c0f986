import { expect, test } from "vitest";
import { quoteLines } from "./quote";

const TEXT = "The office met Telno on Monday in Sarn.\nPrices will fall, Telno said.\nNobody else spoke.";
const at = (words: string): [number, number] => [TEXT.indexOf(words), TEXT.indexOf(words) + words.length];

test("what stands around the words is cut between words, and each line stands for itself", () => {
  const lines = quoteLines(TEXT, ...at("Prices will fall"), 12).map((line) => line.map(({ text }) => text).join("|"));
  expect(lines).toEqual(["… in Sarn.", "Prices will fall|, Telno …"]);
});

test("the words alone are quoted where nothing around them is asked for", () => {
  expect(quoteLines(TEXT, ...at("Prices will fall"), 0)).toEqual([[{ text: "Prices will fall", isQuoted: true }]]);
});

test("words over a line break stay quoted in both lines", () => {
  const lines = quoteLines(TEXT, ...at("in Sarn.\nPrices"), 0);
  expect(lines.map(([piece]) => [piece?.text, piece?.isQuoted])).toEqual([["in Sarn.", true], ["Prices", true]]);
});

test("places are counted in code points", () => {
  expect(quoteLines("🙂🙂 Telno", 3, 8, 0)).toEqual([[{ text: "Telno", isQuoted: true }]]);
});
