/** `/meetings/{key}`: who was there, what was promised, and what the reports say of it. */
import { A, usePage } from "../context";
import { MeetingDocument, type MeetingQuery } from "../generated";
import { NothingThere, type PageKind, type ViewProps } from "../kinds";
import { checkThere, knownEvidence, knownOf, type Moment, momentOf, wasKnown } from "../moment";
import { Curated, Moments } from "../parts/notices";
import { Page } from "../parts/Page";
import { ArticleLink, Badge, Facts, Identifiers, Line, PartyLink, Quote, Section, SourceLink, TopicLink } from "../parts/parts";
import { CommitmentRows, FollowUpRows, RequestRows } from "../parts/rows";
import { graphiqlLink, put } from "../questions";

type Meeting = NonNullable<MeetingQuery["meeting"]>;

export const meetingPage: PageKind<Meeting> = {
  *load({ search }, key) {
    const moment = momentOf(search);
    const { meeting } = yield* put(MeetingDocument, { key, ...moment });
    if (!meeting) throw new NothingThere(key);
    checkThere(meeting, meeting.date, moment);
    return knownParts(meeting, moment);
  },
  topics: ({ topics }) => topics,
  View: MeetingView,
  title: ({ title, curation }, words) => `${words.state(curation)}${title}`,
  description: ({ title, date, place }, words) => [title, words.date(date), place?.name].filter(Boolean).join(", "),
  isUnlisted: ({ curation }, { search }) => curation !== "ACCEPTED" || search !== "",
};

/** A meeting without what was recorded after the moment; what came after the day was not asked for. */
function knownParts(meeting: Meeting, moment: Moment): Meeting {
  const { commitments, requests, followUps, evidence, claims, articles } = meeting;
  return {
    ...meeting,
    evidence: knownEvidence(evidence, moment),
    claims: claims.filter((claim) => knownEvidence([claim.evidence], moment).length > 0),
    articles: articles.filter((article) => wasKnown(article, moment)),
    commitments: commitments && { ...commitments, nodes: knownOf(commitments, moment) },
    requests: requests && { ...requests, nodes: knownOf(requests, moment) },
    followUps: followUps && { ...followUps, nodes: knownOf(followUps, moment) },
  };
}

function MeetingView({ data: meeting }: ViewProps<Meeting>) {
  const { words, address } = usePage();
  const { key, title, kind, date, place, topics, participations, claims, evidence, articles, commitments, requests, followUps } = meeting;
  return (
    <Page>
      <article>
        <p className="kicker"><A href="/meetings">{words.meetings}</A> · {words.kicker("meetings", key)}</p>
        <h1 dir="auto" lang={meeting.inLanguage ?? undefined}>{title}</h1>
        {meeting.redirectedFrom && <p className="hint">{words.mergedInto(meeting.redirectedFrom)}</p>}
        <Moments isAsKnown />
        <Curated curation={meeting.curation} />
        {meeting.state !== "HELD" && <p className="notice" role="note">{words.notHeld(meeting.state)}</p>}
        <Facts
          facts={[
            [words.kind, words.label(kind)],
            [words.meetingState, meeting.state !== "HELD" && <Badge of="MeetingState" value={meeting.state} className="quiet" />],
            [words.when, <>{words.date(date)} – <bdi>{words.basis(date)}</bdi></>],
            [words.where, place?.name],
            [words.topics, topics.length > 0 && <Line between="; " said={topics.map((topic) => <TopicLink key={topic} topic={topic} />)} />],
            [words.identifiers, meeting.identifiers.length > 0 && <Identifiers identifiers={meeting.identifiers} />],
            [words.atSource, meeting.sourceUrl && <SourceLink url={meeting.sourceUrl} />],
          ]}
        />
        <Section id="participants" title={meeting.state === "HELD" ? words.whoWasThere : words.whoWasExpected}>
          <ul className="plain rows">
            {participations.map(({ party, nameAsStated, roleAsStated, capacity, onBehalfOf }, index) => (
              <li key={index}>
                {party ? <PartyLink party={party} /> : <bdi>{nameAsStated}</bdi>}{" "}
                <span className="who">
                  <Line
                    between={words.between}
                    said={[
                      <Badge of="Capacity" value={capacity} className="quiet" />,
                      party && party.name !== nameAsStated && <bdi>{words.namedAs(nameAsStated)}</bdi>,
                      roleAsStated && <bdi>{roleAsStated}</bdi>,
                      onBehalfOf && <>{words.onBehalfOf} <PartyLink party={onBehalfOf} /></>,
                    ]}
                  />
                </span>
              </li>
            ))}
          </ul>
        </Section>
        {(commitments?.nodes.length ?? 0) > 0 && (
          <Section id="commitments" title={words.madeThere}><CommitmentRows rows={commitments!.nodes} /></Section>
        )}
        {(requests?.nodes.length ?? 0) > 0 && (
          <Section id="requests" title={words.askedThere}><RequestRows rows={requests!.nodes} /></Section>
        )}
        {(followUps?.nodes.length ?? 0) > 0 && (
          <Section id="follow-ups" title={words.happenedThere}><FollowUpRows rows={followUps!.nodes} /></Section>
        )}
        <Section id="reports" title={claims.length > 0 ? words.reportsDiffer : words.reports}>
          {claims.length === 0 && <p>{words.reportsAgree(articles.length)}</p>}
          {claims.length > 0 && (
            <ul className="plain rows">
              {claims.map((claim, index) => (
                <li key={index}>
                  {claim.evidence.article && <><ArticleLink article={claim.evidence.article} /> {words.claims}: </>}
                  <Line between={words.between} said={[claim.date && words.date(claim.date), claim.place?.name && <bdi>{claim.place.name}</bdi>]} />
                  <Quote quote={claim.evidence} />
                </li>
              ))}
            </ul>
          )}
          {evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
          <ul className="plain rows">{articles.map((article) => <li key={article.key}><ArticleLink article={article} /></li>)}</ul>
        </Section>
        <p><a href={graphiqlLink(MeetingDocument, { key, ...momentOf(address.search) })}>{words.seeQueryOfPage}</a></p>
      </article>
    </Page>
  );
}
