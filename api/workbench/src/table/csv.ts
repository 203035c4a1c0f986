/** A table as text: CSV (RFC 4180) for files, and tab-separated for the clipboard. */
import type { Cell, Table } from "./rows";

/** Text that a spreadsheet would run as a formula, and that others wrote. */
const FORMULA = /^[=+\-@\t\r]/;

/** With a byte order mark, without which Excel does not read UTF-8. */
export function csvOf({ columns, rows }: Table): string {
  const lines = [columns, ...rows].map((row) => row.map(quoted).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

export function tabbed({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => row.map((cell) => plain(cell).replace(/\s+/g, " ")).join("\t")).join("\n");
}

function quoted(cell: Cell): string {
  const text = plain(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plain(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  return FORMULA.test(cell) ? `'${cell}` : cell;
}
