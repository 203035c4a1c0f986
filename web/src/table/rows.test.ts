import { expect, test } from "vitest";
import { example } from "../worked-queries";
import { csvOf, tabbed } from "./csv";
import { type Cell, sorted, type Table, tablesOf, wordsIn } from "./rows";

function named(data: unknown, name: string): Table {
  return tablesOf(data).find((table) => table.name === name)!;
}

test("a list is a row for each item, and what is nested stands in dotted columns", () => {
  const table = named(example("15-rows-for-a-csv").data, "commitments.nodes");
  expect(table.columns.slice(0, 4)).toEqual(["key", "title", "promisors.party.name", "madeOn.edtf"]);
  expect(table.rows.length).toBe(9);
  expect(table.rows[0]!.slice(0, 4)).toEqual([
    "K01", "Safe platform true to its own standards", ["Meta"], "2017-07-07",
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
    rows: [["K1", ["a", "b"]], ["K2", ["c"]]],
  });
  expect(named(data, "commitments.nodes.evidence")).toMatchObject({
    columns: ["‹commitments›", "excerpt"],
    rows: [["K1", "a"], ["K1", "b"], ["K2", "c"]],
  });
});

test("what only some items have is empty in the others", () => {
  const table = named({ list: [{ a: 1 }, { b: { c: true } }, { b: null }] }, "list");
  expect(table).toMatchObject({ columns: ["a", "b.c"], rows: [[1, null], [null, true], [null, null]] });
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
    '\uFEFF"a","b"\r\n"say ""so"", twice","\'=1+1"\r\n-5,"two\nlines"\r\n,false\r\n',
  );
});

test("the clipboard gets a line for a row", () => {
  const table: Table = { name: "", columns: ["a", "b"], rows: [["two\nlines", "tab\there"]] };
  expect(tabbed(table)).toBe("a\tb\ntwo lines\ttab here");
});

// As tests/api/exports/test_exports.py has it of the server's CSV.
test.each<[Cell, string]>([
  ["foo;=1+1;bar", `"foo;'=1+1;bar"`],
  ["\u200b=1+1", `"'\u200b=1+1"`],
  [["=cmd|'/c calc'!A1"], `"'=cmd|'/c calc'!A1"`],
  ['a;"=1', `"a;'""=1"`],
  [["Smith; Jones & Co", "-x"], `"Smith;; Jones & Co;' -x"`],
  [[], '""'],
  ["one\n- two", `"one\n'- two"`],
  ["＝1+1", `"'＝1+1"`],
  ["'=1+1", `"''=1+1"`],
  ["'Tis", `"'Tis"`],
  [-1, "-1"],
  [null, ""],
  [true, "true"],
])("a cell of %j is written %s", (cell, written) => {
  expect(csvOf({ name: "", columns: ["a"], rows: [[cell]] })).toBe(`\uFEFF"a"\r\n${written}\r\n`);
});

test("what is nothing in a list keeps its place, and an object that is null makes no column", () => {
  const [A, C] = [{ name: "A" }, { name: "C" }];
  const data = {
    commitments: {
      nodes: [
        { key: "K1", promisors: [{ party: A, attribution: "X" }, { party: null, attribution: "Y" }, { party: C, attribution: "Z" }] },
        { key: "K2", promisors: [{ party: null, attribution: "X" }], restatedAs: null },
        { key: "K3", promisors: [], restatedAs: { key: "K9" } },
      ],
    },
  };
  const table = named(data, "commitments.nodes");
  expect(table.columns).toEqual(["key", "promisors.party.name", "promisors.attribution", "restatedAs.key"]);
  expect(table.rows).toEqual([
    ["K1", ["A", null, "C"], ["X", "Y", "Z"], null],
    ["K2", [null], ["X"], null],
    ["K3", null, null, "K9"],
  ]);
  expect(wordsIn(table.rows[0]![1]!)).toBe("A; ; C");
  expect(csvOf(table)).toContain('"K1","A; ; C","X; Y; Z",');
});

test("columns of a list have as many values as it has items, in an outer table too", () => {
  const periods = [{ since: null, until: "2020-01-01" }, { since: "2020-01-01", until: "2021-01-01" }, { since: "2021-01-01", until: null }];
  const data = { commitments: { totalCount: 1, nodes: [{ key: "K1", statusHistory: periods, followUps: { totalCount: 2, nodes: [{ kind: "A" }, {}] } }] } };
  const { columns, rows: [row] } = named(data, "commitments.nodes");
  expect(Object.fromEntries(columns.map((column, index) => [column, row![index]]))).toEqual({
    key: "K1",
    "statusHistory.since": [null, "2020-01-01", "2021-01-01"],
    "statusHistory.until": ["2020-01-01", "2021-01-01", null],
    "followUps.totalCount": 2,
    "followUps.kind": ["A", null],
  });
});

test("days and periods are what their rows go by", () => {
  const series = { statusSeries: ["2024-01-31", "2024-02-29"].map((day) => ({ day, statuses: [{ value: "BROKEN", count: 1 }] })) };
  expect(named(series, "statusSeries.statuses")).toMatchObject({
    columns: ["‹statusSeries›", "value", "count"],
    rows: [["2024-01-31", "BROKEN", 1], ["2024-02-29", "BROKEN", 1]],
  });
  const decided = { decidedBy: [{ key: "F1" }] };
  const history = { commitment: { statusHistory: [{ since: null, status: decided }, { since: "2020-01-01", status: decided }] } };
  expect(named(history, "commitment.statusHistory.status.decidedBy")).toMatchObject({
    columns: ["‹statusHistory›", "key"],
    rows: [["..", "F1"], ["2020-01-01", "F1"]],
  });
});
