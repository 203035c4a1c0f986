/** `/follow-ups/{key}`: one thing that came of a promise or a request, with its evidence. */
import { A, usePage } from "../context";
import { FollowUpDocument, type FollowUpQuery } from "../generated";
import { NothingThere, type PageKind, type ViewProps } from "../kinds";
import { checkThere, happenedAsSeen, hasBegun, knownOf, type Moment, momentOf, wasKnown } from "../moment";
import { Curated, Moments } from "../parts/notices";
import { Page } from "../parts/Page";
import { Badge, Facts, Quote, Section, Titled } from "../parts/parts";
import { FollowUpRows } from "../parts/rows";
import { graphiqlLink, put } from "../questions";
import { HappenedFacts } from "../trackables/Trail";

type FollowUp = NonNullable<FollowUpQuery["followUp"]>;

export const followUpPage: PageKind<FollowUp> = {
  *load({ search }, key) {
    const moment = momentOf(search);
    const { followUp } = yield* put(FollowUpDocument, { key, asOf: moment.asOf });
    if (!followUp) throw new NothingThere(key);
    checkThere(followUp, followUp.occurredOn, moment);
    return seenParts(followUp, moment);
  },
  View: FollowUpView,
  title: ({ kind, occurredOn, target, curation }, words) => `${words.state(curation)}${words.label(kind)}, ${words.date(occurredOn)}${target ? `: ${target.title}` : ""}`,
  description: ({ rationale }) => rationale ?? "",
  isUnlisted: ({ curation }, { search }) => curation !== "ACCEPTED" || search !== "",
};

/** A follow-up without what came after the day or was recorded after the moment. */
function seenParts(followUp: FollowUp, moment: Moment): FollowUp {
  const { target, answers, answeredBy } = followUp;
  return {
    ...happenedAsSeen(followUp, moment),
    target: target && wasKnown(target, moment) && hasBegun(target.madeOn, moment.asOf) ? target : null,
    answers: answers && wasKnown(answers, moment) && hasBegun(answers.occurredOn, moment.asOf) ? answers : null,
    answeredBy: answeredBy && { nodes: knownOf(answeredBy, moment) },
  };
}

function FollowUpView({ data: followUp }: ViewProps<FollowUp>) {
  const { words, address } = usePage();
  const { key, kind, occurredOn, curation, target, answers, answeredBy, confidence, evidence } = followUp;
  return (
    <Page>
      <article>
        <p className="kicker"><A href="/follow-ups">{words.followUps}</A> · {words.kicker("follow-ups", key)}</p>
        <h1>{words.label(kind)} <span className="when">{words.date(occurredOn)}</span></h1>
        {followUp.redirectedFrom && <p className="hint">{words.mergedInto(followUp.redirectedFrom)}</p>}
        <Moments isAsKnown />
        <Curated curation={curation} />
        <Facts
          facts={[
            [words.followsUp, target && <Titled record={target} />],
            [words.kind, <Badge of="FollowUpKind" value={kind} className="quiet" />],
            [words.confidence, <Badge of="Confidence" value={confidence} className="quiet" />],
          ]}
        />
        <HappenedFacts followUp={followUp} />
        {answers && <Section id="answers" title={words.answers}><FollowUpRows rows={[answers]} /></Section>}
        {(answeredBy?.nodes.length ?? 0) > 0 && (
          <Section id="answered-by" title={words.answeredLater}><FollowUpRows rows={answeredBy!.nodes} /></Section>
        )}
        <Section id="evidence" title={words.words}>
          {evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
        </Section>
        <p><a href={graphiqlLink(FollowUpDocument, { key, asOf: momentOf(address.search).asOf })}>{words.seeQueryOfPage}</a></p>
      </article>
    </Page>
  );
}
