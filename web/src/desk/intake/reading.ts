/** What the intake proposes of an article, as the desk shows it. How it becomes records is in `accepting.ts`. */
import { ask } from "../api";
import { Places } from "../article/codePoints";
import type { Span } from "../article/spans";
import { type Field, FORMS, isEmpty, isRequired } from "../forms/fields";
import {
  IntakePageDocument, type IntakePageQuery, type Noun, type ProposalKind, ProposalsDocument, type ProposalsQuery, type ProposedFragment,
} from "../generated";
import { nounOfType } from "../nouns";
import { type Members, readContent } from "../record/content";
import { draftedKey, withoutRefused } from "./newParties";

export type Intake = NonNullable<IntakePageQuery["intake"]>;

export interface Proposed extends ProposedFragment {
  /** The kind of record that it would create; null where a curator has to say which. */
  readonly creates: Noun | null;
  /** The kind of record that it would create or be evidence of; null as above. */
  readonly writes: Noun | null;
  /** What the record would say, or what would be added to it. */
  readonly members: Members;
}

export interface Read {
  readonly intake: Intake;
  readonly proposals: readonly Proposed[];
  /** What keys are called that name proposals, as `parties skylark`: no stored record has them yet. */
  readonly known: ReadonlyMap<string, string>;
}

/** An intake with all that it proposes, or null if there is none. */
export async function loadIntake(key: string, signal: AbortSignal): Promise<Read | null> {
  const { intake } = await ask(IntakePageDocument, { key }, signal);
  if (!intake) return null;
  const nodes: ProposedFragment[] = [];
  let after: string | null = null;
  do {
    const { proposals: page }: ProposalsQuery = await ask(ProposalsDocument, { intake: key, after }, signal);
    nodes.push(...(page?.nodes ?? []));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  const proposals = nodes.map(toProposed);
  return { intake, proposals: withoutRefused(proposals), known: namesIn(proposals) };
}

function toProposed(node: ProposedFragment): Proposed {
  const writes = node.noun ?? (node.about ? nounOfType(node.about.__typename) : null);
  return { ...node, creates: node.noun, writes, members: writes ? readDraft(node.draft, writes) : {} };
}

/** A draft as a form takes it. */
export function readDraft(draft: string | null, noun: Noun): Members {
  const { type, fields } = FORMS[noun];
  const members = readContent(draft ?? "{}", type);
  const isDate = (name: string) => fields.some((field) => field.name === name && field.kind === "date");
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, isDate(name) && typeof value === "string" ? { edtf: value } : value]),
  );
}

function namesIn(proposals: readonly Proposed[]): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const proposal of proposals) {
    const { creates, members, candidates, spans } = proposal;
    const key = draftedKey(proposal);
    if (creates === "PARTIES") named.set(`parties ${key}`, String(members["name"] ?? key));
    if (creates === "MEETINGS") named.set(`meetings ${key}`, String(members["title"] ?? `The meeting of “${spans[0]?.exact.slice(0, 60) ?? ""}”`));
    for (const one of candidates) if (one.key && !one.record) named.set(`parties ${one.key}`, one.name);
  }
  return named;
}

/** Where one begins: the first that is open, and where all is decided the first. */
export function firstOf(proposals: readonly Proposed[]): Proposed | null {
  return proposals.find(({ state }) => state === "OPEN") ?? proposals[0] ?? null;
}

/** Whether a curator must write or choose something before it can become a record. */
export function isComplete({ kind, creates, members, about }: Proposed): boolean {
  if (about && (kind === "EVIDENCE" || kind === "MEETING_DATE")) return true;
  return creates !== null && FORMS[creates].fields.every((field) => isGiven(FORMS[creates].type, field, members[field.name]));
}

function isGiven(type: string, field: Field, value: unknown): boolean {
  return !isRequired(type, field.name) || !isEmpty(value);
}

const LOOKS: Readonly<Record<ProposalKind, string>> = {
  PARTY: "on-parties",
  MEETING: "on-meetings",
  MEETING_DATE: "on-meetings",
  COMMITMENT: "on-commitments",
  REQUEST: "on-requests",
  FOLLOW_UP: "on-follow-ups",
  EVIDENCE: "on-commitments",
  DOUBTFUL: "on-doubtful",
};

export function lookOf({ kind, about }: Proposed): string {
  const isFollowUp = kind === "EVIDENCE" && about !== null && nounOfType(about.__typename) === "FOLLOW_UPS";
  return isFollowUp ? "on-follow-ups" : LOOKS[kind];
}

/** Where the proposals stand in the text; what was refused stands nowhere. */
export function spansOf({ intake, proposals }: Read): Span[] {
  const places = new Places(intake.text ?? "");
  return proposals
    .filter(({ state }) => state !== "REJECTED")
    .flatMap((proposal) =>
      proposal.spans.map(({ start, end }) => ({
        id: proposal.key,
        look: `${lookOf(proposal)} ${proposal.state === "OPEN" ? "waiting" : ""}`,
        start: places.toUnit(start),
        end: places.toUnit(end),
      })),
    );
}
