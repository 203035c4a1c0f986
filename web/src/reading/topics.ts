/** What topics are called: records name them by paths, and their labels are records of their own. */
import { TopicLabelsDocument } from "./generated";
import { type Loader, put } from "./questions";
import { topicWords } from "./words/en";
import type { Language } from "./words/languages";

/** Labels by path; a topic without one is called by its path. */
export type Labels = Readonly<Record<string, string>>;

/** How many are asked for at once, and in all: as many as the page of topics counts, of promises and of requests. */
const AT_ONCE = 100;
const MOST = 2000;

/** Asks for the labels of these topics in a language, or in another where there is none in it. */
export function* labelsOf(paths: readonly string[], language: Language): Loader<Labels> {
  const asked = [...new Set(paths)].slice(0, MOST);
  const labels: Record<string, string> = {};
  for (let first = 0; first < asked.length; first += AT_ONCE) {
    const { concepts } = yield* put(TopicLabelsDocument, { paths: asked.slice(first, first + AT_ONCE), language });
    for (const { path, label } of concepts?.nodes ?? []) labels[path] = label;
  }
  return labels;
}

/** The label of a topic; without one, its path in words. */
export function topicName(path: string, labels: Labels): string {
  return labels[path] ?? topicWords(path);
}

/** The topics that the counts beside a list name. */
export function topicsCounted({ facets }: { facets: readonly { facet: string; values: readonly { value: string }[] }[] }): string[] {
  return facets.filter(({ facet }) => facet === "TOPIC").flatMap(({ values }) => values.map(({ value }) => value));
}
