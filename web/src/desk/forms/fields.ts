/** The form of each noun: its members in the order in which a curator thinks of them. */
import { inSentence } from "../../timeline/kinds";
import { MEMBERS, VALUES } from "../definitions/generated";
import type { FaultFragment, Noun } from "../generated";
import type { Members } from "../record/content";
import { labelOf } from "../record/words";

/** What a picker looks for. */
export type Sought = "party" | "publisher" | "meeting" | "trackable" | "followUp" | "article";

interface Shared {
  readonly name: string;
  /** Seldom needed: folded away until it says something. */
  readonly isRare?: true;
}

export type Field = Shared &
  (
    | { readonly kind: "line" | "text" | "prose" | "flag" | "date" | "topics" | "number" | "amount" | "language" }
    | { readonly kind: "choice"; readonly values: string }
    | { readonly kind: "key" | "keys"; readonly sought: Sought }
    | { readonly kind: "part" | "words" | "list" | "evidence"; readonly type: string; readonly of: readonly Field[] }
  );

export interface FormOf {
  /** The input type, which says what each member is and which must be given. */
  readonly type: string;
  readonly fields: readonly Field[];
}

const party = (name: string): Field => ({ name, kind: "key", sought: "party" });
const parties = (name: string): Field => ({ name, kind: "keys", sought: "party" });
const rare = (field: Field): Field => ({ ...field, isRare: true });
const line = (name: string): Field => ({ name, kind: "line" });
const text = (name: string): Field => ({ name, kind: "text" });
const date = (name: string): Field => ({ name, kind: "date" });
const choice = (name: string, values: string): Field => ({ name, kind: "choice", values });
/** What the source calls a record. */
const ofTheSource: readonly Field[] = [
  rare({ name: "identifiers", kind: "list", type: "IdentifierInput", of: [line("scheme"), line("value")] }),
  rare(line("url")),
  rare({ name: "inLanguage", kind: "language" }),
];
const amount = (name: string): Field => ({ name, kind: "amount" });
/** Numbers as data, beside the words that say them. */
const measures: Field = rare({ name: "measures", kind: "list", type: "MeasureInput", of: [line("what"), amount("value"), amount("target"), line("unit")] });
const topics: Field = { name: "topics", kind: "topics" };

const place: Field = { name: "place", kind: "part", type: "PlaceInput", of: [line("name"), line("country"), choice("basis", "PlaceBasis")] };

const evidence: Field & { readonly kind: "evidence" } = {
  name: "evidence",
  kind: "evidence",
  type: "EvidenceInput",
  of: [choice("mode", "EvidenceMode"), party("saidBy"), rare(party("relayedBy")), rare(choice("stance", "Stance")), rare(text("gist")), rare(line("sourceLocator"))],
};

