import { expect, test } from "vitest";
import { MEMBERS } from "../definitions/generated";
import type { FaultFragment } from "../generated";
import { faultsAt, faultsElsewhere, type Field, findMissing, FORMS, leafPaths, NEW_ARTICLE, saysOf, toInput } from "./fields";

const { type, fields } = FORMS.COMMITMENTS;
const VALUES = { title: "T", promisors: [{ party: "telno" }], madeOn: { edtf: "" }, evidence: [{ article: "A1" }] };

test("every member of every form is one of its input", () => {
  function check(type: string, fields: readonly Field[]) {
    for (const field of fields) {
      expect(MEMBERS[type], type).toHaveProperty(field.name);
      if (field.kind === "part" || field.kind === "words" || field.kind === "list" || field.kind === "evidence") check(field.type, field.of);
    }
  }
  for (const form of [...Object.values(FORMS), NEW_ARTICLE]) check(form.type, form.fields);
});

test("every member that must be given is in its form", () => {
  for (const [noun, form] of [...Object.entries(FORMS), ["new article", NEW_ARTICLE] as const]) {
    if (noun === "ARTICLES") continue; // of one that is changed, the text stays
    const names = form.fields.map(({ name }) => name);
    const needed = Object.entries(MEMBERS[form.type]!).filter(([, { isRequired }]) => isRequired).map(([name]) => name);
    expect(names, noun).toEqual(expect.arrayContaining(needed));
  }
});

test("what is missing is told at its member, with the remedy", () => {
  const found = findMissing(fields, type, VALUES);
  expect(found.map(({ path }) => path)).toEqual([
    "input.gist", "input.promisors[0].attribution", "input.strength", "input.term", "input.madeOn", "input.evidence[0].mode",
  ]);
  expect(found[4]!.message).toBe("Made on is missing: give a date, such as 2024 or 2024-05-02");
});

test("each fault stands at the closest place that shows it, and at one only", () => {
  const fault = (path: string | null): FaultFragment => ({ code: "INVALID", message: "", path, suggestions: [] });
  const leaves = leafPaths(fields, VALUES);
  const faults = [fault("input.promisors[0].party"), fault("input.evidence[0].selector.exact"), fault("input.madeOn.edtf"), fault("input.key"), fault(null)];
  const at = (path: string) => faultsAt(faults, path, leaves).map((one) => one.path);
  expect(at("input.promisors[0].party")).toEqual(["input.promisors[0].party"]);
  expect(at("input.promisors")).toEqual([]);
  expect(at("input.evidence")).toEqual(["input.evidence[0].selector.exact"]);
  expect(at("input.madeOn")).toEqual(["input.madeOn.edtf"]);
  expect(faultsElsewhere(faults, leaves).map((one) => one.path)).toEqual(["input.key", null]);
});

test("what is empty is not sent", () => {
  expect(toInput({ title: "T", gist: "", dueOn: { edtf: "", basis: "STATED" }, promisors: [{ party: "a", spokesperson: null }], topics: [] })).toEqual({
    title: "T", promisors: [{ party: "a" }],
  });
});

test("hints say nothing that only programs need", () => {
  expect(saysOf("CreateArticleInput", "inLanguage")).toBe("The article's language. By default English.");
  expect(saysOf("CreatePartyInput", "names")).toBe("Its own names, with kinds and times.");
  expect(saysOf("CreateRequestInput", "strength")).toContain("“Unstated”");
  for (const [type, members] of Object.entries(MEMBERS)) for (const name of Object.keys(members)) expect(saysOf(type, name)).not.toMatch(/`|BCP|ISO/);
});
