import { expect, test } from "vitest";
import { timelineOf, TODAY } from "../worked-queries";
import { dayOf, inWords, isoOf } from "./dates";
import type { Lane, Timeline } from "./model";
import { readTimeline } from "./read";

function lane(timeline: Timeline, key: string): Lane {
  return timeline.lanes.find((each) => each.key === key)!;
}

function told(lane: Lane): string[] {
  return lane.entries.map(({ kind, date }) => `${kind} ${inWords(date)}`);
}

test("a commitment's lane holds its promise and its follow-ups, oldest first", () => {
  const timeline = timelineOf("17-drawn-in-time");
  expect(timeline.lanes.map(({ id }) => id)).toEqual([
    "commitment:K01", "commitment:K04", "commitment:K10", "meetings:",
  ]);
  expect(told(lane(timeline, "K01"))).toEqual([
    "PROMISE 7 July 2017",
    "CHALLENGED 7 July 2017",
    "REAFFIRMED between 1 and 19 February 2022",
    "CHALLENGED between 1 and 19 February 2022",
    "REAFFIRMED some time in 2024",
    "REAFFIRMED 8 July 2025",
  ]);
});

test("the restatement leads to the commitment that it made", () => {
  const restated = lane(timelineOf("17-drawn-in-time"), "K01").entries.filter((entry) => entry.restatedAs);
  expect(restated.map(({ reference, restatedAs }) => [reference, restatedAs])).toEqual([
    [{ key: "F02" }, "commitment:K04"],
  ]);
});

test("status over time is bands, and contested time is one span", () => {
  const safety = lane(timelineOf("17-drawn-in-time"), "K01");
  expect(safety.bands.map(({ value, possible }) => [value, possible])).toEqual([
    ["NO_FOLLOW_UP", false],
    ["NO_FOLLOW_UP", true],
    ["REAFFIRMED", false],
  ]);
  expect(safety.contested).toEqual([{ from: dayOf("2017-07-07"), to: TODAY }]);
});

test("silence is what the API counts, up to the day that was asked for", () => {
  const [lab] = timelineOf("02-community-lab", TODAY + 500).lanes;
  expect(lab!.silence).toEqual({ from: dayOf("2022-02-19"), to: TODAY });
});

test("evidence, rationale and source are kept with what they are of", () => {
  const [, , restated] = lane(timelineOf("17-drawn-in-time"), "K01").entries;
  expect(restated!.notes.map(({ sort }) => sort)).toEqual(["rationale", "excerpt"]);
  expect(restated!.notes[1]!.source).toMatch(/^A2, P7/);
});

test("a year-only meeting is a range", () => {
  const meetings = timelineOf("07-meetings-with-public-bodies").lanes[0]!;
  expect(meetings.noun).toBe("meetings");
  expect(told(meetings)).toContain("MEETING some time in 2024 (probable)");
});

test("a trail goes to the lanes of the commitments that it leads through", () => {
  const timeline = timelineOf("05-safety-thread");
  expect(lane(timeline, "K01").title).toBe("Safe platform true to its own standards");
  expect(lane(timeline, "K04").entries.map(({ kind }) => kind)).toEqual(["PROMISE", "REAFFIRMED", "REAFFIRMED"]);
});

test("follow-ups stand with the commitment that they name, wherever they were asked", () => {
  const timeline = timelineOf("13-uncertain-order");
  expect(timeline.lanes.map(({ key, entries }) => [key, entries.length])).toEqual([["K01", 2], ["K09", 2]]);
});

test("several statuses keep the names that they were asked by", () => {
  const first = timelineOf("04-as-of-and-as-known").lanes[0]!;
  expect(first.standings.map(({ label, asOf }) => [label, isoOf(asOf)])).toEqual([
    ["then", "2022-12-31"], ["knownBefore", "2025-07-09"], ["now", "2025-07-09"],
  ]);
});

