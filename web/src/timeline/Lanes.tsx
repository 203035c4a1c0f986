/** A laid out timeline as SVG: the axis, and the lanes with their bands and marks. */
import { memo } from "react";
import { inWords } from "./dates";
import { inSentence, lookOf, statusClass } from "./kinds";
import { AXIS_HEIGHT, BAND, GAP, GROUP, type Layout, LINE, type Link, type Mark, PADDING, type PlacedLane, ROW } from "./layout";
import type { Entry } from "./model";

export function Axis({ layout: { width, ticks, today } }: { layout: Layout }) {
  return (
    <svg className="timeline-axis" width={width} height={AXIS_HEIGHT} viewBox={`0 0 ${width} ${AXIS_HEIGHT}`} aria-hidden="true">
      {ticks.map(({ x, label }) => (
        <g key={x}>
          <path className="timeline-grid" d={`M${x} ${AXIS_HEIGHT - 5}V${AXIS_HEIGHT}`} />
          <text className="timeline-tick" x={x} y={AXIS_HEIGHT - 9} textAnchor="middle">
            {label}
          </text>
        </g>
      ))}
      {today !== null && <path className="timeline-today" d={`M${today} ${AXIS_HEIGHT - 8}V${AXIS_HEIGHT}`} />}
    </svg>
  );
}

/** What a mark does when Tab or an arrow key reaches it, and when it is pressed. */
export interface MarkEvents {
  readonly onReach: (entry: Entry) => void;
  readonly onPress: (entry: Entry) => void;
}

interface LanesProps extends MarkEvents {
  layout: Layout;
  hatching: string;
  /** The mark that Tab reaches. */
  current: string | null;
  /** The mark whose details are shown. */
  opened: string | null;
}

