import { expect, test } from "vitest";
import { daysInWords, edtfBounds, inWords, isoOf, isPoint, knownDate, today } from "./dates";

// What tests/store/records/test_dates.py accepts, with the same bounds.
test.each([
  ["2017-07-07", "2017-07-07", "2017-07-07"],
  ["2022-02/2022-02-19", "2022-02-01", "2022-02-19"],
  ["2024", "2024-01-01", "2024-12-31"],
  ["2024-12-06?", "2024-12-06", "2024-12-06"],
  ["../2025-07-08", null, "2025-07-08"],
  ["2025-07-09T06:51:09+05:00", "2025-07-09", "2025-07-09"],
  ["1900-02", "1900-02-01", "1900-02-28"],
  ["2000-02", "2000-02-01", "2000-02-29"],
  ["0001", "0001-01-01", "0001-12-31"],
  ["9999-12", "9999-12-01", "9999-12-31"],
  ["2004-06-11%", "2004-06-11", "2004-06-11"],
  ["201X~", "2010-01-01", "2019-12-31"],
  ["20XX", "2000-01-01", "2099-12-31"],
  ["2004-XX-XX", "2004-01-01", "2004-12-31"],
  ["2004-06-XX", "2004-06-01", "2004-06-30"],
  ["1984?/2004~", "1984-01-01", "2004-12-31"],
  ["2004/..", "2004-01-01", null],
  ["2004-06-11?/", "2004-06-11", null],
  ["../..", null, null],
])("the bounds of %s", (text, earliest, latest) => {
  const bounds = edtfBounds(text)!;
  expect(bounds.earliest === null ? null : isoOf(bounds.earliest)).toBe(earliest);
  expect(bounds.latest === null ? null : isoOf(bounds.latest)).toBe(latest);
});

test.each(["", "June 2004", "2004/June", "2004-1"])("%j is no date", (text) => {
  expect(edtfBounds(text)).toBeNull();
});

test("a year is a range and never its first day", () => {
  expect(isPoint(edtfBounds("2024")!)).toBe(false);
  expect(isPoint(edtfBounds("2024-01-01")!)).toBe(true);
});

test("a date is read from what was asked of it", () => {
  const bounds = edtfBounds("2024");
  expect(knownDate({ edtf: "2024" })).toMatchObject(bounds!);
  expect(knownDate({ earliest: "2024-01-01", latest: "2024-12-31" })).toMatchObject(bounds!);
  expect(knownDate({ earliest: "2024-01-01", latest: null })).toMatchObject({ latest: null });
  // One bound alone may be either end of a range: it fixes nothing.
  expect(knownDate({ earliest: "2024-01-01" })).toBeNull();
  expect(knownDate({ edtf: "../.." })).toBeNull();
  expect(knownDate(null)).toBeNull();
});

test("what is stated of its certainty goes before the qualifier", () => {
  expect(knownDate({ edtf: "2024?" })!.certainty).toBe("uncertain");
  expect(knownDate({ edtf: "2024~" })!.certainty).toBe("probable");
  expect(knownDate({ edtf: "2024", certainty: "UNCERTAIN" })!.certainty).toBe("uncertain");
});

test.each([
  [{ edtf: "2017-07-07" }, "7 July 2017"],
  [{ edtf: "2024-12-06?" }, "6 December 2024 (uncertain)"],
  [{ edtf: "2024" }, "some time in 2024"],
  [{ edtf: "2022-02/2022-02-19" }, "between 1 and 19 February 2022"],
  [{ edtf: "2021-11/2022-02" }, "between 1 November 2021 and 28 February 2022"],
  [{ edtf: "../2025-07-08" }, "at the latest 8 July 2025"],
  [{ edtf: "2025-07-08/.." }, "at the earliest 8 July 2025"],
])("%j in words", (date, words) => {
  expect(inWords(knownDate(date)!)).toBe(words);
});

test("days in words", () => {
  expect(daysInWords(1236)).toBe("1,236 days");
  expect(daysInWords(1)).toBe("1 day");
});

test("today is the day where the reader is", () => {
  expect(isoOf(today(new Date(2025, 6, 9, 0, 1)))).toBe("2025-07-09");
  expect(isoOf(today(new Date(2025, 6, 9, 23, 59)))).toBe("2025-07-09");
});
