/** Statuses over time as stacked columns: pointed at, walked through by keys, told in words and as a table. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useMemo, useRef, useState } from "react";
import { dayInWords } from "../timeline/dates";
import { inSentence } from "../timeline/kinds";
import { type Caption, downloadPng, downloadSvg } from "../timeline/picture";
import { useWidth } from "../timeline/width";
import { patternId, Patterns } from "./patterns";
import { MARGIN, placeSeries, type PlacedSeries, type Point, pointAt, pointInWords, statusesIn, totalOf } from "./series";
import "../timeline/status.css";
import "./series.css";

const HEIGHT = 260;
const COLUMN = 160;
const ROW = 22;

interface ChartProps {
  /** At least one, by day. */
  points: readonly Point[];
  /** What downloads are called, and the drawing for those who hear it. */
  name: string;
  /** What is drawn into a downloaded picture beside the chart. */
  caption?: Caption | undefined;
  /** Further buttons. */
  tools?: ReactNode;
}

export function StatusChart({ points, name, caption, tools }: ChartProps) {
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const prefix = useId().replaceAll(/\W/g, "");
  const placed = useMemo(() => placeSeries(points, width, HEIGHT), [points, width]);
  const [reached, setReached] = useState<number | null>(null);
  // Another answer may be shorter.
  const current = reached === null ? null : Math.min(reached, points.length - 1);
  const said = pointInWords(points[current ?? points.length - 1]!);
  const drawn = { title: name, lines: [], ...caption };

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = current ?? points.length - 1;
    const to = {
      ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1,
      PageDown: from - 12, PageUp: from + 12, Home: 0, End: points.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setReached(Math.min(Math.max(to, 0), points.length - 1));
  }

  function onPoint(event: PointerEvent<SVGSVGElement>) {
    setReached(pointAt(placed, event.clientX - event.currentTarget.getBoundingClientRect().left));
  }

  return (
    <div className="series" ref={root} role="group" aria-label={name}>
      <div className="series-tools">
        <button type="button" onClick={() => downloadSvg(root.current!, name, drawn)} title="Download as SVG">SVG</button>
        <button type="button" onClick={() => void downloadPng(root.current!, name, drawn)} title="Download as PNG">PNG</button>
        {tools}
      </div>
      <svg
        className="series-drawing"
        width={placed.width}
        height={placed.height}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
        role="slider"
        tabIndex={0}
        aria-label={`${name}. Arrow keys go from day to day.`}
        aria-valuemin={0}
        aria-valuemax={points.length - 1}
        aria-valuenow={current ?? points.length - 1}
        aria-valuetext={said}
        onKeyDown={onKeyDown}
        onPointerMove={onPoint}
        onPointerDown={onPoint}
      >
        <Columns placed={placed} prefix={prefix} current={current} />
      </svg>
      <Legend points={points} prefix={prefix} width={placed.width} />
      {/* The slider tells it already to those who hear it. */}
      <p className="series-said" aria-hidden="true">{said}</p>
      <SeriesTable points={points} />
    </div>
  );
}

function Columns({ placed, prefix, current }: { placed: PlacedSeries; prefix: string; current: number | null }) {
  const { width, height, layers, days, counts, columns } = placed;
  const ground = height - MARGIN.bottom;
  const column = current === null ? null : columns[current]!;
  return (
    <>
      <Patterns prefix={prefix} statuses={layers.map(({ status }) => status)} />
      {counts.map(({ y, label }) => (
        <g key={label}>
          <path className="series-grid" d={`M${MARGIN.left} ${y}H${width - MARGIN.right}`} />
          <text className="series-tick" x={MARGIN.left - 6} y={y + 4} textAnchor="end">{label}</text>
        </g>
      ))}
      {layers.map(({ status, path }) => (
        <path key={status} className="series-layer" fill={`url(#${patternId(prefix, status)})`} d={path}>
          <title>{inSentence(status)}</title>
        </path>
      ))}
      {layers.map(({ status, name }) => name && (
        <text key={status} className="series-name" x={name.x} y={name.y} textAnchor="end">{inSentence(status)}</text>
      ))}
      <path className="series-ground" d={`M${MARGIN.left} ${ground}H${width - MARGIN.right}`} />
      {days.map(({ x, label }) => (
        <g key={x}>
          <path className="series-ground" d={`M${x} ${ground}v5`} />
          <text className="series-tick" x={x} y={height - 6} textAnchor="middle">{label}</text>
        </g>
      ))}
      {column && (
        <rect
          className="series-reached"
          x={column.from}
          y={MARGIN.top}
          width={Math.max(2, column.to - column.from)}
          height={ground - MARGIN.top}
        />
      )}
    </>
  );
}

function Legend({ points, prefix, width }: { points: readonly Point[]; prefix: string; width: number }) {
  // As they lie on each other, from the top.
  const statuses = statusesIn(points).toReversed();
  const columns = Math.max(1, Math.floor((width - 12) / COLUMN));
  const rows = Math.ceil(statuses.length / columns);
  return (
    <svg
      className="series-legend"
      width={width}
      height={rows * ROW + 8}
      viewBox={`0 0 ${width} ${rows * ROW + 8}`}
      role="img"
      aria-label={`Signs: ${statuses.map(inSentence).join(", ")}`}
    >
      {statuses.map((status, index) => (
        <g key={status} transform={`translate(${10 + (index % columns) * COLUMN} ${4 + Math.floor(index / columns) * ROW})`}>
          <rect className="series-layer" fill={`url(#${patternId(prefix, status)})`} x="0" y="2" width="22" height="14" />
          <text className="series-tick" x="28" y="14">{inSentence(status)}</text>
        </g>
      ))}
    </svg>
  );
}

function SeriesTable({ points }: { points: readonly Point[] }) {
  const statuses = statusesIn(points);
  const hasContested = points.some(({ contested }) => contested !== null);
  return (
    <details className="series-table">
      <summary>As a table</summary>
      <div tabIndex={0} role="region" aria-label="Statuses by day">
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {statuses.map((status) => <th key={status} scope="col">{inSentence(status)}</th>)}
              <th scope="col">Together</th>
              {hasContested && <th scope="col">Contested</th>}
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.day}>
                <th scope="row">{dayInWords(point.day)}</th>
                {statuses.map((status) => <td key={status}>{(point.counts[status] ?? 0).toLocaleString("en")}</td>)}
                <td>{totalOf(point).toLocaleString("en")}</td>
                {hasContested && <td>{point.contested?.toLocaleString("en")}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
