/** Zooming and panning in time. Only time moves; up and down is the page's own scrolling. */
import { select } from "d3-selection";
import { zoom as zooming, type ZoomTransform, zoomIdentity } from "d3-zoom";
import { type RefObject, useEffect, useMemo, useState } from "react";
import type { Mark, Scale } from "./layout";

const CLOSEST = 400;

export interface Zoom {
  readonly scale: Scale;
  readonly closer: () => void;
  readonly farther: () => void;
  readonly earlier: () => void;
  readonly later: () => void;
  readonly fit: () => void;
  /** Moves a mark into view if it is not. */
  readonly show: (mark: Mark) => void;
}

export function useZoom(drawing: RefObject<SVGSVGElement | null>, fitting: Scale, width: number): Zoom {
  const [transform, setTransform] = useState<ZoomTransform>(zoomIdentity);
  const behavior = useMemo(
    () =>
      zooming<SVGSVGElement, unknown>()
        .scaleExtent([1, CLOSEST])
        .extent([[0, 0], [width, 1]])
        .translateExtent([[0, 0], [width, 1]])
        // A plain wheel scrolls the page, and so does one finger.
        .filter(({ type, button, ctrlKey, metaKey, touches }) =>
          type === "wheel" ? ctrlKey || metaKey : touches ? touches.length > 1 : !button,
        )
        .on("zoom", (event: { transform: ZoomTransform }) => setTransform(event.transform)),
    [width],
  );

  useEffect(() => {
    const svg = select(drawing.current!);
    svg.call(behavior).on("dblclick.zoom", null);
    svg.call(behavior.transform, zoomIdentity);
    return () => void svg.on(".zoom", null);
  }, [behavior, drawing, fitting]);

  return useMemo(() => {
    const svg = () => select(drawing.current!);
    const by = (part: number) => () => behavior.translateBy(svg(), (part * width) / transform.k, 0);
    return {
      scale: transform.rescaleX(fitting),
      closer: () => behavior.scaleBy(svg(), 1.6),
      farther: () => behavior.scaleBy(svg(), 1 / 1.6),
      earlier: by(0.5),
      later: by(-0.5),
      fit: () => behavior.transform(svg(), zoomIdentity),
      show: (mark) => {
        if (mark.x < 0 || mark.x > width) behavior.translateTo(svg(), transform.invertX(mark.x), 0);
      },
    };
  }, [behavior, drawing, fitting, transform, width]);
}