test("a follow-up without a commitment has a place of its own", () => {
  const data = { followUps: { nodes: [{ __typename: "FollowUp", kind: "STALLED", occurredOn: { edtf: "2020" } }] } };
  const [loose] = readTimeline(data, TODAY).lanes;
  expect([loose!.noun, told(loose!)]).toEqual(["loose", ["STALLED some time in 2020"]]);
});

test("the same record in several places is one entry with all that was told of it", () => {
  const followUp = { __typename: "FollowUp", key: "F1" };
  const data = {
    __typename: "Commitment",
    key: "K1",
    latestFollowUp: { ...followUp, kind: "BROKEN" },
    followUps: { nodes: [{ ...followUp, occurredOn: { edtf: "2020-05-01" } }] },
  };
  expect(told(readTimeline(data, TODAY).lanes[0]!)).toEqual(["BROKEN 1 May 2020"]);
});

test("no silence is told where follow-ups were not asked for, or not all of them", () => {
  const commitment = { __typename: "Commitment", key: "K1", madeOn: { edtf: "2020-05-01" } };
  expect(readTimeline(commitment, TODAY).lanes[0]!.silence).toBeNull();
  const followed = { ...commitment, latestFollowUp: null };
  expect(readTimeline(followed, TODAY).lanes[0]!.silence).toEqual({ from: dayOf("2020-05-01"), to: TODAY });
});

test("the follow-ups of a party or a meeting are not those of the commitment around them", () => {
  const followUps = { nodes: [{ __typename: "FollowUp", key: "F9", kind: "BROKEN", occurredOn: { edtf: "2021" } }] };
  const data = {
    __typename: "Commitment",
    key: "K1",
    madeOn: { edtf: "2020" },
    madeAt: { __typename: "Meeting", key: "M1", followUps },
  };
  expect(readTimeline(data, TODAY).lanes.map(({ noun, entries }) => [noun, entries.length])).toEqual([
    ["commitment", 1], ["loose", 1],
  ]);
});

test.each([null, {}, { __schema: { types: [] } }, [1, "two"], "text"])("%j has nothing to show", (data) => {
  expect(readTimeline(data, TODAY).lanes).toEqual([]);
});

test("where something stood is told up to the day, and the day has its name", () => {
  const day = dayOf("2023-06-30")!;
  const period = (since: string, until: string | null, value: string) => ({
    __typename: "StatusPeriod", since, until, status: { __typename: "Status", value, contested: true },
  });
  const data = {
    __typename: "Commitment",
    key: "K1",
    madeOn: { edtf: "2020-01-01" },
    statusHistory: [
      period("2020-01-01", "2022-01-01", "NO_FOLLOW_UP"),
      period("2022-01-01", "2024-01-01", "REAFFIRMED"),
      period("2024-01-01", null, "BROKEN"),
    ],
  };
  const timeline = readTimeline(data, day, undefined, "30 June 2023");
  expect(timeline.todayName).toBe("30 June 2023");
  expect(timeline.lanes[0]!.bands.map(({ value, until }) => [value, until])).toEqual([
    ["NO_FOLLOW_UP", dayOf("2022-01-01")],
    ["REAFFIRMED", null],
  ]);
  expect(timeline.lanes[0]!.contested).toEqual([{ from: dayOf("2020-01-01"), to: day }]);
  expect(timeline.extent.to).toBe(day);
});

test("a digest is no excerpt", () => {
  const said = (textKind: string) => ({
    __typename: "Commitment",
    key: "K1",
    madeOn: { edtf: "2020" },
    evidence: [{ excerpt: "It will.", article: { key: "A1", textKind } }],
  });
  const sorts = ["DIGEST", "FULL_TEXT"].map((kind) => readTimeline(said(kind), TODAY).lanes[0]!.entries[0]!.notes[0]!.sort);
  expect(sorts).toEqual(["digest", "excerpt"]);
});
