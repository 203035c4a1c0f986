/** The foot of a form: what will change, what is wrong beside its members, and the ways to save it. */
import type { EffectFragment, FaultFragment, Noun } from "../generated";
import { NOUNS } from "../nouns";
import { effectWords } from "../record/decide";
import { may } from "../session/session";
import { useForm } from "./context";
import { Faults } from "./Faults";

interface EndingProps {
  readonly noun: Noun;
  /** Null until it has been tried. */
  readonly effects: readonly EffectFragment[] | null;
  readonly elsewhere: readonly FaultFragment[];
  /** How many faults stand at members, once somebody wanted to save it. */
  readonly inMembers: number;
  readonly isPublished: boolean;
  readonly isNew: boolean;
  readonly isTyped: boolean;
  readonly isHeld: boolean;
  readonly onPropose: () => void;
  readonly onClose: () => void;
}

export function Ending({ noun, effects, elsewhere, inMembers, isPublished, isNew, isTyped, isHeld, onPropose, onClose }: EndingProps) {
  const { titles } = useForm();
  const accepts = may("EDITOR") && !isPublished;
  const saving = isPublished ? "Publish the change" : isNew ? "Save as a proposal" : "Save";
  return (
    <div className="ending">
      <div role="status" className="effects">{effects && <Effects effects={effects} />}</div>
      <Faults faults={elsewhere} titles={titles} title={`The ${NOUNS[noun].one} is not saved yet`} />
      {inMembers > 0 && (
        <p className="fault" role="alert">{`${inMembers === 1 ? "One field needs" : `${inMembers} fields need`} another look: see above.`}</p>
      )}
      <p className="buttons">
        {accepts && <button type="submit" className="primary" disabled={isHeld}>Save and accept <kbd>Ctrl Enter</kbd></button>}
        {accepts
          ? <button type="button" disabled={isHeld} onClick={onPropose}>{saving}</button>
          : <button type="submit" className="primary" disabled={isHeld}>{saving}</button>}
        <button type="button" className="quiet" onClick={onClose}>Close <kbd>Esc</kbd></button>
      </p>
      {isTyped && <p className="hint">What you typed is kept on this machine until it is saved.</p>}
    </div>
  );
}

function Effects({ effects }: { effects: readonly EffectFragment[] }) {
  return (
    <>
      <h3>What will change</h3>
      {effects.length === 0 ? <p>No status becomes another.</p> : <ul>{effects.map((effect, index) => <li key={index}>{effectWords(effect)}</li>)}</ul>}
    </>
  );
}
