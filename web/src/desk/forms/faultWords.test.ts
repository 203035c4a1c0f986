import { expect, test } from "vitest";
import { sayFault } from "./faultWords";

test("a fault in a date names no position, and keeps what to write instead", () => {
  expect(sayFault("date '2004-13': '13', which is no month, at position 5; write '01' to '12'")).toBe(
    "date '2004-13': '13', which is no month; write '01' to '12'",
  );
  expect(sayFault("date 'December 2022': the white space ' ' at position 8; write '2022-12'")).toBe(
    "date 'December 2022': the white space ' '; write '2022-12'",
  );
});

test("dates are said in words, and members by their labels", () => {
  expect(sayFault("2024-05-02 is before madeOn (2024-05-07); correct one of the two")).toBe(
    "2 May 2024 is before “Made on” (7 May 2024); correct one of the two",
  );
  expect(sayFault("2024-05 is wholly before K3 was made (2024-06-01/2024-06-03)")).toBe(
    "between 1 and 31 May 2024 is wholly before K3 was made (between 1 and 3 June 2024)",
  );
});

test("values are said as the form says them", () => {
  expect(sayFault("a follow-up that is SUPERSEDED needs restatedAs")).toBe("a follow-up that is “Superseded” needs “Restated as”");
});

test("records are called by their titles, and stages of review by their words", () => {
  const titles = new Map([["articles 0a-1", "Talks in Sarn"], ["commitments K3", "K3"]]);
  expect(sayFault("0a-1 is PROPOSED, and readers would see K3; accept it first", titles)).toBe(
    "“Talks in Sarn” is proposed, not reviewed, and readers would see K3; accept it first",
  );
});

test("times, other names and what is quoted stay as they are", () => {
  for (const message of [
    "there is no seat at position 3; ask again",
    "2026-07-09T11:59+00:00 is later; write '2024-05-02'",
    "the name iPhone is in a USSR document",
  ]) {
    expect(sayFault(message)).toBe(message);
  }
});
