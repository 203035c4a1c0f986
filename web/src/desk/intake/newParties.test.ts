import { expect, test } from "vitest";
import { session } from "../session/session";
import { findNewParties, sayStanding, sayUnresolved, withoutRefused } from "./newParties";
import type { Proposed } from "./reading";

const party = (key: string, name: string, state: string) =>
  ({ key, creates: "PARTIES", state, members: { name }, draft: JSON.stringify({ key: name.toLowerCase(), name }), candidates: [] }) as unknown as Proposed;
const candidate = (name: string, record: object | null = null) => ({ member: "promisors", name, key: name.toLowerCase(), record });
const promise = (given: object) => ({ key: "p9", creates: "COMMITMENTS", state: "OPEN", members: {}, draft: "{}", needs: [], unresolved: [], candidates: [], ...given }) as unknown as Proposed;

test("who was refused as a party is offered nowhere else", () => {
  const named = promise({ candidates: [candidate("Brevo"), candidate("Skylark"), candidate("Telno", { key: "telno" })] });
  const [, , kept] = withoutRefused([party("p1", "Brevo", "REJECTED"), party("p2", "Skylark", "OPEN"), named]);
  expect(kept!.candidates.map(({ name }) => name)).toEqual(["Skylark", "Telno"]);
});

test("who is proposed as well is no obstacle, and who is not proposed is not stored", () => {
  const parties = findNewParties([party("p1", "Brevo", "REJECTED"), party("p2", "Skylark", "OPEN"), party("p3", "Telno", "ACCEPTED"), party("p4", "Mill", "OPEN")]);
  const needs = { needs: [{ key: "p2", kind: "PARTY", state: "OPEN" }] } as Pick<Proposed, "needs">;
  expect(session.viewer).toBe(null);
  expect(sayStanding("Skylark", needs, parties)).toBe("new, proposed with it");
  expect(sayStanding("Mill", needs, parties)).toBe("new, proposed here as well");
  expect(sayStanding("Telno", needs, parties)).toBe(null);
  expect(sayStanding("Brevo", needs, parties)).toBe("refused as a party");
  expect(sayStanding("Somebody", needs, parties)).toBe("not stored");
});

test("a name that is shown as a candidate is not said twice", () => {
  const named = promise({ unresolved: ["Brevo", "Mill"], candidates: [candidate("Brevo")] });
  expect([...sayUnresolved(named, new Map())]).toEqual([["not stored", ["Mill"]]]);
});
