/** An intake that is not read yet, or cannot be: how far it is, and what can be done with it. */
import { useState } from "react";
import { Link } from "../address";
import { send } from "../api";
import { Heading } from "../Heading";
import { Faults } from "../forms/Faults";
import { CancelIntakeDocument, type FaultFragment, RetryIntakeDocument } from "../generated";
import { DeleteIntake } from "./DeleteIntake";
import type { Read } from "./reading";
import { faultOf } from "./Told";

const STEPS: Readonly<Record<string, string>> = {
  DECODE: "The file becomes a text …",
  READ: "The text is read …",
  ASK_MODEL: "The operator’s language model is asked …",
  FILE: "What was found becomes proposals …",
};

const STATES: Readonly<Record<string, string>> = {
  QUEUED: "It waits for its turn …",
  RUNNING: "It is being read …",
  FAILED: "It could not be read",
  CANCELLED: "It was called off",
  READY: "It was read",
};

export function Progress({ read: { intake }, onDone }: { read: Read; onDone: () => Promise<void> }) {
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const isGoing = intake.state === "QUEUED" || intake.state === "RUNNING";

  async function change(operation: typeof RetryIntakeDocument | typeof CancelIntakeDocument) {
    try {
      const { userErrors } = await send(operation, { key: intake.key });
      setFaults(userErrors);
      await onDone();
    } catch (error) {
      setFaults([faultOf(error)]);
    }
  }

  return (
    <>
      <Heading>{isGoing ? "An article is read" : "An article that was not read"}</Heading>
      {intake.fileName && <p className="hint"><bdi>{intake.fileName}</bdi></p>}
      <p role="status" className="notice">{(intake.step && STEPS[intake.step]) ?? STATES[intake.state]}</p>
      {isGoing && <p className="hint">You may leave this page; it is read all the same, and stands in the inbox under “Read for you”.</p>}
      {intake.failure && <p className="problem" role="alert">{intake.failure.message}</p>}
      <Faults faults={faults} title="Nothing was changed" />
      <p className="buttons">
        {isGoing
          ? <button type="button" onClick={() => void change(CancelIntakeDocument)}>Call it off</button>
          : <button type="button" onClick={() => void change(RetryIntakeDocument)}>Try again</button>}
        <Link className="button" href="/desk/articles/new">Add it by hand</Link>
        <DeleteIntake intake={intake} />
      </p>
    </>
  );
}
