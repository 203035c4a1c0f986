/**
 * The words of the interface in English. `ur.ts` has the same in Urdu; the type holds that nothing is
 * missing there. Texts of records are nobody's to translate, and stay in their own language.
 */
import { dayInWords, dayOf, inWords, knownDate } from "../../timeline/dates";
import { inSentence } from "../../timeline/kinds";

const NUMBERS = new Intl.NumberFormat("en");

const number = (count: number) => NUMBERS.format(count);
const many = (count: number, one: string, more: string) => `${number(count)} ${count === 1 ? one : more}`;

const COUNTRIES = new Intl.DisplayNames("en", { type: "region", fallback: "code" });
const TONGUES = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

/** A name for a code; the code where it is none. */
export function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
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

const OF_ITS_OWN: Readonly<Record<string, string>> = {
  DIRECT_QUOTE: "Direct quotation",
  PARAPHRASE: "Reported speech",
  REPORTER_VOICE: "The reporter’s words",
  HEADLINE: "Headline",
  COUNTERPART_CLAIM: "Claim of the other side",
  UNSTATED: "The article’s words",
};

const OURS_OF: Readonly<Record<string, string>> = {
  DIRECT_QUOTE: "a direct quotation",
  PARAPHRASE: "reported speech",
  REPORTER_VOICE: "what the reporter tells",
  HEADLINE: "the headline",
  COUNTERPART_CLAIM: "what the other side says",
  UNSTATED: "what is said there",
};

const ATTRIBUTIONS: Readonly<Record<string, string>> = {
  SELF_QUOTED: "in their own quoted words",
  SELF_PARAPHRASED: "in their own words, as reported",
  JOINT_STATEMENT: "in a joint statement",
  COUNTERPART_CLAIM: "only the other side says so",
  REPORTER_GLOSS: "as the reporter read it",
  HEADLINE_ONLY: "only the headline says so",
  UNSTATED: "the source does not tell how it is known",
};

const STANCES: Readonly<Record<string, string>> = { REFUTES: "speaks against it", CONTEXT: "background, no proof" };

const REPORTED: Readonly<Record<string, string>> = {
  SELF: "they say so themselves",
  COUNTERPART: "the other side says so",
  THIRD_PARTY: "a third party says so",
  DOCUMENT: "a document shows it",
};

/** Values whose word alone would say something else, or nothing. */
const LABELS: Readonly<Record<string, string>> = {
  UNSTATED: "Not stated",
  SELF: "The promisor itself",
  COUNTERPART: "The other side",
};

const VERIFICATIONS: Readonly<Record<string, string>> = {
  SELF_REPORTED: "self-reported",
  COUNTERPART_REPORTED: "reported by the other side",
  THIRD_PARTY: "reported by a third party",
  DOCUMENTED: "documented",
};

const NOT_ACCEPTED: Readonly<Record<string, string>> = {
  PROPOSED: "Proposed, not reviewed. Nobody has checked it yet, so nothing is said of where it stands.",
  IN_REVIEW: "Being reviewed, not accepted. So nothing is said of where it stands.",
  REJECTED: "Reviewed and not accepted. Kept so that it is not proposed again.",
};

const NOUNS: Readonly<Record<string, string>> = {
  commitments: "commitment", requests: "request", parties: "party", meetings: "meeting", articles: "article",
  "follow-ups": "follow-up", assessments: "assessment", "check-logs": "check log", topics: "topic",
};

/** `9 July 2025, 23:59 UTC`. */
export function instantWords(text: string): string {
  const iso = new Date(text).toISOString();
  return `${dayInWords(dayOf(iso)!)}, ${iso.slice(11, 16)} UTC`;
}

/** A date in a sentence, and what is known of it. */
export function dateWords(given: { edtf: string } | null | undefined): string {
  const known = knownDate(given);
  return known ? inWords(known) : "unknown";
}

export function basisWords({ basis, statedAs }: { basis: string; statedAs: string | null }): string {
  const words = BASES[basis] ?? inSentence(basis);
  return statedAs ? `“${statedAs}”, ${words}` : words;
}

