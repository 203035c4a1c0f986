/** The topics that there are: those that records have, and those that have a name. */
import { ask } from "../api";
import { KnownTopicsDocument } from "../generated";

export interface Topic {
  /** Such as `prices/calls`. */
  readonly path: string;
  /** What it is called; null where nothing names it. */
  readonly label: string | null;
  /** Of the record that names it. */
  readonly key: string | null;
  readonly curation: string | null;
}

/** All that are known, by their paths. */
export async function loadTopics(signal: AbortSignal): Promise<readonly Topic[]> {
  const { concepts, commitments, requests } = await ask(KnownTopicsDocument, {}, signal);
  const used = [commitments, requests].flatMap((list) => list?.facets ?? []).flatMap(({ values }) => values.map(({ value }) => value));
  const named = concepts?.nodes ?? [];
  const all: Topic[] = [...named, ...used.map((path) => ({ path, label: null, key: null, curation: null }))];
  const byPath = new Map<string, Topic>();
  for (const topic of all) if (!byPath.has(topic.path)) byPath.set(topic.path, topic);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Those that have all these words in their path or their name. */
export function chooseTopics(topics: readonly Topic[], words: string): readonly Topic[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return topics.filter(({ path, label }) => {
    const said = `${path} ${label ?? ""}`.toLowerCase();
    return wanted.every((word) => said.includes(word));
  });
}

/** What is between commas is a topic. */
export function topicsIn(typed: string): string[] {
  return typed.split(",").map((topic) => topic.trim()).filter(Boolean);
}

/** The text with its last, unfinished topic in place of which this one stands. */
export function completeTopic(typed: string, path: string): string {
  const before = typed.split(",").slice(0, -1).map((topic) => topic.trim()).filter(Boolean);
  return [...before, path].join(", ");
}
