/** How the statuses of some commitments changed over time: asked for and drawn where scripts run, once it is in sight. */
import { type ComponentProps, type ComponentType, useEffect, useRef, useState } from "react";
import type { Point } from "../../series/series";
import type { StatusChart } from "../../series/StatusChart";
import { dayOf, isoOf, knownDate } from "../../timeline/dates";
import { usePage } from "../context";
import { type CommitmentFilter, EarliestDocument, StatusesOverTimeDocument } from "../generated";
import { Section } from "../parts/parts";
import { load, put } from "../questions";
import { onceInSight } from "../sight";
import { usesOf } from "./uses";
import { sharingWords } from "./words";

/** The API counts at most so many months. */
const MOST_DAYS = 599 * 30;

interface ChangeProps {
  filter: CommitmentFilter;
  /** The day up to which it is told, ISO 8601. */
  until: string;
}

interface Drawing {
  readonly points: readonly Point[];
  readonly Chart: ComponentType<ComponentProps<typeof StatusChart>>;
}

export function ChangeOverTime({ filter, until }: ChangeProps) {
  const { language, title, site, origin, address, words } = usePage();
  const said = sharingWords(language);
  const place = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [error, setError] = useState<string | null>(null);
  const asked = JSON.stringify(filter);

  useEffect(() => {
    const request = new AbortController();
    const draw = async () => {
      const [points, series] = await Promise.all([
        load(ask(JSON.parse(asked) as CommitmentFilter, until), request.signal),
        import("../../series/StatusChart"),
      ]);
      setDrawing({ points, Chart: series.StatusChart });
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
  }, [asked, until]);

  const caption = {
    title: `${title}: ${said.statusesOverTime}`,
    lines: [`${words.asOf} ${words.date({ edtf: until })}`, said.source(site.name, `${origin}${usesOf(address).address}`)],
  };
  return (
    <Section id="over-time" title={said.statusesOverTime}>
      <p className="unscripted">{said.needsScript}</p>
      <div ref={place} className="changed-over-time">
        {error !== null && <p role="alert" className="problem">{words.notLoaded(error)}</p>}
        {drawing === null && error === null && <p role="status">{said.drawing}</p>}
        {drawing !== null && drawing.points.length > 0 && (
          <div lang="en" dir="ltr">
            <drawing.Chart points={drawing.points} name={said.statusesOverTime} caption={caption} />
          </div>
        )}
      </div>
    </Section>
  );
}

/** From the first that was promised on, or as far back as can be counted. */
function* ask(filter: CommitmentFilter, until: string) {
  const { commitments } = yield* put(EarliestDocument, { filter });
  const first = knownDate(commitments?.nodes[0]?.madeOn)?.earliest;
  const end = dayOf(until)!;
  if (first === undefined || first === null || first > end) return [];
  const from = isoOf(Math.max(first, end - MOST_DAYS));
  const { statusSeries } = yield* put(StatusesOverTimeDocument, { filter, from, to: until });
  return (statusSeries ?? []).map(({ day, contested, statuses }): Point => ({
    day: dayOf(day)!,
    contested,
    counts: Object.fromEntries(statuses.map(({ status, count }) => [status, count])),
  }));
}
