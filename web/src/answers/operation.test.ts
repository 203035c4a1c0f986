import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { expect, test } from "vitest";
import { shapesOf } from "./operation";
import { Answer, type Json } from "./shapes";

const schema = buildSchema(readFileSync(new URL("../../../schema/schema.graphql", import.meta.url), "utf8"));

function answerTo(query: string, data: Json, variables = {}, operationName?: string) {
  return new Answer(shapesOf(data, { query, variables, operationName }, schema));
}

test("objects have the types of their fields, at any depth", () => {
  const data = { commitments: { nodes: [{ madeOn: { edtf: "2024" }, evidence: [{ excerpt: "a" }] }] } };
  const answer = answerTo("{ commitments { nodes { madeOn { edtf } evidence { excerpt } } } }", data);
  const commitment = data.commitments.nodes[0]!;
  expect(answer.typeOf(data)).toBe("Query");
  expect(answer.typeOf(data.commitments)).toBe("CommitmentConnection");
  expect(answer.typeOf(commitment)).toBe("Commitment");
  expect(answer.typeOf(commitment.madeOn)).toBe("FuzzyDate");
  expect(answer.typeOf(commitment.evidence[0]!)).toBe("Evidence");
});

test("an alias does not hide which field it is, nor with which arguments", () => {
  const data = { one: { called: "Lab", then: { value: "NO_FOLLOW_UP" } } };
  const query = `query ($key: String!, $day: Date!) {
    one: commitment(by: { key: $key }) { called: title then: status(asOf: $day) { value } }
  }`;
  const answer = answerTo(query, data, { key: "K03", day: "2022-12-31" });
  expect(answer.text(data.one, "title")).toBe("Lab");
  expect(answer.members(data.one)[1]).toEqual([
    "then",
    { name: "status", arguments: { asOf: "2022-12-31" } },
    { value: "NO_FOLLOW_UP" },
  ]);
});

test("fragments are followed, and tell the types of an interface apart", () => {
  const data = { nodes: [{ id: "1", dueOn: null }, { id: "2", asked: [] }, { id: "3" }, null] };
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ...Due ... on Request { asked { name } } } }
    fragment Due on Commitment { dueOn { edtf } }`;
  const answer = answerTo(query, data, { ids: ["1", "2", "3", "4"] });
  expect(data.nodes.map((node) => node && answer.typeOf(node))).toEqual(["Commitment", "Request", "Node", null]);
});

test("what both types of an interface answer alike has the interface's name", () => {
  const data = { followUp: { target: { key: "K01" } } };
  const answer = answerTo('{ followUp(by: { key: "F01" }) { target { key } } }', data);
  expect(answer.typeOf(data.followUp.target)).toBe("Trackable");
});

test("what was left out by a directive is not waited for", () => {
  const query = "query ($more: Boolean!) { meetings { nodes { key title @include(if: $more) } } }";
  const data = { meetings: { nodes: [{ key: "M1" }] } };
  expect(answerTo(query, data, { more: false }).typeOf(data.meetings.nodes[0]!)).toBe("Meeting");
});

test("the operation is the one that was run", () => {
  const query = "query A { articles { nodes { key } } } query B { meetings { nodes { key } } }";
  const data = { meetings: { nodes: [{ key: "M1" }] } };
  expect(answerTo(query, data, {}, "B").typeOf(data.meetings.nodes[0]!)).toBe("Meeting");
});

test("__typename goes before all else, and needs no operation", () => {
  const data = { thing: { __typename: "Meeting" } };
  expect(answerTo("not GraphQL", data).typeOf(data.thing)).toBe("Meeting");
});
