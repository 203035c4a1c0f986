/** The day and the moment of a page, and what they leave of it that the API cannot leave out itself. */
import { dayOf, daySet, isoOf, knownDate } from "../timeline/dates";
import type { CommitmentQuery, HappenedFragment, NamedFragment, RequestQuery } from "./generated";
import { BadAddress, NotByThen } from "./kinds";

export type Commitment = NonNullable<CommitmentQuery["commitment"]>;
export type Request = NonNullable<RequestQuery["request"]>;

/** The day that a page is about, and the moment up to which records count; null for today and for now. */
export interface Moment {
  readonly asOf: string | null;
  readonly knownAt: string | null;
}

/** Today, and all that is recorded. */
export const NOW: Moment = { asOf: null, knownAt: null };

/** The parameters by which links keep the day and the moment of a page; nothing of those that mean nothing. */
export function keptMoment(search: string): Moment {
  const parameters = new URLSearchParams(search);
  const [asOf, knownAt] = [parameters.get("asOf") ?? "", parameters.get("knownAt") ?? ""];
  return { asOf: isDay(asOf) ? asOf : null, knownAt: isInstant(knownAt) ? knownAt : null };
}

/** Whether a page is of a day or of a moment, and not of now. */
export function isOfMoment(search: string): boolean {
  const { asOf, knownAt } = keptMoment(search);
  return asOf !== null || knownAt !== null;
}

/** The moment that an address asks for. Throws BadAddress, which says what is wrong with it. */
export function momentOf(address: string): Moment {
  const parameters = new URLSearchParams(address);
  const asOf = parameters.get("asOf") || null;
  const knownAt = parameters.get("knownAt") || null;
  if (asOf !== null && !isDay(asOf)) throw new BadAddress(`“${asOf}” is no day; one is written 2025-07-09`);
  if (knownAt !== null && !isInstant(knownAt)) {
    throw new BadAddress(`“${knownAt}” is no moment; one is written 2025-07-09T23:59:59Z`);
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

/** Of some records, those that had been recorded by the moment. */
export function knownOf<Listed extends { recordedAt: string }>(list: { readonly nodes: readonly Listed[] } | null, moment: Moment): Listed[] {
  return (list?.nodes ?? []).filter((record) => wasKnown(record, moment));
}

/** Throws NotByThen where a record came certainly after the day, or was recorded after the moment. */
export function checkThere(record: { recordedAt: string }, date: { edtf: string }, moment: Moment): void {
  if (!hasBegun(date, moment.asOf) || !wasKnown(record, moment)) throw new NotByThen();
}

/** Whether something had been recorded by the moment. */
export function wasKnown({ recordedAt }: { recordedAt: string }, { knownAt }: Moment): boolean {
  return knownAt === null || Date.parse(recordedAt) <= Date.parse(knownAt);
}

/**
 * A commitment or a request without what came later, or was recorded later, than its page tells: what
 * it links to, what its evidence rests on, withdrawals. Oldest first.
 */
export function asSeen<Seen extends Commitment | Request>(trackable: Seen, moment: Moment): Seen {
  const { status, statusHistory, madeAt, trail, assessments, evidence, checkLogs, mergedFrom } = trackable;
  // Where no day was asked for, it is the server's today.
  const day = moment.asOf ?? status?.asOf ?? isoOf(daySet() ?? Math.floor(Date.now() / 86_400_000));
  const end = dayOf(day)!;
  const came = (date: { edtf: string }) => (knownDate(date)?.earliest ?? -Infinity) <= end;
  const known = (record: { recordedAt: string }) => wasKnown(record, moment);
  const lastDay = [day, (moment.knownAt && new Date(moment.knownAt).toISOString().slice(0, 10)) ?? day].toSorted()[0]!;
  const wasWithdrawn = (at: string) => at.slice(0, 10) <= lastDay;
  const onDay = { ...moment, asOf: day };
  const counts = (named: NamedFragment) => known(named) && came(named.madeOn);
  return {
    ...trackable,
    evidence: knownEvidence(evidence, moment),
    mergedFrom: mergedFrom.filter(known),
    madeAt: madeAt && known(madeAt) ? madeAt : null,
    checkLogs: checkLogs && { ...checkLogs, nodes: checkLogs.nodes.filter((check) => came(check.checkedOn) && known(check)) },
    ...("thread" in trackable && { thread: trackable.thread.filter(({ trackable: one }) => one === null || one.curation === "ACCEPTED") }),
    ...("answeredBy" in trackable && { answeredBy: trackable.answeredBy.filter(counts) }),
    ...("answers" in trackable && { answers: trackable.answers && { nodes: trackable.answers.nodes.filter(counts) } }),
    trail: trail && {
      ...trail,
      nodes: trail.nodes
        .filter(({ followUp }) => came(followUp.occurredOn))
        .map((step) => ({ ...step, followUp: happenedAsSeen(step.followUp, onDay) }))
        .toSorted((a, b) => firstDay(a.followUp) - firstDay(b.followUp)),
    },
    assessments: assessments && {
      ...assessments,
      nodes: assessments.nodes
        .filter(({ effectiveOn }) => came(effectiveOn))
        .map((one) => ({ ...one, withdrawnAt: one.withdrawnAt && wasWithdrawn(one.withdrawnAt) ? one.withdrawnAt : null })),
    },
    // A history ends with the day; what stood then has no end yet.
    statusHistory: statusHistory
      .filter(({ since }) => since === null || since <= day)
      .map((period) => ({ ...period, until: period.until !== null && period.until > day ? null : period.until })),
    ...(trackable.curation !== "ACCEPTED" && { status: null, statusHistory: [], assessments: null }),
  };
}

/** Evidence without that from articles that were recorded after the moment. */
export function knownEvidence<Said extends { article: { recordedAt: string } | null }>(said: readonly Said[], moment: Moment): Said[] {
  return said.filter(({ article }) => article === null || wasKnown(article, moment));
}

/** A follow-up without the links to what came, or was recorded, later. */
export function happenedAsSeen<Seen extends HappenedFragment>(followUp: Seen, moment: Moment): Seen {
  const { meeting, restatedAs, evidence } = followUp;
  const isSeen = restatedAs !== null && wasKnown(restatedAs, moment) && hasBegun(restatedAs.madeOn, moment.asOf);
  return {
    ...followUp,
    meeting: meeting && wasKnown(meeting, moment) && hasBegun(meeting.date, moment.asOf) ? meeting : null,
    restatedAs: isSeen ? restatedAs : null,
    evidence: knownEvidence(evidence, moment),
  };
}

function firstDay({ occurredOn }: HappenedFragment): number {
  return knownDate(occurredOn)?.earliest ?? Number.MIN_SAFE_INTEGER;
}

/** Whether something with this beginning may have begun by a day; always, where no day or no beginning is told. */
export function hasBegun(start: { edtf: string } | null, day: string | null): boolean {
  return day === null || (knownDate(start)?.earliest ?? -Infinity) <= dayOf(day)!;
}

/** Whether a date leaves it open that something came after a day, by which it may have come. */
export function mayBeAfter(date: { edtf: string }, day: string): boolean {
  const known = knownDate(date);
  return known !== null && (known.latest ?? Infinity) > dayOf(day)!;
}
