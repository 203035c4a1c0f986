import { expect, test } from "vitest";
import { example } from "../worked-queries";
import { csvOf, tabbed } from "./csv";
import { sorted, type Table, tablesOf } from "./rows";

function named(data: unknown, name: string): Table {
  return tablesOf(data).find((table) => table.name === name)!;
}

test("a list is a row for each item, and what is nested stands in dotted columns", () => {
  const table = named(example("15-rows-for-a-csv").data, "commitments.nodes");
  expect(table.columns.slice(0, 4)).toEqual(["key", "title", "promisors.party.name", "madeOn.edtf"]);
  expect(table.rows.length).toBe(9);
  expect(table.rows[0]!.slice(0, 4)).toEqual([
    "K01", "Safe platform true to its own standards", "Meta", "2017-07-07",
  ]);
});

test("lists within items are one table each, which says whose they are", () => {
  const data = {
    commitments: {
      nodes: [
        { key: "K1", evidence: [{ excerpt: "a" }, { excerpt: "b" }] },
        { key: "K2", evidence: [{ excerpt: "c" }] },
      ],
    },
  };
  expect(tablesOf(data).map(({ name }) => name)).toEqual(["commitments.nodes", "commitments.nodes.evidence"]);
  expect(named(data, "commitments.nodes")).toMatchObject({
    columns: ["key", "evidence.excerpt"],
    rows: [["K1", "a; b"], ["K2", "c"]],
  });
  expect(named(data, "commitments.nodes.evidence")).toMatchObject({
    columns: ["‹commitments›", "excerpt"],
    rows: [["K1", "a"], ["K1", "b"], ["K2", "c"]],
  });
});

test("what only some items have is empty in the others", () => {
  const table = named({ list: [{ a: 1 }, { b: { c: true } }, { b: null }] }, "list");
  expect(table).toMatchObject({ columns: ["a", "b.c", "b"], rows: [[1, null, null], [null, true, null], [null, null, null]] });
});

test("an answer without lists is one row", () => {
  expect(tablesOf({ commitment: { key: "K1", madeOn: { edtf: "2024" } } })).toEqual([
    { name: "", columns: ["commitment.key", "commitment.madeOn.edtf"], rows: [["K1", "2024"]] },
  ]);
});

test.each([null, {}, "text", []])("%j has no tables", (data) => {
  expect(tablesOf(data)).toEqual([]);
});

test("numbers sort as numbers, text with numbers in it as people do, and nothing comes last", () => {
  const table: Table = { name: "", columns: ["n", "t"], rows: [[10, "K10"], [null, "K9"], [9, null]] };
  expect(sorted(table, 0, 1).map((row) => row[0])).toEqual([9, 10, null]);
  expect(sorted(table, 0, -1).map((row) => row[0])).toEqual([10, 9, null]);
  expect(sorted(table, 1, 1).map((row) => row[1])).toEqual(["K9", "K10", null]);
});

test("CSV quotes what it must, and starts no formula", () => {
  const table: Table = { name: "", columns: ["a", "b"], rows: [['say "so", twice', "=1+1"], [-5, "two\nlines"], [null, false]] };
  expect(csvOf(table)).toBe(
    '\uFEFFa,b\r\n"say ""so"", twice",\'=1+1\r\n-5,"two\nlines"\r\n,false\r\n',
  );
});

test("the clipboard gets a line for a row", () => {
  const table: Table = { name: "", columns: ["a", "b"], rows: [["two\nlines", "tab\there"]] };
  expect(tabbed(table)).toBe("a\tb\ntwo lines\ttab here");
});
