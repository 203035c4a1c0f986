/** Merges a record into another: both side by side, what follows the survivor, and how to undo it. */
import { useEffect, useState } from "react";
import { isolated } from "../../answers/directions";
import { go } from "../address";
import { ask, Refused, send } from "../api";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Heading";
import { Faults } from "../forms/Faults";
import { FORMS } from "../forms/fields";
import { type Option, Picker } from "../forms/Picker";
import { type EffectFragment, type FaultFragment, FindRecordsDocument, MergeDocument, type Noun, type SearchNoun, UnmergeDocument } from "../generated";
import { dayOfRecord, NOUNS, screenOf, shownKey, titleOf } from "../nouns";
import { notify } from "../notices";
import { may } from "../session/session";
import { effectWords } from "./decide";
import { ReasonDialog } from "./ReasonDialog";
import { useTitles } from "./titles";
import { loadRecord, loadVersions } from "./versions";
import { labelOf, wordsOf } from "./words";

const SEARCHED: readonly SearchNoun[] = ["PARTIES", "ARTICLES", "MEETINGS", "COMMITMENTS", "REQUESTS"];

async function load(noun: Noun, key: string, signal: AbortSignal) {
  const record = await loadRecord(noun, key, signal);
  const versions = record && (await loadVersions(noun, record.key, signal));
  const now = versions?.at(-1);
  return record && now ? { record, now } : null;
}

export function MergePage({ noun, recordKey }: { noun: Noun; recordKey: string }) {
  const asked = useAsked((signal) => load(noun, recordKey, signal), `${noun} ${recordKey}`);
  const [into, setInto] = useState<Option | null>(null);
  if (!may("EDITOR")) return <Heading>Only editors merge records</Heading>;
  return (
    <Waiting asked={asked}>
      {(found) =>
        found ? (
          <>
            <p className="kicker">Merge {NOUNS[noun].one}{shownKey(recordKey)}</p>
            <Heading title={`Merge: ${titleOf(found.record)}`}>Merge <bdi>{titleOf(found.record)}</bdi> into another {NOUNS[noun].one}</Heading>
            <p>What names it will lead to the one in which it lives on. Its own words stay, and the merge can be taken back at any time.</p>
            {into ? (
              <p className="chip">Into <bdi>{into.title}</bdi> <button type="button" className="quiet" onClick={() => setInto(null)} aria-label={`Take another than ${into.title}`}>×</button></p>
            ) : (
              <FindOther noun={noun} without={recordKey} onChoose={setInto} />
            )}
            {into && <Preview noun={noun} merged={found} into={into} />}
          </>
        ) : <Heading>{`There is no ${NOUNS[noun].one} ${recordKey}`}</Heading>}
    </Waiting>
  );
}

function FindOther({ noun, without, onChoose }: { noun: Noun; without: string; onChoose: (option: Option) => void }) {
  const [typed, setTyped] = useState("");
  const searched = SEARCHED.find((type) => type === (noun as string));

  async function find(words: string, signal: AbortSignal): Promise<readonly Option[]> {
    if (!words || !searched) return [];
    const { search } = await ask(FindRecordsDocument, { words, types: [searched] }, signal);
    return (search?.nodes ?? []).flatMap(({ item }) =>
      item && "key" in item && item.key !== without ? [{ key: item.key, title: titleOf(item), hint: [shownKey(item.key).trim(), dayOfRecord(item)].filter(Boolean).join(" · ") }] : [],
    );
  }

  if (searched) return <Picker label={`The ${NOUNS[noun].one} in which it lives on`} find={find} onChoose={onChoose} shouldFocus />;
  return (
    <label>
      Key of the {NOUNS[noun].one} in which it lives on
      <input
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && typed.trim()) onChoose({ key: typed.trim(), title: typed.trim(), hint: "" });
        }}
      />
    </label>
  );
}

interface PreviewProps {
  readonly noun: Noun;
  readonly merged: NonNullable<Awaited<ReturnType<typeof load>>>;
  readonly into: Option;
}

function Preview({ noun, merged, into }: PreviewProps) {
  const asked = useAsked((signal) => load(noun, into.key, signal), into.key);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [lacking, setLacking] = useState<readonly string[]>([]);
  const [effects, setEffects] = useState<readonly EffectFragment[] | null>(null);
  const [isAsking, setAsking] = useState(false);
  const titles = useTitles([merged.now.members, asked.data?.now.members]);
  const key = merged.record.key;

  useEffect(() => {
    let isCurrent = true;
    send(MergeDocument, { noun, keys: [key], into: into.key, reason: "To see what it would do.", dryRun: true }).then(
      (payload) => {
        if (!isCurrent) return;
        setFaults(payload.userErrors);
        setLacking(payload.lacking);
        setEffects(payload.effects);
      },
      (error: Error) => isCurrent && setFaults([{ code: "INVALID", message: error.message, path: null, suggestions: [] }]),
    );
    return () => void (isCurrent = false);
  }, [key, into.key]);

  async function merge(reason: string) {
    try {
      const { userErrors } = await send(MergeDocument, { noun, keys: [key], into: into.key, reason });
      setFaults(userErrors);
      if (userErrors.length > 0) return;
      notify(`${isolated(titleOf(merged.record))} lives on in ${isolated(into.title)}`, async () => {
        const undone = await send(UnmergeDocument, { noun, key, reason: "Taken back right after it was merged." });
        if (undone.userErrors[0]) throw new Refused(undone.userErrors[0].message);
        return "The merge is taken back";
      });
      go(screenOf("history", noun, key));
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  return (
    <Waiting asked={asked}>
      {(survivor) => {
        if (!survivor) return <p className="fault" role="alert">{`There is no ${NOUNS[noun].one} ${into.key}.`}</p>;
        const names = [...new Set([...Object.keys(survivor.now.members), ...Object.keys(merged.now.members)])].filter((name) => name !== "text");
        return (
          <>
            <div className="scrolling" tabIndex={0} role="group" aria-label="Both records">
              <table className="both">
                <caption>Both as they stand</caption>
                <thead><tr><th /><th>Lives on: <bdi>{titleOf(survivor.record)}</bdi></th><th>Is merged: <bdi>{titleOf(merged.record)}</bdi></th></tr></thead>
                <tbody>
                  {names.map((name) => {
                    const [one, other] = [survivor, merged].map(({ now }) => wordsOf(name, now.members[name], titles));
                    return one || other ? <tr key={name}><th>{labelOf(name, FORMS[noun].type)}</th><td dir="auto" className="lines">{one}</td><td dir="auto" className="lines">{other}</td></tr> : null;
                  })}
                </tbody>
              </table>
            </div>
            <Faults faults={faults} title="They cannot be merged so" />
            {effects && faults.length === 0 && (
              <div role="status">
                {lacking.length > 0 && <p>The survivor does not say what the merged one says: {lacking.map((one) => labelOf(one.split(": ").at(-1) ?? one).toLowerCase()).join(", ")}. Add it there if it should stand.</p>}
                {effects.length === 0 ? <p>No status becomes another.</p> : effects.map((effect, index) => <p key={index}>{effectWords(effect)}</p>)}
                <p className="buttons"><button type="button" className="primary" onClick={() => setAsking(true)}>Merge…</button></p>
              </div>
            )}
            {isAsking && <ReasonDialog title={`Merge “${titleOf(merged.record)}” into “${into.title}”`} action="Merge" onClose={() => setAsking(false)} onGive={merge} />}
          </>
        );
      }}
    </Waiting>
  );
}
