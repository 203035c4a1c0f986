/** The page at `/commitments/{key}`: one promise, where it stands and why, and all that came of it. */
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { untwisted } from "../answers/directions";
import { dayOf, today } from "../timeline/dates";
import { inSentence } from "../timeline/kinds";
import type { Entry } from "../timeline/model";
import { readTimeline } from "../timeline/read";
import { ask, graphiqlLink, useAnswer } from "./api";
import { DayField } from "./DayField";
import {
  CommitmentDocument,
  type CommitmentQueryVariables,
  type HappenedFragment,
  MoreOfTrailDocument,
  type NamedFragment,
  type QuoteFragment,
  RetractionDocument,
  type RetractionQuery,
  type TrailFragment,
} from "./generated";
import { asSeen, type Commitment, dayName, instantWords, mayBeAfter, type Moment, momentIn, searchWith, wasKnown } from "./moment";
import { Frozen, Line, Names, Page, Problem, Quote, StatusLine, Titled } from "./parts";
import { attributionWords, basisWords, dateWords, topicWords } from "./words";

const Timeline = lazy(async () => ({ default: (await import("../timeline/Timeline")).Timeline }));

type Change = NonNullable<RetractionQuery["changes"]>["nodes"][number];

interface Answer {
  readonly commitment: Commitment | null;
  /** What made it a retracted one, if it is. */
  readonly retraction: Change | null;
}

export function CommitmentPage({ commitmentKey }: { commitmentKey: string }) {
  try {
    return <Asked commitmentKey={commitmentKey} moment={momentIn(location.search)} />;
  } catch (error) {
    return (
      <Page>
        <h1>This address cannot be read</h1>
        <p>
          <bdi>{untwisted((error as Error).message)}</bdi>. <a href={location.pathname}><bdi>{untwisted(commitmentKey)}</bdi> today</a>
        </p>
      </Page>
    );
  }
}

function Asked({ commitmentKey, moment }: { commitmentKey: string; moment: Moment }) {
  const variables = { key: commitmentKey, ...moment };
  const { data, error } = useAnswer(tell, variables);
  const commitment = data?.commitment;
  const isUnknown = data && (!commitment || !wasKnown(commitment, moment));
  useEffect(() => {
    if (!commitment) return;
    const state = commitment.curation === "ACCEPTED" ? "" : `${inSentence(commitment.curation)}: `;
    document.title = `${state}${commitment.title} – Followthrough`;
  }, [commitment]);

  return (
    <Page>
      {error && <Problem message={error} />}
      {!data && !error && <p role="status">Loading…</p>}
      {data && commitment && !isUnknown && <Told answer={data} commitment={commitment} moment={moment} />}
      {commitment && !isUnknown && (
        <p><a href={graphiqlLink(CommitmentDocument, variables)}>See the query of this page</a></p>
      )}
      {isUnknown && (
        <>
          <h1>There is no commitment <bdi>{untwisted(commitmentKey)}</bdi></h1>
          <p>
            {commitment && moment.knownAt
              ? `It was not recorded yet by ${instantWords(moment.knownAt)}. `
              : "It may have another key. "}
            <a href="/">All commitments</a>
          </p>
        </>
      )}
    </Page>
  );
}

async function tell(variables: CommitmentQueryVariables, signal: AbortSignal): Promise<Answer> {
  const { commitment } = await ask(CommitmentDocument, variables, signal);
  if (commitment?.curation !== "RETRACTED") return { commitment, retraction: null };
  const { changes } = await ask(RetractionDocument, { key: commitment.key }, signal);
  return { commitment, retraction: changes?.nodes[0] ?? null };
}

interface ToldProps {
  answer: Answer;
  commitment: Commitment;
  moment: Moment;
}

