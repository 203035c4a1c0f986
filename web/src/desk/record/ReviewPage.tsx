/** One record to decide about: what is proposed beside what stood, its evidence, comments, and the effect. */
import { useState } from "react";
import { curationWords } from "../../reading/words/en";
import { inSentence } from "../../timeline/kinds";
import { Link } from "../address";
import { useAsked, Waiting } from "../asking";
import { ChangedBy } from "../ChangedBy";
import { AROUND, EvidenceWords } from "../forms/EvidenceWords";
import { FORMS } from "../forms/fields";
import type { Noun } from "../generated";
import { Heading } from "../Heading";
import { useChangesOf } from "../live";
import { NOUNS, screenOf, shownKey, titleOf } from "../nouns";
import { Comments } from "./Comments";
import { changedMembers, type Members } from "./content";
import { Decisions } from "./Decisions";
import { Difference } from "./Difference";
import { useTitles } from "./titles";
import { loadRecord, loadVersions, type RecordPage, type Version } from "./versions";
import { labelOf, whenWords, wordsOf } from "./words";

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
  useChangesOf({
    isOurs: (one) => one.noun === noun && one.key === recordKey,
    shown: () => asked.data?.record.version,
    onOther: setChangedBy,
    onOwn: () => void asked.again(),
  });
  return (
    <>
      <ChangedBy name={changedBy} what="this" onShow={() => { setChangedBy(null); asked.again(); }} />
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
        {inSentence(NOUNS[noun].one)}{shownKey(record.key)}, {curationWords(record.curation)}
      </p>
      <Heading title={title}><bdi>{title}</bdi></Heading>
      <p className="hint">
        Version {now.number} by <bdi>{now.by}</bdi>, {whenWords(now.at)}
        {now.why && <>: <bdi>{now.why}</bdi></>} · <Link href={screenOf("history", noun, record.key)}>history</Link>
        {noun === "ARTICLES" && <> · <Link href={`/desk/articles/${encodeURIComponent(record.key)}`}>its text, and what rests on it</Link></>}
      </p>
      <Decisions noun={noun} record={record} proposer={versions[0]?.by ?? ""} members={now.members} onDone={onDone} />
      <Contents type={FORMS[noun].type} now={now} before={before} />
      <Evidence members={now.members} />
      <Comments noun={noun} record={record} onDone={onDone} />
    </article>
  );
}

function Contents({ type, now, before }: { type: string; now: Version; before: Version | null }) {
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
              <dt>{labelOf(name, type)}</dt>
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
