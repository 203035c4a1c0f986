/** What the intake proposes, in the order of its drafts: each with its words, its reasons, and who may be meant. */
import { useMemo } from "react";
import { inSentence } from "../../timeline/kinds";
import { Link } from "../address";
import { sayFault } from "../forms/faultWords";
import type { Noun } from "../generated";
import { useKeys } from "../keys";
import { nounOfType, screenOf, titleOf } from "../nouns";
import { type Titles, useTitles } from "../record/titles";
import { may } from "../session/session";
import { Meant } from "./Meant";
import { nameProposal, type ProposalName, sayName } from "./naming";
import { findNewParties, type NewParties } from "./newParties";
import { firstOf, isComplete, lookOf, type Proposed, type Read } from "./reading";

interface ProposalListProps {
  readonly read: Read;
  readonly focused: string | null;
  readonly onFocus: (key: string) => void;
  readonly onShow: (key: string) => void;
  readonly onAccept: (proposal: Proposed, about?: { noun: Noun; key: string }) => void;
  readonly onOpen: (proposal: Proposed, noun?: Noun) => void;
  readonly onReject: (proposal: Proposed) => void;
  readonly onReopen: (proposal: Proposed) => void;
}

export function ProposalList({ read, focused, onFocus, onShow, onAccept, onOpen, onReject, onReopen }: ProposalListProps) {
  const { proposals } = read;
  const titles = useTitles(useMemo(() => proposals.map(({ members }) => members), [proposals]));
  const known = useMemo(() => new Map([...titles, ...read.known]), [titles, read.known]);
  const parties = useMemo(() => findNewParties(proposals), [proposals]);
  const current = proposals.find(({ key }) => key === focused) ?? null;
  const open = current?.state === "OPEN" ? current : null;

  function move(step: 1 | -1) {
    const at = proposals.findIndex(({ key }) => key === focused);
    const next = at < 0 ? firstOf(proposals) : proposals[Math.max(0, Math.min(at + step, proposals.length - 1))];
    if (!next) return;
    onShow(next.key);
    document.getElementById(`proposal ${next.key}`)?.focus();
  }

  useKeys({
    j: { says: "Next proposal", run: () => move(1) },
    k: { says: "The one before", run: () => move(-1) },
    w: current ? { says: "Show its words in the text", run: () => onShow(current.key) } : null,
    a: open ? { says: "Accept it; asks for what is missing", run: () => onAccept(open) } : null,
    e: open ? { says: "Change it, and accept", run: () => onOpen(open, open.writes ?? "COMMITMENTS") } : null,
    x: open ? { says: "Reject it, with a reason", run: () => onReject(open) } : null,
    o: current?.state === "REJECTED" ? { says: "Open it again", run: () => onReopen(current) } : null,
  });

  return (
    <>
      <h2>Proposals</h2>
      {proposals.length === 0 && <p className="hint">Nothing is proposed. That does not mean that nothing is promised: read it, and add what it says by hand.</p>}
      <ul className="resting">
        {proposals.map((one) => (
          <li key={one.key} className={`${one === current ? "current" : ""} ${one.state === "OPEN" ? "" : "decided"}`}>
            <ProposalItem proposal={one} name={nameProposal(one, known)} known={known} parties={parties} onFocus={onFocus} onShow={onShow} onAccept={onAccept} onOpen={onOpen} onReject={onReject} onReopen={onReopen} />
          </li>
        ))}
      </ul>
    </>
  );
}

type ItemProps = { readonly proposal: Proposed; readonly name: ProposalName; readonly known: Titles; readonly parties: NewParties } & Pick<ProposalListProps, "onFocus" | "onShow" | "onAccept" | "onOpen" | "onReject" | "onReopen">;

function ProposalItem({ proposal: one, name, known, parties, onFocus, onShow, onAccept, onOpen, onReject, onReopen }: ItemProps) {
  return (
    <div id={`proposal ${one.key}`} tabIndex={0} role="group" aria-label={sayName(name)} onFocus={() => onFocus(one.key)}>
      <p>
        <span className={`swatch ${lookOf(one)}`} aria-hidden="true" />
        <strong><bdi>{name.kind}</bdi></strong>: <bdi>{name.about}</bdi>
      </p>
      {name.isCut && one.spans[0] && <p className="excerpt" dir="auto">{one.spans[0].exact}</p>}
      <p className="hint">
        {inSentence(one.confidence)} confidence{one.origin === "MODEL" && ", by the language model"}
        {one.reasons.length > 0 && <> · {one.reasons.join("; ")}</>}
      </p>
      <Meant proposal={one} parties={parties} onAccept={onAccept} />
      <Obstacle proposal={one} known={known} />
      <Decided proposal={one} />
      <p className="buttons">
        <button type="button" className="quiet" onClick={() => onShow(one.key)}>In the text</button>
        {one.state === "OPEN" && <Choices proposal={one} onAccept={onAccept} onOpen={onOpen} onReject={onReject} />}
        {one.state === "REJECTED" && <button type="button" className="quiet" onClick={() => onReopen(one)}>Open it again</button>}
      </p>
    </div>
  );
}

type ChoicesProps = { readonly proposal: Proposed } & Pick<ProposalListProps, "onAccept" | "onOpen" | "onReject">;

function Choices({ proposal, onAccept, onOpen, onReject }: ChoicesProps) {
  const makes = may("EDITOR") ? "Accept" : "Propose";
  return (
    <>
      {proposal.kind === "DOUBTFUL" ? (
        <>
          <button type="button" className="quiet" onClick={() => onOpen(proposal, "COMMITMENTS")}>It is a commitment…</button>
          <button type="button" className="quiet" onClick={() => onOpen(proposal, "REQUESTS")}>It is a request…</button>
        </>
      ) : (
        <button type="button" className="quiet" onClick={() => onAccept(proposal)}>{makes}{isComplete(proposal) ? "" : "…"}</button>
      )}
      {proposal.writes && isComplete(proposal) && <button type="button" className="quiet" onClick={() => onOpen(proposal)}>Change…</button>}
      <button type="button" className="quiet" onClick={() => onReject(proposal)}>Reject…</button>
    </>
  );
}

/** Why it would be refused as it is, said before somebody fills in its form. */
function Obstacle({ proposal: { obstacle }, known }: { proposal: Pick<Proposed, "obstacle">; known: Titles }) {
  if (obstacle === null) return null;
  return <p className="notice">As it is, it cannot be saved: <bdi>{sayFault(obstacle.message, known)}</bdi>. Or choose another kind or another target in its form.</p>;
}

function Decided({ proposal: { state, record, decidedBy, reason } }: { proposal: Proposed }) {
  if (state === "OPEN") return null;
  return (
    <p className="hint">
      {inSentence(state)}{decidedBy && <> by <bdi>{decidedBy}</bdi></>}
      {reason && <>: <bdi>{reason}</bdi></>}
      {record && <> · <Link href={screenOf("review", nounOfType(record.__typename), record.key)}><bdi>{titleOf(record)}</bdi></Link></>}
    </p>
  );
}
