import { expect, test } from "vitest";
import { sayDateFault } from "./dates";

test("a fault in a date names no position, and keeps what to write instead", () => {
  expect(sayDateFault("date '2004-13': '13', which is no month, at position 5; write '01' to '12'")).toBe(
    "date '2004-13': '13', which is no month; write '01' to '12'",
  );
  expect(sayDateFault("date 'December 2022': the white space ' ' at position 8; write '2022-12'")).toBe(
    "date 'December 2022': the white space ' '; write '2022-12'",
  );
});

test("what is said of other members stays as it is", () => {
  const message = "there is no seat at position 3; ask again";
  expect(sayDateFault(message)).toBe(message);
});