export function Lanes({ layout, hatching, ...rest }: LanesProps) {
  const { width, height, ticks, today } = layout;
  return (
    <>
      <defs>
        <pattern id={hatching} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path className="timeline-hatching" d="M1 0V6" />
        </pattern>
        <marker id={`${hatching}-end`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path className="timeline-link-end" d="M0 0L8 4L0 8Z" />
        </marker>
      </defs>
      {ticks.map(({ x }) => (
        <path key={x} className="timeline-grid" d={`M${x} 0V${height}`} />
      ))}
      {today !== null && <path className="timeline-today" d={`M${today} 0V${height}`} />}
      {layout.links.map((link, index) => (
        <path
          key={index}
          className="timeline-link"
          d={curve(link)}
          markerEnd={`url(#${hatching}-end)`}
        />
      ))}
      {layout.groups.map(({ y, label }) => (
        <g key={label} transform={`translate(0 ${y})`}>
          <rect className="timeline-group" width={width} height={GROUP} />
          <text className="timeline-group-name" x={PADDING} y={GROUP - 10}>{label}</text>
        </g>
      ))}
      {layout.lanes.map((placed) => (
        <LaneView key={placed.lane.id} placed={placed} width={width} hatching={hatching} {...rest} />
      ))}
    </>
  );
}

/** Bowed to the right, so that it passes what happened on the same day. */
function curve({ from, to }: Link): string {
  const bow = 26;
  return `M${from.x + 9} ${from.y}C${from.x + 9 + bow} ${from.y} ${to.x + 10 + bow} ${to.y} ${to.x + 10} ${to.y}`;
}

interface LaneProps extends MarkEvents {
  placed: PlacedLane;
  width: number;
  hatching: string;
  current: string | null;
  opened: string | null;
}

function LaneView({ placed, width, hatching, current, opened, ...events }: LaneProps) {
  const { lane, y, title, standing, bandY, bands, contested } = placed;
  const [only] = lane.standings.length === 1 && standing.length === 1 ? lane.standings : [];
  const standingY = (line: number) => GAP + LINE * (title.length + line + 1) - 4;
  return (
    <g transform={`translate(0 ${y})`} role="group" aria-label={[...title, ...standing].join(" ")}>
      <path className="timeline-divide" d={`M0 ${placed.height}H${width}`} />
      {title.map((line, index) => (
        <text key={line} className="timeline-title" x={PADDING} y={GAP + LINE * (index + 1) - 4}>
          {line}
        </text>
      ))}
      {only?.value && (
        <rect className={`timeline-band ${statusClass(only.value)}`} x={PADDING} y={standingY(0) - 9} width="10" height="10" />
      )}
      {standing.map((line, index) => (
        <text key={index} className="timeline-standing" x={PADDING + (only?.value ? 16 : 0)} y={standingY(index)}>
          {line}
        </text>
      ))}
      {bandY !== null &&
        bands.map(({ band, from, to }, index) => (
          <rect
            key={index}
            className={`timeline-band ${statusClass(band.value)}${band.possible ? " timeline-possible" : ""}`}
            x={from}
            y={bandY}
            width={Math.max(0, to - from)}
            height={BAND}
          >
            <title>{`${inSentence(band.value)}${band.possible ? " (the dates leave more open)" : ""}`}</title>
          </rect>
        ))}
      {bandY !== null &&
        contested.map(({ from, to }, index) => (
          <rect
            key={index}
            className="timeline-contested"
            fill={`url(#${hatching})`}
            x={from}
            y={bandY}
            width={to - from}
            height={BAND}
          >
            <title>Contested</title>
          </rect>
        ))}
      {bandY !== null &&
        bands.map(({ band, from, label }, index) => (
          <BandLabel key={index} x={Math.max(from, 0) + 5} y={bandY + BAND - 4} value={band.value} label={label} />
        ))}
      <Silence placed={placed} />
      {placed.marks.map((mark) => (
        <MarkView
          key={mark.entry.id}
          mark={mark}
          isCurrent={mark.entry.id === current}
          isOpened={mark.entry.id === opened}
          {...events}
        />
      ))}
    </g>
  );
}

/** Outlined in its band's colour, which keeps it readable on hatching. */
function BandLabel({ x, y, value, label }: { x: number; y: number; value: string; label: string }) {
  if (label === "") return null;
  return (
    <text className={`timeline-band-label ${statusClass(value)}`} x={x} y={y}>
      {label}
    </text>
  );
}

function Silence({ placed: { silence, marksY } }: { placed: PlacedLane }) {
  if (!silence || silence.to - silence.from < 30) return null;
  const y = marksY + ROW / 2;
  const [from, to] = [silence.from + 12, silence.to];
  const half = silence.label.length * 3.4 + 6;
  const middle = (from + to) / 2;
  if (to - from <= 2 * half + 30) return <path className="timeline-silence" d={`M${from} ${y}H${to}`} />;
  // On both sides of its words, and not through them.
  return (
    <g>
      <path className="timeline-silence" d={`M${from} ${y}H${middle - half}M${middle + half} ${y}H${to}`} />
      <text className="timeline-silence-label" x={middle} y={y + 4} textAnchor="middle">
        {silence.label}
      </text>
    </g>
  );
}

interface MarkProps extends MarkEvents {
  mark: Mark;
  isCurrent: boolean;
  isOpened: boolean;
}

const MarkView = memo(function MarkView({ mark: { entry, shape, x, y, from, to }, isCurrent, isOpened, onReach, onPress }: MarkProps) {
  const look = lookOf(entry.kind);
  const className = `timeline-mark effect-${look.effect} ${entry.date.certainty || "certain"}`;
  return (
    <g
      className={className}
      role="button"
      tabIndex={isCurrent ? 0 : -1}
      data-mark={entry.id}
      aria-label={entryInWords(entry)}
      aria-expanded={isOpened}
      onFocus={() => onReach(entry)}
      onClick={() => onPress(entry)}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          onPress(entry);
        }
      }}
    >
      {/* What pointing tells; pressing tells all. */}
      <title>{entryInWords(entry)}</title>
      {shape === "range" && (
        <rect className="timeline-range" x={from} y={y - 7} width={Math.max(2, to - from)} height="14" rx="4" />
      )}
      {shape === "point" && entry.date.certainty && <circle className="timeline-doubt" cx={x} cy={y} r="10" />}
      <circle className="timeline-target" cx={x} cy={y} r={ROW / 2} />
      <path className={`timeline-glyph${look.hollow ? " hollow" : ""}`} transform={`translate(${x} ${y})`} d={look.path} />
    </g>
  );
});

/** `F02: Reaffirmed, between 1 and 19 February 2022`. */
export function entryInWords({ kind, reference, title, noun, date }: Entry): string {
  const name = reference && "key" in reference ? `${reference.key}: ` : "";
  const what = noun === "followUp" || title === "" ? "" : `, ${title}`;
  return `${name}${lookOf(kind).name}, ${inWords(date)}${what}`;
}
