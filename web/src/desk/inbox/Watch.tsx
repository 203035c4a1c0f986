/** Commitments to look after: what is overdue, and what nobody has looked at for long. */
import { useState } from "react";
import { isolated } from "../../answers/directions";
import { dateWords } from "../../reading/words/en";
import { isoOf, today } from "../../timeline/dates";
import { inSentence, statusClass } from "../../timeline/kinds";
import { Link } from "../address";
import { ask, send } from "../api";
import { useAsked, Waiting } from "../asking";
import { type FaultFragment, OverdueDocument, RecordCheckDocument, ReviewDocument, SilentDocument, type WatchedFragment } from "../generated";
import { Faults } from "../forms/Faults";
import { screenOf } from "../nouns";
import { notify } from "../notices";
import { may } from "../session/session";

const SILENT_DAYS = 365;

export function Watch({ view }: { view: "overdue" | "silent" }) {
  const asked = useAsked(
    async (signal) => {
      const answer = view === "overdue"
        ? await ask(OverdueDocument, {}, signal)
        : await ask(SilentDocument, { days: SILENT_DAYS }, signal);
      return answer.commitments;
    },
    view,
  );
  return (
    <Waiting asked={asked}>
      {(found) => (
        <>
          <p className="count">
            {`${(found?.totalCount ?? 0).toLocaleString("en")} ${view === "overdue" ? "are overdue" : `had no news for ${SILENT_DAYS} days`}`}
            {(found?.totalCount ?? 0) > (found?.nodes.length ?? 0) && `; the longest ${found?.nodes.length} are shown`}
          </p>
          <ul className="rows">
            {found?.nodes.map((commitment) => <Watched key={commitment.key} commitment={commitment} onDone={asked.again} />)}
          </ul>
        </>
      )}
    </Waiting>
  );
}

function Watched({ commitment, onDone }: { commitment: WatchedFragment; onDone: () => void }) {
  const { key, title, status, dueOn, checkLogs } = commitment;
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const checked = checkLogs?.nodes[0];

  async function recordCheck() {
    const input = { trackable: key, checkedOn: { edtf: isoOf(today()) }, found: 0, accept: may("EDITOR") };
    try {
      const { record, userErrors } = await send(RecordCheckDocument, input);
      setFaults(userErrors);
      if (!record) return;
      notify(`Recorded that you looked, and found nothing: ${isolated(title)}`, may("EDITOR") ? () => takeBack(record.key) : null);
      onDone();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  async function takeBack(check: string): Promise<string> {
    const records = [{ noun: "CHECK_LOGS" as const, key: check }];
    await send(ReviewDocument, { action: "RETRACT" as const, records, reason: "Taken back right after it was recorded." });
    onDone();
    return "The check is retracted";
  }

  return (
    <li>
      <div>
        <Link href={screenOf("review", "COMMITMENTS", key)}><bdi>{title}</bdi></Link>
        <p className="hint">
          {status && <span className={`badge ${statusClass(status.value)}`}>{inSentence(status.value)}</span>}
          {status?.daysSilent !== null && status && ` ${status.daysSilent.toLocaleString("en")} days silent`}
          {dueOn && ` · due ${dateWords(dueOn)}`}
          {checked ? <> · looked for {dateWords(checked.checkedOn)} by <bdi>{checked.checkedBy}</bdi></> : " · nobody has looked"}
        </p>
        <Faults faults={faults} title="The check was not recorded" />
      </div>
      <button type="button" onClick={() => void recordCheck()} aria-label={`I looked, found nothing: ${title}`}>I looked, found nothing</button>
    </li>
  );
}
