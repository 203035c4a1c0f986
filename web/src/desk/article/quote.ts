/** Words in their text, with some of what stands around them, line by line. */
import { Places } from "./codePoints";

export interface QuotePiece {
  readonly text: string;
  /** Whether it is of the words themselves. */
  readonly isQuoted: boolean;
}

/**
 * The lines around the words from `start` to `end`, in code points, with at most `around` characters of the text on
 * each side, cut between words.
 */
export function quoteLines(text: string, start: number, end: number, around: number): QuotePiece[][] {
  const places = new Places(text);
  const [from, to] = [places.toUnit(start), places.toUnit(end)];
  const pieces: QuotePiece[] = [
    { text: around > 0 ? endOf(text.slice(0, from), around) : "", isQuoted: false },
    { text: text.slice(from, to), isQuoted: true },
    { text: around > 0 ? beginningOf(text.slice(to), around) : "", isQuoted: false },
  ];
  const lines: QuotePiece[][] = [[]];
  for (const { text: part, isQuoted } of pieces) {
    part.split("\n").forEach((line, index) => {
      if (index > 0) lines.push([]);
      if (line) lines.at(-1)!.push({ text: line, isQuoted });
    });
  }
  return lines.filter((line) => line.length > 0);
}

function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/\s+\S*$/u, "")} …`;
}

function endOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return `… ${text.slice(-most).replace(/^\S*\s+/u, "")}`;
}
