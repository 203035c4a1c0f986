/** Says which party a printed name means. */
import { useState } from "react";
import { isolated } from "../../answers/directions";
import { inSentence } from "../../timeline/kinds";
import { VALUES } from "../definitions/generated";
import { Faults } from "../forms/Faults";
import { findParties, type Surroundings } from "../forms/finding";
import { NewParty } from "../forms/NewParty";
import { type Option, Picker } from "../forms/Picker";
import { change } from "../forms/writing";
import type { FaultFragment } from "../generated";
import { notify } from "../notices";
import type { Members } from "../record/content";
import { loadVersions } from "../record/versions";
import type { Passage } from "./prefill";

interface MentionFormProps {
  readonly passage: Passage;
  readonly near: Surroundings;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

export function MentionForm({ passage, near, onSaved, onClose }: MentionFormProps) {
  const surface = passage.text.slice(passage.start, passage.end);
  const [judgement, setJudgement] = useState("POSITIVE");
  const [making, setMaking] = useState<string | null>(null);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);

  async function save({ key: party, title }: Option) {
    try {
      // A list is replaced as a whole: the others are sent with it, of the version that was read.
      const now = (await loadVersions("ARTICLES", passage.article)).at(-1);
      const others = (now?.members["mentions"] ?? []) as readonly Members[];
      const mentions = [...others, { surface, span: passage.selector, party, judgement }];
      const { userErrors } = await change("ARTICLES", { key: passage.article, mentions, expectedVersion: now?.number });
      setFaults(userErrors);
      if (userErrors.length > 0) return;
      notify(`“${isolated(surface)}” means ${isolated(title)}`);
      onSaved();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  return (
    <section className="record-form" aria-label="Mention" onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && onClose()}>
      <h2>Whom does “<bdi>{surface}</bdi>” mean?</h2>
      <div className="choices" role="radiogroup" aria-label="How sure">
        {(VALUES["Judgement"] ?? []).map(([one, says]) => (
          <label key={one} className="choice">
            <input type="radio" name="judgement" checked={judgement === one} onChange={() => setJudgement(one)} />
            <span><strong>{inSentence(one)}</strong> <span className="hint">{says}</span></span>
          </label>
        ))}
      </div>
      {making === null ? (
        <Picker label="The party" find={(words, signal) => findParties(words, signal, near)} onChoose={(option) => void save(option)} onMake={setMaking} making="Make a new party" shouldFocus />
      ) : (
        <NewParty name={making} onDone={(option) => void save(option)} onCancel={() => setMaking(null)} />
      )}
      <Faults faults={faults} title="The mention is not saved yet" />
      <p className="buttons"><button type="button" className="quiet" onClick={onClose}>Close <kbd>Esc</kbd></button></p>
    </section>
  );
}
