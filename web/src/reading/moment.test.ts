import { expect, test } from "vitest";
import { searchWith } from "./address";
import { asSeen, type Commitment, momentOf } from "./moment";
import { instantWords } from "./words/en";

const KNOWN = "2020-01-01T00:00:00.000Z";
const LATER = "2025-03-01T00:00:00.000Z";
const DAY = { certainty: "CERTAIN", basis: "STATED", statedAs: null };

const quote = (recordedAt: string) => ({ excerpt: "x", article: { key: "A1", recordedAt } });
const named = (key: string, members = {}) => ({ key, title: key, curation: "ACCEPTED", recordedAt: KNOWN, madeOn: { edtf: "2020-01-01", ...DAY }, ...members });
const step = (key: string, edtf: string, restatedAs: object | null = null) => ({
  depth: 0,
  through: null,
  followUp: { key, occurredOn: { edtf, ...DAY }, recordedAt: KNOWN, restatedAs, evidence: [quote(KNOWN), quote(LATER)] },
});
const page = (members: object) =>
  ({
    curation: "ACCEPTED",
    status: { asOf: "2024-06-30" },
    statusHistory: [{}],
    madeAt: null,
    evidence: [quote(KNOWN), quote(LATER)],
    thread: [],
    trail: { nodes: [] },
    assessments: { totalCount: 0, nodes: [] },
    checkLogs: { nodes: [] },
    mergedFrom: [],
    ...members,
  }) as unknown as Commitment;

test("what an address says wrongly is named", () => {
  expect(momentOf("?asOf=2024-06-30&knownAt=2025-07-09T23:59:59Z&fbclid=x")).toEqual({
    asOf: "2024-06-30", knownAt: "2025-07-09T23:59:59Z",
  });
  expect(momentOf("")).toEqual({ asOf: null, knownAt: null });
  for (const wrong of ["?asOf=banana", "?asOf=2024-02-30", "?asOf=20240630"]) expect(() => momentOf(wrong)).toThrow("is no day");
  for (const wrong of ["?knownAt=today", "?knownAt=2025-07-09"]) expect(() => momentOf(wrong)).toThrow("is no moment");
});

test("another day leaves the rest of an address alone", () => {
  const address = "?asOf=2024-06-30&knownAt=2025-07-09T23:59:59Z&utm_source=x";
  expect(new URLSearchParams(searchWith(address, { asOf: "2023-01-01" })).get("knownAt")).toBe("2025-07-09T23:59:59Z");
  expect(searchWith("?asOf=2024-06-30", { asOf: null })).toBe("");
});

test("a moment in words is in UTC", () => {
  expect(instantWords("2025-07-10T04:59:59+05:00")).toBe("9 July 2025, 23:59 UTC");
});

test("nothing after the day is seen, oldest first", () => {
  const trail = { nodes: [step("F3", "2024-07-01"), step("F2", "2024"), step("F1", "2022", named("K2", { madeOn: { edtf: "2024-07-01", ...DAY } }))] };
  const assessed = (edtf: string, withdrawnAt: string | null) => ({ effectiveOn: { edtf, ...DAY }, withdrawnAt });
  const assessments = { totalCount: 3, nodes: [assessed("2023", LATER), assessed("2023", KNOWN), assessed("2025", null)] };
  // Where no day is asked for, the server's today is the day.
  for (const asOf of ["2024-06-30", null]) {
    const seen = asSeen(page({ trail, assessments }), { asOf, knownAt: null });
    expect(seen.trail!.nodes.map(({ followUp }) => [followUp.key, followUp.restatedAs])).toEqual([["F1", null], ["F2", null]]);
    expect(seen.assessments!.nodes.map(({ withdrawnAt }) => withdrawnAt)).toEqual([null, KNOWN]);
  }
});

test("nothing that was recorded after the moment is seen", () => {
  const trail = { nodes: [step("F1", "2022", named("K2", { recordedAt: LATER })), step("F2", "2023", named("K3"))] };
  const seen = asSeen(page({ trail, madeAt: { recordedAt: LATER } }), { asOf: null, knownAt: "2025-01-01T00:00:00Z" });
  expect(seen.evidence).toEqual([quote(KNOWN)]);
  expect(seen.madeAt).toBeNull();
  expect(seen.trail!.nodes.map(({ followUp }) => [followUp.restatedAs?.key, followUp.evidence.length])).toEqual([[undefined, 1], ["K3", 1]]);
});

test("of what does not count, nothing says where it stands", () => {
  for (const curation of ["RETRACTED", "PROPOSED", "IN_REVIEW", "REJECTED"]) {
    const seen = asSeen(page({ curation }), { asOf: null, knownAt: null });
    expect([seen.status, seen.statusHistory, seen.assessments]).toEqual([null, [], null]);
  }
  const thread = [{ trackable: named("K1") }, { trackable: named("K2", { curation: "RETRACTED" }) }];
  expect(asSeen(page({ thread }), { asOf: null, knownAt: null }).thread.length).toBe(1);
});
