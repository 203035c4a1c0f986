/** What a pasted text says of itself: proposed, for whoever pastes it to look at. */
import { isEmpty } from "../forms/fields";
import type { Members } from "../record/content";

const LONGEST_HEADLINE = 160;

/** A short first line with text after it. */
export function headlineOf(text: string): string | null {
  const [first = "", ...rest] = text.trim().split("\n");
  const line = first.trim();
  return rest.join("").trim() && line && line.length <= LONGEST_HEADLINE && !/[.:;,]$/.test(line) ? line : null;
}

/** `ISLAMABAD:` or `SARN, Jan 10 –` at the beginning of a line. */
export function datelineOf(text: string): string | null {
  const found = /^\s*(\p{Lu}[\p{Lu} .'’-]{1,40}\p{Lu})(?:,[^:–—\n]{0,25})?\s*(?:\([^)\n]{2,20}\)\s*)?(?:[:–—]|--)/mu.exec(text);
  return found?.[1] ?? null;
}

const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const MONTH = `(?<month>${MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join("|")})\\.?`;
const SAID = new RegExp(
  `(?:(?<iso>\\d{4}-\\d\\d-\\d\\d)|(?<day>\\d{1,2})(?:st|nd|rd|th)? ${MONTH},? (?<year>\\d{4})|${MONTH.replace("month", "first")} (?<second>\\d{1,2}),? (?<last>\\d{4}))`,
  "iu",
);
const AROUND_DATE = /^(?:(?:published|updated|posted)(?: on)?:?)?\s*(?:\p{L}{3,9},\s*)?$/iu;

/** The day in a line that says nothing else, such as `Published May 2, 2024`, near the beginning or the end. */
export function datePrintedIn(text: string): string | null {
  const lines = text.trim().split("\n").map((line) => line.trim()).filter(Boolean);
  for (const line of [...lines.slice(0, 5), ...lines.slice(5).slice(-3)]) {
    const found = SAID.exec(line);
    if (!found?.groups || !AROUND_DATE.test(line.slice(0, found.index).trim()) || line.length > found.index + found[0].length + 25) continue;
    const { iso, day, month, year, first, second, last } = found.groups;
    if (iso) return iso;
    const number = MONTHS.findIndex((name) => name.startsWith((month ?? first ?? "").slice(0, 3).toLowerCase())) + 1;
    return `${year ?? last}-${String(number).padStart(2, "0")}-${(day ?? second ?? "").padStart(2, "0")}`;
  }
  return null;
}

/** The day within a dateline, such as `Jan 10` of `SARN, Jan 10 (ANA) –`: in EDTF where its year is printed, else as printed. */
export function datelineDayIn(text: string): string | null {
  const within = /^\s*\p{Lu}[\p{Lu} .'’-]{1,40}\p{Lu},\s*([^:–—\n(]{3,25}?)\s*(?:\([^)\n]{2,30}\)\s*)?(?:[:–—]|--?\s)/mu.exec(text)?.[1];
  if (!within) return null;
  const whole = datePrintedIn(within);
  if (whole) return whole;
  const found = new RegExp(`(?:${MONTH} \\d{1,2}|\\d{1,2} ${MONTH.replace("month", "last")})$`, "iu").exec(within);
  return found && AROUND_DATE.test(within.slice(0, found.index).trim()) ? found[0] : null;
}

/** The agency that a dateline credits, such as `ANA` of `SARN, Jan 10 (ANA) –`, or that a line names at the end. */
export function creditOf(text: string): string | null {
  const dateline = /^\s*\p{Lu}[\p{Lu} .'’-]{1,40}\p{Lu}(?:,[^:–—\n(]{0,25})?\s*\(([^)\n]{2,30})\)\s*[:–—]/mu.exec(text);
  return dateline?.[1]?.trim() ?? null;
}

const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/[ٹڈڑںےہھگچپ]/u, "ur"],
  [/\p{Script=Arabic}/u, "ar"],
  [/\p{Script=Devanagari}/u, "hi"],
  [/\p{Script=Cyrillic}/u, "ru"],
  [/\p{Script=Hangul}/u, "ko"],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "ja"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Hebrew}/u, "he"],
];

/** The likely language of a script that most of the letters are of; null for Latin, which has too many. */
export function languageOf(text: string): string | null {
  const letters = [...text.slice(0, 4_000)].filter((letter) => /\p{L}/u.test(letter));
  const others = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).join("");
  if (others.length * 2 <= letters.length) return null;
  return SCRIPTS.find(([script]) => script.test(others))?.[1] ?? null;
}

/** What is empty in the form and can be told from the text. */
export function proposeFrom(text: string, values: Members): Members {
  const day = datePrintedIn(text) ?? datelineDayIn(text);
  const proposed = {
    headline: headlineOf(text),
    dateline: datelineOf(text),
    inLanguage: languageOf(text),
    datePublished: day && { edtf: day },
  };
  return Object.fromEntries(Object.entries(proposed).filter(([name, value]) => value !== null && isEmpty(values[name])));
}

/** Words that few texts share, in groups that are looked for one after the other. */
export function tellingWords(text: string): string[] {
  const words = [...new Set(text.slice(0, 2_000).match(/[\p{L}\p{M}]{5,}/gu) ?? [])];
  const longest = words.sort((a, b) => b.length - a.length).slice(0, 9);
  return [longest.slice(0, 3), longest.slice(3, 6), longest.slice(6, 9)].map((group) => group.join(" ")).filter(Boolean);
}

const SHINGLE = 4;

/** How much two texts share, from 0 to 1: of all runs of four words, those that both have. */
export function likeness(one: string, other: string): number {
  const [a, b] = [shinglesOf(one), shinglesOf(other)];
  const shared = [...a].filter((shingle) => b.has(shingle)).length;
  return shared === 0 ? 0 : shared / Math.min(a.size, b.size);
}

function shinglesOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return new Set(words.slice(0, Math.max(0, words.length - SHINGLE + 1)).map((_, index) => words.slice(index, index + SHINGLE).join(" ")));
}