export const FORMS: Readonly<Record<Noun, FormOf>> = {
  COMMITMENTS: {
    type: "CreateCommitmentInput",
    fields: [
      line("title"),
      text("gist"),
      {
        name: "promisors",
        kind: "list",
        type: "PromisorInput",
        of: [party("party"), choice("attribution", "Attribution"), rare(party("spokesperson"))],
      },
      parties("addressees"),
      choice("strength", "Strength"),
      choice("term", "Term"),
      date("madeOn"),
      { name: "madeAt", kind: "key", sought: "meeting" },
      date("dueOn"),
      line("test"),
      topics,
      evidence,
      rare(parties("beneficiaries")),
      rare({ name: "implementers", kind: "list", type: "ImplementerInput", of: [party("party"), choice("part", "ImplementerPart")] }),
      measures,
      rare({ name: "presupposesEarlier", kind: "flag" }),
      rare({ name: "verifiable", kind: "flag" }),
      ...ofTheSource,
    ],
  },
  FOLLOW_UPS: {
    type: "CreateFollowUpInput",
    fields: [
      { name: "target", kind: "key", sought: "trackable" },
      choice("kind", "FollowUpKind"),
      date("occurredOn"),
      parties("actors"),
      choice("independence", "Independence"),
      choice("confidence", "Confidence"),
      { name: "meeting", kind: "key", sought: "meeting" },
      text("rationale"),
      evidence,
      measures,
      rare(choice("scopeChange", "ScopeChange")),
      rare({ name: "restatedAs", kind: "key", sought: "trackable" }),
      rare({ name: "answers", kind: "key", sought: "followUp" }),
      ...ofTheSource,
    ],
  },
  REQUESTS: {
    type: "CreateRequestInput",
    fields: [
      line("title"),
      text("gist"),
      parties("askers"),
      parties("asked"),
      date("madeOn"),
      { name: "madeAt", kind: "key", sought: "meeting" },
      topics,
      evidence,
      measures,
      rare({ name: "answeredBy", kind: "keys", sought: "trackable" }),
      rare(choice("strength", "Strength")),
      ...ofTheSource,
    ],
  },
  MEETINGS: {
    type: "CreateMeetingInput",
    fields: [
      line("title"),
      choice("kind", "MeetingKind"),
      date("date"),
      {
        name: "participations",
        kind: "list",
        type: "ParticipationInput",
        of: [party("party"), line("nameAsStated"), rare(line("roleAsStated")), rare(party("onBehalfOf")), rare(choice("capacity", "Capacity"))],
      },
      topics,
      evidence,
      rare(choice("state", "MeetingState")),
      rare(place),
      rare({ name: "claims", kind: "list", type: "ClaimInput", of: [date("date"), place, { ...evidence, kind: "words" }] }),
      ...ofTheSource,
    ],
  },
  PARTIES: {
    type: "CreatePartyInput",
    fields: [
      line("name"),
      choice("kind", "PartyKind"),
      line("country"),
      party("parent"),
      { name: "names", kind: "list", type: "NameInput", of: [line("value"), choice("kind", "NameKind"), rare(date("validFrom")), rare(date("validTo")), rare(line("language"))] },
      { name: "memberships", kind: "list", type: "MembershipInput", of: [party("organization"), line("role"), rare(date("start")), rare(date("end"))] },
      rare(text("note")),
      ...ofTheSource,
    ],
  },
  ARTICLES: {
    type: "CreateArticleInput",
    fields: [
      line("headline"),
      { name: "publisher", kind: "key", sought: "publisher" },
      date("datePublished"),
      line("dateline"),
      party("relays"),
      rare(line("byline")),
      ...ofTheSource,
      rare(choice("textKind", "TextKind")),
      rare(choice("textAccess", "TextAccess")),
    ],
  },
  ASSESSMENTS: {
    type: "AssessInput",
    fields: [{ name: "trackable", kind: "key", sought: "trackable" }, choice("value", "StatusValue"), date("effectiveOn"), text("rationale"), line("assessor"), measures],
  },
  CONCEPTS: {
    type: "CreateConceptInput",
    fields: [
      line("key"),
      { name: "labels", kind: "list", type: "LabelInput", of: [line("value"), line("language"), rare(choice("kind", "LabelKind"))] },
      text("note"),
      ...ofTheSource,
    ],
  },
  CHECK_LOGS: {
    type: "RecordCheckInput",
    fields: [
      { name: "trackable", kind: "key", sought: "trackable" },
      date("checkedOn"),
      { name: "found", kind: "number" },
      { name: "articles", kind: "keys", sought: "article" },
      text("note"),
    ],
  },
};

/** An article that is new: its text comes first, and what may be shown of it is asked. */
export const NEW_ARTICLE: FormOf = {
  type: "CreateArticleInput",
  fields: [
    { name: "text", kind: "prose" },
    line("headline"),
    { name: "publisher", kind: "key", sought: "publisher" },
    date("datePublished"),
    line("dateline"),
    choice("textKind", "TextKind"),
    choice("textAccess", "TextAccess"),
    { name: "inLanguage", kind: "language" },
    rare(party("relays")),
    rare(line("url")),
    rare(line("byline")),
  ],
};

/** Where the schema says what only programs need. */
const SAYS: Readonly<Record<string, string>> = {
  "CreateConceptInput.key": "Its path, with dots in place of slashes, such as prices.calls.",
};

