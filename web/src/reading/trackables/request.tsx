/** `/requests/{key}`: what was asked of whom, whether it was answered, and all that came of it. */
import { useMemo } from "react";
import { pathOf } from "../address";
import { usePage } from "../context";
import { RequestDocument } from "../generated";
import { NothingThere, type PageKind, type ViewProps } from "../kinds";
import { asSeen, checkThere, momentOf, type Request } from "../moment";
import { Page } from "../parts/Page";
import { Badge, Facts, Identifiers, Line, Measures, MeetingLink, Parties, Section, SourceLink, Titled, TopicLink } from "../parts/parts";
import { graphiqlLink, put } from "../questions";
import { Drawn } from "./Drawn";
import { Evidence } from "./Evidence";
import { Heading } from "./Heading";
import { Assessments, Checks, Stands } from "./Standing";
import { Trail, useTrail } from "./Trail";

export const requestPage: PageKind<Request> = {
  *load({ search }, key) {
    const moment = momentOf(search);
    const { request } = yield* put(RequestDocument, { key, ...moment });
    if (!request) throw new NothingThere(key);
    checkThere(request, request.madeOn, moment);
    return asSeen(request, moment);
  },
  topics: ({ topics }) => topics,
  View: RequestView,
  title: ({ title, curation }, words) => `${words.state(curation)}${title}`,
  description: ({ gist }) => gist,
  isUnlisted: ({ curation }, { search }) => curation !== "ACCEPTED" || search !== "",
};

function RequestView({ data: first }: ViewProps<Request>) {
  const { words, address } = usePage();
  const moment = momentOf(address.search);
  const { trail, showMore } = useTrail(pathOf("requests", first.key), first.trail, moment);
  const request = useMemo(
    () => asSeen({ ...first, trail }, momentOf(address.search)),
    // The trail is made anew each time it is looked at; its length says whether it grew.
    [first, trail?.nodes.length, address.search],
  );
  const isAccepted = request.curation === "ACCEPTED";
  const { askers, asked, madeOn, madeAt, topics, answeredBy } = request;
  return (
    <Page>
      <article>
        <Heading section="requests" record={request} />
        {isAccepted && (
          <Stands status={request.status} due={null} checks={request.checkLogs} assessments={request.assessments} moment={moment} />
        )}
        {isAccepted && <Assessments assessments={request.assessments} />}
        <Drawn record={request} moment={moment} />
        <Section id="facts" title={words.askedFor}>
          <Facts
            facts={[
              [words.asker, askers.length > 0 && <Parties parties={askers} />],
              [words.asked, asked.length > 0 && <Parties parties={asked} />],
              [words.answer, request.status?.answer && <Badge of="RequestAnswer" value={request.status.answer} className="quiet" />],
              [words.wording, request.strength !== "UNSTATED" && <Badge of="Strength" value={request.strength} className="quiet" />],
              [words.measures, request.measures.length > 0 && <Measures measures={request.measures} />],
              [words.when, <>{words.date(madeOn)} – <bdi>{words.basis(madeOn)}</bdi></>],
              [words.where, madeAt && <MeetingLink meeting={madeAt} />],
              [words.topics, topics.length > 0 && <Line between="; " said={topics.map((topic) => <TopicLink key={topic} topic={topic} />)} />],
              [words.mergedFrom, request.mergedFrom.length > 0 && <Line between="; " said={request.mergedFrom.map(({ key, title }) => <bdi key={key}>{key}: {title}</bdi>)} />],
              [
                words.answeredBy,
                answeredBy.length > 0 && <Line between="; " said={answeredBy.map((one) => <Titled key={one.key} record={one} />)} />,
              ],
              [words.identifiers, request.identifiers.length > 0 && <Identifiers identifiers={request.identifiers} />],
              [words.atSource, request.sourceUrl && <SourceLink url={request.sourceUrl} />],
            ]}
          />
        </Section>
        <Evidence evidence={request.evidence} />
        <Trail of={request.key} trail={request.trail} asOf={moment.asOf} showMore={showMore} />
        <Checks checks={request.checkLogs} />
        <p><a href={graphiqlLink(RequestDocument, { key: request.key, ...moment })}>{words.seeQueryOfPage}</a></p>
      </article>
    </Page>
  );
}
