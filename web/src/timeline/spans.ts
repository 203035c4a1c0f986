/** What follows from a lane's dates: its silence, when it was contested, and how far a timeline reaches. */
import type { Day } from "./dates";
import { isOpen } from "./kinds";
import type { Band, Entry, Lane, Span } from "./model";

/** A lane as it was read, and whether its last follow-up is known to be in it. */
export interface ReadLane extends Pick<Lane, "id" | "noun" | "key" | "bands" | "standings"> {
  readonly title: string | null;
  readonly entries: readonly Entry[];
  readonly isFollowed: boolean;
}

export function completed(lane: ReadLane, today: Day): Lane {
  const { id, noun, key, title } = lane;
  const entries = lane.entries.toSorted(byDate);
  const standings = lane.standings.toSorted((a, b) => a.asOf - b.asOf);
  const full = { ...lane, entries, standings };
  return {
    id,
    noun,
    key,
    title: title ?? key ?? (noun === "request" ? "A request" : "A commitment"),
    entries,
    bands: lane.bands.reduce<Band[]>(merged, []),
    standings,
    contested: contestedSpans(full, today),
    silence: silenceOf(full, today),
  };
}

function byDate({ date: a }: Entry, { date: b }: Entry): number {
  return (
    (a.earliest ?? -Infinity) - (b.earliest ?? -Infinity) || (a.latest ?? Infinity) - (b.latest ?? Infinity) || 0
  );
}

/** As the API counts it, where it was asked; else from the last entry, if that is surely the last. */
function silenceOf({ entries, standings, bands, isFollowed }: ReadLane, today: Day): Span | null {
  const value = standings.at(-1)?.value ?? bands.at(-1)?.value ?? null;
  if (value !== null && !isOpen({ value })) return null;
  const told = standings.findLast((standing) => standing.daysSilent !== null);
  if (told?.daysSilent) return { from: told.asOf - told.daysSilent, to: told.asOf };
  if (told || !isFollowed) return null;
  const events = entries.filter(({ noun, kind }) => noun === "followUp" || kind === "PROMISE" || kind === "REQUEST");
  const to = standings.at(-1)?.asOf ?? today;
  const latest = Math.max(...events.map(({ date }) => date.latest ?? Infinity));
  return Number.isFinite(latest) && latest < to ? { from: latest, to } : null;
}

function contestedSpans({ bands, standings, entries }: ReadLane, today: Day): Span[] {
  if (bands.length > 0) {
    return bands
      .filter((band) => band.contested && band.from !== null)
      .map((band) => ({ from: band.from!, to: band.until ?? Math.max(band.from!, Math.min(standings.at(-1)?.asOf ?? today, today)) }))
      .reduce<Span[]>(joined, []);
  }
  const contested = standings.findLast((standing) => standing.contested);
  if (!contested) return [];
  const challenges = entries.filter(({ kind }) => kind === "CHALLENGED" || kind === "CONTRADICTED");
  const from = Math.min(...challenges.map(({ date }) => date.latest ?? Infinity), contested.asOf);
  return [{ from, to: contested.asOf }];
}

function joined(spans: Span[], next: Span): Span[] {
  const last = spans.at(-1);
  if (last?.to !== next.from) return [...spans, next];
  return [...spans.slice(0, -1), { from: last.from, to: next.to }];
}

/** A status begins a new period with every follow-up, but a new band only when it looks otherwise. */
function merged(bands: Band[], next: Band): Band[] {
  const last = bands.at(-1);
  if (last?.until !== next.from || last?.value !== next.value || last.possible !== next.possible) {
    return [...bands, next];
  }
  return [...bands.slice(0, -1), { ...next, from: last.from, contested: last.contested || next.contested }];
}

/** All days that a lane fixes. What is open on a side fixes none there. */
function daysOf(lane: Lane): Day[] {
  const open = [
    ...lane.entries.flatMap(({ date }) => [date.earliest, date.latest]),
    ...lane.bands.flatMap((band) => [band.from, band.until]),
    ...lane.standings.map(({ asOf }) => asOf),
    ...[...lane.contested, ...(lane.silence ? [lane.silence] : [])].flatMap(({ from, to }) => [from, to]),
  ];
  return open.filter((day) => day !== null);
}

export function extentOf(lanes: readonly Lane[], today: Day): Span {
  const days = lanes.flatMap(daysOf);
  if (days.length === 0) return { from: today - 365, to: today };
  const from = days.reduce((a, b) => Math.min(a, b));
  const to = days.reduce((a, b) => Math.max(a, b));
  // A band that lasts is seen to last.
  const lasting = lanes.some(({ bands }) => bands.some(({ until }) => until === null));
  return { from, to: Math.max(to, from + 30, lasting && lanes.every((lane) => lane.standings.length === 0) ? today : to) };
}
