/** Tells when an intake goes a step further: by the subscription, and by asking where no WebSocket gets through. */
import { makeClient } from "../following";
import { IntakeProgressDocument } from "../generated";

const ASK_MS = 3_000;

/** Calls `tell` at each step and now and then, until it is stopped. */
export function followIntake(intake: string, tell: () => void): () => void {
  const client = makeClient(() => {});
  const unsubscribe = client.subscribe(
    { query: IntakeProgressDocument.toString(), variables: { intake } },
    { next: tell, error: () => {}, complete: () => {} }, // without it, it is asked
  );
  const interval = setInterval(tell, ASK_MS);
  return () => {
    clearInterval(interval);
    unsubscribe();
  };
}
