/** Dates as they are typed: EDTF today. What a date is understood as is said back. */
import { edtfBounds, inWords } from "../../timeline/dates";

/** What was typed, as the API takes it: surrounding space does not count. */
export function readTyped(typed: string): string {
  return typed.trim();
}

/** `some time in 2024`; empty for what is no EDTF that is known here, which the server then judges. */
export function wordsOfDate(edtf: string): string {
  const bounds = edtfBounds(edtf);
  if (!bounds) return "";
  return inWords({ ...bounds, certainty: /[?%]/.test(edtf) ? "uncertain" : edtf.includes("~") ? "probable" : "" });
}
