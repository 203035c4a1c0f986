/** Faults of the API in the words of the desk: nobody there counts characters, writes EDTF or knows members by name. */
import { isolated } from "../../answers/directions";
import { inSentence } from "../../timeline/kinds";
import { MEMBERS } from "../definitions/generated";
import { curationWords } from "../../reading/words/en";
import { labelOf } from "../record/words";
import type { Titles } from "../record/titles";
import { wordsOfDate } from "./dates";
import { isValue } from "./fields";

const NAMED = new Set(Object.values(MEMBERS).flatMap((members) => Object.keys(members)));
const STAGES = ["PROPOSED", "IN_REVIEW", "ACCEPTED", "REJECTED", "RETRACTED"];

// What stands in quotation marks is what was written, or is to be written: it stays as it is.
const WRITTEN = /('[^']*')/;
const DAY = String.raw`\d{4}-\d\d(?:-\d\d)?[~?%]?`;
const DATE = new RegExp(String.raw`(?<![\w-])(?:${DAY}|\.\.)(?:/(?:${DAY}|\.\.))?(?![\w:-])`, "g");
const MEMBER = /\b[a-z]+(?:[A-Z][a-z]+)+\b/g;
const VALUE = /\b[A-Z]{3,}(?:_[A-Z]+)*\b/g;

/**
 * `2024-05-02 is before madeOn (2024-05-07)` as `2 May 2024 is before “Made on” (7 May 2024)`. Keys that are among the
 * titles become these.
 */
export function sayFault(message: string, titles: Titles = new Map()): string {
  return message
    .replace(/^(date '.*?'.*?),? at position \d+(?=; )/, "$1")
    .replace(/, which is EDTF level 2 and not kept here/, ", which is not kept here")
    .split(WRITTEN)
    .map((part) => (part.startsWith("'") ? part : nameKeys(sayPart(part), titles)))
    .join("");
}

/** Words that are the key of a record with its title in their place. */
function nameKeys(part: string, titles: Titles): string {
  const byKey = new Map([...titles].map(([name, title]) => [name.slice(name.indexOf(" ") + 1), title]));
  return part.replace(/(?<![\w-])[\w-]+(?:\.[\w-]+)*(?![\w-])/g, (word) => {
    const title = byKey.get(word);
    return title && title !== word ? `“${isolated(title)}”` : word;
  });
}

function sayPart(part: string): string {
  return part
    .replace(DATE, (date) => wordsOfDate(date) || date)
    .replace(MEMBER, (name) => (NAMED.has(name) ? `“${labelOf(name)}”` : name))
    .replace(VALUE, (value) => (STAGES.includes(value) ? curationWords(value) : isValue(value) ? `“${inSentence(value)}”` : value));
}
