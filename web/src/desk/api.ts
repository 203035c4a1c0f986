/** Asking the public API as whoever is signed in. What a sign-in or a connection stops goes on once it is back. */
import type { TypedDocumentString } from "./generated";
import { noteWritten, Offline, post } from "./http";
import { session } from "./session/session";

/** The server refused: the operation, or the role of whoever sent it. */
export class Refused extends Error {}

/**
 * The data. Where the sign-in has lapsed, waits until somebody has signed in again, and asks once more.
 * Rejects with Offline, Refused, or the signal's AbortError.
 */
export async function ask<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal: AbortSignal | null = null,
): Promise<Data> {
  for (;;) {
    const sent = session.token;
    const { status, answer } = await post<Data>(operation.toString(), variables, sent, signal);
    const error = answer.errors?.[0];
    const isLapsed = status === 401 || error?.extensions?.code === "UNAUTHENTICATED";
    if (isLapsed) {
      await session.signInAgain(sent, error?.message ?? "sign in again");
      continue;
    }
    if (error) throw new Refused(error.message);
    if (!answer.data) throw new Refused(`the server answered ${status}`);
    return answer.data;
  }
}

/** By what is sent, the idempotency key under which it was sent and not answered. */
const unanswered = new Map<string, string>();

/**
 * The payload of a mutation. Sent again after no answer came, it is carried out once all the same.
 * Rejects as `ask` does; what is wrong with the input is in the payload.
 */
export async function send<Payload extends { readonly dataVersion: number | null }, Input extends object>(
  operation: TypedDocumentString<{ result: Payload | null }, { input: Input & { idempotencyKey?: string | null } }>,
  input: Input,
): Promise<Payload> {
  const asText = `${operation.toString()} ${JSON.stringify(input)}`;
  const idempotencyKey = unanswered.get(asText) ?? crypto.randomUUID();
  unanswered.set(asText, idempotencyKey);
  const isTried = "dryRun" in input;
  try {
    const { result } = await ask(operation, { input: isTried ? input : { ...input, idempotencyKey } });
    unanswered.delete(asText);
    if (!result) throw new Refused("the server gave no payload");
    if (!isTried) noteWritten(result.dataVersion);
    return result;
  } catch (error) {
    if (!(error instanceof Offline)) unanswered.delete(asText);
    throw error;
  }
}
