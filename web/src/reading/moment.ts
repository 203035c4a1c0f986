/** The day and the moment of a page, and what they leave of it that the API cannot leave out itself. */
import { dayInWords, dayOf, daySet, isoOf, knownDate } from "../timeline/dates";
import type { CommitmentQuery, HappenedFragment, NamedFragment } from "./generated";

export type Commitment = NonNullable<CommitmentQuery["commitment"]>;

/** The day that a page is about, and the moment up to which records count; null for today and for now. */
export interface Moment {
  readonly asOf: string | null;
  readonly knownAt: string | null;
}

/** The moment that an address asks for. Throws an Error that says what is wrong with it. */
export function momentIn(address: string): Moment {
  const parameters = new URLSearchParams(address);
  const asOf = parameters.get("asOf") || null;
  const knownAt = parameters.get("knownAt") || null;
  if (asOf !== null && !isDay(asOf)) throw new Error(`“${asOf}” is no day; one is written 2025-07-09`);
  if (knownAt !== null && !isInstant(knownAt)) {
    throw new Error(`“${knownAt}” is no moment; one is written 2025-07-09T23:59:59Z`);
  }
  return { asOf, knownAt };
}

export function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayOf(text) : null;
  return day !== null && isoOf(day) === text;
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** `9 July 2025, 23:59 UTC`. */
export function instantWords(instant: string): string {
  const iso = new Date(instant).toISOString();
  return `${dayInWords(dayOf(iso)!)}, ${iso.slice(11, 16)} UTC`;
}

/** The search of this address with other parameters; those that are not named stay, `null` takes one away. */
export function searchWith(address: string, changed: Readonly<Record<string, string | null>>): string {
  const parameters = new URLSearchParams(address);
  for (const [name, value] of Object.entries(changed)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  return parameters.size > 0 ? `?${parameters}` : "";
}

/** Whether something had been recorded by the moment. */
export function wasKnown({ recordedAt }: { recordedAt: string }, { knownAt }: Moment): boolean {
  return knownAt === null || Date.parse(recordedAt) <= Date.parse(knownAt);
}

/**
 * A commitment without what came later, or was recorded later, than its page tells: what it links to,
 * what its evidence rests on, withdrawals. Oldest first.
 */
export function asSeen(commitment: Commitment, moment: Moment): Commitment {
  const { status, madeAt, trail, thread, assessments, evidence } = commitment;
  // Where no day was asked for, it is the server's today.
  const day = moment.asOf ?? status?.asOf ?? isoOf(daySet() ?? Math.floor(Date.now() / 86_400_000));
  const end = dayOf(day)!;
  const came = (date: { edtf: string }) => (knownDate(date)?.earliest ?? -Infinity) <= end;
  const known = (record: { recordedAt: string }) => wasKnown(record, moment);
  const lastDay = [day, (moment.knownAt && new Date(moment.knownAt).toISOString().slice(0, 10)) ?? day].toSorted()[0]!;
  const wasWithdrawn = (at: string) => at.slice(0, 10) <= lastDay;
  const counts = (named: NamedFragment) => known(named) && came(named.madeOn);
  const shown = <Said extends { article: { recordedAt: string } | null }>(said: readonly Said[]) =>
    said.filter(({ article }) => article === null || known(article));
  const happened = (followUp: HappenedFragment): HappenedFragment => ({
    ...followUp,
    restatedAs: followUp.restatedAs && counts(followUp.restatedAs) ? followUp.restatedAs : null,
    evidence: shown(followUp.evidence),
  });
  return {
    ...commitment,
    evidence: shown(evidence),
    madeAt: madeAt && known(madeAt) ? madeAt : null,
    thread: thread.filter(({ trackable }) => trackable === null || trackable.curation === "ACCEPTED"),
    trail: trail && {
      ...trail,
      nodes: trail.nodes
        .filter(({ followUp }) => came(followUp.occurredOn))
        .map((step) => ({ ...step, followUp: happened(step.followUp) }))
        .toSorted((a, b) => firstDay(a.followUp) - firstDay(b.followUp)),
    },
    assessments: assessments && {
      ...assessments,
      nodes: assessments.nodes
        .filter(({ effectiveOn }) => came(effectiveOn))
        .map((one) => ({ ...one, withdrawnAt: one.withdrawnAt && wasWithdrawn(one.withdrawnAt) ? one.withdrawnAt : null })),
    },
    ...(commitment.curation !== "ACCEPTED" && { status: null, statusHistory: [], assessments: null }),
  };
}

function firstDay({ occurredOn }: HappenedFragment): number {
  return knownDate(occurredOn)?.earliest ?? Number.MIN_SAFE_INTEGER;
}

/** Whether a date leaves it open that something came after a day, by which it may have come. */
export function mayBeAfter(date: { edtf: string }, day: string): boolean {
  const known = knownDate(date);
  return known !== null && (known.latest ?? Infinity) > dayOf(day)!;
}

/** What the line of a page's last day is called. */
export function dayName({ asOf }: Moment): string {
  return asOf === null ? "Today" : dayInWords(dayOf(asOf)!);
}
