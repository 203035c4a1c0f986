/** What can be done with a record at its stage of review, by whoever is signed in, and what that will change. */
import { useEffect, useState } from "react";
import { go, Link } from "../address";
import { send } from "../api";
import { Faults } from "../forms/Faults";
import { canChange } from "../forms/writing";
import { type EffectFragment, type FaultFragment, type Noun, ReviewDocument } from "../generated";
import { useKeys } from "../keys";
import { screenOf, titleOf } from "../nouns";
import { isMine, may } from "../session/session";
import { decide, effectWords } from "./decide";
import { ReasonDialog } from "./ReasonDialog";
import type { RecordPage } from "./versions";

interface DecisionsProps {
  readonly noun: Noun;
  readonly record: RecordPage;
  readonly proposer: string;
  readonly onDone: () => void;
}

export function Decisions({ noun, record, proposer, onDone }: DecisionsProps) {
  const { curation, key, version } = record;
  const chosen = [{ noun, key, expectedVersion: version }];
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [asking, setAsking] = useState<"REJECT" | "RETRACT" | null>(null);
  const [effects, setEffects] = useState<readonly EffectFragment[] | null>(null);
  const isOpen = curation === "PROPOSED" || curation === "IN_REVIEW";
  const decides = may("EDITOR");
  const canAccept = decides && (isOpen || curation === "RETRACTED");

  useEffect(() => {
    setEffects(null);
    if (!canAccept) return;
    let isCurrent = true;
    send(ReviewDocument, { action: "ACCEPT" as const, records: chosen, dryRun: true }).then(
      ({ effects: found, userErrors }) => {
        if (!isCurrent) return;
        setEffects(userErrors.length > 0 ? null : found);
        setFaults(userErrors);
      },
      () => {}, // the decision itself says what is wrong
    );
    return () => void (isCurrent = false);
  }, [key, version, curation]);

  async function carryOut(action: "ACCEPT" | "REJECT" | "RETRACT" | "REOPEN" | "SUBMIT", reason: string | null = null) {
    try {
      const wrong = await decide(action, chosen, reason);
      setFaults(wrong ?? []);
      if (!wrong && isOpen && action !== "SUBMIT") go("/desk");
      else onDone();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  const mayChange = canChange(noun) && (decides || (curation === "PROPOSED" && isMine(proposer)));
  useKeys({
    a: canAccept ? { says: "Accept", run: () => void carryOut("ACCEPT") } : null,
    e: mayChange ? { says: "Change", run: () => go(screenOf("edit", noun, key)) } : null,
    x: decides && isOpen ? { says: "Reject, with a reason", run: () => setAsking("REJECT") } : null,
    h: { says: "History", run: () => go(screenOf("history", noun, key)) },
  });

  return (
    <section className="decisions" aria-label="Decide">
      {effects && (
        <p role="status">
          <strong>Accepting it: </strong>
          {effects.length === 0 ? "no status becomes another." : effects.map((effect, i) => <span key={i}>{effectWords(effect)}. </span>)}
        </p>
      )}
      <Faults faults={faults} title={canAccept ? "It cannot be accepted as it is" : "Nothing was decided"} />
      <p className="buttons">
        {canAccept && <button type="button" className="primary" onClick={() => void carryOut("ACCEPT")}>Accept <kbd>a</kbd></button>}
        {mayChange && <Link className="button" href={screenOf("edit", noun, key)}>{decides && isOpen ? "Change and accept" : "Change"} <kbd>e</kbd></Link>}
        {decides && isOpen && <button type="button" onClick={() => setAsking("REJECT")}>Reject… <kbd>x</kbd></button>}
        {decides && curation === "ACCEPTED" && <button type="button" onClick={() => setAsking("RETRACT")}>Retract…</button>}
        {decides && curation === "REJECTED" && <button type="button" onClick={() => void carryOut("REOPEN")}>Look at it again</button>}
        {curation === "PROPOSED" && !decides && isMine(proposer) && <button type="button" className="primary" onClick={() => void carryOut("SUBMIT")}>Hand in for review</button>}
        {decides && <Link className="button" href={screenOf("merge", noun, key)}>Merge…</Link>}
      </p>
      {asking && (
        <ReasonDialog
          title={`${asking === "REJECT" ? "Reject" : "Retract"} “${titleOf(record)}”`}
          action={asking === "REJECT" ? "Reject" : "Retract"}
          onClose={() => setAsking(null)}
          onGive={(reason) => carryOut(asking, reason)}
        />
      )}
    </section>
  );
}
