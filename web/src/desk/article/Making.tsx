/** What can be made of the selected words. */
import type { MouseEvent } from "react";
import { inSentence } from "../../timeline/kinds";
import type { Noun } from "../generated";
import { NOUNS } from "../nouns";
import type { Selected } from "./ArticleText";

/** Each with its key. */
export const MADE: readonly (readonly [string, Noun])[] = [
  ["c", "COMMITMENTS"],
  ["f", "FOLLOW_UPS"],
  ["r", "REQUESTS"],
  ["m", "MEETINGS"],
];

interface MakingProps {
  readonly selected: Selected | null;
  readonly onMake: (noun: Noun) => void;
  readonly onMention: () => void;
}

export function Making({ selected, onMake, onMention }: MakingProps) {
  // A click must not take the selection away.
  const keep = (event: MouseEvent) => event.preventDefault();
  return (
    <div className="making" role="toolbar" aria-label="Make of the selected words">
      {MADE.map(([key, noun]) => (
        <button key={noun} type="button" onMouseDown={keep} onClick={() => onMake(noun)}>
          {inSentence(NOUNS[noun].one)} <kbd>{key}</kbd>
        </button>
      ))}
      <button type="button" onMouseDown={keep} onClick={onMention}>Mention <kbd>p</kbd></button>
      <span className="hint" role="status">{selected ? `${(selected.end - selected.start).toLocaleString("en")} characters selected` : "Select words first"}</span>
    </div>
  );
}
