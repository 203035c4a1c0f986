/** The nouns: what each is called, and where a record of it stands. */
import { inSentence } from "../timeline/kinds";
import { dateWords } from "../reading/words/en";
import type { Noun, TitledFragment } from "./generated";

export type Titled = TitledFragment;

interface Words {
  readonly one: string;
  readonly many: string;
  /** The part of an address, such as `follow-ups`. */
  readonly path: string;
}

export const NOUNS: Readonly<Record<Noun, Words>> = {
  PARTIES: { one: "party", many: "parties", path: "parties" },
  ARTICLES: { one: "article", many: "articles", path: "articles" },
  MEETINGS: { one: "meeting", many: "meetings", path: "meetings" },
  COMMITMENTS: { one: "commitment", many: "commitments", path: "commitments" },
  REQUESTS: { one: "request", many: "requests", path: "requests" },
  FOLLOW_UPS: { one: "follow-up", many: "follow-ups", path: "follow-ups" },
  ASSESSMENTS: { one: "assessment", many: "assessments", path: "assessments" },
  CHECK_LOGS: { one: "check", many: "checks", path: "check-logs" },
  CONCEPTS: { one: "topic", many: "topics", path: "concepts" },
};

const BY_TYPE: Readonly<Record<string, Noun>> = {
  Person: "PARTIES",
  Organization: "PARTIES",
  Article: "ARTICLES",
  Meeting: "MEETINGS",
  Commitment: "COMMITMENTS",
  Request: "REQUESTS",
  FollowUp: "FOLLOW_UPS",
  Assessment: "ASSESSMENTS",
  CheckLog: "CHECK_LOGS",
  Concept: "CONCEPTS",
};

export function nounOfType(typename: string): Noun {
  return BY_TYPE[typename] ?? "PARTIES";
}

export function nounOfPath(path: string): Noun | null {
  const found = Object.entries(NOUNS).find(([, words]) => words.path === path);
  return found ? (found[0] as Noun) : null;
}

/** The address of a record's screen on the desk. */
export function screenOf(screen: "review" | "history" | "edit" | "merge", noun: Noun, key: string): string {
  return `/desk/${screen}/${NOUNS[noun].path}/${encodeURIComponent(key)}`;
}

export function urlOf(noun: Noun, key: string): string {
  return `/${NOUNS[noun].path}/${encodeURIComponent(key)}`;
}

/** A key with a space before it, where somebody chose it; nobody reads those that are made. */
export function shownKey(key: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? "" : ` ${key}`;
}

/** What an article is called that may have no headline. */
export function headlineOr(headline: string | null, key: string): string {
  return headline ?? (shownKey(key) === "" ? "An article without a headline" : `Article ${key}`);
}

/** What a record is called in a list. */
export function titleOf(record: Titled): string {
  switch (record.__typename) {
    case "Person":
    case "Organization":
      return record.name;
    case "Article":
      return headlineOr(record.headline, record.key);
    case "Meeting":
    case "Commitment":
    case "Request":
      return record.title;
    case "FollowUp":
      return `${inSentence(record.did)}: ${record.target?.title ?? "?"}`;
    case "Assessment":
      return `${inSentence(record.judged)}: ${record.trackable?.title ?? "?"}`;
    case "CheckLog":
      return `Looked for follow-ups to ${record.trackable?.title ?? "?"}`;
    case "Concept":
      return record.label;
    default:
      return record.key;
  }
}

/** The day of what a record tells, in words; empty where it tells of none. */
export function dayOfRecord(record: Titled): string {
  switch (record.__typename) {
    case "Article":
      return dateWords(record.datePublished);
    case "Meeting":
      return dateWords(record.date);
    case "Commitment":
    case "Request":
      return dateWords(record.madeOn);
    case "FollowUp":
      return dateWords(record.occurredOn);
    default:
      return "";
  }
}
