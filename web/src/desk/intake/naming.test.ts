import { expect, test } from "vitest";
import { firstWords, nameProposal, sayName } from "./naming";

const proposal = (given: Record<string, unknown>) =>
  ({ kind: "COMMITMENT", members: {}, about: null, candidates: [], spans: [{ start: 0, end: 9, exact: "Skylark will refund its customers" }], ...given }) as unknown as Parameters<typeof nameProposal>[0];

test("a promise is called by whose it is and by its words", () => {
  const members = { promisors: [{ party: "skylark" }] };
  const name = nameProposal(proposal({ members }), new Map([["parties skylark", "Skylark"]]));
  expect(sayName(name)).toBe("New commitment of Skylark: “Skylark will refund its customers”");
  expect(name.isCut).toBe(false);
});

test("what a draft says of itself is its name", () => {
  const name = nameProposal(proposal({ members: { gist: "Money back in a week." } }), new Map());
  expect(sayName(name)).toBe("New commitment: Money back in a week.");
});

test("long words are cut between words", () => {
  const long = "The company said that it would refund everybody, within seven days, without asking why they cancelled.";
  expect(firstWords(long)).toBe("The company said that it would refund everybody, within seven …");
  expect(firstWords("a".repeat(200))).toBe(`${"a".repeat(64)} …`);
  expect(firstWords("Two\nlines")).toBe("Two lines");
});

test("a follow-up is called by what it follows", () => {
  const candidates = [{ member: "target", name: "Lower prices", key: "c1", record: null }];
  const name = nameProposal(proposal({ kind: "FOLLOW_UP", members: { kind: "PROGRESSED" }, candidates }), new Map());
  expect(sayName(name)).toBe("New follow-up: Progressed: Lower prices");
});
