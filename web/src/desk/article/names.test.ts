import { expect, test } from "vitest";
import { namesIn } from "./names";

test("runs of words with capitals are names, without the article before them", () => {
  expect(namesIn("The Ministry of Water met River Watch in Dol on Monday. River Watch doubted it.")).toEqual([
    "River Watch", "Ministry of Water", "Dol", "Monday",
  ]);
});

test("a script without capitals has none", () => {
  expect(namesIn("کمپنی نے وعدہ کیا")).toEqual([]);
});
