/** How proposals become records, and how that is taken back. */
import { Refused, send } from "../api";
import type { Payload } from "../forms/writing";
import { AcceptProposalsDocument, type Noun, ReopenProposalDocument, RevertDocument, ReviewDocument } from "../generated";
import { nounOfType } from "../nouns";
import type { Members } from "../record/content";
import { findPartiesIn } from "./newParties";
import type { Proposed } from "./reading";

const MEMBER_OF: Readonly<Partial<Record<Noun, string>>> = {
  PARTIES: "party",
  MEETINGS: "meeting",
  COMMITMENTS: "commitment",
  REQUESTS: "request",
  FOLLOW_UPS: "followUp",
};

export interface Accepting {
  readonly intake: string;
  readonly proposal: Proposed;
  /** All of the intake, among them the parties that a form may name beside those of the draft. */
  readonly proposals: readonly Proposed[];
  /** What is corrected and completed of the article; null once it is stored. */
  readonly article: Members | null;
  /** Where the proposal becomes a new record. */
  readonly noun: Noun | null;
  /** Where it becomes evidence of a stored record instead. */
  readonly about?: { readonly noun: Noun; readonly key: string };
}

/** What a proposal became. */
interface Became {
  readonly proposal: string;
  readonly noun: Noun;
  readonly key: string;
  readonly version: number;
  readonly curation: string;
}

export type Accepted = Payload & {
  /** What each proposal became that was accepted in one with it. */
  readonly became: readonly Became[];
};

/** The proposals of parties that it needs, or that these members name, and that nobody has decided on: they are made with it. */
export function partiesOf({ needs }: Pick<Proposed, "needs">, members: Members, proposals: readonly Proposed[]): readonly string[] {
  const named = findPartiesIn(members, proposals);
  const needed = [...needs, ...named.flatMap((party) => [...party.needs, party])];
  return [...new Set(needed.filter(({ kind, state }) => kind === "PARTY" && state === "OPEN").map(({ key }) => key))];
}

/** The meeting that it names and that has to be made before it: its title has to be written. */
export function meetingBefore({ needs }: Proposed): string | null {
  return needs.find(({ kind, state }) => kind === "MEETING" && state === "OPEN")?.key ?? null;
}

/**
 * What a form gives in place of a draft's members: null for a member of the form that was emptied, which would stay otherwise.
 */
export function inPlaceOf(drafted: Members, given: Members, inForm: readonly string[]): Members {
  const emptied = inForm.filter((name) => drafted[name] != null && given[name] === undefined);
  return { ...given, ...Object.fromEntries(emptied.map((name) => [name, null])) };
}

/** Accepts a proposal with these members in place of its draft's. Faults stand at the members of the form. */
export async function acceptProposal({ intake, proposal, proposals, article, noun, about }: Accepting, input: Members): Promise<Accepted> {
  const { accept, dryRun, reason, correction: _correction, ...members } = input;
  const needed = partiesOf(proposal, members, proposals).filter((key) => key !== proposal.key);
  const member = noun ? MEMBER_OF[noun] : undefined;
  const own = { key: proposal.key, ...(about ? { about } : member && { [member]: members }) };
  const payload = await send(AcceptProposalsDocument, {
    intake,
    proposals: [...needed.map((key) => ({ key })), own],
    ...(article && Object.keys(article).length > 0 && { article }),
    ...(accept === true && { accept }),
    ...(dryRun === true && { dryRun }),
    ...(typeof reason === "string" && { reason }),
  });
  const at = `input.proposals[${needed.length}]`;
  const became = payload.proposals.flatMap(({ key: of, record }) =>
    record && "curation" in record
      ? [{ proposal: of, noun: nounOfType(record.__typename), key: record.key, version: record.version, curation: record.curation }]
      : [],
  );
  return {
    dataVersion: payload.dataVersion,
    effects: payload.effects,
    record: payload.proposals.find(({ key }) => key === proposal.key)?.record ?? null,
    userErrors: payload.userErrors.map((fault) => ({ ...fault, path: fault.path && pathInForm(fault.path, at, member) })),
    became,
  } as Accepted;
}

/** The path in a form of a fault; one of what grows stored records has no part for the member that was given. */
export function pathInForm(path: string, at: string, member: string | undefined): string {
  const before = [member && `${at}.${member}`, at].find((start) => start && path.startsWith(start));
  return before ? `input${path.slice(before.length)}` : path;
}

const TAKEN_BACK = "Taken back right after it was accepted.";

/**
 * Takes back what proposals became, and opens them again: what is new is retracted, or rejected where nobody accepted it;
 * what was there before says again what it said. The article stays. Rejects with Refused.
 */
export async function takeBack(became: readonly Became[]): Promise<void> {
  const fresh = became.filter(({ version }) => version === 1);
  for (const action of ["RETRACT", "REJECT"] as const) {
    const records = fresh
      .filter(({ curation }) => (curation === "ACCEPTED") === (action === "RETRACT"))
      .map(({ noun, key, version }) => ({ noun, key, expectedVersion: version }));
    if (records.length > 0) await carryOut(send(ReviewDocument, { action, records, reason: TAKEN_BACK }));
  }
  for (const { noun, key, version } of became) {
    if (version > 1) await carryOut(send(RevertDocument, { noun, key, version: version - 1, expectedVersion: version, reason: TAKEN_BACK }));
  }
  await carryOut(send(ReopenProposalDocument, { keys: became.map(({ proposal }) => proposal), reason: TAKEN_BACK }));
}

async function carryOut(sent: Promise<{ readonly userErrors: readonly { readonly message: string }[] }>): Promise<void> {
  const { userErrors } = await sent;
  if (userErrors[0]) throw new Refused(userErrors[0].message);
}
