/** The timeline as people use it: zoomed, panned, walked through by keys, and told in words. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { Details } from "./Details";
import { Axis, Lanes } from "./Lanes";
import { fitted, layOut } from "./layout";
import { Legend } from "./Legend";
import type { Entry, Timeline as Model } from "./model";
import { downloadPng, downloadSvg } from "./picture";
import { TimelineTable } from "./TimelineTable";
import { beside } from "./walk";
import { useWidth } from "./width";
import { useZoom } from "./zoom";
import "./status.css";
import "./timeline.css";

interface TimelineProps {
  timeline: Model;
  /** What downloads are called, and the drawing for those who hear it. */
  name: string;
  /** Shows a record; what the button for it says. */
  onOpen?: ((entry: Entry) => void) | undefined;
  opening?: string;
  /** Further buttons. */
  tools?: ReactNode;
}

export function Timeline({ timeline, name, onOpen, opening = "Open", tools }: TimelineProps) {
  const root = useRef<HTMLElement>(null);
  const drawing = useRef<SVGSVGElement>(null);
  const width = useWidth(root);
  const hatching = useId().replaceAll(/\W/g, "");
  const fit = useMemo(() => fitted(timeline.extent, width), [timeline, width]);
  const zoom = useZoom(drawing, fit, width);
  const layout = useMemo(() => layOut(timeline, zoom.scale, width), [timeline, zoom.scale, width]);
  const [reached, setReached] = useState<Entry | null>(null);

  // Another answer: what was pointed at is gone.
  useEffect(() => setReached(null), [timeline]);

  const current = reached?.id ?? layout.lanes.flatMap(({ marks }) => marks)[0]?.entry.id ?? null;

  const focusOn = useCallback((entry: Entry) => {
    setReached(entry);
    const mark = drawing.current?.querySelector<SVGGElement>(`[data-mark="${CSS.escape(entry.id)}"]`);
    mark?.focus({ preventScroll: true });
    mark?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, []);

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoomed = { "+": zoom.closer, "=": zoom.closer, "-": zoom.farther, "0": zoom.fit }[event.key];
    const next = current === null ? null : beside(layout, current, event.key);
    if (zoomed) zoomed();
    else if (next) {
      zoom.show(next);
      focusOn(next.entry);
    } else if (event.key === "Escape") setReached(null);
    else return;
    event.preventDefault();
  }

  return (
    <section className="timeline" ref={root} aria-label={name}>
      <div className="timeline-tools" role="toolbar" aria-label="Timeline">
        <span className="timeline-tool-group">
          <button type="button" onClick={zoom.farther} aria-label="Zoom out" title="Zoom out (−)">−</button>
          <button type="button" onClick={zoom.closer} aria-label="Zoom in" title="Zoom in (+)">+</button>
          <button type="button" onClick={zoom.earlier} aria-label="Earlier" title="Earlier (or drag)">←</button>
          <button type="button" onClick={zoom.later} aria-label="Later" title="Later (or drag)">→</button>
          <button type="button" onClick={zoom.fit} title="All of it (0)">Fit</button>
        </span>
        <span className="timeline-tool-group">
          <button type="button" onClick={() => downloadSvg(root.current!, name)} title="Download as SVG">SVG</button>
          <button type="button" onClick={() => void downloadPng(root.current!, name)} title="Download as PNG">PNG</button>
          {tools}
        </span>
      </div>
      <Axis layout={layout} />
      <svg
        className="timeline-lanes"
        ref={drawing}
        width={layout.width}
        height={layout.height}
        role="group"
        aria-label={`${name}. Arrow keys walk from mark to mark, plus and minus zoom.`}
        onKeyDown={onKeyDown}
      >
        <Lanes layout={layout} hatching={hatching} current={current} onReach={setReached} onOpen={onOpen} />
      </svg>
      <Details entry={reached} opening={opening} onOpen={onOpen} onClose={() => setReached(null)} />
      <Legend timeline={timeline} width={width} hatching={hatching} />
      <TimelineTable timeline={timeline} />
    </section>
  );
}
