/** `/topics`: what promises are about. A topic counts what is beneath it. */
import { A, To, usePage } from "../context";
import { TopicsDocument, type TopicsQuery } from "../generated";
import type { PageKind, ViewProps } from "../kinds";
import { momentOf } from "../moment";
import { Moments } from "../parts/notices";
import { Page } from "../parts/Page";
import { put } from "../questions";
import { topicName } from "../topics";

export const topicList: PageKind<TopicsQuery> = {
  *load({ search }) {
    return yield* put(TopicsDocument, { asOf: momentOf(search).asOf });
  },
  topics: ({ commitments, requests }) => [...counts(commitments?.facets).keys(), ...counts(requests?.facets).keys()],
  View: TopicsView,
  title: (_data, words) => words.topics,
  isUnlisted: (_data, { search }) => search !== "",
};

function TopicsView({ data: { commitments, requests } }: ViewProps<TopicsQuery>) {
  const { words, labels } = usePage();
  const promised = counts(commitments?.facets);
  const asked = counts(requests?.facets);
  const topics = [...new Set([...promised.keys(), ...asked.keys()])].toSorted();
  return (
    <Page>
      <h1>{words.topics}</h1>
      <Moments />
      {topics.length === 0 && <p>{words.none}</p>}
      <ul className="plain rows topics">
        {topics.map((topic) => (
          <li key={topic}>
            <To section="topics" of={topic}><bdi>{topicName(topic, labels)}</bdi></To>{" "}
            <span className="who">
              {promised.has(topic) && (
                <A href={`/commitments?topic=${encodeURIComponent(topic)}`}>{words.count("commitments", promised.get(topic)!, promised.get(topic)!)}</A>
              )}
              {promised.has(topic) && asked.has(topic) && " · "}
              {asked.has(topic) && (
                <A href={`/requests?topic=${encodeURIComponent(topic)}`}>{words.count("requests", asked.get(topic)!, asked.get(topic)!)}</A>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function counts(facets: readonly { values: readonly { value: string; count: number }[] }[] | null | undefined): Map<string, number> {
  return new Map((facets ?? []).flatMap(({ values }) => values.map(({ value, count }) => [value, count] as const)));
}
