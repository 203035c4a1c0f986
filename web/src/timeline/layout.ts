/** Where everything of a timeline stands, in pixels. Pure: the same timeline and view, the same places. */
import { type ScaleTime, scaleUtc } from "d3-scale";
import { asDate, type Day, daysInWords, isPoint } from "./dates";
import { isolated } from "../answers/directions";
import { inSentence, STATUSES } from "./kinds";
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
  /** The title in as many lines as it takes, and below it a line for each time that it was asked where it stands. */
  readonly title: readonly string[];
  readonly standing: readonly string[];
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
  /** Headings over the lanes of one status, where they are grouped. */
  readonly groups: readonly { readonly y: number; readonly label: string }[];
  /** Where the panel of details stands, if one is open: room is left for it there. */
  readonly panelY: number | null;
  readonly links: readonly Link[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** Where today is, if it is in view. */
  readonly today: number | null;
}

export const AXIS_HEIGHT = 26;
export const PADDING = 14;
export const LINE = 17;
export const BAND = 16;
/** What a finger can hit: WCAG 2.2 asks for 24 pixels. */
export const ROW = 24;
export const GROUP = 30;
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

export interface Arrangement {
  /** One row for a lane, its marks over its bands: for many lanes. */
  readonly isCompact?: boolean;
  /** Lanes of the same status below each other. */
  readonly isGrouped?: boolean;
  /** The lane below which details are shown, and how high they are. */
  readonly panel?: { readonly lane: string; readonly height: number } | null;
}

export function layOut(timeline: Timeline, scale: Scale, width: number, arrangement: Arrangement = {}): Layout {
  const { isCompact = false, isGrouped = false, panel = null } = arrangement;
  const place = placing(scale, width);
  const lanes: PlacedLane[] = [];
  const groups: { y: number; label: string }[] = [];
  let panelY: number | null = null;
  let y = GAP;
  for (const group of isGrouped ? groupedByStatus(timeline.lanes) : [{ label: null, lanes: timeline.lanes }]) {
    if (group.label !== null) {
      groups.push({ y, label: `${group.label} (${group.lanes.length.toLocaleString("en")})` });
      y += GROUP;
    }
    for (const lane of group.lanes) {
      const placed = isCompact ? placeCompactLane(lane, y, width, place, timeline.today) : placeLane(lane, y, width, place, timeline.today);
      lanes.push(placed);
      y += placed.height;
      if (panel?.lane === lane.id) {
        panelY = y;
        y += panel.height;
      }
    }
  }
  const today = scale(asDate(timeline.today));
  return {
    width,
    height: y + GAP,
    lanes,
    groups,
    panelY,
    links: isCompact ? [] : linksOf(lanes),
    ticks: ticksOf(scale, width),
    today: today >= 0 && today <= width ? today : null,
  };
}

/** The lanes by the status that each was last said to have, in the order of the legend; those without one last. */
export function groupedByStatus(lanes: readonly Lane[]): { label: string; lanes: Lane[] }[] {
  const groups = new Map<string, Lane[]>();
  for (const lane of lanes) {
    const value = lane.standings.at(-1)?.value ?? lane.bands.at(-1)?.value ?? "";
    groups.set(value, [...(groups.get(value) ?? []), lane]);
  }
  const place = (value: string) => (value === "" ? Infinity : (STATUSES.indexOf(value) + STATUSES.length + 1) % (STATUSES.length + 1));
  return [...groups]
    .toSorted(([a], [b]) => place(a) - place(b))
    .map(([value, own]) => ({ label: value === "" ? "Without a status" : inSentence(value), lanes: own }));
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
  const title = titleOf(lane, width);
  const standing = standingsOf(lane);
  const textEnd = GAP + LINE * (title.length + standing.length);
  const bandY = lane.bands.length > 0 || lane.contested.length > 0 ? textEnd + GAP : null;
  const top = bandY === null ? textEnd : bandY + BAND;
  const marks = placeMarks(lane, place, width);
  const silence = silenceOf(lane, place);
  // What is out of sight takes no room.
  const rows = Math.max(0, ...marks.filter((mark) => isSeen(mark, width)).map((mark) => mark.y + 1), silence ? 1 : 0);
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
    contested: placeContested(lane, place),
    silence,
    marks: marks.map((mark) => ({ ...mark, y: marksY + (Math.min(mark.y, Math.max(0, rows - 1)) + 0.5) * ROW })),
  };
}

