import { expect, test } from "vitest";
import { diffWords } from "./diff";

const only = (side: string, before: string, after: string) =>
  diffWords(before, after).filter((piece) => piece.side === side).map(({ text }) => text);

test("what changed is told word by word", () => {
  const [before, after] = ["Telno will lower its prices.", "Telno may lower all prices."];
  expect(only("before", before, after)).toEqual(["will", "its"]);
  expect(only("after", before, after)).toEqual(["may", "all"]);
});

test("both texts can be put together again from the pieces", () => {
  for (const [before, after] of [["", "new"], ["a b c d", "c d a b"], ["وعدہ کیا", "وعدہ نہیں کیا"], ["same", "same"]] as const) {
    const pieces = diffWords(before, after);
    expect(pieces.filter(({ side }) => side !== "after").map(({ text }) => text).join("")).toBe(before);
    expect(pieces.filter(({ side }) => side !== "before").map(({ text }) => text).join("")).toBe(after);
  }
});

test("long texts are compared, too", () => {
  const words = Array.from({ length: 30_000 }, (_, index) => `word${index}${index % 40 === 0 ? "\n" : ""}`);
  const changed = [...words];
  changed[15_000] = "another";
  const pieces = diffWords(words.join(" "), changed.join(" "));
  expect(pieces.filter(({ side }) => side === "after").map(({ text }) => text).join("")).toContain("another");
  expect(pieces.filter(({ side }) => side !== "after").map(({ text }) => text).join("")).toBe(words.join(" "));
});
