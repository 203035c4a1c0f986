/** Whom or what members of a proposal may mean, and which names in it no stored party has. */
import { inSentence } from "../../timeline/kinds";
import type { Noun } from "../generated";
import { nounOfType } from "../nouns";
import { labelOf } from "../record/words";
import { type NewParties, sayStanding, sayUnresolved } from "./newParties";
import type { Proposed } from "./reading";

interface MeantProps {
  readonly proposal: Proposed;
  readonly parties: NewParties;
  readonly onAccept: (proposal: Proposed, about: { noun: Noun; key: string }) => void;
}

/** A stored record that it may be the same as can take it as evidence. */
export function Meant({ proposal: one, parties, onAccept }: MeantProps) {
  const same = one.candidates.filter(({ member, key, record }) => record && (member === "sameAs" || (member === "about" && key !== one.about?.key)));
  const members = [...new Set(one.candidates.map(({ member }) => member))].filter((member) => member !== "sameAs" && member !== "about");
  const named = ({ name, record }: Proposed["candidates"][number]) => {
    const standing = record ? null : sayStanding(name, one, parties);
    return standing ? `${name} (${standing})` : name;
  };
  return (
    <>
      {[...sayUnresolved(one, parties)].map(([says, names]) => (
        <p key={says} className="hint">{inSentence(says)}: <bdi>{names.join(", ")}</bdi></p>
      ))}
      {members.map((member) => (
        <p key={member} className="hint">
          {labelOf(member)}: <bdi>{one.candidates.filter((candidate) => candidate.member === member).map(named).join(", or ")}</bdi>
        </p>
      ))}
      {one.state === "OPEN" && same.map(({ name, record }) => record && (
        <p key={record.key} className="hint">
          Or is it <bdi>{name}</bdi>?{" "}
          <button type="button" className="quiet" onClick={() => onAccept(one, { noun: nounOfType(record.__typename), key: record.key })}>Add it there as evidence</button>
        </p>
      ))}
    </>
  );
}
