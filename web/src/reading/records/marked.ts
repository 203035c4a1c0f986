/** Where evidence stands in a text: pieces of it, each with what rests on it. Positions count code points. */

export interface Span {
  readonly start: number;
  readonly end: number;
  /** The address of what rests on it. */
  readonly href: string;
  readonly key: string;
}

export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
  /** Anchors of the spans that begin here. */
  readonly anchor: string | null;
  /** The spans that end here, each record once. */
  readonly ends: readonly Span[];
}

/** A text cut at every beginning and end of a span; what a span claims beyond the text is left out. */
export function markUp(text: string, spans: readonly Span[]): Piece[] {
  const letters = Array.from(text);
  const fitting = spans.filter(({ start, end }) => 0 <= start && start < end && end <= letters.length);
  const cuts = [...new Set([0, letters.length, ...fitting.flatMap(({ start, end }) => [start, end])])].toSorted((a, b) => a - b);
  return cuts.slice(0, -1).map((from, index) => {
    const to = cuts[index + 1]!;
    const ends = fitting.filter(({ end }) => end === to);
    return {
      text: letters.slice(from, to).join(""),
      isMarked: fitting.some(({ start, end }) => start <= from && to <= end),
      anchor: fitting.some(({ start }) => start === from) ? `at-${from}` : null,
      ends: ends.filter(({ href }, place) => ends.findIndex((one) => one.href === href) === place),
    };
  });
}
