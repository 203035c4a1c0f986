/** Every version of a record: who, when, why, what differs between any two, and the way back. */
import { useState } from "react";
import { inSentence } from "../../timeline/kinds";
import { Link } from "../address";
import { send } from "../api";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Heading";
import { Faults } from "../forms/Faults";
import { FORMS } from "../forms/fields";
import { type FaultFragment, type Noun, RevertDocument, UnmergeDocument } from "../generated";
import { NOUNS, screenOf, shownKey, titleOf } from "../nouns";
import { notify } from "../notices";
import { may } from "../session/session";
import { changedMembers } from "./content";
import { Difference } from "./Difference";
import { ReasonDialog } from "./ReasonDialog";
import { useTitles } from "./titles";
import { loadRecord, loadVersions, type RecordPage, type Version } from "./versions";
import { labelOf, whenWords } from "./words";

export function HistoryPage({ noun, recordKey }: { noun: Noun; recordKey: string }) {
  const asked = useAsked(
    async (signal) => {
      const [record, versions] = await Promise.all([loadRecord(noun, recordKey, signal), loadVersions(noun, recordKey, signal)]);
      return record && { record, versions };
    },
    `${noun} ${recordKey}`,
  );
  return (
    <Waiting asked={asked}>
      {(found) =>
        found
          ? <History key={found.versions.length} noun={noun} recordKey={recordKey} {...found} onDone={asked.again} />
          : <Heading>{`There is no ${NOUNS[noun].one} ${recordKey}`}</Heading>}
    </Waiting>
  );
}

interface HistoryProps {
  readonly noun: Noun;
  readonly recordKey: string;
  readonly record: RecordPage;
  readonly versions: readonly Version[];
  readonly onDone: () => void;
}

function History({ noun, recordKey, record, versions, onDone }: HistoryProps) {
  const last = versions.length - 1;
  const [from, setFrom] = useState(Math.max(0, last - 1));
  const [to, setTo] = useState(last);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [reverting, setReverting] = useState<Version | null>(null);
  const [isUnmerging, setUnmerging] = useState(false);
  const isMerged = record.redirectedFrom !== null;
  const title = titleOf(record);
  const { type } = FORMS[noun];

  async function told(work: Promise<readonly FaultFragment[]>, said: string) {
    try {
      const wrong = await work;
      setFaults(wrong);
      if (wrong.length > 0) return;
      notify(said);
      onDone();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  async function revert(version: Version, reason: string) {
    const input = { noun, key: recordKey, version: version.number, expectedVersion: versions[last]!.number, reason };
    await told(send(RevertDocument, input).then(({ userErrors }) => userErrors), `It says again what it said in version ${version.number}`);
  }

  async function unmerge(reason: string) {
    await told(send(UnmergeDocument, { noun, key: recordKey, reason }).then(({ userErrors }) => userErrors), "It stands for itself again");
  }

  return (
    <article>
      <p className="kicker">History of {NOUNS[noun].one}{shownKey(recordKey)}</p>
      <Heading title={`History: ${title}`}><bdi>{title}</bdi></Heading>
      {isMerged && (
        <p className="notice">
          It lives on in <Link href={screenOf("history", noun, record.key)}><bdi>{title}</bdi></Link>.{" "}
          {may("EDITOR") && <button type="button" onClick={() => setUnmerging(true)}>Take the merge back…</button>}
        </p>
      )}
      {!isMerged && (
        <p className="buttons">
          <Link className="button" href={screenOf("review", noun, recordKey)}>The record</Link>
          {may("EDITOR") && <Link className="button" href={screenOf("merge", noun, recordKey)}>Merge…</Link>}
        </p>
      )}
      <Faults faults={faults} title="Nothing was changed" />
      <table className="versions">
        <caption>{versions.length === 1 ? "One version" : `${versions.length} versions, the newest first`}</caption>
        <thead>
          <tr><th>Compare</th><th>Version</th><th>When, and who</th><th>What</th><th /></tr>
        </thead>
        <tbody>
          {[...versions.keys()].reverse().map((index) => {
            const version = versions[index]!;
            return (
              <tr key={index}>
                <td>
                  <label className="end"><input type="radio" name="from" checked={from === index} onChange={() => setFrom(index)} aria-label={`Compare version ${version.number}`} /> from</label>
                  <label className="end"><input type="radio" name="to" checked={to === index} onChange={() => setTo(index)} aria-label={`with version ${version.number}`} /> to</label>
                </td>
                <td><span className="narrow-only">Version </span>{version.number}</td>
                <td>{whenWords(version.at)}<br /><bdi>{version.by}</bdi>{version.via === "IMPORT" && <span className="hint">, from files</span>}</td>
                <td>
                  {describe(version, versions[index - 1], type)}
                  {version.isCorrection && " (correction)"}
                  {version.why && <><br /><bdi className="hint">{version.why}</bdi></>}
                </td>
                <td>{may("EDITOR") && index !== last && !isMerged && <button type="button" onClick={() => setReverting(version)}>Go back to {version.number}…</button>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {versions.length > 1 && <Compared type={type} before={versions[from]!} after={versions[to]!} />}
      {reverting && (
        <ReasonDialog title={`Go back to version ${reverting.number}`} action="Go back" onClose={() => setReverting(null)} onGive={(reason) => revert(reverting, reason)} />
      )}
      {isUnmerging && <ReasonDialog title="Take the merge back" action="Take it back" onClose={() => setUnmerging(false)} onGive={unmerge} />}
    </article>
  );
}

function describe(version: Version, before: Version | undefined, type: string): string {
  if (!before) return `${inSentence(version.kind)}, ${inSentence(version.curation).toLowerCase()}`;
  const changed = changedMembers(before.members, version.members).map((name) => labelOf(name, type).toLowerCase());
  const moved = before.curation !== version.curation ? inSentence(version.curation) : "";
  return [moved, changed.length > 0 && `changed: ${changed.join(", ")}`, version.kind === "MERGED" && "merged"].filter(Boolean).join("; ") || "Written again";
}

function Compared({ type, before, after }: { type: string; before: Version; after: Version }) {
  const titles = useTitles([before.members, after.members]);
  const names = changedMembers(before.members, after.members);
  return (
    <section aria-labelledby="compared" aria-live="polite">
      <h2 id="compared">From version {before.number} to {after.number}</h2>
      {before.curation !== after.curation && <p>{inSentence(before.curation)} became {inSentence(after.curation).toLowerCase()}.</p>}
      {names.length === 0 && <p>They say the same.</p>}
      <dl className="facts">
        {names.map((name) => (
          <div key={name}>
            <dt>{labelOf(name, type)}</dt>
            <dd><Difference member={name} before={before.members[name]} after={after.members[name]} titles={titles} /></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
