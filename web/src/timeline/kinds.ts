/**
 * How each kind looks and what it is called. Colour says which way something points, and shape which
 * kind it is, so that neither a colour-blind reader nor a black and white print loses anything. The
 * colours themselves are in timeline.css; they are after Okabe and Ito.
 */

/** Which way something points: towards the promise being kept, away from it, or neither. */
export type Effect = "promise" | "for" | "against" | "neutral";

export interface Look {
  readonly name: string;
  readonly effect: Effect;
  /** An SVG path around 0, 0 within 8 units to each side. */
  readonly path: string;
  readonly hollow?: true;
}

const circle = (radius: number) =>
  `M${-radius} 0A${radius} ${radius} 0 1 1 ${radius} 0A${radius} ${radius} 0 1 1 ${-radius} 0Z`;

export const LOOKS: Readonly<Record<string, Look>> = {
  PROMISE: { name: "Promised", effect: "promise", path: circle(6.5), hollow: true },
  REQUEST: { name: "Asked", effect: "promise", path: "M-6 -6H6V3H0L-4 7V3H-6Z", hollow: true },
  DUE: { name: "Due", effect: "promise", path: "M-4 8V-8M-4 -8L7 -4.5L-4 -1" },
  REAFFIRMED: { name: "Reaffirmed", effect: "neutral", path: circle(5.5) + circle(2), hollow: true },
  AMENDED: { name: "Amended", effect: "neutral", path: "M-5 -5H5V5H-5Z", hollow: true },
  MENTIONED: { name: "Mentioned", effect: "neutral", path: circle(3) },
  ANSWERED: { name: "Answered", effect: "for", path: "M7 -6V0H-1V5L-8 -2L-1 -9V-4H3V-6Z" },
  PROGRESSED: { name: "Progressed", effect: "for", path: "M-5 -7L7 0L-5 7Z" },
  PARTLY_FULFILLED: { name: "Partly fulfilled", effect: "for", path: "M0 -7L7 0L0 7L-7 0ZM0 -7V7L7 0Z", hollow: true },
  FULFILLED: { name: "Fulfilled", effect: "for", path: "M0 -7L7 0L0 7L-7 0Z" },
  CHALLENGED: { name: "Challenged", effect: "against", path: "M-7 -6H7L0 7Z", hollow: true },
  CONTRADICTED: { name: "Contradicted", effect: "against", path: "M-7 -6H7L0 7Z" },
  STALLED: { name: "Stalled", effect: "against", path: "M-6 -6H-1.5V6H-6ZM1.5 -6H6V6H1.5Z" },
  BROKEN: {
    name: "Broken",
    effect: "against",
    path: "M-7 -4L-4 -7L0 -3L4 -7L7 -4L3 0L7 4L4 7L0 3L-4 7L-7 4L-3 0Z",
  },
  WITHDRAWN: { name: "Withdrawn", effect: "against", path: "M-7 -2.5H7V2.5H-7Z" },
  SUPERSEDED: { name: "Superseded", effect: "neutral", path: "M-7 -6L0 0L-7 6ZM0 -6L7 0L0 6Z" },
  CONTEXT: { name: "Before it", effect: "neutral", path: "M5 -7L-7 0L5 7Z", hollow: true },
  DECLINED: { name: "Declined", effect: "against", path: "M-6 -8L0 -2L6 -8L8 -6L2 0L8 6L6 8L0 2L-6 8L-8 6L-2 0L-8 -6Z", hollow: true },
  NOTED: { name: "Noted", effect: "neutral", path: "M-7 -1H7V1H-7Z" },
  MEETING: { name: "Meeting", effect: "neutral", path: "M-6 -6H6V6H-6Z" },
  ARTICLE: { name: "Article", effect: "neutral", path: "M-5 -7H2L5 -4V7H-5ZM-2 -1H2M-2 3H2", hollow: true },
  ASSESSMENT: { name: "Assessed", effect: "promise", path: "M-6 -1L-2 4L7 -6L-2 8L-8 1Z" },
  CHECK: { name: "Looked for", effect: "neutral", path: `${circle(4.5)}M3.5 3.5L8 8`, hollow: true },
};

const OTHER: Look = { name: "Follow-up", effect: "neutral", path: circle(4) };

export function lookOf(kind: string): Look {
  return LOOKS[kind] ?? { ...OTHER, name: inSentence(kind) || OTHER.name };
}

/** `NO_FOLLOW_UP` as `No follow-up`, `IN_PROGRESS` as `In progress`. */
export function inSentence(value: string): string {
  const words = value.toLowerCase().replaceAll("_", " ").replace("follow up", "follow-up");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The values of a status in the order of the legend. Each is a class `status-…` in timeline.css. */
export const STATUSES = [
  "NO_FOLLOW_UP", "REAFFIRMED", "IN_PROGRESS", "PARTLY_FULFILLED", "FULFILLED",
  "STALLED", "BROKEN", "SUPERSEDED", "WITHDRAWN", "NOT_TRACKABLE", "DECLINED", "NOTED",
];

/** Statuses in which something is still owed: only there does it mean anything that nothing is recorded. */
export const OPEN_STATUSES = ["NO_FOLLOW_UP", "REAFFIRMED", "IN_PROGRESS", "PARTLY_FULFILLED", "STALLED"] as const;

export function isOpen({ value }: { value: string | null }): boolean {
  return (OPEN_STATUSES as readonly (string | null)[]).includes(value);
}

/** Those that a commitment can have: declined and noted are requests alone. */
export const COMMITMENT_STATUSES = STATUSES.filter((status) => status !== "DECLINED" && status !== "NOTED");

export function statusClass(value: string): string {
  return `status-${value.toLowerCase().replaceAll("_", "-")}`;
}
