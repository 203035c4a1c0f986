/** Members of records in plain words. */
import { basisWords, dateWords } from "../../reading/words";
import { inSentence } from "../../timeline/kinds";
import { wordsOfDate } from "../forms/dates";
import type { Members } from "./content";
import { type Titles, titleIn } from "./titles";

const LABELS: Readonly<Record<string, string>> = {
  url: "Address on the web",
  askers: "Asked by",
  asked: "Asked of",
  test: "Done when",
  gist: "What it says",
  place: "Where",
  promisors: "Promised by",
  addressees: "Promised to",
  beneficiaries: "Meant for",
  edtf: "Date",
  participations: "Who took part",
  target: "What it follows up",
  trackable: "About",
  actors: "Who acted",
  occurredOn: "Happened on",
  rationale: "Why it belongs there",
  restatedAs: "Restated as",
  checkedOn: "Looked on",
  checkedBy: "Who looked",
  found: "How many were found",
  relays: "Rests on the statement of",
  inLanguage: "Language",
};

/** `madeOn` as `Made on`. */
export function labelOf(member: string): string {
  return LABELS[member] ?? inSentence(member.replace(/(?<=[a-z])(?=[A-Z])/g, "_"));
}

/** A member's value as text, to be read and compared word by word. */
export function wordsOf(member: string, value: unknown, titles: Titles): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map((item) => wordsOf(member, item, titles)).join("\n");
  if (typeof value === "object") return wordsOfPart(value as Members, titles);
  if (typeof value === "boolean") return value ? "Yes" : "No";
  const text = String(value);
  if (/^[A-Z]+(_[A-Z]+)*$/.test(text) && text.length > 2) return inSentence(text);
  return titleIn(titles, member, text);
}

function wordsOfPart(part: Members, titles: Titles): string {
  if ("edtf" in part) return wordsOfDateMember(part);
  if ("start" in part && "end" in part) return `characters ${part["start"]} to ${part["end"]}`;
  return Object.entries(part)
    .map(([name, value]) => [name, wordsOf(name, value, titles)] as const)
    .filter(([, words]) => words !== "")
    .map(([name, words]) => `${labelOf(name)}: ${words}`)
    .join(" · ");
}

function wordsOfDateMember({ edtf, basis, statedAs, certainty }: Members): string {
  const said = dateWords({ edtf: String(edtf) });
  const known = basisWords({ basis: String(basis ?? "STATED"), statedAs: statedAs ? String(statedAs) : null });
  const sure = certainty && certainty !== "CERTAIN" && !/[?~%]/.test(String(edtf)) ? `, ${inSentence(String(certainty)).toLowerCase()}` : "";
  return `${said === "unknown" ? wordsOfDate(String(edtf)) : said}${sure} – ${known}`;
}

/** A moment, such as `9 July 2025 at 12:00`. */
export function whenWords(at: string): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}