function Told({ answer, commitment: first, moment }: ToldProps) {
  const [more, setMore] = useState<TrailFragment[]>([]);
  const last = more.at(-1) ?? first.trail;
  const commitment = useMemo(() => {
    const nodes = [...(first.trail?.nodes ?? []), ...more.flatMap((page) => page.nodes)];
    return asSeen({ ...first, trail: first.trail && { ...first.trail, nodes } }, moment);
  }, [first, more, moment]);
  const { key, title, gist, redirectedFrom, evidence, trail } = commitment;

  async function showMore(after: string) {
    const { commitment: next } = await ask(MoreOfTrailDocument, { key, after, ...moment });
    if (next?.trail) setMore([...more, next.trail]);
  }

  return (
    <article>
      <p className="kicker">Commitment {key}</p>
      <h1 dir="auto">{title}</h1>
      {redirectedFrom && <p className="hint">{redirectedFrom} was merged into this one.</p>}
      {moment.knownAt && <Frozen knownAt={moment.knownAt} now={location.pathname} />}
      {commitment.curation !== "ACCEPTED" && <Curated curation={commitment.curation} retraction={answer.retraction} />}
      <p className="gist" dir="auto">{gist}</p>
      {commitment.curation === "ACCEPTED" && <Stands commitment={commitment} moment={moment} />}
      <Drawn commitment={commitment} moment={moment} />
      <Facts commitment={commitment} />
      <section aria-labelledby="evidence">
        <h2 id="evidence">{evidenceTitle(evidence)}</h2>
        {evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
        {evidence.length === 0 && <p>No report of it was recorded by then.</p>}
      </section>
      <section aria-labelledby="trail">
        <h2 id="trail">What came of it</h2>
        {trail?.nodes.length === 0 && <p>Nothing later is recorded. That is not the same as nothing done.</p>}
        <ol className="trail">
          {trail?.nodes.map(({ followUp, through }) => (
            <Happened
              key={`${followUp.key} ${through?.key}`}
              followUp={followUp}
              through={through?.key === key ? null : through}
              asOf={moment.asOf}
            />
          ))}
        </ol>
        {trail && last?.pageInfo.hasNextPage && (
          <p>
            {`${trail.nodes.length} of ${trail.totalCount.toLocaleString("en")} follow-ups, those that follow it most directly. `}
            <button type="button" onClick={() => void showMore(last.pageInfo.endCursor!)}>Show more</button>
          </p>
        )}
      </section>
    </article>
  );
}

/** What a reader must know of a record that does not count. */
function Curated({ curation, retraction }: { curation: string; retraction: Change | null }) {
  return (
    <p className={`notice ${curation === "RETRACTED" ? "alarming" : ""}`} role="note">
      {curation === "RETRACTED" ? <Retracted change={retraction} /> : <>{NOT_ACCEPTED[curation] ?? inSentence(curation)}</>}
    </p>
  );
}

const NOT_ACCEPTED: Readonly<Record<string, string>> = {
  PROPOSED: "Proposed, not reviewed. Nobody has checked it yet, so nothing is said of where it stands.",
  IN_REVIEW: "Being reviewed, not accepted. So nothing is said of where it stands.",
  REJECTED: "Reviewed and not accepted. Kept so that it is not proposed again.",
};

function Retracted({ change }: { change: Change | null }) {
  if (!change) return <>Retracted. Kept for the record.</>;
  const day = dateWords({ edtf: change.at.slice(0, 10) });
  return (
    <>
      {change.kind === "RETRACTED" ? `Retracted on ${day}` : `Retracted; recorded so on ${day}`}
      {change.why && <>: <bdi>{change.why}</bdi></>}
      {change.by && <> (<bdi>{change.by}</bdi>)</>}. Kept for the record.
    </>
  );
}

function Stands({ commitment: { status }, moment: { asOf } }: { commitment: Commitment; moment: Moment }) {
  return (
    <section className="standing" aria-labelledby="standing">
      <h2 id="standing">Where it stands{asOf ? ` as of ${dateWords({ edtf: asOf })}` : " today"}</h2>
      <StatusLine status={status} />
      {status && <p>{status.explanation}</p>}
      <DayField label="Another day" value={asOf ?? ""} onChoose={(day) => (location.search = searchWith(location.search, { asOf: day }))} />
    </section>
  );
}

function evidenceTitle(evidence: readonly QuoteFragment[]): string {
  if (evidence.some(({ excerpt, article }) => excerpt !== null && article?.textKind === "FULL_TEXT")) {
    return "The words that it rests on";
  }
  const articles = new Set(evidence.map(({ article }) => article?.key));
  return articles.size > 1 ? "What the articles say, in our words" : "What the article says, in our words";
}

function Drawn({ commitment, moment }: { commitment: Commitment; moment: Moment }) {
  const timeline = useMemo(
    () => readTimeline(commitment, (moment.asOf ? dayOf(moment.asOf) : null) ?? today(), undefined, dayName(moment)),
    [commitment, moment],
  );

  function open({ noun, reference }: Entry) {
    const key = reference && "key" in reference ? reference.key : null;
    if (noun === "followUp" && key) document.getElementById(key)?.scrollIntoView({ behavior: "smooth" });
    if (noun === "commitment" && key && key !== commitment.key) location.href = `/commitments/${encodeURIComponent(key)}`;
  }

  return (
    <section className="drawn">
      <Suspense fallback={<p role="status">Drawing…</p>}>
        <Timeline timeline={timeline} name={`${commitment.key} over time`} onOpen={open} opening="Go there" />
      </Suspense>
    </section>
  );
}

function Facts({ commitment }: { commitment: Commitment }) {
  const { promisors, addressees, beneficiaries, madeOn, madeAt, dueOn, test, term, strength, topics, assessments } = commitment;
  const assessed = assessments?.nodes ?? [];
  const unlisted = (assessments?.totalCount ?? 0) > assessed.length && assessed.length === 100;
  const facts: [string, ReactNode][] = [
    [
      "Promised by",
      <Line
        key="promisors"
        between="; "
        said={promisors.map(({ party, spokesperson, attribution }, index) => (
          <span key={index}>
            {party ? <bdi>{party.name}</bdi> : "somebody unnamed"}
            {spokesperson && <>, through <bdi>{spokesperson.name}</bdi></>}
            {` (${attributionWords(attribution)})`}
          </span>
        ))}
      />,
    ],
    ["Promised to", addressees.length > 0 && <Names parties={addressees} />],
    ["Meant for", beneficiaries.length > 0 && <Names parties={beneficiaries} />],
    ["When", <>{dateWords(madeOn)} – <bdi>{basisWords(madeOn)}</bdi></>],
    ["Where", madeAt && <Line between=", " said={[<bdi key="title">{madeAt.title}</bdi>, madeAt.place?.name && <bdi key="place">{madeAt.place.name}</bdi>]} />],
    ["Due", dueOn ? dateWords(dueOn) : "no date was given"],
    ["Done when", test],
    ["Wording", `${inSentence(strength)}, ${inSentence(term).toLowerCase()}`],
    ["Topics", topics.map(topicWords).join("; ")],
    ["Before", commitment.presupposesEarlier ? "It restates a promise that is not recorded here." : ""],
    ...assessed.map(({ assessor, value, effectiveOn, rationale, withdrawnAt }): [string, ReactNode] => [
      withdrawnAt ? "Once assessed" : "Assessed",
      <>{inSentence(value)} by <bdi>{assessor}</bdi>, {dateWords(effectiveOn)}: <bdi>{rationale}</bdi></>,
    ]),
    ["Assessed", unlisted && `and ${assessments!.totalCount - assessed.length} times more`],
  ];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">What was promised</h2>
      <dl className="facts">
        {facts.filter(([, said]) => said).map(([name, said], index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd dir="auto">{said}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface HappenedProps {
  followUp: HappenedFragment;
  through: NamedFragment | null;
  asOf: string | null;
}

function Happened({ followUp, through, asOf }: HappenedProps) {
  const { key, kind, occurredOn, actors, scopeChange, restatedAs, rationale, evidence, orderCertain } = followUp;
  return (
    <li id={key}>
      <h3>
        {inSentence(kind)} <span className="when">{dateWords(occurredOn)}</span>
      </h3>
      <p className="who">
        <Line
          between=" · "
          said={[
            actors.length > 0 && <Names parties={actors} />,
            scopeChange !== "NONE" && `scope ${scopeChange.toLowerCase()}`,
            <bdi key="basis">{basisWords(occurredOn)}</bdi>,
          ]}
        />
      </p>
      {through && (
        <p className="hint">
          Follows <Titled record={through} />, which restated it.
        </p>
      )}
      {rationale && <p dir="auto">{rationale}</p>}
      {restatedAs && (
        <p>
          Restated as <Titled record={restatedAs} />
        </p>
      )}
      {asOf && mayBeAfter(occurredOn, asOf) && <p className="hint">It may have happened after this day.</p>}
      {!orderCertain && <p className="hint">It may have happened before the promise: their dates overlap.</p>}
      {evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
    </li>
  );
}
