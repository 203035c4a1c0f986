/** The page at `/commitments/{key}`: one promise, where it stands and why, and all that came of it. */
import { lazy, Suspense, useEffect, useMemo } from "react";
import { dayOf, knownDate, today } from "../timeline/dates";
import { inSentence } from "../timeline/kinds";
import type { Entry } from "../timeline/model";
import { readTimeline } from "../timeline/read";
import { ask, graphiqlLink, useAnswer } from "./api";
import { CommitmentDocument, type CommitmentQuery, type CommitmentQueryVariables, type HappenedFragment } from "./generated";
import { Page, Problem, Quote, StatusLine } from "./parts";
import { attributionWords, basisWords, dateWords, namesOf, topicWords } from "./words";

const Timeline = lazy(async () => ({ default: (await import("../timeline/Timeline")).Timeline }));

type Commitment = NonNullable<CommitmentQuery["commitment"]>;

export function CommitmentPage({ commitmentKey }: { commitmentKey: string }) {
  const moment = momentIn(location.search);
  const variables = { key: commitmentKey, ...moment };
  const { data, error } = useAnswer(tell, variables);
  const commitment = data?.commitment;
  useEffect(() => {
    if (commitment) document.title = `${commitment.title} – Followthrough`;
  }, [commitment]);

  return (
    <Page>
      {error && <Problem message={error} />}
      {!data && !error && <p role="status">Loading…</p>}
      {commitment && <Told commitment={asSeen(commitment, moment)} asOf={moment.asOf} />}
      {commitment && <p><a href={graphiqlLink(CommitmentDocument, variables)}>See the query of this page</a></p>}
      {data && !commitment && (
        <>
          <h1>There is no commitment {commitmentKey}</h1>
          <p>It may have another key. <a href="/">All commitments</a></p>
        </>
      )}
    </Page>
  );
}

function tell(variables: CommitmentQueryVariables, signal: AbortSignal): Promise<CommitmentQuery> {
  return ask(CommitmentDocument, variables, signal);
}

interface Moment {
  readonly asOf: string | null;
  readonly knownAt: string | null;
}

/** An address may say the day, and the moment up to which records count: then it stays the same. */
function momentIn(address: string): Moment {
  const parameters = new URLSearchParams(address);
  return { asOf: parameters.get("asOf") || null, knownAt: parameters.get("knownAt") || null };
}

/** Oldest first, and without what came later or was recorded later. */
function asSeen(commitment: Commitment, { asOf, knownAt }: Moment): Commitment {
  const trail = (commitment.trail?.nodes ?? [])
    .filter(
      ({ followUp }) =>
        (!asOf || firstDay(followUp) <= (dayOf(asOf) ?? Infinity)) &&
        (!knownAt || Date.parse(followUp.recordedAt) <= Date.parse(knownAt)),
    )
    .toSorted((a, b) => firstDay(a.followUp) - firstDay(b.followUp));
  return { ...commitment, trail: { nodes: trail } };
}

function firstDay({ occurredOn }: HappenedFragment): number {
  return knownDate(occurredOn)?.earliest ?? Number.MIN_SAFE_INTEGER;
}

