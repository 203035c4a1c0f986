/** An article that was submitted: how far it is, or what is proposed of it. */
import { useEffect } from "react";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Heading";
import { followIntake } from "./followIntake";
import { Progress } from "./Progress";
import { Proposals } from "./Proposals";
import { loadIntake } from "./reading";

export function IntakePage({ intakeKey }: { intakeKey: string }) {
  const asked = useAsked((signal) => loadIntake(intakeKey, signal), intakeKey);
  const state = asked.data?.intake.state;
  const isGoing = state === "QUEUED" || state === "RUNNING";
  useEffect(() => (isGoing ? followIntake(intakeKey, () => void asked.again()) : undefined), [isGoing, intakeKey]);
  return (
    <Waiting asked={asked}>
      {(read) => {
        if (!read) return <Heading>{`There is no submitted article ${intakeKey}`}</Heading>;
        if (read.intake.state === "READY" && read.intake.text !== null) return <Proposals read={read} onDone={asked.again} />;
        return <Progress read={read} onDone={asked.again} />;
      }}
    </Waiting>
  );
}
