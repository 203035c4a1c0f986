/** What a timeline shows: lanes with dated entries and bands of status. How it looks is not said here. */
import type { Day, KnownDate } from "./dates";

export type Noun = "commitment" | "request" | "followUp" | "meeting" | "article" | "assessment" | "checkLog";

/** Something that happened, or is due, on a date as well as it is known. */
export interface Entry {
  /** Unique in a timeline. */
  readonly id: string;
  readonly noun: Noun;
  /** A kind of follow-up, or one of PROMISE, REQUEST, DUE, MEETING, ARTICLE, ASSESSMENT, CHECK. */
  readonly kind: string;
  /** Key or id of the record, where the answer has one. */
  readonly reference: { readonly key: string } | { readonly id: string } | null;
  readonly title: string;
  readonly date: KnownDate;
  /** Evidence, rationale and what else is told of it, ready to be shown. */
  readonly notes: readonly Note[];
  /** The lane of the commitment that this follow-up made. */
  readonly restatedAs: string | null;
}

export interface Note {
  /** An excerpt is an article's own words; a digest is ours of what it says there. */
  readonly sort: "rationale" | "gist" | "excerpt" | "digest" | "fact";
  readonly text: string;
  readonly source: string | null;
}

/** A period in which a status did not change. */
export interface Band {
  readonly from: Day | null;
  /** The first day after it; null if it lasts. */
  readonly until: Day | null;
  readonly value: string;
  readonly contested: boolean;
  /** Whether the dates leave other values open. */
  readonly possible: boolean;
  readonly explanation: string | null;
}

/** Where it stands on one day. */
export interface Standing {
  /** What the operation called it, where it asked for several. */
  readonly label: string;
  readonly asOf: Day;
  readonly value: string | null;
  readonly contested: boolean;
  readonly daysSilent: number | null;
  readonly explanation: string | null;
}

export interface Span {
  readonly from: Day;
  readonly to: Day;
}

export interface Lane {
  readonly id: string;
  readonly noun: "commitment" | "request" | "meetings" | "articles" | "loose";
  readonly key: string | null;
  readonly title: string;
  /** By the first day that each may mean. */
  readonly entries: readonly Entry[];
  readonly bands: readonly Band[];
  readonly standings: readonly Standing[];
  readonly contested: readonly Span[];
  /** From the last that is known to have happened. */
  readonly silence: Span | null;
}

export interface Timeline {
  readonly lanes: readonly Lane[];
  /** What there is to see, first day to last. */
  readonly extent: Span;
  /** The day up to which it tells, today unless another was asked for, and what its line is called. */
  readonly today: Day;
  readonly todayName: string;
}
