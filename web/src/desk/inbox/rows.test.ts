import { expect, test } from "vitest";
import { ageWords, choose, type Row } from "./rows";

const NOW = Date.parse("2025-07-09T12:00:00Z");
const row = (key: string, more: Partial<Row> = {}): Row => ({
  noun: "COMMITMENTS", key, version: 1, title: key, day: "", curation: "PROPOSED", by: "Paula",
  since: "2025-07-09T11:00:00Z", articles: [], ...more,
});
const ALL = { noun: "", article: "", by: "", age: "" };

test("filters choose, and all of them must fit", () => {
  const rows = [
    row("a"),
    row("b", { by: "Otto", since: "2025-07-01T00:00:00Z" }),
    row("c", { noun: "PARTIES", articles: [{ key: "A1", headline: "One" }] }),
  ];
  const chosen = (filter: object) => choose(rows, { ...ALL, ...filter }, NOW).map(({ key }) => key);
  expect(chosen({})).toEqual(["a", "b", "c"]);
  expect(chosen({ by: "Paula" })).toEqual(["a", "c"]);
  expect(chosen({ age: "7" })).toEqual(["b"]);
  expect(chosen({ article: "A1", noun: "PARTIES" })).toEqual(["c"]);
  expect(chosen({ article: "A1", noun: "COMMITMENTS" })).toEqual([]);
});

test("ages are told in the unit that fits", () => {
  expect(ageWords("2025-07-09T11:59:30Z", NOW)).toBe("just now");
  expect(ageWords("2025-07-09T11:59:00Z", NOW)).toBe("1 minute ago");
  expect(ageWords("2025-07-08T09:00:00Z", NOW)).toBe("27 hours ago");
  expect(ageWords("2025-07-01T00:00:00Z", NOW)).toBe("8 days ago");
});
