/**
 * The log of changes, as it is written: by the subscription `recordChanges`, and from the list `changes` at intervals
 * while no WebSocket gets through. Nothing is missed in between, because both go on after the last cursor.
 */
import { createClient } from "graphql-ws";
import { ask } from "./api";
import {
  type ChangeFragment,
  ChangesAfterDocument,
  LastChangeDocument,
  RecordChangesDocument,
  type RecordChangesSubscription,
} from "./generated";
import { session } from "./session/session";

/** Told of changes in their order; of null where any record may have changed. */
export type Tell = (changes: readonly ChangeFragment[] | null) => void;

/** How often the list is asked while nothing comes over a WebSocket. */
const ASK_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** A connection that lasted as long is no sign that the next one fails. */
const LASTING_MS = 10_000;
/** A connection that says nothing for as long is asked whether it still stands, and has as long to answer. */
const QUIET_MS = 20_000;

/**
 * Tells what is written after a cursor as whoever is signed in, until it is stopped; null where the log is empty.
 * Has them sign in again if that lapses.
 */
export function followChanges(after: string | null, tell: Tell): () => void {
  const stopped = new AbortController();
  const asked = { query: RecordChangesDocument.toString(), variables: { after } };
  /** Not after a backup was restored: its log has no such place. */
  let isPlaced = true;
  let isConnected = false;
  let isAsking = false;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout>;
  /** Ends the subscription, and with it its connection. */
  let unsubscribe = () => {};

  /** Goes on after the last cursor by the list. */
  async function askList(): Promise<void> {
    if (!isPlaced) {
      const { changes } = await ask(LastChangeDocument, {}, stopped.signal);
      asked.variables.after = changes?.pageInfo.endCursor ?? null;
      isPlaced = true;
      return tell(null); // whatever is shown may be another by now
    }
    for (let hasMore = true; hasMore && !isConnected; ) {
      const { changes } = await ask(ChangesAfterDocument, { after: asked.variables.after }, stopped.signal);
      // Connected meanwhile: the subscription tells these.
      if (!changes || isConnected) return;
      asked.variables.after = changes.pageInfo.endCursor ?? asked.variables.after;
      if (changes.nodes.length > 0) tell(changes.nodes);
      hasMore = changes.pageInfo.hasNextPage;
    }
  }

  async function look(): Promise<void> {
    if (isConnected || isAsking || (document.hidden && isPlaced)) return;
    isAsking = true;
    try {
      await askList();
    } catch {
      // Asked again in a moment, or stopped. What is wrong is said where the curator asks for something.
    } finally {
      isAsking = false;
    }
  }

  async function subscribe(): Promise<void> {
    if (!isPlaced) await look();
    if (stopped.signal.aborted) return;
    if (!isPlaced) return retryLater(0);
    const begun = Date.now();
    let isOver = false; // it may say late that it is closed
    const client = makeClient((isUp) => {
      if (!isOver) isConnected = isUp;
    });
    const fail = (why: unknown) => {
      isOver = true;
      isConnected = false;
      if (isGone(why)) isPlaced = false;
      // The list is refused as well, and has whoever is there sign in again.
      if (isRefused(why)) void look();
      retryLater(Date.now() - begun);
    };
    unsubscribe = client.subscribe<RecordChangesSubscription>(asked, {
      next({ data }) {
        if (!data) return tell(null); // an event that could not be answered
        asked.variables.after = data.recordChanges.cursor;
        tell([data.recordChanges.change]);
      },
      error: fail,
      complete: () => fail(null),
    });
  }

  function retryLater(lastedMs: number): void {
    if (stopped.signal.aborted) return;
    failures = lastedMs >= LASTING_MS ? 0 : failures + 1;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
    retry = setTimeout(() => void subscribe(), wait * (0.5 + Math.random() / 2));
  }

  void subscribe();
  const interval = setInterval(() => void look(), ASK_MS);
  return () => {
    stopped.abort();
    clearInterval(interval);
    clearTimeout(retry);
    unsubscribe();
  };
}

/** A client for one connection, which tells when that begins and ends, and cuts it off when nothing answers any more. */
export function makeClient(tellConnected: (isUp: boolean) => void) {
  let cutOff: ReturnType<typeof setTimeout>;
  const client = createClient({
    url: `${location.origin.replace(/^http/, "ws")}/graphql`,
    connectionParams: () => ({ Authorization: `Bearer ${session.token}` }),
    // Tried again in `followChanges`, because the library gives up for good after some of the codes.
    retryAttempts: 0,
    keepAlive: QUIET_MS,
    on: {
      connected: () => tellConnected(true),
      closed: () => {
        clearTimeout(cutOff);
        tellConnected(false);
      },
      ping: (isReceived) => {
        if (!isReceived) cutOff = setTimeout(() => client.terminate(), QUIET_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(cutOff);
      },
    },
  });
  return client;
}

/** The code with which the server ends a connection whose token opens nothing any more. */
const FORBIDDEN = 4403;

function isRefused(why: unknown): boolean {
  return typeof why === "object" && why !== null && "code" in why && why.code === FORBIDDEN;
}

/** Whether the server refused the cursor. */
function isGone(why: unknown): boolean {
  return Array.isArray(why) && why.some((error) => error?.extensions?.code === "CURSOR_GONE");
}
