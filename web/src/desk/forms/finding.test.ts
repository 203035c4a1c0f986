import { expect, test } from "vitest";
import { rankByWords } from "./finding";

const one = (title: string, ...topics: string[]) => ({ title, gist: "", topics });

test("those that share rare words with a passage come first", () => {
  const ones = [one("Telno opens an office"), one("Telno lowers prices", "prices"), one("Telno trains staff")];
  expect(rankByWords(ones, "In May, Telno lowered its prices.").map(({ title }) => title)[0]).toBe("Telno lowers prices");
  expect(rankByWords(ones, "")).toEqual(ones);
});
