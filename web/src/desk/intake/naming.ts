/** What a proposal is called: its kind, whose it is, and the first words that it rests on. */
import { inSentence } from "../../timeline/kinds";
import type { ProposalKind } from "../generated";
import { titleOf } from "../nouns";
import type { Proposed } from "./reading";

const KINDS: Readonly<Record<ProposalKind, string>> = {
  PARTY: "New party",
  MEETING: "New meeting",
  MEETING_DATE: "Another day of a meeting",
  COMMITMENT: "New commitment",
  REQUEST: "New request",
  FOLLOW_UP: "New follow-up",
  EVIDENCE: "New evidence",
  DOUBTFUL: "Perhaps a promise",
};

export interface ProposalName {
  /** `New commitment of Skylark`. */
  readonly kind: string;
  /** What it is about; its words in quotation marks where nothing says it shorter. */
  readonly about: string;
  /** Whether the words that it rests on go on after those of its name. */
  readonly isCut: boolean;
}

type Named = Pick<Proposed, "kind" | "members" | "about" | "candidates" | "spans">;

/** The name of a proposal; `known` is what the keys in it are called. */
export function nameProposal(proposal: Named, known: ReadonlyMap<string, string>): ProposalName {
  const { kind, members, about, candidates, spans } = proposal;
  const whose = kind === "COMMITMENT" || kind === "REQUEST" || kind === "DOUBTFUL" ? partiesOf(proposal, known) : [];
  const said = whose.length > 0 ? `${KINDS[kind]} of ${whose.join(" and ")}` : KINDS[kind];
  const whole = (name: string): ProposalName => ({ kind: said, about: name, isCut: true });
  const exact = spans[0]?.exact ?? "";
  if (about) return whole(titleOf(about));
  if (kind === "PARTY") return { kind: said, about: String(members["name"] ?? exact), isCut: false };
  const target = candidates.find(({ member }) => member === "target");
  if (kind === "FOLLOW_UP" && target) return whole(`${inSentence(String(members["kind"] ?? "Mentioned"))}: ${target.name}`);
  const written = members["title"] ?? members["gist"];
  if (typeof written === "string" && written !== "") return whole(written);
  const cut = firstWords(exact);
  return { kind: said, about: `“${cut}”`, isCut: cut !== exact.trim() };
}

/** As one text, for those who hear it. */
export function sayName({ kind, about }: ProposalName): string {
  return `${kind}: ${about}`;
}

function partiesOf({ members, candidates }: Named, known: ReadonlyMap<string, string>): string[] {
  const given = (members["promisors"] ?? members["askers"] ?? []) as readonly (string | { party?: string })[];
  const keys = given.flatMap((one) => (typeof one === "string" ? one : one.party ?? []));
  return keys.map((key) => known.get(`parties ${key}`) ?? candidates.find((candidate) => candidate.key === key)?.name ?? key);
}

const MOST = 64;

/** Words from the beginning of a text, up to a line of them; with … where it goes on. */
export function firstWords(text: string): string {
  const whole = text.trim().replace(/\s+/gu, " ");
  if (whole.length <= MOST) return whole;
  const end = whole.lastIndexOf(" ", MOST);
  return `${whole.slice(0, end > MOST / 2 ? end : MOST).replace(/[,;:–—-]+$/u, "")} …`;
}
