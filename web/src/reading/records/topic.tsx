/** `/topics/{path}`: what was promised and asked about it, and where that stands. */
import { parameterOf, searchWith } from "../address";
import { A, usePage } from "../context";
import { Score } from "../front/FrontPage";
import { TopicDocument, type TopicQuery } from "../generated";
import { NothingThere, type PageKind, type ViewProps } from "../kinds";
import { momentOf } from "../moment";
import { Moments } from "../parts/notices";
import { Page } from "../parts/Page";
import { MeetingLink, Section, TopicLink } from "../parts/parts";
import { CommitmentRows, RequestRows } from "../parts/rows";
import { graphiqlLink, put, Refused } from "../questions";
import { topicName } from "../topics";

interface TopicData extends TopicQuery {
  readonly topic: string;
  readonly query: string;
}

export const topicPage: PageKind<TopicData> = {
  *load({ search }, topic) {
    const { asOf } = momentOf(search);
    const until = asOf ? { madeOn: { to: asOf } } : {};
    const filter = { topic: { eq: topic }, ...until };
    const variables = { topic, filter, asked: filter, asOf };
    try {
      const answer = yield* put(TopicDocument, variables);
      return { ...answer, topic, query: graphiqlLink(TopicDocument, variables) };
    } catch (error) {
      // The API refuses topics that nothing has: decision 23.
      if (error instanceof Refused && error.code === "BAD_USER_INPUT") throw new NothingThere(topic);
      throw error;
    }
  },
  topics: ({ topic }) => [topic, ...above(topic)],
  View: TopicView,
  title: ({ topic }, _words, { labels }) => topicName(topic, labels),
  isUnlisted: (_data, { search }) => search !== "",
};

function TopicView({ data: { topic, query, commitmentStats: stats, commitments, requests, meetings } }: ViewProps<TopicData>) {
  const { words, address, labels } = usePage();
  const filter = searchWith("", { topic, asOf: parameterOf(address.search, "asOf") });
  return (
    <Page>
      <p className="kicker"><A href="/topics">{words.topics}</A>{above(topic).map((wider) => <span key={wider}> · <TopicLink topic={wider} /></span>)}</p>
      <h1 dir="auto">{topicName(topic, labels)}</h1>
      <Moments />
      {stats && stats.total.count > 0 && (
        <Section id="score" title={words.scoreOf(stats.total.count, words.date({ edtf: stats.asOf }))}>
          <Score statuses={stats.total.statuses} filter={filter} />
        </Section>
      )}
      {(commitments?.nodes.length ?? 0) > 0 && (
        <Section id="commitments" title={words.commitments}>
          <CommitmentRows rows={commitments!.nodes} />
          {commitments!.totalCount > commitments!.nodes.length && <p><A href={`/commitments${filter}`}>{words.allOf(commitments!.totalCount)}</A></p>}
        </Section>
      )}
      {(requests?.nodes.length ?? 0) > 0 && (
        <Section id="requests" title={words.requests}>
          <RequestRows rows={requests!.nodes} />
          {requests!.totalCount > requests!.nodes.length && <p><A href={`/requests${filter}`}>{words.allOf(requests!.totalCount)}</A></p>}
        </Section>
      )}
      {(meetings?.nodes.length ?? 0) > 0 && (
        <Section id="meetings" title={words.meetings}>
          <ul className="plain rows">
            {meetings!.nodes.map((meeting) => (
              <li key={meeting.key}><MeetingLink meeting={meeting} /> <span className="when">{words.date(meeting.date)}</span></li>
            ))}
          </ul>
        </Section>
      )}
      <p><a href={query}>{words.seeQueryOfPage}</a></p>
    </Page>
  );
}

/** The topics that a topic is part of, the widest first. */
function above(topic: string): string[] {
  const parts = topic.split("/");
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join("/"));
}
