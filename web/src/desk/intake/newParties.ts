/** The parties that an intake proposes: which of them are made with a proposal, and which were refused. */
import type { Members } from "../record/content";
import { may } from "../session/session";
import type { Proposed } from "./reading";

type Judged = Pick<Proposed, "key" | "creates" | "draft" | "members" | "state">;

/** The proposals of parties, by the name of the party. */
export type NewParties = ReadonlyMap<string, Pick<Proposed, "key" | "state">>;

/** The key that the record of a draft would have. */
export function draftedKey({ draft }: Pick<Proposed, "draft">): string {
  return String((JSON.parse(draft ?? "{}") as Members)["key"] ?? "");
}

export function findNewParties(proposals: readonly Judged[]): NewParties {
  return new Map(proposals.filter(({ creates }) => creates === "PARTIES").map((one) => [String(one.members["name"]), one]));
}

/** The proposals of parties whose keys stand anywhere in these members. */
export function findPartiesIn<One extends Pick<Proposed, "creates" | "draft">>(members: unknown, proposals: readonly One[]): readonly One[] {
  const parties = new Map(proposals.filter(({ creates }) => creates === "PARTIES").map((one) => [draftedKey(one), one]));
  return [...new Set(textsIn(members))].flatMap((text) => parties.get(text) ?? []);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The proposals without those of their candidates that were refused as parties: nobody is to choose these. */
export function withoutRefused<One extends Judged & Pick<Proposed, "candidates">>(proposals: readonly One[]): readonly One[] {
  const refused = new Set(proposals.filter(({ creates, state }) => creates === "PARTIES" && state === "REJECTED").map(draftedKey));
  return proposals.map((one) => ({
    ...one,
    candidates: one.candidates.filter(({ key, record }) => record !== null || key === null || !refused.has(key)),
  }));
}

/** What is said beside the name of a party that is not stored; null where it was accepted since. */
export function sayStanding(name: string, { needs }: Pick<Proposed, "needs">, parties: NewParties): string | null {
  const party = parties.get(name);
  if (!party) return "not stored";
  if (party.state === "ACCEPTED") return null;
  if (party.state === "REJECTED") return "refused as a party";
  if (!needs.some(({ key }) => key === party.key)) return "new, proposed here as well";
  return may("EDITOR") ? "new, made when you accept" : "new, proposed with it";
}

/** The names in a draft that no stored party has and no line of candidates shows, by what is said of them. */
export function sayUnresolved(proposal: Pick<Proposed, "unresolved" | "needs" | "candidates">, parties: NewParties): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, readonly string[]>();
  for (const name of proposal.unresolved) {
    const says = sayStanding(name, proposal, parties);
    if (says === null || proposal.candidates.some((one) => one.name === name)) continue;
    lines.set(says, [...(lines.get(says) ?? []), name]);
  }
  return lines;
}
