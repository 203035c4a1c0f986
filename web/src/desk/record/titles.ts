/** What the keys in a record are called. */
import { useEffect, useState } from "react";
import { inSentence } from "../../timeline/kinds";
import { ask } from "../api";
import { PartyTitleDocument, TitlesDocument } from "../generated";
import type { Members } from "./content";

type Kind = "parties" | "articles" | "meetings" | "commitments" | "requests" | "followUps";

/** The members that hold keys, each with the kinds of record that it may name. */
const NAMING: Readonly<Record<string, readonly Kind[]>> = {
  ...Object.fromEntries(
    ["party", "spokesperson", "addressees", "beneficiaries", "askers", "asked", "actors", "publisher", "relays",
      "saidBy", "relayedBy", "onBehalfOf", "organization", "parent"].map((name) => [name, ["parties"] as const]),
  ),
  article: ["articles"],
  articles: ["articles"],
  madeAt: ["meetings"],
  meeting: ["meetings"],
  target: ["commitments", "requests"],
  trackable: ["commitments", "requests"],
  restatedAs: ["commitments", "requests"],
  answeredBy: ["commitments", "requests"],
  answers: ["followUps"],
};

export type Titles = ReadonlyMap<string, string>;

/** A name of a title in `Titles`: keys of different kinds may be the same. */
export function titleIn(titles: Titles, member: string, key: string): string {
  for (const kind of NAMING[member] ?? []) {
    const title = titles.get(`${kind} ${key}`);
    if (title) return title;
  }
  return key;
}

/** The keys that a value names, by kind. */
export function keysIn(value: unknown, member = "", found: Record<Kind, Set<string>> = none()): Record<Kind, Set<string>> {
  if (typeof value === "string") {
    for (const kind of NAMING[member] ?? []) found[kind].add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) keysIn(item, member, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, part] of Object.entries(value as Members)) keysIn(part, name, found);
  }
  return found;
}

function none(): Record<Kind, Set<string>> {
  return {
    parties: new Set(), articles: new Set(), meetings: new Set(),
    commitments: new Set(), requests: new Set(), followUps: new Set(),
  };
}

const MOST = 100;

async function findTitles(keys: Record<Kind, Set<string>>): Promise<Titles> {
  const titles = new Map<string, string>();
  const most = Math.max(...Object.values(keys).map((set) => set.size));
  for (let from = 0; from < most; from += MOST) {
    const of = (kind: Kind) => [...keys[kind]].slice(from, from + MOST);
    const answer = await ask(TitlesDocument, {
      parties: of("parties"), articles: of("articles"), meetings: of("meetings"),
      commitments: of("commitments"), requests: of("requests"), followUps: of("followUps"),
    });
    const note = (kind: Kind, key: string, title: string | null) => titles.set(`${kind} ${key}`, title ?? key);
    for (const { key, name } of answer.parties?.nodes ?? []) note("parties", key, name);
    for (const { key, headline } of answer.articles?.nodes ?? []) note("articles", key, headline);
    for (const { key, title } of answer.meetings?.nodes ?? []) note("meetings", key, title);
    for (const { key, title } of answer.commitments?.nodes ?? []) note("commitments", key, title);
    for (const { key, title } of answer.requests?.nodes ?? []) note("requests", key, title);
    for (const { key, kind, target } of answer.followUps?.nodes ?? []) {
      note("followUps", key, `${inSentence(kind)}: ${target?.title ?? key}`);
    }
  }
  const merged = [...keys.parties].filter((key) => !titles.has(`parties ${key}`));
  await Promise.all(
    merged.map(async (key) => {
      const title = await findMergedTitle(key);
      if (title !== null) titles.set(`parties ${key}`, title);
    }),
  );
  return titles;
}

/** Lists do not have what was merged: it is called as what it lives on in. */
async function findMergedTitle(key: string): Promise<string | null> {
  const { party } = await ask(PartyTitleDocument, { key });
  return party?.name ?? null;
}

const NO_TITLES: Titles = new Map();

/** The titles of all keys in a value; keys stand for themselves until they are known. */
export function useTitles(value: unknown): Titles {
  const [titles, setTitles] = useState(NO_TITLES);
  const keys = keysIn(value);
  const asText = JSON.stringify(Object.entries(keys).map(([kind, set]) => [kind, ...[...set].sort()]));
  useEffect(() => {
    let isCurrent = true;
    findTitles(keys).then(
      (found) => isCurrent && setTitles(found),
      () => {}, // keys are readable, too
    );
    return () => void (isCurrent = false);
  }, [asText]);
  return titles;
}
