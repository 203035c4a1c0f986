import { expect, test } from "vitest";
import { cutText, type Span, trimSelection } from "./spans";

const span = (id: string, start: number, end: number): Span => ({ id, look: "commitments", start, end });
const told = (text: string, spans: Span[]) =>
  cutText(text, spans).map(({ start, pieces }) => [start, pieces.map(({ text, over }) => [text, over.map(({ id }) => id).join()])]);

test("overlapping spans cut the text at each border, the shortest first", () => {
  expect(told("abcdefghij", [span("one", 1, 6), span("two", 4, 8), span("in", 4, 5)])).toEqual([
    [0, [["a", ""], ["bcd", "one"], ["e", "in,two,one"], ["f", "two,one"], ["gh", "two"], ["ij", ""]]],
  ]);
});

test("a span may go over paragraphs", () => {
  expect(told("ab\n\ncd", [span("one", 1, 5)])).toEqual([
    [0, [["a", ""], ["b", "one"]]],
    [3, []],
    [4, [["c", "one"], ["d", ""]]],
  ]);
});

test("every letter of a long text with many spans stands once", () => {
  const text = Array.from({ length: 400 }, (_, index) => `paragraph ${index} `.repeat(16)).join("\n");
  const spans = Array.from({ length: 300 }, (_, index) => span(String(index), index * 300, index * 300 + 700));
  const paragraphs = cutText(text, spans);
  expect(paragraphs.map(({ pieces }) => pieces.map((piece) => piece.text).join("")).join("\n")).toBe(text);
  for (const { start, text: words, over } of paragraphs.flatMap(({ pieces }) => pieces)) {
    expect(over.length).toBe(spans.filter((one) => one.start < start + words.length && one.end > start).length);
  }
});

test("a selection has no white space at its ends", () => {
  expect(trimSelection("say  it \n", 3, 9)).toEqual({ start: 5, end: 7 });
  expect(trimSelection("a   b", 1, 4)).toBeNull();
});
