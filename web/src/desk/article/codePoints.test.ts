import { expect, test } from "vitest";
import { Places, sliceCodePoints } from "./codePoints";

const TEXT = "a😀b👍🏽c وعدہ";

test("places are converted both ways", () => {
  const places = new Places(TEXT);
  let unit = 0;
  [...TEXT].forEach((character, point) => {
    expect(places.toPoint(unit)).toBe(point);
    expect(places.toUnit(point)).toBe(unit);
    unit += character.length;
  });
  expect(places.toUnit([...TEXT].length)).toBe(TEXT.length);
  expect(places.toPoint(TEXT.length)).toBe([...TEXT].length);
});

test("a slice is counted in code points", () => {
  expect(sliceCodePoints(TEXT, 1, 3)).toBe("😀b");
  expect(sliceCodePoints(TEXT, 0, 99)).toBe(TEXT);
});
