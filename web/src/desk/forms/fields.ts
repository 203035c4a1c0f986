/** The form of each noun: its members in the order in which a curator thinks of them. */
import { MEMBERS } from "../definitions/generated";
import type { FaultFragment, Noun } from "../generated";
import type { Members } from "../record/content";
import { labelOf } from "../record/words";

/** What a picker looks for. */
export type Sought = "party" | "meeting" | "trackable" | "followUp" | "article";

interface Shared {
  readonly name: string;
  /** Seldom needed: folded away until it says something. */
  readonly isRare?: true;
}

export type Field = Shared &
  (
    | { readonly kind: "line" | "text" | "prose" | "flag" | "date" | "topics" | "number" }
    | { readonly kind: "choice"; readonly values: string }
    | { readonly kind: "key" | "keys"; readonly sought: Sought }
    | { readonly kind: "part" | "list" | "evidence"; readonly type: string; readonly of: readonly Field[] }
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
const topics: Field = { name: "topics", kind: "topics" };

const evidence: Field = {
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
      rare({ name: "presupposesEarlier", kind: "flag" }),
      rare({ name: "verifiable", kind: "flag" }),
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
      rare(choice("scopeChange", "ScopeChange")),
      rare({ name: "restatedAs", kind: "key", sought: "trackable" }),
      rare({ name: "answers", kind: "key", sought: "followUp" }),
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
      rare({ name: "answeredBy", kind: "keys", sought: "trackable" }),
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
      rare({ name: "place", kind: "part", type: "PlaceInput", of: [line("name"), line("country"), choice("basis", "PlaceBasis")] }),
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
      rare({ name: "identifiers", kind: "list", type: "IdentifierInput", of: [line("scheme"), line("value")] }),
      rare(text("note")),
    ],
  },
  ARTICLES: {
    type: "CreateArticleInput",
    fields: [
      line("headline"),
      party("publisher"),
      date("datePublished"),
      line("dateline"),
      party("relays"),
      rare(line("url")),
      rare(line("byline")),
      rare(line("inLanguage")),
      rare(choice("textKind", "TextKind")),
      rare(choice("textAccess", "TextAccess")),
    ],
  },
  ASSESSMENTS: {
    type: "AssessInput",
    fields: [{ name: "trackable", kind: "key", sought: "trackable" }, choice("value", "StatusValue"), date("effectiveOn"), text("rationale"), line("assessor")],
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
    party("publisher"),
    date("datePublished"),
    line("dateline"),
    choice("textKind", "TextKind"),
    choice("textAccess", "TextAccess"),
    line("inLanguage"),
    rare(party("relays")),
    rare(line("url")),
    rare(line("byline")),
  ],
};

/** What the schema says of a member, without what is for programs. */
export function saysOf(type: string, name: string): string {
  const says = MEMBERS[type]?.[name]?.says ?? "";
  return says.replace(/ (Its key|Their keys)\./g, "").replace(/; null [^.]*/g, "");
}

export function isRequired(type: string, name: string): boolean {
  return MEMBERS[type]?.[name]?.isRequired ?? false;
}

export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && "edtf" in value && isEmpty((value as Members)["edtf"]);
}

/** The places in a form that a fault can stand at, each a path such as `input.promisors[0].party`. */
export function leafPaths(fields: readonly Field[], values: Members, at = "input"): string[] {
  return fields.flatMap((field) => {
    const path = `${at}.${field.name}`;
    const value = values[field.name];
    if (field.kind === "part") return [path, ...leafPaths(field.of, (value ?? {}) as Members, path)];
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
    if (isEmpty(value)) return isRequired(type, field.name) ? [missing(path, field)] : [];
    if (field.kind === "part") return findMissing(field.of, field.type, value as Members, path);
    if (field.kind !== "list" && field.kind !== "evidence") return [];
    return (value as readonly Members[]).flatMap((item, i) => findMissing(field.of, field.type, item, `${path}[${i}]`));
  });
}

function missing(path: string, field: Field): FaultFragment {
  const label = labelOf(field.name);
  const what: Readonly<Partial<Record<Field["kind"], string>>> = {
    choice: "choose one",
    key: "find one, or make a new one",
    keys: "find one, or make a new one",
    date: "give a date, such as 2024 or 2024-05-02",
    list: "add one",
    evidence: "select the words in the article that say it",
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
