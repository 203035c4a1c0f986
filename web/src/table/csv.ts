/** A table as text: CSV (RFC 4180) for files, and tab-separated for the clipboard. */
import { type Cell, type Table, wordsIn } from "./rows";

// The rule of docs/exports.md, which the server's CSV keeps as well.

/** What may stand before a formula without being seen. */
const UNSEEN =
  String.raw`\0-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f` +
  String.raw`\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb` +
  String.raw`\u{e0000}-\u{e0fff}`;
const SIGNS = String.raw`=+\-@\uff1d\uff0b\uff0d\uff20`;

const AT_START = new RegExp(`^(?=[${UNSEEN}'"]*[${SIGNS}\\t\\r\\n])`, "u");
const INSIDE = new RegExp(`([;\\t\\r\\n])(?=[${UNSEEN}'"]*[${SIGNS}])`, "gu");

/** With a byte order mark, without which Excel does not read UTF-8. */
export function csvOf({ columns, rows }: Table): string {
  const lines = [columns, ...rows].map((row) => row.map(written).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

export function tabbed({ columns, rows }: Table): string {
  const inOneLine = (cell: Cell) => guardedUnlessNumber(cell, wordsIn(cell).replace(/\s+/g, " "));
  return [columns, ...rows].map((row) => row.map(inOneLine).join("\t")).join("\n");
}

function guardedUnlessNumber(cell: Cell, text: string): string {
  return typeof cell === "number" ? text : guarded(text);
}

/** Texts and lists in quotes; numbers, booleans and what is not known without. */
function written(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  return `"${guarded(textOf(cell)).replaceAll('"', '""')}"`;
}

/** A semicolon in an item of a list is doubled, so that only what parts two items is followed by a blank. */
function textOf(cell: Exclude<Cell, null>): string {
  if (typeof cell !== "object") return String(cell);
  return cell.map((value) => String(value ?? "").replaceAll(";", ";;")).join("; ");
}

/** A text that a spreadsheet shows and does not run: an apostrophe says so to all of them. */
function guarded(text: string): string {
  const inside = text.replace(INSIDE, "$1'");
  return AT_START.test(inside) ? `'${inside}` : inside;
}
