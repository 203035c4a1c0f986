/** Statuses over time: from an answer with `statusSeries` to days with counts, and to places in a drawing. */
import { type ScaleLinear, scaleLinear, type ScaleTime, scaleUtc } from "d3-scale";
import { Answer, isObject, type Json, type ShapeOf } from "../answers/shapes";
import { asDate, type Day, dayInWords, dayOf } from "../timeline/dates";
import { inSentence, STATUSES } from "../timeline/kinds";

/** How many stood how on one day. */
export interface Point {
  readonly day: Day;
  /** By value of the status; one that is not in it has none. */
  readonly counts: Readonly<Record<string, number>>;
  /** How many of them had an unanswered challenge; null where that was not asked for. */
  readonly contested: number | null;
}

export interface Series {
  /** What the operation called it. */
  readonly label: string;
  /** By day. */
  readonly points: readonly Point[];
}

/** Every `statusSeries` of an answer that was asked for with its days and counts. */
export function readSeries(data: unknown, shapes?: ShapeOf): Series[] {
  const answer = new Answer(shapes);
  const found: Series[] = [];
  const visit = (value: unknown, label: string): void => {
    if (Array.isArray(value)) {
      const points = value.filter(isObject).flatMap((item) => pointOf(answer, item) ?? []);
      if (points.length > 0) found.push({ label, points: points.toSorted((a, b) => a.day - b.day) });
      else value.forEach((item) => visit(item, label));
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) visit(member, name);
    }
  };
  visit(data, "");
  return found;
}

function pointOf(answer: Answer, item: Json): Point | null {
  const day = answer.get(item, "day");
  const statuses = answer.objects(item, "statuses");
  const counts = statuses.flatMap((each) => {
    const [status, count] = [answer.get(each, "status"), answer.get(each, "count")];
    return typeof status === "string" && typeof count === "number" ? [[status, count] as const] : [];
  });
  const known = typeof day === "string" ? dayOf(day) : null;
  if (known === null || counts.length === 0) return null;
  const contested = answer.get(item, "contested");
  return { day: known, counts: Object.fromEntries(counts), contested: typeof contested === "number" ? contested : null };
}

/** The statuses that occur, in the order in which they are stacked from the ground up. */
export function statusesIn(points: readonly Point[]): string[] {
  const present = new Set(points.flatMap(({ counts }) => Object.keys(counts).filter((status) => counts[status]! > 0)));
  return [...STATUSES.filter((status) => present.delete(status)), ...present];
}

export function totalOf({ counts }: Point): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `30 November 2024: 8 commitments. No follow-up 5, Reaffirmed 3. Contested 1.` */
export function pointInWords(point: Point): string {
  const total = totalOf(point);
  const parts = statusesIn([point]).map((status) => `${inSentence(status)} ${point.counts[status]!.toLocaleString("en")}`);
  return [
    `${dayInWords(point.day)}: ${total.toLocaleString("en")} ${total === 1 ? "commitment" : "commitments"}.`,
    parts.length > 0 && `${parts.join(", ")}.`,
    point.contested !== null && `Contested ${point.contested.toLocaleString("en")}.`,
  ].filter(Boolean).join(" ");
}

// --- Places --------------------------------------------------------------------------------------

export const MARGIN = { top: 12, right: 14, bottom: 26, left: 46 };

export interface PlacedSeries {
  readonly width: number;
  readonly height: number;
  readonly x: ScaleTime<number, number>;
  readonly y: ScaleLinear<number, number>;
  /** Where the column of each point begins and ends. */
  readonly columns: readonly { readonly from: number; readonly to: number }[];
  /** From the ground up: one outline over all columns for each status, and its name where it fits. */
  readonly layers: readonly Layer[];
  readonly days: readonly { readonly x: number; readonly label: string }[];
  readonly counts: readonly { readonly y: number; readonly label: string }[];
}

export interface Layer {
  readonly status: string;
  readonly path: string;
  readonly name: { readonly x: number; readonly y: number } | null;
}

const CHARACTER = 6.6;
const LETTER = 13;

/** Columns side by side, each as wide as the time since the point before it. */
export function placeSeries(points: readonly Point[], width: number, height: number): PlacedSeries {
  const first = points[0]!.day;
  const last = points.at(-1)!.day;
  // The first point stands for as long as the second: what a month is wide.
  const before = points.length > 1 ? points[1]!.day - first : 30;
  const x = scaleUtc()
    .domain([asDate(first - before), asDate(last)])
    .range([MARGIN.left, width - MARGIN.right]);
  const most = Math.max(1, ...points.map(totalOf));
  const y = scaleLinear().domain([0, most]).nice().range([height - MARGIN.bottom, MARGIN.top]);
  const columns = points.map((point, index) => {
    const from = x(asDate(index === 0 ? first - before : points[index - 1]!.day));
    const to = x(asDate(point.day));
    return { from, to: to - from > 5 ? to - 1 : to };
  });
  const ground = points.map(() => 0);
  const layers = statusesIn(points).map((status) => placeLayer(status, points, columns, ground, y));
  const ticks = Math.max(2, Math.floor(width / 110));
  const format = x.tickFormat(ticks);
  return {
    width,
    height,
    x,
    y,
    columns,
    layers,
    days: x.ticks(ticks).map((date) => ({ x: x(date), label: format(date) })),
    counts: y.ticks(5).filter(Number.isInteger).map((count) => ({ y: y(count), label: count.toLocaleString("en") })),
  };
}

/** Lays a status on what lies below it; `ground` grows by it. */
function placeLayer(
  status: string,
  points: readonly Point[],
  columns: PlacedSeries["columns"],
  ground: number[],
  y: PlacedSeries["y"],
): Layer {
  let path = "";
  let name: Layer["name"] = null;
  points.forEach(({ counts }, index) => {
    const count = counts[status] ?? 0;
    if (count === 0) return;
    const { from, to } = columns[index]!;
    const [low, high] = [y(ground[index]!), y(ground[index]! + count)];
    path += `M${round(from)} ${round(low)}V${round(high)}H${round(to)}V${round(low)}Z`;
    ground[index]! += count;
    // Named in its last column: there the eye looks for how it is now.
    name = low - high >= LETTER ? { x: to - 6, y: (low + high) / 2 + 4 } : null;
  });
  const isWide = columns.at(-1)!.to - columns[0]!.from > inSentence(status).length * CHARACTER + 12;
  return { status, path, name: isWide ? name : null };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The point whose column holds this place, or is nearest to it. */
export function pointAt({ columns }: PlacedSeries, x: number): number {
  const found = columns.findIndex(({ to }) => x <= to);
  return found === -1 ? columns.length - 1 : found;
}
