/** What a version of a record says, as a form takes it. */
import { MEMBERS } from "../definitions/generated";

/** The members of an input, or of a part of one. */
export type Members = Readonly<Record<string, unknown>>;

const DATE_INPUT = ["edtf", "certainty", "basis", "statedAs"];
const SELECTOR_INPUT = ["start", "end"];

/** The content of a version, as far as an input of this type takes it: all but what is worked out, and the key. */
export function readContent(content: string, type: string): Members {
  const taken = MEMBERS[type] ?? {};
  return pick(asInput(JSON.parse(content)) as Members, (name) => name in taken && name !== "key");
}

/** The stage of review that a version is in. */
export function curationIn(content: string): string {
  return String((JSON.parse(content) as Members)["curation"]);
}

function asInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asInput);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Members;
  if ("edtf" in members) return pick(members, (name) => DATE_INPUT.includes(name));
  if ("exactSha256" in members) return pick(members, (name) => SELECTOR_INPUT.includes(name));
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, asInput(member)]));
}

function pick(members: Members, isWanted: (name: string) => boolean): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => isWanted(name)));
}

/** Whether two values say the same; an absent member, null and an empty list do. */
export function saysSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

function canonical(value: unknown): unknown {
  if (value === undefined || value === null || value === "") return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(canonical);
  if (typeof value !== "object") return value;
  const members = Object.entries(value as Members).map(([name, member]) => [name, canonical(member)] as const);
  const said = members.filter(([, member]) => member !== null).sort(([a], [b]) => (a < b ? -1 : 1));
  return said.length === 0 ? null : Object.fromEntries(said);
}

/** The names of the members that two contents say differently, in the order of both. */
export function changedMembers(before: Members, after: Members): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !saysSame(before[name], after[name]));
}

/** What an update must say for `before` to become `after`: what is gone is null. */
export function changesTo(before: Members, after: Members): Members {
  return Object.fromEntries(changedMembers(before, after).map((name) => [name, after[name] ?? null]));
}

export interface Merged {
  /** Mine, with what only the others changed. */
  readonly members: Members;
  /** What both changed, to different things. */
  readonly contested: readonly string[];
}

/** What I made of a version while others made something else of it, in one, as far as it goes. */
export function mergeEdits(base: Members, mine: Members, theirs: Members): Merged {
  const members: Record<string, unknown> = { ...mine };
  const contested: string[] = [];
  for (const name of changedMembers(base, theirs)) {
    if (saysSame(base[name], mine[name])) members[name] = theirs[name];
    else if (!saysSame(mine[name], theirs[name])) contested.push(name);
  }
  return { members, contested };
}
