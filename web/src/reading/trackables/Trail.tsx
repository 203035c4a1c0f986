/** What came of a commitment or a request, oldest first, each with its evidence. */
import { useState } from "react";
import { A, To, usePage } from "../context";
import { type HappenedFragment, MoreOfTrailDocument, type NamedFragment, type TrailFragment } from "../generated";
import { mayBeAfter, type Moment } from "../moment";
import { Badge, Line, Measures, MeetingLink, Parties, Quote, Reported, Section, Titled } from "../parts/parts";
import { load, type Loader, put } from "../questions";

/** The trail of a page, and the further pages of it that a reader asked for. */
export function useTrail(url: string, first: TrailFragment | null, moment: Moment) {
  const [more, setMore] = useState<TrailFragment[]>([]);
  const last = more.at(-1) ?? first;
  const trail = first && { ...first, nodes: [...first.nodes, ...more.flatMap((page) => page.nodes)] };

  function* ask(after: string): Loader<TrailFragment | null> {
    const { record } = yield* put(MoreOfTrailDocument, { url, after, ...moment });
    return (record && "trail" in record && record.trail) || null;
  }

  async function showMore() {
    const next = await load(ask(last!.pageInfo.endCursor!));
    if (next) setMore([...more, next]);
  }

  return { trail, showMore: last?.pageInfo.hasNextPage ? showMore : null };
}

interface TrailProps {
  of: string;
  trail: TrailFragment | null;
  asOf: string | null;
  showMore: (() => Promise<void>) | null;
}

export function Trail({ of, trail, asOf, showMore }: TrailProps) {
  const { words } = usePage();
  return (
    <Section id="trail" title={words.whatCame}>
      {trail?.nodes.length === 0 && <p>{words.nothingLater}</p>}
      <ol className="trail">
        {trail?.nodes.map(({ followUp, through }) => (
          <Happened
            key={`${followUp.key} ${through?.key}`}
            followUp={followUp}
            through={through?.key === of ? null : through}
            asOf={asOf}
          />
        ))}
      </ol>
      {trail && showMore && (
        <p>
          {words.shownOf(trail.nodes.length, trail.totalCount)}{" "}
          <button type="button" onClick={() => void showMore()}>{words.showMore}</button>
        </p>
      )}
    </Section>
  );
}

interface HappenedProps {
  followUp: HappenedFragment;
  through: NamedFragment | null;
  asOf: string | null;
}

function Happened({ followUp, through, asOf }: HappenedProps) {
  const { words } = usePage();
  const { key, kind, occurredOn } = followUp;
  return (
    <li id={key} tabIndex={-1}>
      <h3>
        <Badge of="FollowUpKind" value={kind} className="quiet" /> <span className="when">{words.date(occurredOn)}</span>{" "}
        <a className="anchor" href={`#${key}`} aria-label={words.linkTo(key)}>#</a>
      </h3>
      {through && <p className="hint">{words.follows} <Titled record={through} />{words.whichRestated}</p>}
      <HappenedFacts followUp={followUp} />
      {asOf && mayBeAfter(occurredOn, asOf) && <p className="hint">{words.maybeAfter}</p>}
      {followUp.evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
      <p className="who"><To section="follow-ups" of={key}>{words.kicker("follow-ups", key)}</To></p>
    </li>
  );
}

/** Who did it, how the date is known, why it is read so, and what it became. */
export function HappenedFacts({ followUp }: { followUp: HappenedFragment }) {
  const { words } = usePage();
  const { kind, measures, actors, scopeChange, restatedAs, rationale, orderCertain, occurredOn, independence, meeting } = followUp;
  return (
    <>
      <p className="who">
        <Line
          between=" · "
          said={[
            actors.length > 0 && <Parties parties={actors} />,
            scopeChange !== "NONE" && <A href="/how-to-read#ScopeChange" className="quiet">{words.scope(scopeChange)}</A>,
            <Reported key="by" by={independence} />,
            meeting && <MeetingLink meeting={meeting} />,
            <bdi key="basis">{words.basis(occurredOn)}</bdi>,
          ]}
        />
      </p>
      {kind === "CONTEXT" && <p className="hint">{words.background}</p>}
      {rationale && <p dir="auto"><Keys text={rationale} /></p>}
      {measures.length > 0 && <p>{words.measures}: <Measures measures={measures} /></p>}
      {restatedAs && <p>{words.restatedAs} <Titled record={restatedAs} /></p>}
      {!orderCertain && <p className="hint">{words.maybeBefore}</p>}
    </>
  );
}

/** A text in which keys such as K02, F03 and A1 lead to what they name. */
export function Keys({ text }: { text: string }) {
  return text.split(/\b([KRFAM]\d{1,4})\b/).map((part, index) => {
    const section = index % 2 === 1 && SECTIONS[part.charAt(0)];
    return section ? <To key={index} section={section} of={part}>{part}</To> : part;
  });
}

const SECTIONS = { K: "commitments", R: "requests", F: "follow-ups", A: "articles", M: "meetings" } as Readonly<
  Record<string, "commitments" | "requests" | "follow-ups" | "articles" | "meetings">
>;
