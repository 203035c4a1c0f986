import { expect, test } from "vitest";
import { isoOf } from "../timeline/dates";
import { example } from "../worked-queries";
import { placeSeries, pointAt, pointInWords, readSeries, statusesIn, totalOf } from "./series";

function points() {
  const { data, shapes } = example("16-how-it-changed-over-time");
  return readSeries(data, shapes)[0]!.points;
}

test("the series of a worked query is read with its days, counts and challenges", () => {
  const first = points()[0]!;
  expect(isoOf(first.day)).toBe("2024-11-30");
  expect([totalOf(first), first.contested]).toEqual([8, expect.any(Number)]);
  expect(pointInWords(first)).toMatch(/^30 November 2024: 8 commitments\. .*Contested \d+\.$/);
});

test("an alias hides nothing, and what is no series is none", () => {
  const query = "{ all: statusSeries(from: \"2024-01-01\") { at: day by: statuses { is: status n: count } } }";
  const data = { all: [{ at: "2024-01-31", by: [{ is: "BROKEN", n: 2 }] }] };
  expect(readSeries(data)).toEqual([]); // without what was asked, nobody knows
  const asked = (names: Record<string, string>) => ({
    type: "", fields: new Map(Object.entries(names).map(([label, name]) => [label, { name, arguments: {} }])),
  });
  const shapes = (object: object) => asked("at" in object ? { at: "day", by: "statuses" } : { is: "status", n: "count" });
  expect(query).toContain("at: day");
  expect(readSeries(data, shapes)).toMatchObject([{ label: "all", points: [{ counts: { BROKEN: 2 }, contested: null }] }]);
  expect(readSeries(example("17-drawn-in-time").data)).toEqual([]);
});

test("columns stand side by side, and layers on each other up to the count", () => {
  const all = points();
  const placed = placeSeries(all, 600, 260);
  expect(placed.layers.map(({ status }) => status)).toEqual(statusesIn(all));
  placed.columns.slice(1).forEach(({ from }, index) => expect(from).toBeGreaterThanOrEqual(placed.columns[index]!.to));
  const tops = placed.layers.flatMap(({ path }) => [...path.matchAll(/V([\d.]+)H/g)].map(([, y]) => Number(y)));
  const highest = Math.max(...all.map(totalOf));
  expect(Math.min(...tops)).toBeCloseTo(placed.y(highest), 0);
  expect(pointAt(placed, placed.columns[2]!.to - 1)).toBe(2);
  expect(pointAt(placed, 9_999)).toBe(all.length - 1);
});

test("a single point has a column, and a status without any has no layer", () => {
  const placed = placeSeries([{ day: 19_000, counts: { BROKEN: 1, FULFILLED: 0 }, contested: null }], 400, 200);
  expect(placed.layers.map(({ status }) => status)).toEqual(["BROKEN"]);
  expect(placed.columns[0]!.to - placed.columns[0]!.from).toBeGreaterThan(100);
});
