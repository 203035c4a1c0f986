/** Stored parties that a text names, before anybody said so: they are what a form is filled in with. */
import { ask } from "../api";
import { PartiesCalledDocument } from "../generated";
import type { Named } from "./prefill";

const MOST = 16;
const NAME = /\p{Lu}[\p{L}\p{M}’'-]+(?:\s+(?:(?:of|for|the|and)\s+)*\p{Lu}[\p{L}\p{M}’'-]+)*/gu;

/** Runs of words with capitals, each once, the often named first. Scripts without capitals have none. */
export function namesIn(text: string): string[] {
  const counts = new Map<string, number>();
  for (const [found] of text.matchAll(NAME)) {
    const name = found.replace(/^(The|A|An|In|On|At|But|And)\s+/u, "");
    if (name.length > 2) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST).map(([name]) => name);
}

/** The parties that have one of these names, letter by letter but for capitals; each is called as it is printed. */
export async function findNamed(text: string, signal: AbortSignal): Promise<Named[]> {
  const names = namesIn(text);
  if (names.length === 0) return [];
  const { parties } = await ask(PartiesCalledDocument, { called: names.map((name) => ({ name })) }, signal);
  const nodes = parties?.nodes ?? [];
  return names.flatMap((name) => {
    const meant = nodes.filter(({ name: own, names: others }) => [own, ...others.map(({ value }) => value)].some((one) => fold(one) === fold(name)));
    return meant.length === 1 ? [{ key: meant[0]!.key, name }] : []; // where two are called so, nobody is guessed
  });
}

const fold = (name: string) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