/** What the schema says of a member, without what is for programs. */
export function saysOf(type: string, name: string): string {
  const says = SAYS[`${type}.${name}`] ?? MEMBERS[type]?.[name]?.says ?? "";
  return says
    .replace(/ (Its key|Their keys)\./g, "")
    .replace(/; null [^.]*/g, "")
    .replace(/; [^.;]* are in `[^`]+`/g, "")
    .replace(/ This never changes [^.]*\./g, "")
    .replace(/, a BCP 47 tag/g, "")
    .replace(/, an ISO 3166-1 code/g, ": two letters, such as PK")
    .replace(/By default en\./g, "By default English.")
    .replace(/ By default (true|false)\./g, (_, value: string) => ` By default ${value === "true" ? "yes" : "no"}.`)
    .replace(/(?<=By default )[A-Z]+(_[A-Z]+)*(?=\.)/g, (value) => value.toLowerCase().replaceAll("_", " "))
    .replace(/\b[A-Z]{3,}(_[A-Z]+)*\b/g, (value) => (isValue(value) ? `“${inSentence(value)}”` : value))
    .replaceAll("`", "");
}

const VALUED = new Set(Object.values(VALUES).flatMap((values) => values.map(([value]) => value)));

/** Whether it is a value that a form offers. */
export function isValue(text: string): boolean {
  return VALUED.has(text);
}

export function isRequired(type: string, name: string): boolean {
  return MEMBERS[type]?.[name]?.isRequired ?? false;
}

export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object") return false;
  // A date of which only the basis is said is none.
  return "edtf" in value ? isEmpty(value.edtf) : Object.values(value).every(isEmpty);
}

/** The places in a form that a fault can stand at, each a path such as `input.promisors[0].party`. */
export function leafPaths(fields: readonly Field[], values: Members, at = "input"): string[] {
  return fields.flatMap((field) => {
    const path = `${at}.${field.name}`;
    const value = values[field.name];
    if (field.kind === "part" || field.kind === "words") return [path, ...leafPaths(field.of, (value ?? {}) as Members, path)];
    if (field.kind === "list" || field.kind === "evidence") {
      const items = (value ?? []) as readonly Members[];
      return [path, ...items.flatMap((item, index) => leafPaths(field.of, item, `${path}[${index}]`))];
    }
    return [path];
  });
}

/** The faults at a place: its own, and those further in that no place of their own shows. */
export function faultsAt(faults: readonly FaultFragment[], path: string, leaves: readonly string[]): FaultFragment[] {
  return faults.filter((fault) => fault.path !== null && closest(fault.path, leaves) === path);
}

/** Those that no place of the form shows. */
export function faultsElsewhere(faults: readonly FaultFragment[], leaves: readonly string[]): FaultFragment[] {
  return faults.filter((fault) => fault.path === null || closest(fault.path, leaves) === null);
}

function closest(path: string, leaves: readonly string[]): string | null {
  const within = leaves.filter((leaf) => path === leaf || path.startsWith(`${leaf}.`) || path.startsWith(`${leaf}[`));
  return within.length === 0 ? null : within.reduce((a, b) => (b.length > a.length ? b : a));
}

/** What must be given and is not: it need not be sent to be known. */
export function findMissing(fields: readonly Field[], type: string, values: Members, at = "input"): FaultFragment[] {
  return fields.flatMap((field) => {
    const path = `${at}.${field.name}`;
    const value = values[field.name];
    if (isEmpty(value)) return isRequired(type, field.name) ? [missing(path, field, type)] : [];
    if (field.kind === "part" || field.kind === "words") return findMissing(field.of, field.type, value as Members, path);
    if (field.kind !== "list" && field.kind !== "evidence") return [];
    return (value as readonly Members[]).flatMap((item, i) => findMissing(field.of, field.type, item, `${path}[${i}]`));
  });
}

function missing(path: string, field: Field, type: string): FaultFragment {
  const label = labelOf(field.name, type);
  const what: Readonly<Partial<Record<Field["kind"], string>>> = {
    choice: "choose one",
    key: "find one, or make a new one",
    keys: "find one, or make a new one",
    date: "give a date, such as 2024 or 2024-05-02",
    list: "add one",
    evidence: "select the words in the article that say it",
    words: "select the words in the article that say it",
  };
  return { code: "MISSING", path, message: `${label} is missing: ${what[field.kind] ?? "write it here"}`, suggestions: [] };
}

/** The values as an input takes them: what is empty is left out. */
export function toInput(values: Members): Members {
  const pairs = Object.entries(values).flatMap(([name, value]) => (isEmpty(value) ? [] : [[name, partOf(value)] as const]));
  return Object.fromEntries(pairs);
}

function partOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(partOf);
  return typeof value === "object" && value !== null ? toInput(value as Members) : value;
}
