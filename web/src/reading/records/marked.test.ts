import { expect, test } from "vitest";
import { markUp } from "./marked";

const span = (start: number, end: number, key: string) => ({ start, end, key, href: `/commitments/${key}` });

test("a text is cut where evidence begins and ends, by code points", () => {
  const pieces = markUp("a𝒷cdefg", [span(1, 3, "K1"), span(2, 5, "K2")]);
  expect(pieces.map(({ text, isMarked, anchor, ends }) => [text, isMarked, anchor, ends.map(({ key }) => key)])).toEqual([
    ["a", false, null, []],
    ["𝒷", true, "at-1", []],
    ["c", true, "at-2", ["K1"]],
    ["de", true, null, ["K2"]],
    ["fg", false, null, []],
  ]);
});

test("each record is named once where its evidence ends, and what lies beyond the text is left out", () => {
  const pieces = markUp("abc", [span(0, 2, "K1"), span(0, 2, "K1"), span(1, 9, "K2")]);
  expect(pieces.map(({ ends }) => ends.length)).toEqual([1, 0]);
  expect(pieces.map(({ text }) => text).join("")).toBe("abc");
  expect(markUp("", [])).toEqual([]);
});