/** What hinders that a record counts, for a line. */
export function curationWords(value: string): string {
  if (value === "PROPOSED") return "proposed, not reviewed";
  return value === "IN_REVIEW" ? "being reviewed" : inSentence(value).toLowerCase();
}

export const en = {
  number,
  date: dateWords,
  instant: instantWords,
  /** A value of an enum: `NO_FOLLOW_UP` as `No follow-up`. */
  label: (value: string) => LABELS[value] ?? inSentence(value),
  inLine: (value: string) => (LABELS[value] ?? inSentence(value)).toLowerCase(),
  between: ", ",
  /** The name of a country by its code, such as PK. */
  countryName: (code: string) => nameOf(COUNTRIES, code),
  /** The name of a language by its code, such as ur. */
  languageOf: (code: string) => nameOf(TONGUES, code),

  languageName: "English",
  skip: "Skip to the content",
  menu: "Main",
  languages: "Language",
  queries: "Ask in GraphQL",
  front: "Front page",
  howToRead: "How to read this",
  commitments: "Commitments",
  requests: "Requests",
  parties: "Parties",
  meetings: "Meetings",
  articles: "Articles",
  followUps: "Follow-ups",
  topics: "Topics",
  /** The nouns by the first part of their addresses. */
  nounOf: NOUNS,
  kicker: (section: string, key: string) => `${inSentence(NOUNS[section] ?? section)} ${key}`,
  footer:
    "Where a commitment stands follows from dated follow-ups, each with evidence in a news article, unless a named "
    + "editor assesses it, which is then said. No follow-up recorded does not mean not done.",
  licence: "Licence of the data",
  contact: "Contact",
  loading: "Loading…",
  notLoaded: (why: string) => `This could not be loaded: ${why}.`,
  again: "Try again",
  showMore: "Show more",
  mostFrequent: "These are the most frequent; the others have pages of their own",
  show: "Show",
  apply: "Apply",
  any: "Any",
  all: "All",
  dayNotWhole: "The day is not whole yet.",
  yearNotWhole: "The year has four digits, such as 2024.",
  seeQuery: "See the query",
  seeQueryOfPage: "See the query of this page",
  feed: "Feed",

  // The front page
  score: "What became of each promise?",
  scoreOf: (count: number, day: string) => `${many(count, "commitment", "commitments")}, as of ${day}`,
  /** `parties` is null on a day for which they cannot be counted. */
  trackedSo: (counts: { parties: number | null; meetings: number; requests: number; articles: number }) =>
    `Followed through ${many(counts.articles, "article", "articles")} that report ${many(counts.meetings, "meeting", "meetings")}`
    + `${counts.parties === null ? "" : ` between ${many(counts.parties, "party", "parties")}`}; ${many(counts.requests, "request is", "requests are")} kept apart.`,
  upTo: (article: string, record: string) => `The latest article is of ${article}; the records were last changed on ${record}.`,
  overdueOnes: "Overdue",
  contestedOnes: "Contested",
  silentOnes: "Longest without news",
  neverFollowedUp: "Oldest of those with no follow-up",
  latestNews: "What happened last",
  latestChanges: "Latest changes to the records",
  allOf: (count: number) => `All ${number(count)}`,
  none: "None.",
  about: "What this is",

  // Lists
  search: "Search",
  status: "Status",
  promisor: "Promised by",
  topic: "Topic",
  asOf: "As of",
  order: "Order",
  kind: "Kind",
  country: "Country",
  year: "Year",
  publisher: "Publisher",
  language: "Language",
  independence: "Independence",
  asker: "Asked by",
  asked: "Asked of",
  name: "Name",
  contestedOnly: "Contested only",
  overdueOnly: "Overdue only",
  orders: {
    oldest: "Oldest promise first", newest: "Newest promise first", moved: "Latest follow-up first",
    silent: "Longest without news first", title: "By title", best: "Best match first",
    earliest: "Earliest first", latest: "Latest first", name: "By name",
  },
  count: (section: string, shown: number, all: number) => {
    const [one, more] = COUNTED[section] ?? ["record", "records"];
    return shown < all ? `${number(shown)} ${more} of ${number(all)}` : many(shown, one, more);
  },
  promisedCount: (count: number) => `promised ${many(count, "commitment", "commitments")}`,
  addressedCount: (count: number) => `was promised ${number(count)}`,
  nothingMatches: "Nothing matches all filters.",
  nothingFound: "Nothing has all these words. Only whole words are found; fewer of them find more.",
  notByMoment:
    "This page goes by what is recorded now, whatever moment its address says. The page of each commitment can be seen "
    + "as it was recorded by then.",
  leaveMomentOut: "Leave the moment out",
  to: "to",
  last: (kind: string, day: string, isMaybeLater: boolean) => `Last: ${kind}, ${day}${isMaybeLater ? ", perhaps after this day" : ""}`,
  notMade: "Not made by then, or not known",
  contested: "Contested",
  overdue: "Overdue",
  overdueSince: (day: string) => `Overdue: due ${day}`,
  silent: (days: number) => `Nothing recorded for at least ${many(days, "day", "days")}`,
  silentSince: (days: number, day: string) => `Nothing recorded for ${many(days, "day", "days")} or more (since ${day} at the latest).`,
  lastLooked: (day: string, found: number) =>
    `Somebody last looked on ${day}${found === 0 ? " and found nothing" : ` and found ${many(found, "report", "reports")}`}.`,
  neverLooked: "It is not recorded that anybody looked since.",
  verification: (value: string) => VERIFICATIONS[value] ?? "",
  reported: (value: string) => REPORTED[value] ?? inSentence(value).toLowerCase(),
  stance: (value: string) => STANCES[value] ?? inSentence(value).toLowerCase(),
  assessmentOutdated: "News since the assessment",
  byEditor: "by an editor",
  byNamedEditor: (name: string) => `by an editor: ${name}`,

  // A commitment or a request
  standsToday: "Where it stands today",
  standsOn: (day: string) => `Where it stands as of ${day}`,
  anotherDay: "Another day",
  today: "Today",
  pageOfDay: (day: string) => `This page is as of ${day}, and shows nothing later.`,
  pageOfMoment: (moment: string) => `As recorded by ${moment}.`,
  changedSince: "Changed since:",
  /** What stands before the title of a record that does not count. */
  state: (curation: string) => (curation === "ACCEPTED" ? "" : `${inSentence(curation)}: `),
  seeTodays: "See today’s",
  mergedInto: (key: string) => `${key} was merged into this one.`,
  saysOnly: (value: string) => `From the follow-ups alone: ${value}.`,
  wordsItRestsOn: "The words that it rests on",
  inOurWords: (several: boolean): string => (several ? "What the articles say, in our words" : "What the article says, in our words"),
  noReport: "No report of it was recorded by then.",
  whatCame: "What came of it",
  nothingLater: "Nothing later is recorded. That is not the same as nothing done.",
  shownOf: (shown: number, all: number) => `${number(shown)} of ${number(all)} follow-ups, those that follow it most directly.`,
  overTime: "Over time",
  drawing: "Drawing…",
  showWhole: "Show the whole drawing",
  latestDrawn: (shown: number, all: number) => `The ${number(shown)} latest of ${number(all)} are drawn.`,
  needsScript: "The drawing needs JavaScript; all that it shows is told below.",
  goThere: "Go there",
  keyOverTime: (key: string) => `${key} over time`,
  promised: "What was promised",
  askedFor: "What was asked for",
  promisedBy: "Promised by",
  promisedTo: "Promised to",
  meantFor: "Meant for",
  when: "When",
  where: "Where",
  due: "Due",
  noDue: "no date was given",
  doneWhen: "Done when",
  measures: "In numbers",
  /** What was reached, and what is to be; one of them may not be known. */
  measured: (value: number | null, target: number | null) =>
    value === null ? (target === null ? "" : number(target)) : target === null ? number(value) : `${number(value)} of ${number(target)}`,
  implementers: "Carried out by",
  toCarryOut: "What it is to carry out",
  shownOfAll: (shown: number, all: number) => `${number(shown)} of ${number(all)}.`,
  trackable: "Can it be checked",
  notVerifiable: "No: nothing could show whether it was kept.",
  answersTo: "Answers",
  answer: "Answer",
  atSource: "At the source",
  meetingState: "State",
  notHeld: (state: string): string => (state === "CANCELLED" ? "It was announced, and not held." : "It was announced. That it was held is not recorded."),
  noTerms: "the source tells neither how binding it is nor for how long",
  strength: (value: string) => (value === "UNSTATED" ? "how binding it is, the source does not tell" : inSentence(value)),
  term: (value: string) => (value === "UNSTATED" ? "for how long, it does not tell" : inSentence(value).toLowerCase()),
  wording: "Wording",
  before: "Before",
  mergedFrom: "Merged into it",
  presupposes: "It restates a promise that is not recorded here.",
  restates: "Restates",
  restatedBy: "Restated by",
  answeredBy: "Answered by",
  assessed: "Assessed",
  onceAssessed: "Once assessed",
  assessments: "What editors say of it",
  assessmentsApart: "An assessment is the judgement of a named editor. It goes before what follows from the follow-ups, which stays on record.",
  by: "by",
  timesMore: (count: number) => `and ${number(count)} times more`,
  checks: "When somebody looked",
  checked: (by: string, found: number) => (found === 0 ? `${by} looked and found nothing` : `${by} looked and found ${many(found, "report", "reports")}`),
  somebody: "somebody unnamed",
  through: "through",
  scope: (change: string) => `scope ${inSentence(change).toLowerCase()}`,
  follows: "Follows",
  whichRestated: ", which restated it.",
  restatedAs: "Restated as",
  maybeAfter: "It may have happened after this day.",
  background: "Background: it tells what came before, and changes nothing of where the promise stands.",
  maybeBefore: "It may have happened before the promise: their dates overlap.",
  basis: basisWords,
  attribution: (value: string) => ATTRIBUTIONS[value] ?? inSentence(value),
  curation: curationWords,
  notAccepted: (value: string) => NOT_ACCEPTED[value] ?? inSentence(value),
  retracted: "Retracted",
  retractedOn: (day: string) => `Retracted on ${day}`,
  retractedSince: (day: string) => `Retracted; recorded so on ${day}`,
  keptForRecord: "Kept for the record.",
  linkTo: (key: string) => `Link to ${key}`,

  // Evidence
  /** What a piece of evidence is, to be followed by the article: its words, or ours of them. */
  quotation: (mode: string, isTheirs: boolean) =>
    isTheirs ? (OF_ITS_OWN[mode] ?? inSentence(mode)) : `Our summary of ${OURS_OF[mode] ?? inSentence(mode).toLowerCase()}`,
  titleAlone: "The title alone",
  titleNote: "Of this article only the title is on file, so what is said of it rests on its title and address alone.",
  inArticle: "in",
  reportOf: (day: string) => `a report of ${day}`,
  noPublisher: "publisher not on file",
  original: "the original",
  saidBy: "said by",
  publishedLater: "published after this day",
  whereInSource: "where in the source",
  mayNotBeShown: "The text may not be shown.",

  // A party
  asPromisor: "What it promised",
  asAddressee: "What it was promised",
  names: "Names",
  printedAs: "As printed",
  from: (day: string) => `from ${day}`,
  until: (day: string) => `until ${day}`,
  memberOf: "Member of",
  partOf: "Part of",
  parts: "Its parts",
  members: "Members",
  note: "Note",
  identifiers: "Identifiers",
  whatItDid: "What it did",
  inArticles: "In articles",
  nothingPromised: "No commitment of its own is recorded.",
  nothingAddressed: "No commitment to it is recorded.",
  // A meeting
  whoWasThere: "Who was there",
  whoWasExpected: "Who was expected there",
  onBehalfOf: "on behalf of",
  namedAs: (name: string) => `named as “${name}”`,
  madeThere: "What was promised there",
  askedThere: "What was asked there",
  happenedThere: "What was followed up there",
  reports: "What the reports say",
  reportsDiffer: "Where the reports differ",
  reportsAgree: (count: number) =>
    count > 1 ? `${number(count)} reports agree on its date and place.` : "One report is recorded; none differs.",
  claims: "says",
  // An article
  digest: "What it says, in our words",
  digestNote: "This is our digest, and no quotation. What evidence rests on is marked; each mark leads to it.",
  fullText: "The text",
  fullTextNote: "What evidence rests on is marked; each mark leads to it.",
  withheld: "The text is withheld.",
  restsOnIt: "What rests on it",
  published: "Published",
  byline: "By",
  dateline: "Dateline",
  address: "Address",
  noAddress: "not on file",
  relays: "Relays",
  mentioned: "Who is mentioned",
  // A follow-up
  followsUp: "Follows up",
  confidence: "Confidence",
  answers: "Answers",
  answeredLater: "Answered by",
  actors: "Who",
  why: "Why",
  words: "The evidence",

  // How to read this
  howIntro:
    "Each word and mark on these pages, as the public schema defines it. Nothing here is written twice: the programs that "
    + "answer queries read the same sentences.",
  definitions: {
    StatusValue: "Where a commitment stands", Status: "Beside a status", FollowUpKind: "What can come of a promise",
    Verification: "Who says so", Independence: "How independent a report is", Confidence: "How sure the reading is",
    EvidenceMode: "What a piece of evidence is", TextKind: "Whose words a text is in", Attribution: "How it is known that they promised",
    Strength: "How binding the wording is", Term: "How long it is meant for", ScopeChange: "Whether a promise grew or shrank",
    DateCertainty: "How sure a date is", DateBasis: "Where a date comes from", Capacity: "How somebody took part", Curation: "Whether a record counts",
    RequestAnswer: "How a request was answered", MeetingState: "Whether a meeting was held", Stance: "What a piece of evidence does",
    ImplementerPart: "What part somebody has in carrying it out", PartyKind: "What kind of party it is",
  },
  fieldNames: {
    contested: "Contested", overdue: "Overdue", daysSilent: "Nothing recorded for … days", verification: "Who says so",
    certainty: "Certain", existence: "Made by then", assessed: "By an editor", derived: "From the follow-ups alone", assessmentOutdated: "News since the assessment",
  } as Readonly<Record<string, string>>,
  nouns: {
    Commitment: "Commitment", Request: "Request", FollowUp: "Follow-up", Meeting: "Meeting", Party: "Party",
    Article: "Article", Assessment: "Assessment", CheckLog: "Check log", Concept: "Topic",
  } as Readonly<Record<string, string>>,
  nounsTitle: "What is recorded",
  marks: "Marks",
  marksSaid: {
    solid: "A filled badge: somebody other than the promisor reports it.",
    outline: "A badge with only an outline: those who promised say so themselves.",
    digest: "A dotted line beside a text: our summary, no quotation.",
    quote: "A full line beside a text: the article’s own words, in quotation marks.",
  },

  // Where there is nothing
  trouble: (status: number): string =>
    status === 404 ? "There is nothing at this address"
    : status === 400 ? "This address cannot be read"
    : status === 410 ? "This was retracted"
    : status === 412 ? "What was written is not here yet"
    : status === 503 ? "This cannot be answered now"
    : "Something went wrong here",
  noSuch: (section: string, key: string) => `There is no ${NOUNS[section] ?? "page"} ${key}`,
  perhaps: "Perhaps you look for",
  notShownAnyMore: "Nothing of what it said is shown any more.",
  notByThen: (section: string, key: string) => `No ${NOUNS[section] ?? "page"} ${key} by then`,
  notComeBy: (day: string) => `It had not come by ${day}, the day of this address.`,
  notRecordedBy: (moment: string) => `What had not been recorded by ${moment} is not shown.`,
  retractedRecord: (section: string, key: string) => `Retracted: ${NOUNS[section] ?? "record"} ${key}`,
};

const COUNTED: Readonly<Record<string, readonly [string, string]>> = {
  commitments: ["commitment", "commitments"], requests: ["request", "requests"], parties: ["party", "parties"],
  meetings: ["meeting", "meetings"], articles: ["article", "articles"], "follow-ups": ["follow-up", "follow-ups"],
  topics: ["topic", "topics"],
};

export type Words = typeof en;

/** `online-safety/child-safety` as `Online safety › child safety`. */
export function topicWords(topic: string): string {
  const words = topic.replaceAll("-", " ").split("/").join(" › ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
