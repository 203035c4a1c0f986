/** What somebody else made of a record meanwhile, beside what is typed here. Nothing of either is lost. */
import { useEffect, useRef, useState } from "react";
import { changedMembers, type Members, mergeEdits } from "../record/content";
import { Difference } from "../record/Difference";
import { useTitles } from "../record/titles";
import type { Version } from "../record/versions";
import { labelOf } from "../record/words";

interface ConflictProps {
  readonly base: Members;
  readonly mine: Members;
  readonly theirs: Version;
  /** Goes on with these members as the others have them, and all else as merged. */
  readonly onSettle: (taken: readonly string[]) => void;
}

export function Conflict({ base, mine, theirs, onSettle }: ConflictProps) {
  const [taken, setTaken] = useState<readonly string[]>([]);
  const section = useRef<HTMLElement>(null);
  const titles = useTitles([base, mine, theirs.members]);
  const { contested } = mergeEdits(base, mine, theirs.members);
  const only = changedMembers(base, theirs.members).filter((name) => !contested.includes(name));
  // Of a long form, its foot is what is seen, and there nothing can be pressed until this is settled.
  useEffect(() => {
    section.current?.focus({ preventScroll: true });
    section.current?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <section ref={section} tabIndex={-1} className="conflict" aria-labelledby="conflict-title" role="alert">
      <h3 id="conflict-title"><bdi>{theirs.by}</bdi> changed it while you did</h3>
      <p>Yours is not saved yet. Both stand here, and both stay in the history.</p>
      {only.length > 0 && <p>Taken over from them: {only.map((name) => labelOf(name).toLowerCase()).join(", ")}.</p>}
      {contested.map((name) => (
        <fieldset key={name}>
          <legend>{labelOf(name)}: theirs, and yours</legend>
          <Difference member={name} before={theirs.members[name]} after={mine[name]} titles={titles} />
          {[[false, "Keep mine"], [true, "Take theirs"]].map(([isTheirs, says]) => (
            <label key={String(says)} className="check">
              <input
                type="radio"
                name={`conflict-${name}`}
                checked={taken.includes(name) === isTheirs}
                onChange={() => setTaken(isTheirs ? [...taken, name] : taken.filter((one) => one !== name))}
              />
              {says}
            </label>
          ))}
        </fieldset>
      ))}
      <p className="buttons"><button type="button" className="primary" onClick={() => onSettle(taken)}>Go on with this</button></p>
    </section>
  );
}
