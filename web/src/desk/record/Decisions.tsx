/** What can be done with a record at its stage of review, by whoever is signed in, and what that will change. */
import { useEffect, useState } from "react";
import { go, Link } from "../address";
import { send } from "../api";
import { Faults } from "../forms/Faults";
import { type EffectFragment, type FaultFragment, type Noun, ReviewDocument, WithdrawAssessmentDocument } from "../generated";
import { useKeys } from "../keys";
import { screenOf, titleOf } from "../nouns";
import { notify } from "../notices";
import { isMine, may } from "../session/session";
import type { Members } from "./content";
import { decide, effectWords } from "./decide";
import { ReasonDialog } from "./ReasonDialog";
import { useTitles } from "./titles";
import type { RecordPage } from "./versions";

const ASKED = { REJECT: "Reject", RETRACT: "Retract", WITHDRAW: "Withdraw" } as const;

interface DecisionsProps {
  readonly noun: Noun;
  readonly record: RecordPage;
  readonly proposer: string;
  /** What it says now. */
  readonly members: Members;
  readonly onDone: () => void;
}

export function Decisions({ noun, record, proposer, members, onDone }: DecisionsProps) {
  const { curation, key, version } = record;
  const chosen = [{ noun, key, expectedVersion: version }];
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [asking, setAsking] = useState<"REJECT" | "RETRACT" | "WITHDRAW" | null>(null);
  const [effects, setEffects] = useState<readonly EffectFragment[] | null>(null);
  const titles = useTitles(members);
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

  async function withdraw(reason: string) {
    try {
      const { userErrors } = await send(WithdrawAssessmentDocument, { key, expectedVersion: version, reason });
      setFaults(userErrors);
      if (userErrors.length > 0) return;
      notify("The assessment holds no longer");
      onDone();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  const isWithdrawn = "withdrawnAt" in record && record.withdrawnAt !== null;
  const mayChange = decides || (curation === "PROPOSED" && isMine(proposer));
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
      <Faults faults={faults} titles={titles} title={canAccept ? "It cannot be accepted as it is" : "Nothing was decided"} />
      <p className="buttons">
        {canAccept && <button type="button" className="primary" onClick={() => void carryOut("ACCEPT")}>Accept <kbd>a</kbd></button>}
        {mayChange && <Link className="button" href={screenOf("edit", noun, key)}>{decides && isOpen ? "Change and accept" : "Change"} <kbd>e</kbd></Link>}
        {decides && isOpen && <button type="button" onClick={() => setAsking("REJECT")}>Reject… <kbd>x</kbd></button>}
        {decides && curation === "ACCEPTED" && <button type="button" onClick={() => setAsking("RETRACT")}>Retract…</button>}
        {decides && curation === "REJECTED" && <button type="button" onClick={() => void carryOut("REOPEN")}>Look at it again</button>}
        {curation === "PROPOSED" && !decides && isMine(proposer) && <button type="button" className="primary" onClick={() => void carryOut("SUBMIT")}>Hand in for review</button>}
        {(noun === "COMMITMENTS" || noun === "REQUESTS") && (
          <>
            <Link className="button" href={`/desk/new/assessments?about=${encodeURIComponent(key)}`}>Assess…</Link>
            <Link className="button" href={`/desk/new/check-logs?about=${encodeURIComponent(key)}`}>Record a check…</Link>
          </>
        )}
        {noun === "ASSESSMENTS" && decides && curation === "ACCEPTED" && !isWithdrawn && <button type="button" onClick={() => setAsking("WITHDRAW")}>Withdraw…</button>}
        {decides && <Link className="button" href={screenOf("merge", noun, key)}>Merge…</Link>}
      </p>
      {asking && (
        <ReasonDialog
          title={`${ASKED[asking]} “${titleOf(record)}”`}
          action={ASKED[asking]}
          isPublic={asking === "RETRACT"}
          onClose={() => setAsking(null)}
          onGive={(reason) => (asking === "WITHDRAW" ? withdraw(reason) : carryOut(asking, reason))}
        />
      )}
    </section>
  );
}
