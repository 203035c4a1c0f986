/** What a party promised, was promised and did, drawn in time: asked for and drawn once it is nearly in sight. */
import { useEffect, useRef, useState } from "react";
import { usePage } from "../context";
import { type CommitmentFilter, PartyTimelineDocument, type PartyTimelineQuery } from "../generated";
import type { Moment } from "../moment";
import { Section } from "../parts/parts";
import { load, put } from "../questions";
import { onceInSight } from "../sight";
import { Drawing, loadTools, type Tools } from "../trackables/Drawn";
import { Room } from "../trackables/Room";

/** As many lanes as can be taken in; the lists of the page have all. */
const LANES = 30;

interface PartyTimelineProps {
  of: string;
  moment: Moment;
  /** How many commitments it is party to. */
  count: number;
}

export function PartyTimeline({ of, moment, count }: PartyTimelineProps) {
  const { words } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<{ data: PartyTimelineQuery; tools: Tools } | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    const request = new AbortController();
    const draw = async () => {
      const [data, tools] = await Promise.all([load(ask(of, moment), request.signal), loadTools()]);
      setDrawn({ data, tools });
    };
    const stop = onceInSight(place.current!, () =>
      draw().catch((problem: Error) => {
        if (!request.signal.aborted) setError(problem.message);
      }),
    );
    return () => {
      stop();
      request.abort();
    };
  }, [of, moment.asOf]);

  return (
    <Section id="timeline" title={words.overTime}>
      <p className="unscripted">{words.needsScript}</p>
      {count > LANES && <p className="hint">{words.latestDrawn(LANES, count)}</p>}
      <Room place={place} lanes={count + 1}>
        {error !== null && <p role="alert" className="problem">{words.notLoaded(error)}</p>}
        {drawn === null && error === null && <p role="status">{words.drawing}</p>}
        {drawn !== null && <Drawing record={{ key: of, ...drawn.data }} moment={moment} tools={drawn.tools} />}
      </Room>
    </Section>
  );
}

function* ask(party: string, { asOf }: Moment) {
  const filter: CommitmentFilter = {
    or: [{ promisor: { eq: party } }, { addressee: { eq: party } }],
    ...(asOf && { madeOn: { to: asOf } }),
  };
  return yield* put(PartyTimelineDocument, { key: party, filter, first: LANES, asOf });
}
