/** What others change, told to the screens that show it. Where it comes from is in `following.ts`. */
import { useEffect, useRef } from "react";
import { followChanges, type Tell } from "./following";
import type { ChangeFragment } from "./generated";
import { session, useSession } from "./session/session";

export type Change = ChangeFragment;

/** Told at once, and then at most this often: an import writes thousands. */
const EVERY_MS = 1_000;

const screens = new Set<Tell>();

/** Follows the log while somebody is signed in, by one connection for all screens. */
export function useFollowing(): void {
  const { viewer } = useSession();
  // Another object after each sign-in: another token.
  useEffect(() => (viewer ? followChanges(viewer.place, slowedDown()) : undefined), [viewer]);
}

/** Tells of changes while the component is shown, one's own as well: an answer may be older than they are. */
export function useLive(tell: Tell): void {
  const told = useRef(tell);
  told.current = tell;
  useEffect(() => {
    const screen: Tell = (changes) => told.current(changes);
    screens.add(screen);
    return () => void screens.delete(screen);
  }, []);
}

/** Tells the screens of the first change at once, and of what comes right after it together. */
function slowedDown(): Tell {
  let waiting: Change[] | null = [];
  let isPaused = false;
  function tellScreens() {
    const changes = waiting;
    waiting = [];
    isPaused = changes === null || changes.length > 0;
    if (!isPaused) return;
    setTimeout(tellScreens, EVERY_MS);
    for (const screen of screens) screen(changes);
  }
  return (changes) => {
    waiting = waiting && changes && [...waiting, ...changes];
    if (!isPaused) tellScreens();
  };
}

/** Who else changed any of what is asked about; null if nobody did. */
export function findOther(changes: readonly Change[] | null): string | null {
  if (!changes) return "Somebody";
  const others = changes.filter(({ by }) => by !== session.viewer?.name);
  return others.length > 0 ? others.at(-1)!.by ?? "Somebody" : null;
}

/** What one saves oneself is loaded by whatever saved it: the log need not tell of it for as long. */
const OWN_MS = 1_000;

interface Watched {
  /** Whether a change is of what the screen shows. */
  readonly isOurs: (change: Change) => boolean;
  /** The version of its record that the screen shows; undefined if it shows none. */
  readonly shown: (change: Change) => number | undefined;
  /** Somebody else, by name, changed something of it. */
  readonly onOther: (name: string) => void;
  /** Something of one's own is not shown yet, as after a save in another tab. */
  readonly onOwn: () => void;
}

/** Tells a screen of changes of what it shows. */
export function useChangesOf(watched: Watched): void {
  const current = useRef(watched);
  current.current = watched;
  const isMissing = (one: Change) => !one.record || (current.current.shown(one) ?? 0) < one.record.version;
  useLive((changes) => {
    const ours = changes && changes.filter(watched.isOurs);
    const other = findOther(ours);
    if (other) return watched.onOther(other);
    if (ours?.length) setTimeout(() => ours.some(isMissing) && current.current.onOwn(), OWN_MS);
  });
}

/** Whether a change is of an article, or of a record that rests on it now. */
export function isAbout(change: Change, article: string): boolean {
  const { noun, key, record } = change;
  if (noun === "ARTICLES") return key === article;
  if (!record) return false;
  if ("articles" in record) return record.articles.some((one) => one.key === article);
  const evidence = "evidence" in record ? record.evidence : "reports" in record ? record.reports : [];
  return evidence.some((one) => one.article?.key === article);
}
