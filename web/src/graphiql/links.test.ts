import { execFileSync } from "node:child_process";
import { parse, validate } from "graphql";
import { expect, test } from "vitest";
import { shapesOf } from "../answers/operation";
import { schema } from "../worked-queries";
import { curlOf, exportsOf, hashOf, prettified, sentIn } from "./links";

test("a link brings back the query and its variables", () => {
  const hash = hashOf("# Why\nquery A { __typename }", '{"key": "K#03 ü"}')!;
  expect(sentIn(hash)).toEqual({ query: "# Why\nquery A { __typename }", variables: '{\n  "key": "K#03 ü"\n}' });
  expect(hashOf("{ a }", "{ no JSON")).toBeNull();
});

test.each(["", "#", "#F02", "#%7B%22a%22%3A1%7D", "#%E0%A4%A"])("%s brings nothing", (hash) => {
  expect(sentIn(hash)).toBeNull();
});

test("what a program wrote is written as people do, and what people wrote is left alone", () => {
  expect(prettified("\nquery A{commitments{nodes{key}}}")).toBe("query A {\n  commitments {\n    nodes {\n      key\n    }\n  }\n}\n");
  expect(prettified("# Mine\n{a}")).toBe("# Mine\n{a}");
  expect(prettified("{ a")).toBe("{ a");
});

test("a shell gives curl the same request, whatever quotes are in it", () => {
  const query = "{ search(query: \"it's $HOME `x`\") { totalCount } }";
  const command = curlOf("http://localhost/graphql", query, '{"a": "b\'c"}', '{"authorization": "Bearer t"}', "A")!;
  const words = execFileSync("sh", ["-c", command.replace(/^curl/, "printf '%s\\n'")], { encoding: "utf8" }).trimEnd().split("\n");
  expect(words.slice(0, 5)).toEqual(["http://localhost/graphql", "-H", "content-type: application/json", "-H", "authorization: Bearer t"]);
  expect(JSON.parse(words.at(-1)!)).toEqual({ query, variables: { a: "b'c" }, operationName: "A" });
  expect(curlOf("/graphql", query, "", "[]", null)).toBeNull();
});

test("the export has the filter, the order and the day that were asked for", () => {
  const query = `query($asOf: Date) {
    mine: commitments(first: 1, filter: { promisor: { eq: "meta" } }, orderBy: [{ field: MADE_ON, direction: DESC }]) {
      totalCount
      nodes { key at: status(asOf: $asOf) { value } }
    }
    followUps(filter: { kind: [REAFFIRMED] }) { nodes { key } }
    search(query: "lab") { nodes { __typename } }
  }`;
  expect(validate(schema, parse(query))).toEqual([]);
  const data = { mine: { totalCount: 9, nodes: [{ key: "K01", at: { value: "BROKEN" } }] }, followUps: { nodes: [{ key: "F02" }] }, search: { nodes: [] } };
  const [found, ...others] = exportsOf(data, shapesOf(data, { query, variables: { asOf: "2024-06-30" } }, schema));
  // Searches have no table of their own.
  expect(others.map(({ csv }) => decodeURIComponent(csv))).toEqual(['/export/follow-ups.csv?filter={"kind":["REAFFIRMED"]}']);
  expect(found).toMatchObject({ name: "mine", totalCount: 9 });
  const { pathname, searchParams } = new URL(found!.csv, "http://localhost");
  expect(pathname).toBe("/export/commitments.csv");
  expect(JSON.parse(searchParams.get("filter")!)).toMatchObject({ promisor: { eq: "meta" } });
  expect(JSON.parse(searchParams.get("orderBy")!)).toEqual([{ field: "MADE_ON", direction: "DESC" }]);
  expect(searchParams.get("asOf")).toBe("2024-06-30");
});
