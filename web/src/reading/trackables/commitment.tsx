/** `/commitments/{key}`: one promise, where it stands and why, and all that came of it. */
import { useMemo } from "react";
import { pathOf } from "../address";
import { A, usePage } from "../context";
import { CommitmentDocument } from "../generated";
import { NothingThere, type PageKind, type ViewProps } from "../kinds";
import { asSeen, checkThere, type Commitment, momentOf } from "../moment";
import { Page } from "../parts/Page";
import { Facts, Identifiers, Line, Measures, MeetingLink, Parties, PartyLink, Section, SourceLink, Titled, TopicLink } from "../parts/parts";
import { graphiqlLink, put } from "../questions";
import { Drawn } from "./Drawn";
import { Evidence } from "./Evidence";
import { Heading } from "./Heading";
import { Assessments, Checks, Stands } from "./Standing";
import { Trail, useTrail } from "./Trail";

export const commitmentPage: PageKind<Commitment> = {
  *load({ search }, key) {
    const moment = momentOf(search);
    const { commitment } = yield* put(CommitmentDocument, { key, ...moment });
    if (!commitment) throw new NothingThere(key);
    checkThere(commitment, commitment.madeOn, moment);
    return asSeen(commitment, moment);
  },
  topics: ({ topics }) => topics,
  View: CommitmentView,
  title: ({ title, curation }, words) => `${words.state(curation)}${title}`,
  description: ({ gist }) => gist,
  isUnlisted: ({ curation }, { search }) => curation !== "ACCEPTED" || search !== "",
};

function CommitmentView({ data: first }: ViewProps<Commitment>) {
  const { words, address } = usePage();
  const moment = momentOf(address.search);
  const { trail, showMore } = useTrail(pathOf("commitments", first.key), first.trail, moment);
  const commitment = useMemo(
    () => asSeen({ ...first, trail }, momentOf(address.search)),
    // The trail is made anew each time it is looked at; its length says whether it grew.
    [first, trail?.nodes.length, address.search],
  );
  const isAccepted = commitment.curation === "ACCEPTED";
  return (
    <Page>
      <article>
        <Heading section="commitments" record={commitment} />
        {isAccepted && (
          <Stands
            status={commitment.status}
            due={commitment.dueOn}
            checks={commitment.checkLogs}
            assessments={commitment.assessments}
            moment={moment}
          />
        )}
        {isAccepted && <Assessments assessments={commitment.assessments} />}
        <Drawn record={commitment} moment={moment} />
        <Promised commitment={commitment} />
        <Evidence evidence={commitment.evidence} />
        <Trail of={commitment.key} trail={commitment.trail} asOf={moment.asOf} showMore={showMore} />
        <Checks checks={commitment.checkLogs} />
        <p><a href={graphiqlLink(CommitmentDocument, { key: commitment.key, ...moment })}>{words.seeQueryOfPage}</a></p>
      </article>
    </Page>
  );
}

function Promised({ commitment }: { commitment: Commitment }) {
  const { words } = usePage();
  const { promisors, addressees, beneficiaries, madeOn, madeAt, dueOn, test, term, strength, topics, thread, key } = commitment;
  const own = thread.find(({ trackable }) => trackable?.key === key);
  const restating = thread.filter(({ restates }) => restates?.key === key).flatMap(({ trackable }) => trackable ?? []);
  return (
    <Section id="facts" title={words.promised}>
      <Facts
        facts={[
          [
            words.promisedBy,
            <Line
              key="promisors"
              between="; "
              said={promisors.map(({ party, spokesperson, attribution }, index) => (
                <span key={index}>
                  {party ? <PartyLink party={party} /> : words.somebody}
                  {spokesperson && <>{words.between}{words.through} <PartyLink party={spokesperson} /></>}
                  {" ("}<A href={`/how-to-read#Attribution-${attribution}`} className="quiet">{words.attribution(attribution)}</A>{")"}
                </span>
              ))}
            />,
          ],
          [words.promisedTo, addressees.length > 0 && <Parties parties={addressees} />],
          [words.meantFor, beneficiaries.length > 0 && <Parties parties={beneficiaries} />],
          [words.when, <>{words.date(madeOn)} – <bdi>{words.basis(madeOn)}</bdi></>],
          [
            words.where,
            madeAt && (
              <Line between={words.between} said={[<MeetingLink key="meeting" meeting={madeAt} />, madeAt.place?.name && <bdi key="place">{madeAt.place.name}</bdi>]} />
            ),
          ],
          [words.due, dueOn ? words.date(dueOn) : words.noDue],
          [words.doneWhen, test],
          [words.measures, commitment.measures.length > 0 && <Measures measures={commitment.measures} />],
          [
            words.implementers,
            commitment.implementers.length > 0 && (
              <Line
                between="; "
                said={commitment.implementers.map(({ party, part }, index) => (
                  <span key={index}>{party ? <PartyLink party={party} /> : words.somebody} ({words.inLine(part)})</span>
                ))}
              />
            ),
          ],
          [words.trackable, !commitment.verifiable && words.notVerifiable],
          [
            words.wording,
            strength === "UNSTATED" && term === "UNSTATED" ? words.noTerms : <>
              <A href={`/how-to-read#Strength-${strength}`} className="quiet">{words.strength(strength)}</A>{words.between}
              <A href={`/how-to-read#Term-${term}`} className="quiet">{words.term(term)}</A>
            </>,
          ],
          [words.topics, topics.length > 0 && <Line between="; " said={topics.map((topic) => <TopicLink key={topic} topic={topic} />)} />],
          [words.restates, own?.restates && <Titled record={own.restates} />],
          [words.restatedBy, restating.length > 0 && <Line between="; " said={restating.map((one) => <Titled key={one.key} record={one} />)} />],
          [words.mergedFrom, commitment.mergedFrom.length > 0 && <Line between="; " said={commitment.mergedFrom.map(({ key: own, title }) => <bdi key={own}>{own}: {title}</bdi>)} />],
          [words.before, commitment.presupposesEarlier && words.presupposes],
          [
            words.answersTo,
            (commitment.answers?.nodes.length ?? 0) > 0 && (
              <Line between="; " said={commitment.answers!.nodes.map((one) => <Titled key={one.key} record={one} />)} />
            ),
          ],
          [words.identifiers, commitment.identifiers.length > 0 && <Identifiers identifiers={commitment.identifiers} />],
          [words.atSource, commitment.sourceUrl && <SourceLink url={commitment.sourceUrl} />],
        ]}
      />
    </Section>
  );
}