function Told({ commitment, asOf }: { commitment: Commitment; asOf: string | null }) {
  const { key, title, gist, redirectedFrom, status, evidence, trail } = commitment;
  return (
    <article>
      <p className="kicker">Commitment {key}</p>
      <h1>{title}</h1>
      {redirectedFrom && <p className="hint">{redirectedFrom} was merged into this one.</p>}
      <p className="gist">{gist}</p>
      <section className="standing" aria-labelledby="standing">
        <h2 id="standing">Where it stands{asOf ? ` as of ${dateWords({ edtf: asOf })}` : " today"}</h2>
        <StatusLine status={status} />
        {status && <p>{status.explanation}</p>}
        <AsOf day={asOf} />
      </section>
      <Drawn commitment={commitment} asOf={asOf} />
      <Facts commitment={commitment} />
      <section aria-labelledby="evidence">
        <h2 id="evidence">The words that it rests on</h2>
        {evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
      </section>
      <section aria-labelledby="trail">
        <h2 id="trail">What came of it</h2>
        {trail?.nodes.length === 0 && <p>Nothing later is recorded. That is not the same as nothing done.</p>}
        <ol className="trail">
          {trail?.nodes.map(({ followUp, through }) => (
            <Happened key={`${followUp.key} ${through?.key}`} followUp={followUp} through={through?.key === key ? null : through} />
          ))}
        </ol>
      </section>
    </article>
  );
}

function AsOf({ day }: { day: string | null }) {
  function go(to: string) {
    location.search = to && `?asOf=${to}`;
  }
  return (
    <label className="as-of">
      Another day <input type="date" defaultValue={day ?? ""} onChange={(event) => go(event.target.value)} />
    </label>
  );
}

function Drawn({ commitment, asOf }: { commitment: Commitment; asOf: string | null }) {
  const timeline = useMemo(
    () => readTimeline(commitment, (asOf ? dayOf(asOf) : null) ?? today()),
    [commitment, asOf],
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
  const { promisors, addressees, beneficiaries, madeOn, madeAt, dueOn, test, term, strength, topics } = commitment;
  const facts: [string, string][] = [
    [
      "Promised by",
      promisors
        .map(({ party, spokesperson, attribution }) =>
          `${party?.name ?? "somebody unnamed"}${spokesperson ? `, through ${spokesperson.name}` : ""} (${attributionWords(attribution)})`)
        .join("; "),
    ],
    ["Promised to", namesOf(addressees)],
    ["Meant for", namesOf(beneficiaries)],
    ["When", `${dateWords(madeOn)} – ${basisWords(madeOn)}`],
    ["Where", madeAt ? [madeAt.title, madeAt.place?.name].filter(Boolean).join(", ") : ""],
    ["Due", dueOn ? dateWords(dueOn) : "no date was given"],
    ["Done when", test ?? ""],
    ["Wording", `${inSentence(strength)}, ${inSentence(term).toLowerCase()}`],
    ["Topics", topics.map(topicWords).join("; ")],
    ["Before", commitment.presupposesEarlier ? "It restates a promise that is not recorded here." : ""],
    ...(commitment.assessments?.nodes ?? []).map(({ assessor, value, effectiveOn, rationale, withdrawnAt }): [string, string] => [
      withdrawnAt ? "Once assessed" : "Assessed",
      `${inSentence(value)} by ${assessor}, ${dateWords(effectiveOn)}: ${rationale}`,
    ]),
  ];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">What was promised</h2>
      <dl className="facts">
        {facts.filter(([, said]) => said).map(([name, said]) => (
          <div key={name + said}>
            <dt>{name}</dt>
            <dd>{said}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface HappenedProps {
  followUp: HappenedFragment;
  through: { key: string; title: string } | null;
}

function Happened({ followUp, through }: HappenedProps) {
  const { key, kind, occurredOn, actors, scopeChange, restatedAs, rationale, evidence, orderCertain } = followUp;
  return (
    <li id={key}>
      <h3>
        {inSentence(kind)} <span className="when">{dateWords(occurredOn)}</span>
      </h3>
      <p className="who">
        {[namesOf(actors), scopeChange !== "NONE" && `scope ${scopeChange.toLowerCase()}`, basisWords(occurredOn)]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {through && (
        <p className="hint">
          Follows <a href={`/commitments/${encodeURIComponent(through.key)}`}>{through.title}</a>, which restated it.
        </p>
      )}
      {rationale && <p>{rationale}</p>}
      {restatedAs && (
        <p>
          Restated as <a href={`/commitments/${encodeURIComponent(restatedAs.key)}`}>{restatedAs.title}</a>
        </p>
      )}
      {!orderCertain && <p className="hint">It may have happened before the promise: their dates overlap.</p>}
      {evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
    </li>
  );
}
