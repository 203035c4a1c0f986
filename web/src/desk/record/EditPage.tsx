/** Changes a record: one by itself, where no article stands beside the form. */
import { go } from "../address";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Heading";
import { RecordForm } from "../forms/RecordForm";
import type { Noun } from "../generated";
import { NOUNS, screenOf, shownKey, titleOf } from "../nouns";
import { notify } from "../notices";
import { loadRecord, loadVersions } from "./versions";

export function EditPage({ noun, recordKey }: { noun: Noun; recordKey: string }) {
  const asked = useAsked(
    async (signal) => {
      const record = await loadRecord(noun, recordKey, signal);
      return record && { record, versions: await loadVersions(noun, record.key, signal) };
    },
    `${noun} ${recordKey}`,
  );
  return (
    <Waiting asked={asked}>
      {(found) => {
        const now = found?.versions.at(-1);
        if (!found || !now) return <Heading>{`There is no ${NOUNS[noun].one} ${recordKey}`}</Heading>;
        const { key, curation } = found.record;
        return (
          <>
            <p className="kicker">Change {NOUNS[noun].one}{shownKey(key)}</p>
            <Heading title={`Change: ${titleOf(found.record)}`}><bdi>{titleOf(found.record)}</bdi></Heading>
            <RecordForm
              noun={noun}
              title={`Change the ${NOUNS[noun].one}`}
              draftId={`${noun} ${key}`}
              start={now.members}
              existing={{ key, version: now.number, curation }}
              near={null}
              takeSelected={null}
              onSaved={() => {
                notify("Saved");
                go(screenOf("review", noun, key));
              }}
              onClose={() => go(screenOf("review", noun, key))}
            />
          </>
        );
      }}
    </Waiting>
  );
}
