/** What rests on an article: records with evidence in it, and the words of each. */
import { ask } from "../api";
import { ArticlePageDocument, type ArticlePageQuery, type Noun, RestingDocument, type RestingQuery, type SpanFragment } from "../generated";
import { nounOfType, type Titled } from "../nouns";
import { Places } from "./codePoints";
import type { Named } from "./prefill";
import type { Span } from "./spans";

export type Article = NonNullable<ArticlePageQuery["article"]>;

export interface Resting {
  readonly noun: Noun;
  readonly record: Titled;
  readonly id: string;
  readonly evidence: readonly SpanFragment[];
  /** On how many other articles it rests, too. */
  readonly others: number;
  readonly parties: readonly Named[];
}

export interface Loaded {
  readonly article: Article;
  readonly text: string;
  readonly places: Places;
  readonly resting: readonly Resting[];
  readonly spans: readonly Span[];
  /** Everybody whom the article or a record of it names. */
  readonly parties: readonly Named[];
}

const LISTS = ["meetings", "commitments", "requests", "followUps"] as const;
type List = (typeof LISTS)[number];
type Node = NonNullable<NonNullable<RestingQuery["article"]>[List]>["nodes"][number];

/** The article with all that rests on it, or null if there is none. */
export async function loadArticle(key: string, signal: AbortSignal): Promise<Loaded | null> {
  const [{ article }, nodes] = await Promise.all([ask(ArticlePageDocument, { key }, signal), loadNodes(key, signal)]);
  if (!article) return null;
  const text = article.text ?? "";
  const places = new Places(text);
  const resting = nodes.map((node) => restingOf(node, article.key));
  const named = [
    article.relays,
    ...article.mentions.map(({ party }) => party),
    ...resting.flatMap(({ parties }) => parties),
  ].flatMap((party) => party ?? []);
  const parties = [...new Map(named.map((party) => [party.key, party])).values()];
  return { article, text, places, resting, spans: spansOf(article, resting, text, places), parties };
}

async function loadNodes(key: string, signal: AbortSignal): Promise<Node[]> {
  const nodes: Node[] = [];
  const after: Partial<Record<`after${Capitalize<List>}`, string>> = {};
  let open: readonly List[] = LISTS;
  while (open.length > 0) {
    const { article } = await ask(
      RestingDocument,
      {
        key, ...after,
        withMeetings: open.includes("meetings"), withCommitments: open.includes("commitments"),
        withRequests: open.includes("requests"), withFollowUps: open.includes("followUps"),
      },
      signal,
    );
    open = open.filter((list) => {
      const page = article?.[list];
      nodes.push(...(page?.nodes ?? []));
      const name = `after${list.charAt(0).toUpperCase()}${list.slice(1)}` as keyof typeof after;
      if (page?.pageInfo.endCursor) after[name] = page.pageInfo.endCursor;
      return page?.pageInfo.hasNextPage ?? false;
    });
  }
  return nodes;
}

function restingOf(node: Node, article: string): Resting {
  const noun = nounOfType(node.__typename);
  return {
    noun,
    record: node,
    id: `${noun} ${node.key}`,
    evidence: node.evidence.filter((one) => one.article?.key === article),
    others: new Set(node.evidence.flatMap((one) => (one.article && one.article.key !== article ? [one.article.key] : []))).size,
    parties: partiesOf(node).flatMap((party) => party ?? []),
  };
}

function partiesOf(node: Node): readonly (Named | null)[] {
  switch (node.__typename) {
    case "Meeting":
      return node.participations.map(({ party }) => party);
    case "Commitment":
      return node.promisors.map(({ party }) => party);
    case "Request":
      return node.askers;
    case "FollowUp":
      return node.actors;
  }
}

function spansOf(article: Article, resting: readonly Resting[], text: string, places: Places): Span[] {
  const spans = resting.flatMap(({ id, noun, record, evidence }) =>
    evidence.map(({ selector, excerpt }) => ({
      id,
      look: `on-${noun.toLowerCase().replace("_", "-")} ${record.curation === "ACCEPTED" ? "" : "waiting"}`,
      start: places.toUnit(selector.start),
      end: places.toUnit(selector.end),
      excerpt,
    })),
  );
  const mentions = article.mentions.flatMap(({ span, party, surface }) =>
    span && party
      ? [{ id: `PARTIES ${party.key}`, look: "on-parties", start: places.toUnit(span.start), end: places.toUnit(span.end), excerpt: surface }]
      : [],
  );
  // What points into the text of an article that was merged into this one has its words elsewhere.
  return [...spans, ...mentions].filter(({ start, end, excerpt }) => start < end && (excerpt === null || text.slice(start, end) === excerpt));
}
