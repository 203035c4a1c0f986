/** The rows of the inbox: what waits, of every noun, as it can be chosen and filtered. */
import { ask } from "../api";
import { type Noun, ProposersDocument, type ProposersQuery, type ProposersQueryVariables, WaitingDocument, type WaitingQuery } from "../generated";
import { dayOfRecord, headlineOr, nounOfType, titleOf } from "../nouns";

export interface Row {
  readonly noun: Noun;
  readonly key: string;
  readonly version: number;
  readonly title: string;
  readonly day: string;
  readonly curation: string;
  /** Who proposed it; empty where that is not known. */
  readonly by: string;
  /** Since when it has waited. */
  readonly since: string;
  /** The articles that it rests on. */
  readonly articles: readonly { key: string; headline: string }[];
}

export interface Chosen {
  readonly noun: string;
  readonly article: string;
  readonly by: string;
  /** At least so many days old; empty for all. */
  readonly age: string;
}

/** Of each noun; what is beyond that waits until some of it is done. */
const MOST_PAGES = 10;

const LISTS = ["parties", "articles", "meetings", "commitments", "requests", "followUps", "assessments", "checkLogs", "concepts"] as const;
type List = (typeof LISTS)[number];
type Capital = Capitalize<List>;
type Variables = Record<`with${Capital}`, boolean> & Partial<Record<`after${Capital}`, string>>;
type Node = NonNullable<WaitingQuery[List]>["nodes"][number];

const capital = (list: List) => `${list.charAt(0).toUpperCase()}${list.slice(1)}` as Capital;

/** All that waits, the oldest first. */
export async function loadRows(signal: AbortSignal): Promise<readonly Row[]> {
  const nodes: Node[] = [];
  const after: Partial<Record<List, string>> = {};
  let open: readonly List[] = LISTS;
  for (let page = 0; page < MOST_PAGES && open.length > 0; page++) {
    const answer = await ask(WaitingDocument, variablesFor(open, after), signal);
    open = open.filter((list) => {
      const connection = answer[list];
      nodes.push(...(connection?.nodes ?? []));
      if (connection?.pageInfo.endCursor) after[list] = connection.pageInfo.endCursor;
      return connection?.pageInfo.hasNextPage ?? false;
    });
  }
  const makers = await loadProposers(nodes.map(({ key }) => key), signal);
  return nodes.map((node) => rowOf(node, makers)).sort((a, b) => (a.since < b.since ? -1 : 1));
}

function variablesFor(open: readonly List[], after: Partial<Record<List, string>>): Variables {
  const pairs = LISTS.flatMap((list) => [
    [`with${capital(list)}`, open.includes(list)],
    ...(after[list] ? [[`after${capital(list)}`, after[list]]] : []),
  ]);
  return Object.fromEntries(pairs) as Variables;
}

const KEYS_AT_ONCE = 100;

/** Who created records, by noun and key. */
async function loadProposers(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    let after: string | null = null;
    do {
      const variables: ProposersQueryVariables = { keys: keys.slice(from, from + KEYS_AT_ONCE), after };
      const { changes }: ProposersQuery = await ask(ProposersDocument, variables, signal);
      for (const { noun, key, by } of changes?.nodes ?? []) found.set(`${noun} ${key}`, by ?? "");
      after = changes?.pageInfo.hasNextPage ? changes.pageInfo.endCursor : null;
    } while (after);
  }
  return found;
}

function rowOf(node: Node, makers: ReadonlyMap<string, string>): Row {
  const noun = nounOfType(node.__typename);
  return {
    noun,
    key: node.key,
    version: node.version,
    title: titleOf(node),
    day: dayOfRecord(node),
    curation: node.curation,
    by: makers.get(`${noun} ${node.key}`) ?? "",
    since: node.createdAt,
    articles: articlesOf(node),
  };
}

function articlesOf(node: Node): Row["articles"] {
  const found =
    node.__typename === "Article" ? [node]
    : "articles" in node ? node.articles
    : "evidence" in node ? node.evidence.flatMap(({ article }) => article ?? [])
    : [];
  const byKey = new Map(found.map(({ key, headline }) => [key, { key, headline: headlineOr(headline, key) }]));
  return [...byKey.values()];
}

/** Those that are chosen by the filters. */
export function choose(rows: readonly Row[], chosen: Chosen, now: number): readonly Row[] {
  const newest = chosen.age ? now - Number(chosen.age) * 86_400_000 : Infinity;
  return rows.filter(
    (row) =>
      (!chosen.noun || row.noun === chosen.noun) &&
      (!chosen.by || row.by === chosen.by) &&
      (!chosen.article || row.articles.some(({ key }) => key === chosen.article)) &&
      Date.parse(row.since) <= newest,
  );
}

/** `3 days ago`, `2 hours ago`, `just now`. */
export function ageWords(since: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  if (minutes < 1) return "just now";
  const [count, unit] =
    minutes < 60 ? [minutes, "minute"]
    : minutes < 2_880 ? [Math.floor(minutes / 60), "hour"]
    : [Math.floor(minutes / 1_440), "day"];
  return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"} ago`;
}

export const idOf = ({ noun, key }: { noun: string; key: string }) => `${noun} ${key}`;
