/** The records that rest on an article, what waits for a decision first. */
import { useState } from "react";
import { curationWords } from "../../reading/words/en";
import { inSentence } from "../../timeline/kinds";
import { Link } from "../address";
import { useKeys } from "../keys";
import { dayOfRecord, NOUNS, screenOf, titleOf } from "../nouns";
import { decide } from "../record/decide";
import { ReasonDialog } from "../record/ReasonDialog";
import type { Resting } from "./resting";

interface RestingListProps {
  readonly resting: readonly Resting[];
  readonly focused: string | null;
  readonly isEditor: boolean;
  readonly onFocus: (id: string) => void;
  readonly onShow: (one: Resting) => void;
  readonly onAccept: (one: Resting) => void;
  readonly onChange: (one: Resting) => void;
  readonly onDone: () => void;
}

/** Whether nobody has accepted it yet. */
export const isWaiting = ({ record }: Resting) => record.curation !== "ACCEPTED";

export function RestingList({ resting, focused, isEditor, onFocus, onShow, onAccept, onChange, onDone }: RestingListProps) {
  const [rejecting, setRejecting] = useState<Resting | null>(null);
  const shown = [...resting.filter(isWaiting), ...resting.filter((one) => !isWaiting(one))];
  const current = shown.find(({ id }) => id === focused);
  const decided = current && isEditor && isWaiting(current) ? current : null;

  function move(step: 1 | -1) {
    const at = shown.findIndex(({ id }) => id === focused);
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + step))];
    if (next) document.getElementById(`resting ${next.id}`)?.focus();
  }

  useKeys({
    j: { says: "Next of what rests on it", run: () => move(1) },
    k: { says: "The one before", run: () => move(-1) },
    w: current ? { says: "Show its words in the text", run: () => onShow(current) } : null,
    e: current && isEditor ? { says: "Change it", run: () => onChange(current) } : null,
    a: decided ? { says: "Accept it", run: () => onAccept(decided) } : null,
    x: decided ? { says: "Reject it, with a reason", run: () => setRejecting(decided) } : null,
  });

  return (
    <>
      <h2>What rests on it</h2>
      {shown.length === 0 && <p className="hint">Nothing yet. Select the words in which somebody promises something, and press <kbd>c</kbd>.</p>}
      <ul className="resting">
        {shown.map((one) => (
          <li key={one.id} className={one === current ? "current" : undefined}>
            <div id={`resting ${one.id}`} tabIndex={0} role="group" aria-label={`${NOUNS[one.noun].one}: ${titleOf(one.record)}`} onFocus={() => onFocus(one.id)}>
              <p>
                <span className={`swatch on-${one.noun.toLowerCase().replace("_", "-")}`} aria-hidden="true" />
                <Link href={screenOf("review", one.noun, one.record.key)}><bdi>{titleOf(one.record)}</bdi></Link>
              </p>
              <p className="hint">
                {inSentence(NOUNS[one.noun].one)}{isWaiting(one) && `, ${curationWords(one.record.curation)}`} · {dayOfRecord(one.record)}
                {one.parties.length > 0 && <> · <bdi>{one.parties.map(({ name }) => name).join(", ")}</bdi></>}
              </p>
              {one.evidence[0]?.excerpt && <p className="excerpt" dir="auto">{one.evidence[0].excerpt}</p>}
              <p className="buttons">
                <button type="button" className="quiet" onClick={() => onShow(one)}>In the text</button>
                {isEditor && <button type="button" className="quiet" onClick={() => onChange(one)}>Change</button>}
                {isEditor && isWaiting(one) && (
                  <>
                    <button type="button" className="quiet" onClick={() => onAccept(one)}>Accept</button>
                    <button type="button" className="quiet" onClick={() => setRejecting(one)}>Reject…</button>
                  </>
                )}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {rejecting && (
        <ReasonDialog
          title={`Reject “${titleOf(rejecting.record)}”`}
          action="Reject"
          onClose={() => setRejecting(null)}
          onGive={async (reason) => {
            await decide("REJECT", [{ noun: rejecting.noun, key: rejecting.record.key, expectedVersion: rejecting.record.version }], reason);
            onDone();
          }}
        />
      )}
    </>
  );
}
