/** What a member said and says, word by word. */
import { diffWords } from "./diff";
import type { Titles } from "./titles";
import { wordsOf } from "./words";

interface DifferenceProps {
  readonly member: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly titles: Titles;
}

export function Difference({ member, before, after, titles }: DifferenceProps) {
  const [was, is] = [wordsOf(member, before, titles), wordsOf(member, after, titles)];
  const pieces = diffWords(was, is);
  return (
    <div className="difference">
      <p dir="auto" className="was">
        <span className="said">Before: </span>
        {was === "" ? <em>nothing</em> : pieces.filter(({ side }) => side !== "after").map(({ side, text }, index) => (side === "both" ? text : <del key={index}>{text}</del>))}
      </p>
      <p dir="auto" className="is">
        <span className="said">After: </span>
        {is === "" ? <em>nothing</em> : pieces.filter(({ side }) => side !== "before").map(({ side, text }, index) => (side === "both" ? text : <ins key={index}>{text}</ins>))}
      </p>
    </div>
  );
}
