import { expect, test } from "vitest";
import { timelineOf, TODAY } from "../worked-queries";
import { fitted, layOut, type Mark } from "./layout";
import { readTimeline } from "./read";

const WIDTH = 800;

function laidOut(name: string, width = WIDTH) {
  const timeline = timelineOf(name);
  return layOut(timeline, fitted(timeline.extent, width), width);
}

function marksOf(data: unknown): readonly Mark[] {
  const timeline = readTimeline(data, TODAY);
  return layOut(timeline, fitted(timeline.extent, WIDTH), WIDTH).lanes[0]!.marks;
}

const made = (edtf: string) => ({ __typename: "Commitment", key: edtf, madeOn: { edtf } });

test("a day is a point, and a year a range with its sign away from 1 January", () => {
  const meetings = laidOut("17-drawn-in-time").lanes.at(-1)!.marks;
  const shapes = meetings.map(({ entry, shape }) => [entry.reference, shape]);
  expect(shapes).toContainEqual([{ key: "M1" }, "point"]);
  const workshop = meetings.find(({ entry }) => entry.title.includes("orkshop"))!;
  expect(workshop.shape).toBe("range");
  expect(workshop.to - workshop.from).toBeGreaterThan(50);
  expect(workshop.x - workshop.from).toBeGreaterThan(20);
});

test("an open side reaches out of view", () => {
  const [open, day] = [marksOf(made("../2020-01-01"))[0]!, marksOf(made("2020-01-01"))[0]!];
  expect(open.from).toBeLessThan(0);
  expect([day.from, day.to]).toEqual([day.x, day.x]);
});

test.each([320, 800, 1600])("marks of a lane never touch, %d pixels wide", (width) => {
  for (const { marks } of laidOut("17-drawn-in-time", width).lanes) {
    for (const a of marks) {
      for (const b of marks) {
        if (a === b || a.y !== b.y) continue;
        expect(Math.max(a.from, b.from) - Math.min(a.to, b.to)).toBeGreaterThan(0);
        expect(Math.abs(a.x - b.x)).toBeGreaterThan(16);
      }
    }
  }
});

test("lanes follow each other and hold what is in them", () => {
  const { lanes, height } = laidOut("17-drawn-in-time");
  let end = 0;
  for (const placed of lanes) {
    expect(placed.y).toBeGreaterThanOrEqual(end);
    end = placed.y + placed.height;
    for (const mark of placed.marks) expect(mark.y).toBeLessThan(placed.height);
  }
  expect(height).toBeGreaterThanOrEqual(end);
});

test("a restatement is linked down to the promise that it made", () => {
  const [link] = laidOut("17-drawn-in-time").links;
  expect(link!.to.y).toBeGreaterThan(link!.from.y);
});

test("a lasting band ends with the line of today, and its label only stands where it fits", () => {
  const { lanes: [safety], today } = laidOut("17-drawn-in-time");
  expect(safety!.bands.at(-1)!.band.until).toBeNull();
  expect(safety!.bands.at(-1)!.to).toBe(today);
  expect(safety!.bands.map(({ label }) => label)).toContain("Reaffirmed");
  expect(laidOut("17-drawn-in-time", 200).lanes[0]!.bands.some(({ label }) => label === "")).toBe(true);
});

test("a long title takes several lines", () => {
  expect(laidOut("17-drawn-in-time", 200).lanes[0]!.title.length).toBeGreaterThan(1);
});

test("the axis has a few round dates", () => {
  const { ticks } = laidOut("17-drawn-in-time");
  expect(ticks.length).toBeGreaterThan(3);
  expect(ticks.map(({ label }) => label)).toContain("2020");
});

test("a title from right to left is set apart on each of its lines", () => {
  const title = "کراچی میں نیا اسپتال Karachi Hospital بنایا جائے گا";
  const timeline = readTimeline({ __typename: "Commitment", key: "K1", title, madeOn: { edtf: "2020" } }, TODAY);
  const lines = layOut(timeline, fitted(timeline.extent, 200), 200).lanes[0]!.title;
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines.slice(1)) expect(line).toMatch(/^\u2068.*\u2069$/);
  expect(lines[0]).toMatch(/^K1 {2}\u2068/);
});
