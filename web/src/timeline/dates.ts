/** Dates as well as they are known: days as whole numbers, the bounds of EDTF, and words for both. */

/** Days since 1 January 1970. No clock and no zone comes into it. */
export type Day = number;

/** The first and the last day that a date may mean, inclusive; null is an open side. */
export interface Bounds {
  readonly earliest: Day | null;
  readonly latest: Day | null;
}

/** A date as an answer holds it: its bounds, and how sure they are. */
export interface KnownDate extends Bounds {
  readonly certainty: "" | "probable" | "uncertain";
  /** The words in the source. */
  readonly statedAs: string | null;
}

const DAY = 86_400_000;

export function dayOf(text: string): Day | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text) ?? [];
  return day === undefined ? null : dayFrom(Number(year), Number(month), Number(day));
}

/** A month of 13, or a day of 0, counts on as in a calendar: that is how ends of months are found. */
function dayFrom(year: number, month: number, day: number): Day {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // unlike Date.UTC, takes the year 12 as 12
  return date.getTime() / DAY;
}

/** The day where the reader is; in a sandbox for tests, the one that its server says. */
export function today(now: Date = new Date()): Day {
  return daySet() ?? dayFrom(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

/** The day that a sandbox says in the page's head (`api/sandbox/pages.py`); null for the real one. */
export function daySet(): Day | null {
  const said = globalThis.document?.querySelector<HTMLMetaElement>('meta[name="followthrough-today"]');
  return said ? dayOf(said.content) : null;
}

export function asDate(day: Day): Date {
  return new Date(day * DAY);
}

export function isoOf(day: Day): string {
  return asDate(day).toISOString().slice(0, 10);
}

const DATE = /^(\d{4}|\d{2}[\dX]X)(?:-(\d{2}|XX))?(?:-(\d{2}|XX))?(?:T[^/]*)?[?~%]?$/;

/** The strict bounds of the part of EDTF that the API writes; null for what is not of it. */
export function edtfBounds(text: string): Bounds | null {
  if (!text.includes("/")) return pointBounds(text);
  const [start = "", end = ""] = text.split("/").map((side) => (side === ".." ? "" : side));
  const from = start === "" ? null : pointBounds(start);
  const to = end === "" ? null : pointBounds(end);
  if ((start !== "" && from === null) || (end !== "" && to === null)) return null;
  return { earliest: from?.earliest ?? null, latest: to?.latest ?? null };
}

function pointBounds(text: string): Bounds | null {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return null;
  const first = Number(year.replaceAll("X", "0"));
  const last = Number(year.replaceAll("X", "9"));
  if (month === undefined || month === "XX") {
    return { earliest: dayFrom(first, 1, 1), latest: dayFrom(last, 12, 31) };
  }
  if (day === undefined || day === "XX") {
    return { earliest: dayFrom(first, Number(month), 1), latest: dayFrom(first, Number(month) + 1, 0) };
  }
  const known = dayFrom(first, Number(month), Number(day));
  return { earliest: known, latest: known };
}

/** A date of the API from whichever of its members were asked for; null if they fix no day. */
export function knownDate(value: unknown): KnownDate | null {
  if (typeof value !== "object" || value === null) return null;
  const { edtf, earliest, latest, certainty, statedAs } = value as Record<string, unknown>;
  const bounds =
    typeof edtf === "string"
      ? edtfBounds(edtf)
      : earliest !== undefined && latest !== undefined
        ? { earliest: textDay(earliest), latest: textDay(latest) }
        : null;
  if (bounds === null || (bounds.earliest === null && bounds.latest === null)) return null;
  return {
    ...bounds,
    certainty: certaintyOf(certainty, typeof edtf === "string" ? edtf : ""),
    statedAs: typeof statedAs === "string" ? statedAs : null,
  };
}

function textDay(value: unknown): Day | null {
  return typeof value === "string" ? dayOf(value) : null;
}

function certaintyOf(stated: unknown, edtf: string): KnownDate["certainty"] {
  if (typeof stated === "string") {
    return stated === "UNCERTAIN" ? "uncertain" : stated === "PROBABLE" ? "probable" : "";
  }
  return /[?%]/.test(edtf) ? "uncertain" : edtf.includes("~") ? "probable" : "";
}

/** Whether it is known to the day: only such a date may be drawn as a point. */
export function isPoint({ earliest, latest }: Bounds): boolean {
  return earliest !== null && earliest === latest;
}

const WORDS = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

/** `19 February 2022`. */
export function dayInWords(day: Day): string {
  return WORDS.format(asDate(day));
}

/** A sentence's part, such as `some time in 2024` or `6 December 2024 (uncertain)`. */
export function inWords(date: Bounds & Partial<KnownDate>): string {
  return boundsInWords(date) + (date.certainty ? ` (${date.certainty})` : "");
}

function boundsInWords({ earliest, latest }: Bounds): string {
  if (earliest === null) return latest === null ? "unknown" : `at the latest ${dayInWords(latest)}`;
  if (latest === null) return `at the earliest ${dayInWords(earliest)}`;
  if (earliest === latest) return dayInWords(earliest);
  const [from, to] = [isoOf(earliest), isoOf(latest)];
  if (from.endsWith("-01-01") && to === `${from.slice(0, 4)}-12-31`) return `some time in ${from.slice(0, 4)}`;
  return `between ${WORDS.formatRange(asDate(earliest), asDate(latest)).replace(/\s*–\s*/, " and ")}`;
}

/** `1,236 days`. */
export function daysInWords(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "day" : "days"}`;
}
