/** Members of records in plain words. */
import { basisWords, dateWords } from "../../reading/words/en";
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
  claims: "Where reports differ",
  effectiveOn: "From which day on",
  nameAsStated: "As printed",
  roleAsStated: "Role, as printed",
};

/** Where the same name means another thing in another part. */
const LABELS_IN: Readonly<Record<string, string>> = {
  "AssessInput.value": "Which status",
  "AssessInput.rationale": "Why",
  "NameInput.value": "Name",
  "IdentifierInput.value": "Number",
  "ClaimInput.evidence": "Whose words say so",
  "PlaceInput.name": "Place",
  "MeasureInput.what": "What is measured",
  "MeasureInput.value": "Counted or reached",
  "MeasureInput.target": "To be reached, or the most",
  "LabelInput.value": "Label",
  "CreateConceptInput.key": "Topic",
};

/** `madeOn` as `Made on`; of a member of an input type or of a part, where it is told. */
export function labelOf(member: string, type = ""): string {
  return LABELS_IN[`${type}.${member}`] ?? LABELS[member] ?? inSentence(member.replace(/(?<=[a-z])(?=[A-Z])/g, "_"));
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

/** What a part is about: it needs no name. */
const LEADING = ["party", "organization", "article", "name", "value", "scheme", "nameAsStated"];

function wordsOfPart(part: Members, titles: Titles): string {
  if ("edtf" in part) return wordsOfDateMember(part);
  if ("unit" in part) return wordsOfMeasure(part);
  if ("start" in part && "end" in part) return `characters ${part["start"]} to ${part["end"]}`;
  const said = Object.entries(part)
    .map(([name, value]) => [name, wordsOf(name, value, titles)] as const)
    .filter(([, words]) => words !== "");
  const lead = said.find(([name]) => LEADING.includes(name));
  const rest = said.filter(([name, words]) => name !== lead?.[0] && !(name === "nameAsStated" && words === lead?.[1]));
  return [...(lead ? [lead[1]] : []), ...rest.map(([name, words]) => `${labelOf(name).toLowerCase()}: ${words}`)].join(" · ");
}

/** `villages with clean water: 12 of 40 villages`. */
function wordsOfMeasure({ what, value, target, unit }: Members): string {
  const numbers = [value, target].map((one) => (one === undefined || one === null ? "" : Number(one).toLocaleString("en")));
  const said = numbers[0] && numbers[1] ? `${numbers[0]} of ${numbers[1]}` : numbers[1] ? `to be ${numbers[1]}` : numbers[0];
  return `${what ? `${what}: ` : ""}${said} ${unit}`;
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
