/** What the pickers find, and in which order. */
import { dateWords } from "../../reading/words/en";
import { dayOf, isoOf } from "../../timeline/dates";
import { inSentence } from "../../timeline/kinds";
import { ask } from "../api";
import { headlineOr, shownKey } from "../nouns";
import {
  type ChoiceFragment, FindArticlesDocument, FindFollowUpsDocument, FindMeetingsDocument, FindPartiesDocument,
  FindTrackablesDocument, LatestPublishersDocument, TrackablesOfDocument,
} from "../generated";
import type { Option } from "./Picker";

/** What a form is about, which the pickers go by. */
export interface Surroundings {
  /** The first and last day of the article, if there is one. */
  readonly earliest: string | null;
  readonly latest: string | null;
  /** The parties that are named nearby, the likeliest first. */
  readonly parties: readonly { readonly key: string; readonly name: string }[];
  /** The words that were selected. */
  readonly words: string;
}

const WAITING = (curation: string) => (curation === "ACCEPTED" ? "" : ` · ${inSentence(curation).toLowerCase()}`);

export async function findParties(words: string, signal: AbortSignal, near: Surroundings | null = null): Promise<readonly Option[]> {
  if (!words) return (near?.parties ?? []).map(({ key, name }) => ({ key, title: name, hint: "named here" }));
  const { search } = await ask(FindPartiesDocument, { words }, signal);
  return (search?.nodes ?? []).flatMap(({ item, highlights }) => {
    if (!item || !("key" in item)) return [];
    const other = highlights.map(({ text }) => text).find((text) => text !== item.name);
    const hint = `${inSentence(item.kind).toLowerCase()}${other ? ` · ${other}` : ""}${WAITING(item.curation)}`;
    return [{ key: item.key, title: item.name, hint }];
  });
}

/** Publishers with these words in a name; without any, those of the newest articles. */
export async function findPublishers(words: string, signal: AbortSignal): Promise<readonly Option[]> {
  if (words) return findParties(words, signal);
  const { articles } = await ask(LatestPublishersDocument, {}, signal);
  const found = (articles?.nodes ?? []).flatMap(({ publisher }) => publisher ?? []);
  return [...new Map(found.map(({ key, name }) => [key, { key, title: name, hint: "published what was added lately" }])).values()].slice(0, 6);
}

/** Parties with any of these words in a name: what may be meant by somebody who is about to make a new one. */
export async function findNearParties(name: string, signal: AbortSignal): Promise<readonly Option[]> {
  const words = name.split(/\s+/).filter((word) => word.length > 2).slice(0, 4);
  const found = await Promise.all(words.map((word) => findParties(word, signal)));
  return [...new Map(found.flat().map((option) => [option.key, option])).values()].slice(0, 6);
}

const NEAR_DAYS = 45;

/** Meetings with these words; without any, those around the days of the article. */
export async function findMeetings(words: string, signal: AbortSignal, near: Surroundings | null): Promise<readonly Option[]> {
  const around = words ? {} : daysAround(near);
  const { meetings } = await ask(FindMeetingsDocument, { ...around, words: words || null }, signal);
  const named = new Set(near?.parties.map(({ key }) => key));
  const found = (meetings?.nodes ?? []).map((meeting) => ({
    meeting,
    shared: meeting.participations.filter(({ party }) => party && named.has(party.key)).length,
  }));
  found.sort((a, b) => b.shared - a.shared);
  return found.map(({ meeting: { key, title, date, participations, curation } }) => ({
    key,
    title,
    hint: [dateWords(date), participations.map(({ party, nameAsStated }) => party?.name ?? nameAsStated).slice(0, 3).join(", ")]
      .filter(Boolean).join(" · ") + WAITING(curation),
  }));
}

function daysAround(near: Surroundings | null): { from?: string; to?: string } {
  const [earliest, latest] = [dayOf(near?.earliest ?? ""), dayOf(near?.latest ?? "")];
  if (earliest === null || latest === null) return {};
  return { from: isoOf(earliest - NEAR_DAYS), to: isoOf(latest + 1) };
}

/** Commitments and requests with these words; without any, those of the parties nearby, best match first. */
export async function findTrackables(words: string, signal: AbortSignal, near: Surroundings | null): Promise<readonly Option[]> {
  if (words) {
    const { search } = await ask(FindTrackablesDocument, { words }, signal);
    return (search?.nodes ?? []).flatMap(({ item }) => (item && "key" in item ? [optionOf(item as ChoiceFragment)] : []));
  }
  const of = await Promise.all(
    (near?.parties ?? []).slice(0, 3).map(({ key }) => ask(TrackablesOfDocument, { party: key }, signal)),
  );
  const all = of.flatMap(({ commitments, requests }) => [...(commitments?.nodes ?? []), ...(requests?.nodes ?? [])]);
  const distinct = [...new Map(all.map((one) => [one.key, one])).values()];
  return rankByWords(distinct, near?.words ?? "").slice(0, 10).map(optionOf);
}

function optionOf(one: ChoiceFragment): Option {
  const parties = "promisors" in one ? one.promisors.map(({ party }) => party) : "asked" in one ? one.asked : [];
  const names = parties.flatMap((party) => party?.name ?? []).slice(0, 2).join(", ");
  const hint = [shownKey(one.key).trim(), names, dateWords(one.madeOn), one.status && inSentence(one.status.value)].filter(Boolean).join(" · ");
  return { key: one.key, title: one.title, hint: hint + WAITING(one.curation) };
}

interface Worded {
  readonly title: string;
  readonly gist: string;
  readonly topics: readonly string[];
}

/** Those that share most words with a passage first; rare words count for more. */
export function rankByWords<One extends Worded>(ones: readonly One[], passage: string): One[] {
  const texts = ones.map((one) => wordsIn(`${one.title} ${one.gist} ${one.topics.join(" ")}`));
  const wanted = wordsIn(passage);
  const spread = (word: string) => texts.filter((text) => text.has(word)).length;
  const score = (text: ReadonlySet<string>) =>
    [...wanted].filter((word) => text.has(word)).reduce((sum, word) => sum + 1 / spread(word), 0);
  const scored = ones.map((one, index) => ({ one, score: score(texts[index]!) }));
  return scored.sort((a, b) => b.score - a.score).map(({ one }) => one);
}

function wordsIn(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]{3,}/gu) ?? [];
  return new Set(words.map((word) => (word.length > 4 ? word.replace(/(ing|ed|es|s)$/, "") : word)));
}

/** The challenges and contradictions of a target, which a follow-up may answer. */
export async function findFollowUps(target: string, signal: AbortSignal): Promise<readonly Option[]> {
  if (!target) return [];
  const { followUps } = await ask(FindFollowUpsDocument, { target }, signal);
  return (followUps?.nodes ?? []).map(({ key, kind, occurredOn, actors }) => ({
    key,
    title: `${inSentence(kind)} ${dateWords(occurredOn)}`,
    hint: actors.map(({ name }) => name).join(", "),
  }));
}

export async function findArticles(words: string, signal: AbortSignal): Promise<readonly Option[]> {
  if (!words) return [];
  const { articles } = await ask(FindArticlesDocument, { words }, signal);
  return (articles?.nodes ?? []).map(({ key, headline, datePublished, curation }) => ({
    key,
    title: headlineOr(headline, key),
    hint: dateWords(datePublished) + WAITING(curation),
  }));
}
