/** The form beside an article's text: of a new record, of one that rests on it, or of whom a name means. */
import { useEffect, useMemo } from "react";
import type { Surroundings } from "../forms/finding";
import { RecordForm } from "../forms/RecordForm";
import type { Payload } from "../forms/writing";
import type { Noun } from "../generated";
import { NOUNS } from "../nouns";
import { notify } from "../notices";
import type { Members } from "../record/content";
import { MentionForm } from "./MentionForm";
import { type Named, type Passage, prefill } from "./prefill";
import type { Resting } from "./resting";

export type Opened =
  | { readonly kind: "new"; readonly noun: Noun; readonly passage: Passage | null }
  | { readonly kind: "change"; readonly resting: Resting; readonly start: Members; readonly version: number }
  | { readonly kind: "mention"; readonly passage: Passage };

interface ArticleFormProps {
  readonly article: string;
  readonly opened: Opened;
  readonly near: Surroundings;
  /** Whom the text names, as far as that is known. */
  readonly parties: readonly Named[];
  readonly takeSelected: () => Members | null;
  readonly onMade: (noun: Noun, record: NonNullable<Payload["record"]>) => void;
  /** Something that was there is saved otherwise. */
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const NOTHING: Members = {};

export function ArticleForm({ article, opened, near, parties, takeSelected, onMade, onDone, onClose }: ArticleFormProps) {
  // Where its buttons would stand below the window, the page moves as far as they need.
  useEffect(() => {
    document.querySelector(".sides aside")?.scrollIntoView({ block: "nearest" }); // new browsers give a promise, which is no clean-up
  }, []);
  const start = useMemo(
    () => (opened.kind === "new" && opened.passage ? prefill(opened.noun, { ...opened.passage, parties }) : NOTHING),
    [opened, parties],
  );
  switch (opened.kind) {
    case "new":
      return (
        <RecordForm
          key={`${opened.noun} ${opened.passage?.start ?? ""}`}
          noun={opened.noun}
          title={`New ${NOUNS[opened.noun].one}`}
          draftId={`new ${opened.noun} ${article}`}
          start={start}
          existing={null}
          near={near}
          takeSelected={takeSelected}
          onSaved={(record) => onMade(opened.noun, record)}
          onClose={onClose}
        />
      );
    case "change":
      return (
        <RecordForm
          key={opened.resting.id}
          noun={opened.resting.noun}
          title={`Change the ${NOUNS[opened.resting.noun].one}`}
          draftId={opened.resting.id}
          start={opened.start}
          existing={{ key: opened.resting.record.key, version: opened.version, curation: opened.resting.record.curation }}
          near={near}
          takeSelected={takeSelected}
          onSaved={() => {
            notify("Saved");
            onDone();
          }}
          onClose={onClose}
        />
      );
    case "mention":
      return <MentionForm passage={opened.passage} near={near} onSaved={onDone} onClose={onClose} />;
  }
}
