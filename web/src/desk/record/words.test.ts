import { expect, test } from "vitest";
import { wordsOf } from "./words";

test("a measure is said with its unit", () => {
  const measures = [{ what: "villages with clean water", value: 12, target: 40, unit: "villages" }, { target: 25.5, unit: "per cent" }, { value: 1200, unit: "points" }];
  expect(wordsOf("measures", measures, new Map())).toBe("villages with clean water: 12 of 40 villages\nto be 25.5 per cent\n1,200 points");
});
