/** How wide there is room for, kept up to date. */
import { type RefObject, useLayoutEffect, useState } from "react";

const LEAST = 240;

export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(640);
  useLayoutEffect(() => {
    const seen = element.current!;
    const measure = () => setWidth(Math.max(LEAST, Math.floor(seen.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(seen);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
