/** What the signs of a timeline mean: only those that it has, so that the legend stays short. */
import type { ReactNode } from "react";
import { inSentence, LOOKS, lookOf, STATUSES, statusClass } from "./kinds";
import { isPoint } from "./dates";
import type { Timeline } from "./model";

const COLUMN = 150;
const ROW = 22;
const BOX = { x: 4, y: 5, width: 18, height: 12 };

interface Item {
  readonly name: string;
  readonly sign: ReactNode;
}

export function Legend({ timeline, width, hatching }: { timeline: Timeline; width: number; hatching: string }) {
  const items = [...kinds(timeline), ...statuses(timeline), ...manners(timeline, hatching)];
  const columns = Math.max(1, Math.floor((width - 12) / COLUMN));
  const rows = Math.ceil(items.length / columns);
  return (
    <svg
      className="timeline-legend"
      width={width}
      height={rows * ROW + 12}
      viewBox={`0 0 ${width} ${rows * ROW + 12}`}
      role="img"
      aria-label={`Signs: ${items.map(({ name }) => name).join(", ")}`}
    >
      {items.map(({ name, sign }, index) => (
        <g key={name} transform={`translate(${10 + (index % columns) * COLUMN} ${6 + Math.floor(index / columns) * ROW})`}>
          {sign}
          <text className="timeline-legend-name" x="28" y="15">
            {name}
          </text>
        </g>
      ))}
    </svg>
  );
}

function kinds({ lanes }: Timeline): Item[] {
  const present = new Set(lanes.flatMap(({ entries }) => entries.map(({ kind }) => kind)));
  const known = Object.keys(LOOKS).filter((kind) => present.has(kind));
  const others = [...present].filter((kind) => !(kind in LOOKS));
  return [...known, ...others].map((kind) => {
    const look = lookOf(kind);
    const sign = (
      <g className={`timeline-mark effect-${look.effect}`}>
        <path className={`timeline-glyph${look.hollow ? " hollow" : ""}`} transform="translate(13 11)" d={look.path} />
      </g>
    );
    return { name: look.name, sign };
  });
}

function statuses({ lanes }: Timeline): Item[] {
  const present = new Set(lanes.flatMap(({ bands, standings }) => [...bands, ...standings].map(({ value }) => value)));
  return STATUSES.filter((value) => present.has(value)).map((value) => ({
    name: inSentence(value),
    sign: <rect className={`timeline-band ${statusClass(value)}`} {...BOX} />,
  }));
}

function manners({ lanes, today, todayName, extent }: Timeline, hatching: string): Item[] {
  const entries = lanes.flatMap((lane) => lane.entries);
  const has = {
    range: entries.some(({ date }) => !isPoint(date)),
    doubt: entries.some(({ date }) => date.certainty),
    possible: lanes.some(({ bands }) => bands.some(({ possible }) => possible)),
    contested: lanes.some(({ contested }) => contested.length > 0),
    silence: lanes.some(({ silence }) => silence),
    link: entries.some(({ restatedAs }) => restatedAs),
    today: today >= extent.from && today <= extent.to,
  };
  return [
    has.range && {
      name: "Some day within",
      sign: (
        <g className="timeline-mark effect-neutral">
          <rect className="timeline-range" {...BOX} rx="4" />
        </g>
      ),
    },
    has.doubt && {
      name: "Date in doubt",
      sign: (
        <g className="timeline-mark effect-neutral uncertain">
          <circle className="timeline-doubt" cx="13" cy="11" r="9" />
        </g>
      ),
    },
    has.possible && {
      name: "Possibly otherwise",
      sign: <rect className="timeline-band status-no-follow-up timeline-possible" {...BOX} />,
    },
    has.contested && {
      name: "Contested",
      sign: <rect className="timeline-contested" fill={`url(#${hatching})`} {...BOX} />,
    },
    has.silence && { name: "Nothing recorded", sign: <path className="timeline-silence" d="M3 11H24" /> },
    has.link && { name: "Restated as", sign: <path className="timeline-link" d="M8 3C24 3 24 19 8 19" /> },
    has.today && { name: todayName, sign: <path className="timeline-today" d="M13 2V20" /> },
  ].filter((item) => item !== false);
}
