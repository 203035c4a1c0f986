import { parse, validate } from "graphql";
import { expect, test } from "vitest";
import type { Noun } from "../timeline/model";
import { schema } from "../worked-queries";
import { recordQuery } from "./records";

const NOUNS: Noun[] = ["commitment", "request", "followUp", "meeting", "article", "assessment", "checkLog"];

test.each(NOUNS)("the query for a %s is valid", (noun) => {
  const queries = [
    recordQuery({ noun, reference: { id: 'a "strange" id' } }),
    recordQuery({ noun, reference: { key: "v-k2" } }),
  ].filter((query) => query !== null);
  expect(queries.length).toBeGreaterThan(0);
  for (const query of queries) expect(validate(schema, parse(query))).toEqual([]);
});

test("without a key or an id there is nothing to ask for", () => {
  expect(recordQuery({ noun: "meeting", reference: null })).toBeNull();
});
