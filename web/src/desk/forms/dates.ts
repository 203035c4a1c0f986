/** EDTF in words, at once and without the server. */
import { edtfBounds, inWords } from "../../timeline/dates";

/** `some time in 2024`; empty for what is no EDTF that is known here. */
export function wordsOfDate(edtf: string): string {
  const bounds = edtfBounds(edtf);
  if (!bounds) return "";
  return inWords({ ...bounds, certainty: /[?%]/.test(edtf) ? "uncertain" : edtf.includes("~") ? "probable" : "" });
}

/** What is wrong with a date, without the place of the fault in it: nobody counts characters at the desk. */
export function sayDateFault(message: string): string {
  return message.replace(/^(date '.*?),? at position \d+(?=; )/, "$1");
}
