/** What parties are called by which a list can be filtered: facets count by keys, which are for addresses. */
import { type CountsFragment, NamesDocument } from "../generated";
import { put } from "../questions";

/** How many are asked for at once, and in all. */
const AT_ONCE = 100;
const MOST = 500;

/** Names by key of the parties that these facets count, and of those that are chosen, beside the facet. */
export function namesBeside(facets: readonly CountsFragment[] | null | undefined, chosen: Readonly<Record<string, string>>) {
  const counted = (facets ?? []).filter(({ facet }) => facet in chosen).flatMap(({ values }) => values.map(({ value }) => value));
  // What is chosen comes first: it is named even where nothing has it.
  return namesOf([...new Set([...Object.values(chosen).filter(Boolean), ...counted])]);
}

function* namesOf(keys: readonly string[]) {
  const names: Record<string, string> = {};
  for (let first = 0; first < Math.min(keys.length, MOST); first += AT_ONCE) {
    const { parties } = yield* put(NamesDocument, { keys: keys.slice(first, first + AT_ONCE) });
    for (const { key, name } of parties?.nodes ?? []) names[key] = name;
  }
  return names;
}
