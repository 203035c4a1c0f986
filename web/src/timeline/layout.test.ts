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

test("within a year the axis says which year it is", () => {
  const timeline = readTimeline(made("2024-03-01"), TODAY);
  const extent = { from: timeline.extent.from, to: timeline.extent.from + 120 };
  const { ticks } = layOut(timeline, fitted(extent, WIDTH), WIDTH);
  expect(ticks[0]!.label).toMatch(/ 20\d\d$/);
  expect(ticks[1]!.label).not.toMatch(/20\d\d/);
});

test("zoomed in, a lane is as high as what is in sight", () => {
  const timeline = timelineOf("17-drawn-in-time");
  const whole = layOut(timeline, fitted(timeline.extent, WIDTH), WIDTH);
  const empty = { from: timeline.extent.from + 200, to: timeline.extent.from + 300 };
  const close = layOut(timeline, fitted(empty, WIDTH), WIDTH);
  expect(close.height).toBeLessThan(whole.height);
  // What is out of sight is still there to be walked to.
  expect(close.lanes.map(({ marks }) => marks.length)).toEqual(whole.lanes.map(({ marks }) => marks.length));
});

test("several times that it was asked where it stands are a line each", () => {
  const { lanes } = laidOut("04-as-of-and-as-known");
  const several = lanes.find(({ standing }) => standing.length > 1)!;
  expect(several.standing.every((line) => /^\w+: \w/.test(line))).toBe(true);
  expect(several.marksY).toBeGreaterThan(17 * (several.title.length + several.standing.length));
});

test("what was contested for no time draws nothing", () => {
  for (const name of ["03-contested", "17-drawn-in-time"]) {
    for (const { contested } of laidOut(name).lanes) for (const { from, to } of contested) expect(to).toBeGreaterThan(from);
  }
});

test("in compact lanes all marks stand in one row, and many lanes take much less height", () => {
  const nodes = Array.from({ length: 120 }, (_, index) => ({ ...made("2020-01-01"), key: `K${index}`, title: "A title of many words ".repeat(12) }));
  const timeline = readTimeline({ nodes }, TODAY);
  const scale = fitted(timeline.extent, WIDTH);
  const compact = layOut(timeline, scale, WIDTH, { isCompact: true });
  expect(compact.height).toBeLessThan(layOut(timeline, scale, WIDTH).height / 1.4);
  for (const { title, marks } of compact.lanes) {
    expect(title).toHaveLength(1);
    expect(new Set(marks.map(({ y }) => y)).size).toBe(1);
  }
});

test("grouped lanes stand below their status, in the order of the legend, those without one last", () => {
  const node = (key: string, value: string | null) => ({ ...made("2020-01-01"), key, status: value && { __typename: "Status", value, asOf: "2024-01-01" } });
  const timeline = readTimeline([node("a", "BROKEN"), node("b", null), node("c", "NO_FOLLOW_UP"), node("d", "BROKEN")], TODAY);
  const { groups, lanes } = layOut(timeline, fitted(timeline.extent, WIDTH), WIDTH, { isGrouped: true });
  expect(groups.map(({ label }) => label)).toEqual(["No follow-up (1)", "Broken (2)", "Without a status (1)"]);
  expect(lanes.map(({ lane }) => lane.key)).toEqual(["c", "a", "d", "b"]);
  expect(groups[1]!.y).toBeGreaterThan(lanes[0]!.y);
  expect(groups[1]!.y).toBeLessThan(lanes[1]!.y);
});

test("details get room below their lane, so that they lie over nothing", () => {
  const timeline = timelineOf("17-drawn-in-time");
  const scale = fitted(timeline.extent, WIDTH);
  const [first, second] = layOut(timeline, scale, WIDTH, { panel: { lane: "commitment:K01", height: 200 } }).lanes;
  const closed = layOut(timeline, scale, WIDTH);
  expect(closed.panelY).toBeNull();
  expect(second!.y - (first!.y + first!.height)).toBe(200);
});
