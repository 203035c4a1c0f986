import { expect, test } from "vitest";
import { Drafts, type DraftStore } from "./drafts";

function memory(most = Infinity): DraftStore {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > most) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, value);
    },
    removeItem: (key) => void kept.delete(key),
  };
}

const DRAFT = { values: { title: "T" }, version: 2, at: 0 };

test("a draft is found again by whoever typed it, until it is dropped", () => {
  const store = memory();
  const [hers, his] = [new Drafts("Paula", store), new Drafts("Otto", store)];
  expect(hers.keep("COMMITMENTS K1", DRAFT)).toBe(true);
  expect(hers.find("COMMITMENTS K1")).toEqual(DRAFT);
  expect(his.find("COMMITMENTS K1")).toBeNull();
  hers.drop("COMMITMENTS K1");
  expect(hers.find("COMMITMENTS K1")).toBeNull();
});

test("it is said when the browser has no room", () => {
  expect(new Drafts("Paula", memory(5)).keep("x", DRAFT)).toBe(false);
});
