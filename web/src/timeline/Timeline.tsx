/** The timeline as people use it: zoomed, panned, walked through by keys, and told in words. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Details, type Opening } from "./Details";
import { Axis, Lanes } from "./Lanes";
import { AXIS_HEIGHT, fitted, layOut } from "./layout";
import { Legend } from "./Legend";
import type { Entry, Timeline as Model } from "./model";
import { type Caption, downloadPng, downloadSvg } from "./picture";
import { TimelineTable } from "./TimelineTable";
import { beside } from "./walk";
import { useWidth } from "./width";
import { useZoom } from "./zoom";
import "./status.css";
import "./timeline.css";

interface TimelineProps extends Opening {
  timeline: Model;
  /** What downloads are called, and the drawing for those who hear it. */
  name: string;
  /** What is drawn into a downloaded picture beside the timeline. */
  caption?: Caption | undefined;
  /** Further buttons. */
  tools?: ReactNode;
}

/** From so many lanes on, each takes one row until somebody wants more. */
const MANY = 40;

export function Timeline({ timeline, name, caption, tools, ...opening }: TimelineProps) {
  const root = useRef<HTMLElement>(null);
  const drawing = useRef<SVGSVGElement>(null);
  const width = useWidth(root);
  const hatching = useId().replaceAll(/\W/g, "");
  const fit = useMemo(() => fitted(timeline.extent, width), [timeline, width]);
  const zoom = useZoom(drawing, fit, width);
  const [reached, setReached] = useState<Entry | null>(null);
  const [opened, setOpened] = useState<Entry | null>(null);
  const [panelHeight, setPanelHeight] = useState(0);
  const [chosen, setCompact] = useState<boolean | null>(null);
  const [isGrouped, setGrouped] = useState(false);
  const isCompact = chosen ?? timeline.lanes.length >= MANY;

  const openLane = opened && timeline.lanes.find(({ entries }) => entries.includes(opened));
  const panelOf = openLane?.id ?? null;
  const layout = useMemo(() => {
    const panel = panelOf === null ? null : { lane: panelOf, height: panelHeight };
    return layOut(timeline, zoom.scale, width, { isCompact, isGrouped, panel });
  }, [timeline, zoom.scale, width, isCompact, isGrouped, panelOf, panelHeight]);

  // Another answer: what was pointed at is gone.
  useEffect(() => {
    setReached(null);
    setOpened(null);
  }, [timeline]);

  const current = reached?.id ?? layout.lanes.flatMap(({ marks }) => marks)[0]?.entry.id ?? null;

  const focusOn = useCallback((entry: Entry) => {
    setReached(entry);
    const mark = drawing.current?.querySelector<SVGGElement>(`[data-mark="${CSS.escape(entry.id)}"]`);
    mark?.focus({ preventScroll: true });
    mark?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, []);

  const press = useCallback((entry: Entry) => {
    setReached(entry);
    setOpened((before) => (before?.id === entry.id ? null : entry));
  }, []);

  function close() {
    if (opened) focusOn(opened);
    setOpened(null);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoomed = { "+": zoom.closer, "=": zoom.closer, "-": zoom.farther, "0": zoom.fit }[event.key];
    const next = current === null ? null : beside(layout, current, event.key);
    if (zoomed) zoomed();
    else if (next) {
      zoom.show(next);
      focusOn(next.entry);
      // Details that are shown are those of the mark where one is.
      if (opened) setOpened(next.entry);
    } else return;
    event.preventDefault();
  }

  /** Without the details, for which no room is needed in a picture. */
  function download(how: typeof downloadSvg | typeof downloadPng) {
    flushSync(() => setOpened(null));
    void how(root.current!, name, { title: name, lines: [], ...caption });
  }

  return (
    <section
      className="timeline"
      ref={root}
      aria-label={name}
      onKeyDown={(event) => {
        if (event.key === "Escape" && opened) close();
      }}
    >
      <div className="timeline-tools" role="toolbar" aria-label="Timeline">
        <span className="timeline-tool-group">
          <button type="button" onClick={zoom.farther} aria-label="Zoom out" title="Zoom out (−)">−</button>
          <button type="button" onClick={zoom.closer} aria-label="Zoom in" title="Zoom in (+)">+</button>
          <button type="button" onClick={zoom.earlier} aria-label="Earlier" title="Earlier (or drag)">←</button>
          <button type="button" onClick={zoom.later} aria-label="Later" title="Later (or drag)">→</button>
          <button type="button" onClick={zoom.fit} title="All of it (0)">Fit</button>
          {timeline.lanes.length > 1 && (
            <>
              <button type="button" aria-pressed={isCompact} onClick={() => setCompact(!isCompact)} title="One row for each">Compact</button>
              <button type="button" aria-pressed={isGrouped} onClick={() => setGrouped(!isGrouped)} title="Those of the same status together">By status</button>
            </>
          )}
        </span>
        <span className="timeline-tool-group">
          <button type="button" onClick={() => download(downloadSvg)} title="Download as SVG">SVG</button>
          <button type="button" onClick={() => download(downloadPng)} title="Download as PNG">PNG</button>
          {tools}
        </span>
      </div>
      <div className="timeline-drawing">
        <Axis layout={layout} />
        <svg
          className="timeline-lanes"
          ref={drawing}
          width={layout.width}
          height={layout.height}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          role="group"
          aria-label={`${name}. Arrow keys walk from mark to mark, Enter tells of one, plus and minus zoom.`}
          onKeyDown={onKeyDown}
        >
          <Lanes layout={layout} hatching={hatching} current={current} opened={opened?.id ?? null} onReach={setReached} onPress={press} />
        </svg>
        <Details
          entry={opened}
          top={layout.panelY === null ? null : layout.panelY + AXIS_HEIGHT}
          onHeight={setPanelHeight}
          onClose={close}
          {...opening}
        />
      </div>
      <Legend timeline={timeline} width={width} hatching={hatching} />
      <TimelineTable timeline={timeline} />
    </section>
  );
}
