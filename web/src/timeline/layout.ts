/** Where everything of a timeline stands, in pixels. Pure: the same timeline and view, the same places. */
import { type ScaleTime, scaleUtc } from "d3-scale";
import { asDate, type Day, daysInWords, isPoint } from "./dates";
import { isolated } from "../answers/directions";
import { inSentence } from "./kinds";
import type { Band, Entry, Lane, Span, Timeline } from "./model";

export interface Mark {
  readonly entry: Entry;
  readonly shape: "point" | "range";
  /** A point's place, or the middle of the seen part of a range. */
  readonly x: number;
  readonly y: number;
  /** A range's ends; a point's are its own place. */
  readonly from: number;
  readonly to: number;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface PlacedLane {
  readonly lane: Lane;
  readonly y: number;
  readonly height: number;
  /** The title in as many lines as it takes, and what stands below it. */
  readonly title: readonly string[];
  readonly standing: string;
  /** Relative to the lane's own top. */
  readonly bandY: number | null;
  readonly marksY: number;
  readonly bands: readonly (Stretch & { readonly band: Band; readonly label: string })[];
  readonly contested: readonly Stretch[];
  readonly silence: (Stretch & { readonly label: string }) | null;
  readonly marks: readonly Mark[];
}

/** From a commitment's follow-up to the commitment that it made. */
export interface Link {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly PlacedLane[];
  readonly links: readonly Link[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** Where today is, if it is in view. */
  readonly today: number | null;
}

export const AXIS_HEIGHT = 26;
export const PADDING = 14;
export const LINE = 17;
export const BAND = 16;
export const ROW = 22;
export const GAP = 6;
const GLYPH = 9;
// Widths of a character, on the safe side for a system's sans-serif.
const CHARACTER = 6.6;
const TITLE_CHARACTER = 7.9;

export type Scale = ScaleTime<number, number>;

/** From days to pixels, the whole extent in view. */
export function fitted(extent: Span, width: number): Scale {
  const margin = Math.max(1, (extent.to - extent.from) * 0.01);
  return scaleUtc()
    .domain([asDate(extent.from - margin), asDate(extent.to + margin)])
    .range([PADDING, width - PADDING]);
}

export function layOut(timeline: Timeline, scale: Scale, width: number): Layout {
  const place = placing(scale, width);
  const lanes: PlacedLane[] = [];
  let y = GAP;
  for (const lane of timeline.lanes) {
    const placed = placeLane(lane, y, width, place, timeline.today);
    lanes.push(placed);
    y += placed.height;
  }
  const today = scale(asDate(timeline.today));
  return {
    width,
    height: y + GAP,
    lanes,
    links: linksOf(lanes),
    ticks: ticksOf(scale, width),
    today: today >= 0 && today <= width ? today : null,
  };
}

/** Days to pixels. What is far out of view ends just outside of it, as does an open side. */
type Place = (day: Day | null, side: "start" | "end") => number;

function placing(scale: Scale, width: number): Place {
  const outside = { start: -50, end: width + 50 };
  return (day, side) => {
    const x = day === null ? outside[side] : scale(asDate(day));
    return Math.min(Math.max(x, outside.start), outside.end);
  };
}

function placeLane(lane: Lane, y: number, width: number, place: Place, today: Day): PlacedLane {
  const key = lane.key && lane.key !== lane.title ? `${lane.key}  ` : "";
  const title = wrapped(key + lane.title, Math.floor((width - 2 * PADDING) / TITLE_CHARACTER)).map((line) =>
    line.startsWith(key) ? key + isolated(line.slice(key.length)) : isolated(line),
  );
  const standing = standingOf(lane);
  const textEnd = GAP + LINE * (title.length + (standing ? 1 : 0));
  const bandY = lane.bands.length > 0 || lane.contested.length > 0 ? textEnd + GAP : null;
  const top = bandY === null ? textEnd : bandY + BAND;
  const marks = placeMarks(lane, place, width);
  const silence = lane.silence && {
    from: place(lane.silence.from, "start"),
    to: place(lane.silence.to, "end"),
    label: `${daysInWords(lane.silence.to - lane.silence.from)} silent`,
  };
  const rows = Math.max(0, ...marks.map((mark) => mark.y + 1), silence ? 1 : 0);
  const marksY = top + GAP;
  return {
    lane,
    y,
    height: marksY + rows * ROW + 2 * GAP,
    title,
    standing,
    bandY,
    marksY,
    bands: lane.bands.map((band) => placeBand(band, place, today)),
    contested: lane.contested.map(({ from, to }) => ({ from: place(from, "start"), to: place(to, "end") })),
    silence,
    marks: marks.map((mark) => ({ ...mark, y: marksY + (mark.y + 0.5) * ROW })),
  };
}

function placeBand(band: Band, place: Place, today: Day) {
  const from = place(band.from, "start");
  // What lasts is known to last up to the line of today, and no further.
  const to = Math.max(from + 2, place(band.until ?? today, "end"));
  const label = inSentence(band.value);
  const seen = to - Math.max(from, 0);
  return { band, from, to, label: seen > label.length * CHARACTER + 10 ? label : "" };
}

/** Each in the first row where it touches nothing; `y` is the row here. */
function placeMarks(lane: Lane, place: Place, width: number): Mark[] {
  const ends: number[] = [];
  return lane.entries.map((entry) => {
    const mark = placeMark(entry, place, width);
    const left = Math.min(mark.from, mark.x - GLYPH) - 2;
    const right = Math.max(mark.to, mark.x + GLYPH) + 2;
    const free = ends.findIndex((end) => end <= left);
    const row = free === -1 ? ends.length : free;
    ends[row] = right;
    return { ...mark, y: row };
  });
}

function placeMark(entry: Entry, place: Place, width: number): Mark {
  const from = place(entry.date.earliest, "start");
  const to = place(entry.date.latest, "end");
  if (isPoint(entry.date)) return { entry, shape: "point", x: from, from, to: from, y: 0 };
  // Its sign stands in the middle: at the start it would read as a dot on the first day.
  const inView = from < width && to > 0;
  const middle = inView ? (Math.max(from, 0) + Math.min(to, width)) / 2 : (from + to) / 2;
  return { entry, shape: "range", x: middle, from, to, y: 0 };
}

function linksOf(lanes: readonly PlacedLane[]): Link[] {
  const byId = new Map(lanes.map((placed) => [placed.lane.id, placed]));
  return lanes.flatMap((placed) =>
    placed.marks.flatMap((mark) => {
      const target = mark.entry.restatedAs === null ? undefined : byId.get(mark.entry.restatedAs);
      const promise = target?.marks.find(({ entry }) => entry.kind === "PROMISE");
      if (!target || !promise) return [];
      return [{ from: { x: mark.x, y: placed.y + mark.y }, to: { x: promise.x, y: target.y + promise.y } }];
    }),
  );
}

function ticksOf(scale: Scale, width: number): Layout["ticks"] {
  const count = Math.max(2, Math.floor(width / 90));
  const format = scale.tickFormat(count);
  return scale.ticks(count).map((date) => ({ x: scale(date), label: format(date) }));
}

/** `In progress · contested · as of 9 July 2025`; several are told apart by what they were called. */
function standingOf(lane: Lane): string {
  const several = new Set(lane.standings.map(({ label }) => label)).size > 1;
  return lane.standings
    .map((standing) => {
      const words = [
        standing.value && inSentence(standing.value),
        standing.contested && "contested",
        standing.daysSilent !== null && `${daysInWords(standing.daysSilent)} silent`,
      ];
      const said = words.filter(Boolean).join(" · ");
      return several ? `${standing.label}: ${said}` : said;
    })
    .filter(Boolean)
    .join("   ");
}

function wrapped(text: string, length: number): string[] {
  const lines = [""];
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    if (lines.at(-1) !== "" && lines.at(-1)!.length + word.trimEnd().length > length) lines.push("");
    lines[lines.length - 1] += word;
  }
  return lines.map((line) => line.trimEnd());
}
