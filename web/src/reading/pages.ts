/** Which kind of page is at which address. */
import { type Address, decoded } from "./address";
import { frontPage } from "./front/FrontPage";
import { howToRead } from "./front/HowToRead";
import type { PageKind } from "./kinds";
import type { Loader } from "./questions";
import type { Language } from "./words/languages";
import { type Labels, labelsOf } from "./topics";
import { commitmentList } from "./lists/commitments";
import { articleList } from "./lists/articles";
import { followUpList } from "./lists/followUps";
import { meetingList } from "./lists/meetings";
import { partyList } from "./lists/parties";
import { requestList } from "./lists/requests";
import { topicList } from "./lists/topics";
import { articlePage } from "./records/article";
import { followUpPage } from "./records/followUp";
import { meetingPage } from "./records/meeting";
import { partyPage } from "./records/party";
import { topicPage } from "./records/topic";
import { commitmentPage } from "./trackables/commitment";
import { requestPage } from "./trackables/request";

export interface Placed {
  readonly kind: PageKind<unknown>;
  /** The part of the address that its pattern leaves open, decoded; empty where there is none. */
  readonly part: string;
}

const KINDS: readonly [RegExp, unknown][] = [
  [/^\/$/, frontPage],
  [/^\/how-to-read$/, howToRead],
  [/^\/commitments$/, commitmentList],
  [/^\/commitments\/([^/]+)$/, commitmentPage],
  [/^\/requests$/, requestList],
  [/^\/requests\/([^/]+)$/, requestPage],
  [/^\/parties$/, partyList],
  [/^\/parties\/([^/]+)$/, partyPage],
  [/^\/meetings$/, meetingList],
  [/^\/meetings\/([^/]+)$/, meetingPage],
  [/^\/articles$/, articleList],
  [/^\/articles\/([^/]+)$/, articlePage],
  [/^\/follow-ups$/, followUpList],
  [/^\/follow-ups\/([^/]+)$/, followUpPage],
  [/^\/topics$/, topicList],
  [/^\/topics\/(.+)$/, topicPage],
];

/** The kind of page at a path; null where there is none. */
export function pageAt(path: string): Placed | null {
  for (const [pattern, kind] of KINDS) {
    const found = pattern.exec(path);
    // Each kind shows what it loads itself, so outside of it nobody needs to know what that is.
    if (found) return { kind: kind as PageKind<unknown>, part: decoded(found[1] ?? "") };
  }
  return null;
}

/** What a page shows, and what the topics in it are called. */
export interface Loaded {
  readonly data: unknown;
  readonly labels: Labels;
}

/** Asks all that a page shows at an address. */
export function* loadPage({ kind, part }: Placed, address: Address, language: Language): Loader<Loaded> {
  const data = yield* kind.load(address, part);
  return { data, labels: yield* labelsOf(kind.topics?.(data, address) ?? [], language) };
}
