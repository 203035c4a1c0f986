import { expect, test } from "vitest";
import { inPlaceOf, partiesOf, pathInForm } from "./accepting";
import type { Proposed } from "./reading";

test("a member that was emptied is given as null, or the draft's would stay", () => {
  const drafted = { key: "k", name: "Ana", memberships: [{ organization: "refused" }], kind: "PERSON" };
  expect(inPlaceOf(drafted, { name: "Ana B", kind: "PERSON" }, ["name", "kind", "memberships", "note"])).toEqual({
    name: "Ana B",
    kind: "PERSON",
    memberships: null,
  });
});

test("a fault of what is added to a stored record stands at the member of the form, as another does", () => {
  expect(pathInForm("input.proposals[1].commitment.title", "input.proposals[1]", "commitment")).toBe("input.title");
  expect(pathInForm("input.proposals[1].evidence[2].gist", "input.proposals[1]", "commitment")).toBe("input.evidence[2].gist");
  expect(pathInForm("input.article.datePublished", "input.proposals[1]", "commitment")).toBe("input.article.datePublished");
});

test("parties that a form names are made with it, as those of its draft are, and what they need", () => {
  const party = (key: string, given: object = {}) =>
    ({ key: `p-${key}`, kind: "PARTY", creates: "PARTIES", state: "OPEN", draft: JSON.stringify({ key }), needs: [], ...given }) as unknown as Proposed;
  const parties = [party("mill"), party("office"), party("minister", { needs: [party("ministry")] }), party("done", { state: "ACCEPTED" })];
  const members = { title: "Mill", addressees: ["office"], promisors: [{ party: "minister" }, { party: "done" }, { party: "stored" }] };
  expect(partiesOf({ needs: [party("mill"), party("old", { state: "REJECTED" })] }, members, parties)).toEqual([
    "p-mill", "p-office", "p-ministry", "p-minister",
  ]);
});