/** In one line and one row: the whole title is in the details, and in the table. */
function placeCompactLane(lane: Lane, y: number, width: number, place: Place, today: Day): PlacedLane {
  const [first = "", ...rest] = titleOf(lane, width);
  const marksY = GAP + LINE + 2;
  return {
    lane,
    y,
    height: marksY + ROW + GAP,
    title: [rest.length > 0 ? `${first}…` : first],
    standing: [],
    bandY: lane.bands.length > 0 || lane.contested.length > 0 ? marksY + (ROW - BAND) / 2 : null,
    marksY,
    bands: lane.bands.map((band) => ({ ...placeBand(band, place, today), label: "" })),
    contested: placeContested(lane, place),
    silence: null,
    marks: lane.entries.map((entry) => ({ ...placeMark(entry, place, width), y: marksY + ROW / 2 })),
  };
}

function titleOf(lane: Lane, width: number): string[] {
  const key = lane.key && lane.key !== lane.title ? `${lane.key}  ` : "";
  return wrapped(key + lane.title, Math.floor((width - 2 * PADDING) / TITLE_CHARACTER)).map((line) =>
    line.startsWith(key) ? key + isolated(line.slice(key.length)) : isolated(line),
  );
}

function silenceOf({ silence }: Lane, place: Place): PlacedLane["silence"] {
  return silence && {
    from: place(silence.from, "start"),
    to: place(silence.to, "end"),
    label: `${daysInWords(silence.to - silence.from)} without news`,
  };
}

/** A challenge on the last day was contested for no time yet: nothing stands for that. */
function placeContested({ contested }: Lane, place: Place): Stretch[] {
  return contested
    .map(({ from, to }) => ({ from: place(from, "start"), to: place(to, "end") }))
    .filter(({ from, to }) => to > from);
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
    if (!isSeen(mark, width)) return mark;
    const left = Math.min(mark.from, mark.x - GLYPH) - 2;
    const right = Math.max(mark.to, mark.x + GLYPH) + 2;
    const free = ends.findIndex((end) => end <= left);
    const row = free === -1 ? ends.length : free;
    ends[row] = right;
    return { ...mark, y: row };
  });
}

function isSeen({ from, to, x }: Mark, width: number): boolean {
  return Math.max(to, x + GLYPH) >= 0 && Math.min(from, x - GLYPH) <= width;
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
  return scale.ticks(count).map((date, index) => {
    const label = format(date);
    // Within a year no tick is one: then the first says which it is.
    const isYear = /^\d{4}$/.test(label);
    return { x: scale(date), label: index === 0 && !isYear ? `${label} ${date.getUTCFullYear()}` : label };
  });
}

/** `In progress · contested`; several are told apart by what they were called, each in a line of its own. */
function standingsOf(lane: Lane): string[] {
  const several = new Set(lane.standings.map(({ label }) => label)).size > 1;
  const lines = lane.standings.map((standing) => {
    const words = [
      standing.value && inSentence(standing.value),
      standing.contested && "contested",
      standing.daysSilent !== null && `${daysInWords(standing.daysSilent)} without news`,
    ];
    const said = words.filter(Boolean).join(" · ");
    return several && said !== "" ? `${standing.label}: ${said}` : said;
  });
  return lines.filter(Boolean);
}

/** In lines of at most so many characters, parted between words. */
export function wrapped(text: string, length: number): string[] {
  const lines = [""];
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    if (lines.at(-1) !== "" && lines.at(-1)!.length + word.trimEnd().length > length) lines.push("");
    lines[lines.length - 1] += word;
  }
  return lines.map((line) => line.trimEnd());
}
