/** EDTF in words, at once and without the server. */
import { edtfBounds, inWords } from "../../timeline/dates";

/** `some time in 2024`; empty for what is no EDTF that is known here. */
export function wordsOfDate(edtf: string): string {
  const bounds = edtfBounds(edtf);
  if (!bounds) return "";
  return inWords({ ...bounds, certainty: /[?%]/.test(edtf) ? "uncertain" : edtf.includes("~") ? "probable" : "" });
}
