import { expect, test } from "vitest";
import { changedMembers, changesTo, mergeEdits, readContent, saysSame } from "./content";

const STORED = JSON.stringify({
  key: "K1",
  curation: "ACCEPTED",
  recordedAt: "2025-01-01T00:00:00+00:00",
  title: "Lower prices",
  madeOn: { edtf: "2024", earliest: "2024-01-01", latest: "2024-12-31", precision: "YEAR", certainty: "CERTAIN", basis: "STATED" },
  evidence: [{ article: "A1", selector: { start: 0, end: 5, exactSha256: "…", exact: "Telno" }, mode: "PARAPHRASE" }],
  targetNoun: "commitments",
});

test("a version is read as an input takes it", () => {
  expect(readContent(STORED, "CreateCommitmentInput")).toEqual({
    title: "Lower prices",
    madeOn: { edtf: "2024", certainty: "CERTAIN", basis: "STATED" },
    evidence: [{ article: "A1", selector: { start: 0, end: 5 }, mode: "PARAPHRASE" }],
  });
});

test("what is absent, null or empty says the same", () => {
  expect(saysSame({ a: [], b: null, c: { d: "" } }, {})).toBe(true);
  expect(saysSame({ a: ["x"] }, { a: ["y"] })).toBe(false);
  expect(changedMembers({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual(["a", "b", "c"]);
});

test("an update says what changed, and null for what is gone", () => {
  expect(changesTo({ title: "A", dueOn: { edtf: "2024" } }, { title: "B" })).toEqual({ title: "B", dueOn: null });
});

test("what only one of two changed is in both; what both changed is contested", () => {
  const base = { title: "A", gist: "One.", test: "T" };
  const mine = { title: "Mine", gist: "One.", test: "Same" };
  const theirs = { title: "Theirs", gist: "Two.", test: "Same" };
  expect(mergeEdits(base, mine, theirs)).toEqual({
    members: { title: "Mine", gist: "Two.", test: "Same" },
    contested: ["title"],
  });
});
