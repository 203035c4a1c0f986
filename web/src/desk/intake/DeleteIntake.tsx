/** Deletes what was submitted, for good, once somebody has said so twice. */
import { useEffect, useRef, useState } from "react";
import { go } from "../address";
import { send } from "../api";
import { Faults } from "../forms/Faults";
import { DeleteIntakeDocument, type FaultFragment } from "../generated";
import { useModal } from "../modal";
import { notify } from "../notices";
import { isMine, may } from "../session/session";
import type { Intake } from "./reading";
import { draftOfDetails, draftOfPublisher } from "./details";
import { faultOf } from "./Told";

/** A button, for whoever may do it: one's own, or as an editor anybody's. */
export function DeleteIntake({ intake }: { intake: Pick<Intake, "key" | "submittedBy" | "article"> }) {
  const [isAsking, setAsking] = useState(false);
  if (!may("EDITOR") && !isMine(intake.submittedBy)) return null;
  return (
    <>
      <button type="button" className="quiet" onClick={() => setAsking(true)}>Delete…</button>
      {isAsking && <AskTwice intake={intake} onClose={() => setAsking(false)} />}
    </>
  );
}

function AskTwice({ intake, onClose }: { intake: Pick<Intake, "key" | "article">; onClose: () => void }) {
  const dialog = useModal();
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []); // Enter alone deletes nothing

  async function remove() {
    try {
      const { userErrors } = await send(DeleteIntakeDocument, { key: intake.key });
      if (userErrors.length > 0) return setFaults(userErrors);
      draftOfDetails(intake.key).drop();
      draftOfPublisher(intake.key).drop();
      notify("What was submitted is deleted");
      go("/desk?view=read", { replace: true });
    } catch (error) {
      setFaults([faultOf(error)]);
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="delete-title" onClose={onClose}>
      <h2 id="delete-title">Delete what was submitted?</h2>
      <p>
        Its text, its file and its proposals go for good, as where the wrong text was pasted.
        {intake.article ? " The article and the records that were made of it stay." : " Nothing was recorded of it."}
      </p>
      <Faults faults={faults} title="It is not deleted" />
      <p className="buttons">
        <button type="button" className="primary" onClick={() => void remove()}>Delete for good</button>
        <button ref={keep} type="button" onClick={() => dialog.current?.close()}>Keep it</button>
      </p>
    </dialog>
  );
}
