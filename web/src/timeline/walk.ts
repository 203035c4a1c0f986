/** From mark to mark by keys: along a lane in time, and to what is nearest in the lane beside it. */
import type { Layout, Mark } from "./layout";

/** The mark that a key leads to from the mark with this id; null if the key leads nowhere. */
export function beside({ lanes }: Layout, id: string, key: string): Mark | null {
  const walked = lanes.filter(({ marks }) => marks.length > 0);
  const row = walked.findIndex(({ marks }) => marks.some(({ entry }) => entry.id === id));
  if (row === -1) return null;
  const { marks } = walked[row]!;
  const place = marks.findIndex(({ entry }) => entry.id === id);
  const { x } = marks[place]!;
  switch (key) {
    case "ArrowLeft":
      return marks[place - 1] ?? null;
    case "ArrowRight":
      return marks[place + 1] ?? null;
    case "Home":
      return marks[0] ?? null;
    case "End":
      return marks.at(-1) ?? null;
    case "ArrowUp":
      return nearest(walked[row - 1]?.marks, x);
    case "ArrowDown":
      return nearest(walked[row + 1]?.marks, x);
    default:
      return null;
  }
}

function nearest(marks: readonly Mark[] | undefined, x: number): Mark | null {
  return (
    marks?.reduce((best, mark) => (Math.abs(mark.x - x) < Math.abs(best.x - x) ? mark : best)) ?? null
  );
}
