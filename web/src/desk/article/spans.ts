/** An article's text in pieces: where each begins, and which records rest on it. */

export interface Span {
  /** The record that rests on it, as `COMMITMENTS K03`. */
  readonly id: string;
  /** A class of how it is drawn, such as `on-commitments`. */
  readonly look: string;
  /** UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
}

export interface Piece {
  readonly start: number;
  readonly text: string;
  /** The spans over it, the shortest first. */
  readonly over: readonly Span[];
}

export interface Paragraph {
  readonly start: number;
  readonly pieces: readonly Piece[];
}

/** The paragraphs of a text, cut wherever a span begins or ends; all spans must be within the text. */
export function cutText(text: string, spans: readonly Span[]): readonly Paragraph[] {
  const cuts = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const opening = [...spans].sort((a, b) => a.start - b.start);
  const paragraphs: Paragraph[] = [];
  let open: Span[] = [];
  let [cut, next] = [0, 0];
  for (const [start, line] of linesOf(text)) {
    const pieces: Piece[] = [];
    const end = start + line.length;
    let at = start;
    while (at < end) {
      while (cut < cuts.length && cuts[cut]! <= at) cut++;
      const to = Math.min(end, cuts[cut] ?? end);
      open = open.filter((span) => span.end > at);
      while (next < opening.length && opening[next]!.start <= at) {
        const span = opening[next++]!;
        if (span.end > at) open.push(span);
      }
      const over = [...open].sort((a, b) => a.end - a.start - (b.end - b.start));
      pieces.push({ start: at, text: text.slice(at, to), over });
      at = to;
    }
    paragraphs.push({ start, pieces });
  }
  return paragraphs;
}

function* linesOf(text: string): Iterable<readonly [number, string]> {
  let start = 0;
  for (const line of text.split("\n")) {
    yield [start, line] as const;
    start += line.length + 1;
  }
}

/** A selection without white space at its ends; null if nothing is left. */
export function trimSelection(text: string, start: number, end: number): { start: number; end: number } | null {
  const words = text.slice(start, end);
  const trimmed = words.trim();
  if (trimmed === "") return null;
  const from = start + words.indexOf(trimmed);
  return { start: from, end: from + trimmed.length };
}

/** The place in the text of a place in the page, for what `ArticleText` draws; null if it is elsewhere. */
export function unitAt(node: Node, offset: number): number | null {
  const element = node instanceof Element ? node : node.parentElement;
  const holder = element?.closest<HTMLElement>("[data-at]");
  if (!holder) return unitBetween(node, offset);
  const range = document.createRange();
  range.setStart(holder, 0);
  range.setEnd(node, offset);
  return Number(holder.dataset["at"]) + range.toString().length;
}

/** As `unitAt`, for a place between paragraphs: where the next begins, or the last ends. */
function unitBetween(node: Node, offset: number): number | null {
  const next = node.childNodes[offset];
  if (next instanceof HTMLElement && next.dataset["at"]) return Number(next.dataset["at"]);
  const last = node.childNodes[node.childNodes.length - 1];
  return last instanceof HTMLElement && last.dataset["at"] ? Number(last.dataset["at"]) + last.textContent.length : null;
}
