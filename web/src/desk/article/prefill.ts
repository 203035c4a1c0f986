/** What a form can be filled in with from the words that were selected. A curator looks at all of it. */
import type { Noun } from "../generated";
import type { Members } from "../record/content";

export interface Named {
  readonly key: string;
  readonly name: string;
}

export interface Passage {
  readonly article: string;
  readonly textKind: string;
  /** The date of the article, in EDTF. */
  readonly date: string;
  readonly text: string;
  /** The selected words, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** The same, as the API counts. */
  readonly selector: { readonly start: number; readonly end: number };
  readonly parties: readonly Named[];
  /** On whose statement the article rests. */
  readonly relays: Named | null;
  /** The meetings that it reports. */
  readonly meetings: readonly { readonly key: string; readonly edtf: string }[];
}

const OPENING = "“„«\"";
const CLOSING = "”“»\"";

/** How the article presents the words: within quotation marks of their paragraph, or reported. */
export function modeOf({ text, start, end }: Passage): "DIRECT_QUOTE" | "PARAPHRASE" {
  const paragraph = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const words = text.slice(start, end).trim();
  const straight = paragraph.split('"').length - 1;
  const isOpen = straight % 2 === 1 || paragraph.lastIndexOf("“") > paragraph.lastIndexOf("”") || paragraph.lastIndexOf("«") > paragraph.lastIndexOf("»");
  const isWhole = words.length > 1 && OPENING.includes(words[0]!) && CLOSING.includes(words.at(-1)!);
  return isOpen || isWhole ? "DIRECT_QUOTE" : "PARAPHRASE";
}

/**
 * Whoever is named first in the words, else last before them or first after them in their paragraph; else
 * whose statement the article is.
 */
export function speakerOf({ text, start, end, parties, relays }: Passage): Named | null {
  const lineEnd = text.indexOf("\n", end);
  const words = text.slice(start, end).toLowerCase();
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start).toLowerCase();
  const after = text.slice(end, lineEnd < 0 ? undefined : lineEnd).toLowerCase();
  return (
    nearest(parties, (name) => words.indexOf(name), words) ??
    nearest(parties, (name) => before.length - before.lastIndexOf(name), before) ??
    nearest(parties, (name) => after.indexOf(name), after) ??
    relays
  );
}

function nearest(parties: readonly Named[], distance: (name: string) => number, within: string): Named | null {
  const found = parties
    .map((party) => ({ party, name: party.name.toLowerCase() }))
    .filter(({ name }) => within.includes(name))
    .sort((a, b) => distance(a.name) - distance(b.name));
  return found[0]?.party ?? null;
}

/** Those who are named in the words. */
export function namedIn({ text, start, end, parties }: Passage): Named[] {
  const words = text.slice(start, end).toLowerCase();
  const named = parties.filter(({ name }) => words.includes(name.toLowerCase()));
  return [...new Map(named.map((party) => [party.key, party])).values()];
}

const ATTRIBUTION = { DIRECT_QUOTE: "SELF_QUOTED", PARAPHRASE: "SELF_PARAPHRASED" } as const;

export function evidenceOf(passage: Passage): Members {
  const speaker = speakerOf(passage);
  return {
    article: passage.article,
    selector: passage.selector,
    mode: modeOf(passage),
    ...(speaker && { saidBy: speaker.key }),
  };
}

export function prefill(noun: Noun, passage: Passage): Members {
  const evidence = [evidenceOf(passage)];
  const speaker = speakerOf(passage);
  const reported = { edtf: passage.date, basis: "REPORT_DAY" };
  const [meeting, ...others] = passage.meetings;
  const made = meeting && others.length === 0 ? { madeOn: { edtf: meeting.edtf }, madeAt: meeting.key } : { madeOn: reported };
  // A digest is in our own words already; an article's own words are not to be copied.
  const gist = passage.textKind === "DIGEST" ? { gist: passage.text.slice(passage.start, passage.end) } : {};
  switch (noun) {
    case "COMMITMENTS":
      return { ...gist, promisors: [{ ...(speaker && { party: speaker.key }), attribution: ATTRIBUTION[modeOf(passage)] }], ...made, evidence };
    case "REQUESTS":
      return { ...gist, ...(speaker && { askers: [speaker.key] }), ...made, evidence };
    case "MEETINGS":
      return { date: reported, participations: namedIn(passage).map(({ key, name }) => ({ party: key, nameAsStated: name })), evidence };
    case "FOLLOW_UPS":
      return {
        occurredOn: meeting && others.length === 0 ? { edtf: meeting.edtf } : reported,
        ...(speaker && { actors: [speaker.key] }),
        ...(meeting && others.length === 0 && { meeting: meeting.key }),
        evidence,
      };
    default:
      return {};
  }
}
