/** Plain words for what the API answers. */
import { inSentence } from "../timeline/kinds";
import { inWords, knownDate } from "../timeline/dates";

/** A date in a sentence, and what is known of it. */
export function dateWords(date: { edtf: string } | null | undefined): string {
  const known = knownDate(date);
  return known ? inWords(known) : "unknown";
}

const BASES: Readonly<Record<string, string>> = {
  STATED: "as the source states it",
  WEEKDAY_RESOLVED: "worked out from the weekday in the source",
  REPORT_DAY: "the day of the report; that of the event is not known",
  INGEST_HEADER: "from the header of the collected text",
  ASSET_TIMESTAMP: "from the time stamp of a file",
  COPYRIGHT_LINE: "from a copyright line, which gives only the year",
  CONTEXT: "concluded from the context",
};

export function basisWords(date: { basis: string; statedAs: string | null }): string {
  const basis = BASES[date.basis] ?? inSentence(date.basis);
  return date.statedAs ? `“${date.statedAs}”, ${basis}` : basis;
}

/** What hinders that a record counts, for a line. */
export function curationWords(curation: string): string {
  return curation === "PROPOSED" ? "proposed, not reviewed" : curation === "IN_REVIEW" ? "being reviewed" : inSentence(curation).toLowerCase();
}

const OF_ITS_OWN: Readonly<Record<string, string>> = {
  DIRECT_QUOTE: "Direct quotation",
  PARAPHRASE: "Reported speech",
  REPORTER_VOICE: "The reporter’s words",
  HEADLINE: "Headline",
  COUNTERPART_CLAIM: "Claim of the other side",
};

const OURS_OF: Readonly<Record<string, string>> = {
  DIRECT_QUOTE: "a direct quotation",
  PARAPHRASE: "reported speech",
  REPORTER_VOICE: "what the reporter tells",
  HEADLINE: "the headline",
  COUNTERPART_CLAIM: "what the other side says",
};

/** What a piece of evidence is, to be followed by `in` and the article: its words, or ours of them. */
export function quotationWords(mode: string, isTheirs: boolean): string {
  if (isTheirs) return OF_ITS_OWN[mode] ?? inSentence(mode);
  return `Our summary of ${OURS_OF[mode] ?? inSentence(mode).toLowerCase()}`;
}

const ATTRIBUTIONS: Readonly<Record<string, string>> = {
  SELF_QUOTED: "in their own quoted words",
  SELF_PARAPHRASED: "in their own words, as reported",
  JOINT_STATEMENT: "in a joint statement",
  COUNTERPART_CLAIM: "only the other side says so",
  REPORTER_GLOSS: "as the reporter read it",
  HEADLINE_ONLY: "only the headline says so",
};

export function attributionWords(attribution: string): string {
  return ATTRIBUTIONS[attribution] ?? inSentence(attribution);
}

/** `online-safety/child-safety` as `Online safety › child safety`. */
export function topicWords(topic: string): string {
  const words = topic.replaceAll("-", " ").split("/").join(" › ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
