/**
 * What others change, as it happens. This is the one place that knows how: it asks the log of changes at
 * intervals, and is to follow the subscription `recordChanges` once the API has it.
 */
import { useEffect, useRef } from "react";
import { ask } from "./api";
import { ChangesSinceDocument, type ChangesSinceQuery } from "./generated";

export type Change = NonNullable<ChangesSinceQuery["changes"]>["nodes"][number];

/** How often the log is asked, in milliseconds. */
const EVERY_MS = 5_000;

/** Tells of changes while the component is shown, one's own as well: an answer may be older than they are. */
export function useLive(tell: (changes: readonly Change[]) => void): void {
  const told = useRef(tell);
  told.current = tell;
  useEffect(() => {
    // Of the server's clock, not of ours.
    let since: string | null = null;
    let isAsking = false;
    const seen = new Set<string>();

    function look() {
      if (document.hidden || isAsking) return;
      isAsking = true;
      ask(ChangesSinceDocument, { since })
        .then(({ changes }) => {
          const found = (changes?.nodes ?? []).filter((change) => !seen.has(idOf(change)));
          for (const change of found) seen.add(idOf(change));
          const isFirst = since === null;
          since = found.at(-1)?.at ?? since;
          if (isFirst) return;
          if (found.length > 0) told.current(found);
        })
        .catch(() => {}) // asked again in a moment; what the curator sends says what is wrong
        .finally(() => (isAsking = false));
    }

    look();
    const interval = setInterval(look, EVERY_MS);
    return () => clearInterval(interval);
  }, []);
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

function idOf({ noun, key, at, kind }: Change): string {
  return `${noun} ${key} ${at} ${kind}`;
}
