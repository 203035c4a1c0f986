/** Makes a party where one is looked for, once it is clear that there is none like it. */
import { type KeyboardEvent, useState } from "react";
import { inSentence } from "../../timeline/kinds";
import { useSettled } from "../../reading/settled";
import { useAsked } from "../asking";
import { VALUES } from "../definitions/generated";
import type { FaultFragment } from "../generated";
import { may } from "../session/session";
import { Faults } from "./Faults";
import { findNearParties } from "./finding";
import type { Option } from "./Picker";
import { create } from "./writing";

interface NewPartyProps {
  readonly name: string;
  /** The kind that it most likely is of, where something tells. */
  readonly likely?: string;
  readonly onDone: (party: Option) => void;
  readonly onCancel: () => void;
}

export function NewParty({ name: first, likely = "", onDone, onCancel }: NewPartyProps) {
  const [name, setName] = useState(first);
  const [kind, setKind] = useState(likely);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [isSending, setSending] = useState(false);
  const settled = useSettled(name.trim());
  const near = useAsked((signal) => findNearParties(settled, signal), settled);

  async function make() {
    if (!kind) return setFaults([fault("Say what sort of party it is.")]);
    setSending(true);
    try {
      const { record, userErrors } = await create("PARTIES", { name: name.trim(), kind, accept: may("EDITOR") });
      setFaults(userErrors);
      if (record) onDone({ key: record.key, title: name.trim(), hint: "" });
    } catch (error) {
      setFaults([fault((error as Error).message)]);
    }
    setSending(false);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.matches("input, select")) {
      event.preventDefault();
      void make();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      onCancel();
    }
  }

  return (
    <div className="new-party" role="group" aria-label="New party" onKeyDown={onKeyDown}>
      {near.data && near.data.length > 0 && (
        <div className="notice" role="status">
          Is it one of these?
          <ul>
            {near.data.map((option) => (
              <li key={option.key}>
                <button type="button" className="quiet" onClick={() => onDone(option)}>Use <bdi>{option.title}</bdi></button>{" "}
                <span className="hint"><bdi>{option.hint}</bdi></span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="pair">
        <label>Name <input dir="auto" value={name} onChange={(event) => setName(event.target.value)} /></label>
        <label>
          Kind
          <select value={kind} onChange={(event) => setKind(event.target.value)} autoFocus>
            <option value="">Choose one</option>
            {(VALUES["PartyKind"] ?? []).map(([one, says]) => <option key={one} value={one} title={says}>{inSentence(one)}</option>)}
          </select>
        </label>
      </div>
      <p className="hint">{(VALUES["PartyKind"] ?? []).find(([one]) => one === kind)?.[1]}</p>
      <Faults faults={faults} title="The party was not made" />
      <p className="buttons">
        <button type="button" disabled={isSending || !name.trim()} onClick={() => void make()}>Make the party</button>
        <button type="button" className="quiet" onClick={onCancel}>Look for another</button>
      </p>
    </div>
  );
}

function fault(message: string): FaultFragment {
  return { code: "INVALID", message, path: null, suggestions: [] };
}
