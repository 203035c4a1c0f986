/** Two texts, word by word. */

export interface Piece {
  readonly text: string;
  readonly side: "both" | "before" | "after";
}

/** Words of each side that are compared; longer texts are compared line by line. */
const MOST = 2_000;

/** What both have in their order, and what only one has. */
export function diffWords(before: string, after: string): Piece[] {
  const [one, other] = [before.match(/\s+|[^\s]+/g) ?? [], after.match(/\s+|[^\s]+/g) ?? []];
  if (one.length > MOST || other.length > MOST) return diffParts(linesOf(before), linesOf(after));
  return diffParts(one, other);
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function diffParts(before: readonly string[], after: readonly string[]): Piece[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return join([
    ...before.slice(0, start).map((text): Piece => ({ text, side: "both" })),
    ...between(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map((text): Piece => ({ text, side: "both" })),
  ]);
}

/** By the longest common subsequence, or one for the other where the table would be too large. */
function between(before: readonly string[], after: readonly string[]): Piece[] {
  const [rows, columns] = [before.length, after.length];
  if (rows * columns > MOST * MOST) return [...sided(before, "before"), ...sided(after, "after")];
  const width = columns + 1;
  const common = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (before[i] === after[j]) {
      pieces.push({ text: before[i++]!, side: "both" });
      j++;
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) {
      pieces.push({ text: before[i++]!, side: "before" });
    } else {
      pieces.push({ text: after[j++]!, side: "after" });
    }
  }
  return [...pieces, ...sided(before.slice(i), "before"), ...sided(after.slice(j), "after")];
}

function sided(texts: readonly string[], side: Piece["side"]): Piece[] {
  return texts.map((text) => ({ text, side }));
}

function join(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.side === piece.side) joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}
