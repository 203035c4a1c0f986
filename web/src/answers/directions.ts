/** Texts of any script in one line: none may turn what stands around it, or lie about its own letters. */

/** What turns the letters that follow, whatever they are: embeddings, overrides, isolates. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Letters that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const [ISOLATE, POP] = ["\u2068", "\u2069"];

/** A text as it may be shown: letters stand in the order in which they would be read out. */
export function untwisted(text: string): string {
  return text.replace(TURNING, "");
}

/** An answer with every text of it as it may be shown. */
export function allUntwisted<Value>(value: Value): Value {
  if (typeof value === "string") return untwisted(value) as Value;
  if (Array.isArray(value)) return value.map(allUntwisted) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, allUntwisted(member)])) as Value;
}

/** For places that hold text alone, such as SVG: a part of a line that leaves the rest of it as it is. */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${ISOLATE}${text}${POP}` : text;
}

const WRITTEN_RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

/**
 * The direction of a paragraph of a text in this language: that of the language, unless most of it is of the other. A
 * name at its beginning does not turn it, as it does where the browser guesses.
 */
export function directionOf(paragraph: string, language: string | undefined): "ltr" | "rtl" {
  const letters = paragraph.match(/\p{L}/gu) ?? [];
  const isRtl = WRITTEN_RIGHT_TO_LEFT.has(language?.split("-")[0] ?? "");
  if (letters.length === 0) return isRtl ? "rtl" : "ltr";
  const share = letters.filter((letter) => RIGHT_TO_LEFT.test(letter)).length / letters.length;
  return share >= (isRtl ? 0.25 : 0.75) ? "rtl" : "ltr";
}

/**
 * The language of a text that points into an article: the article's, where the words are its own.
 * A digest may be in ours, so it counts as the article's only if it is in no Latin script.
 */
export function languageOf(text: string, article: { inLanguage: string; textKind: string } | null): string | undefined {
  if (!article) return undefined;
  const letters = text.match(/\p{L}/gu) ?? [];
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length;
  return article.textKind !== "DIGEST" || latin * 2 < letters.length ? article.inLanguage : undefined;
}
