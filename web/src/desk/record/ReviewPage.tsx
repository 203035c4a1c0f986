/** One record to decide about: what is proposed beside what stood, its evidence, comments, and the effect. */
import { type FormEvent, useEffect, useState } from "react";
import { curationWords } from "../../reading/words";
import { inSentence } from "../../timeline/kinds";
import { go, Link } from "../address";
import { send } from "../api";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Desk";
import { Faults } from "../forms/Faults";
import { AROUND, EvidenceWords } from "../forms/EvidenceWords";
import { canChange } from "../forms/writing";
import { CommentDocument, type EffectFragment, type FaultFragment, type Noun, ReviewDocument } from "../generated";
import { useKeys } from "../keys";
import { useLive } from "../live";
import { NOUNS, screenOf, titleOf } from "../nouns";
import { isMine, may } from "../session/session";
import { changedMembers, type Members } from "./content";
import { decide, effectWords } from "./decisions";
import { Difference } from "./Difference";
import { ReasonDialog } from "./ReasonDialog";
import { useTitles } from "./titles";
import { loadRecord, loadVersions, type RecordPage, type Version } from "./versions";
import { labelOf, wordsOf } from "./words";

interface RecordPlace {
  readonly noun: Noun;
  readonly recordKey: string;
}

export function ReviewPage({ noun, recordKey }: RecordPlace) {
  const asked = useAsked(
    async (signal) => {
      const record = await loadRecord(noun, recordKey, signal);
      return record && { record, versions: await loadVersions(noun, record.key, signal) };
    },
    `${noun} ${recordKey}`,
  );
  const [changedBy, setChangedBy] = useState<string | null>(null);
  useLive((changes) => {
    const change = changes.find((one) => one.noun === noun && one.key === recordKey);
    if (change) setChangedBy(change.by ?? "somebody");
  });
  return (
    <>
      {changedBy && (
        <p className="notice" role="status">
          <bdi>{changedBy}</bdi> changed this just now.{" "}
          <button type="button" onClick={() => { setChangedBy(null); asked.again(); }}>Show it as it is now</button>
        </p>
      )}
      <Waiting asked={asked}>
        {(found) =>
          found ? <Reviewed noun={noun} {...found} onDone={asked.again} /> : <Heading>{`There is no ${NOUNS[noun].one} ${recordKey}`}</Heading>}
      </Waiting>
    </>
  );
}

/** What a proposal is compared with: what was accepted last, or else the version before. */
function baselineOf(versions: readonly Version[]): Version | null {
  const before = versions.slice(0, -1);
  return before.findLast(({ curation }) => curation === "ACCEPTED") ?? before.at(-1) ?? null;
}

interface ReviewedProps {
  readonly noun: Noun;
  readonly record: RecordPage;
  readonly versions: readonly Version[];
  readonly onDone: () => void;
}

function Reviewed({ noun, record, versions, onDone }: ReviewedProps) {
  const now = versions.at(-1);
  const before = baselineOf(versions);
  const title = titleOf(record);
  if (!now) return <Heading>{title}</Heading>;
  return (
    <article className="reviewed">
      <p className="kicker">
        {inSentence(NOUNS[noun].one)} {record.key}, {curationWords(record.curation)}
      </p>
      <Heading title={title}><bdi>{title}</bdi></Heading>
      <p className="hint">
        Version {now.number} by <bdi>{now.by}</bdi>, {whenWords(now.at)}
        {now.why && <>: <bdi>{now.why}</bdi></>} · <Link href={screenOf("history", noun, record.key)}>history</Link>
        {noun === "ARTICLES" && <> · <Link href={`/desk/articles/${encodeURIComponent(record.key)}`}>its text, and what rests on it</Link></>}
      </p>
      <Decisions noun={noun} record={record} proposer={versions[0]?.by ?? ""} onDone={onDone} />
      <Contents now={now} before={before} />
      <Evidence members={now.members} />
      <Comments noun={noun} record={record} onDone={onDone} />
    </article>
  );
}

export function whenWords(at: string): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}

function Contents({ now, before }: { now: Version; before: Version | null }) {
  const titles = useTitles([now.members, before?.members]);
  const changed = new Set(before ? changedMembers(before.members, now.members) : []);
  const names = [...new Set([...Object.keys(now.members), ...changed])].filter((name) => name !== "evidence" && name !== "text");
  return (
    <section aria-labelledby="contents">
      <h2 id="contents">{changed.size > 0 ? `What changed since version ${before!.number}, and what stays` : "What it says"}</h2>
      <dl className="facts">
        {names.map((name) => {
          const words = wordsOf(name, now.members[name], titles);
          if (!changed.has(name) && words === "") return null;
          return (
            <div key={name} className={changed.has(name) ? "changed" : undefined}>
              <dt>{labelOf(name)}</dt>
              <dd dir="auto">
                {changed.has(name)
                  ? <Difference member={name} before={before!.members[name]} after={now.members[name]} titles={titles} />
                  : <span className="lines">{words}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

function Evidence({ members }: { members: Members }) {
  const evidence = (members["evidence"] ?? []) as readonly Members[];
  const titles = useTitles(evidence);
  if (evidence.length === 0) return null;
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">The words that it rests on</h2>
      {evidence.map((one, index) => (
        <div key={index}>
          <EvidenceWords evidence={one} around={AROUND} />
          <p className="hint">
            {inSentence(String(one["mode"] ?? ""))}
            {one["saidBy"] ? <>, said by <bdi>{wordsOf("saidBy", one["saidBy"], titles)}</bdi></> : null}
          </p>
        </div>
      ))}
    </section>
  );
}

interface DecisionsProps {
  readonly noun: Noun;
  readonly record: RecordPage;
  readonly proposer: string;
  readonly onDone: () => void;
}

function Decisions({ noun, record, proposer, onDone }: DecisionsProps) {
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

function Comments({ noun, record, onDone }: { noun: Noun; record: RecordPage; onDone: () => void }) {
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get("comment")).trim();
    if (!text) return;
    try {
      const { comment, userErrors } = await send(CommentDocument, { noun, key: record.key, text });
      setFaults(userErrors);
      if (!comment) return;
      form.reset();
      onDone();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  return (
    <section aria-labelledby="comments">
      <h2 id="comments">Comments</h2>
      <ul className="comments">
        {record.comments.map(({ key, text, by, at }) => (
          <li key={key}>
            <p className="hint"><bdi>{by}</bdi>, {whenWords(at)}</p>
            <p dir="auto" className="lines">{text}</p>
          </li>
        ))}
      </ul>
      <Faults faults={faults} title="The comment is not saved yet" />
      <form onSubmit={(event) => void submit(event)}>
        <label>Say something to whoever works on it <textarea name="comment" rows={2} maxLength={2000} dir="auto" /></label>
        <p className="hint">Readers do not see comments.</p>
        <button type="submit">Comment</button>
      </form>
    </section>
  );
}
