/**
 * Who is signed in. The token is kept for the tab alone (sessionStorage), and sent with each request.
 * There are no cookies: what a browser sends by itself opens nothing.
 */
import { useSyncExternalStore } from "react";
import { type ViewerRole, WhoDocument, type WhoQuery } from "../generated";
import { post } from "../http";

export interface Viewer {
  readonly name: string;
  readonly role: ViewerRole;
  /** Where the log of changes ended when they signed in, before anything was read; null where it was empty. */
  readonly place: string | null;
}

interface State {
  readonly viewer: Viewer | null;
  /** Until it is known whether the token of this tab is good. */
  readonly isOpening: boolean;
  /** Why whoever was signed in has to sign in again; null while nothing hinders them. */
  readonly lapsed: string | null;
}

/** What a token came to: somebody, or why not. */
export type SignedIn = { readonly viewer: Viewer } | { readonly fault: string };

const TOKEN = "followthrough-desk-token";
const ROLES: readonly ViewerRole[] = ["READER", "PROPOSER", "EDITOR", "ADMIN"];

let state: State = { viewer: null, isOpening: true, lapsed: null };
const listeners = new Set<() => void>();
let waiting: { promise: Promise<void>; goOn: () => void } | null = null;

function become(next: Partial<State>) {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

export const session = {
  get token(): string | null {
    return sessionStorage.getItem(TOKEN);
  },

  get viewer(): Viewer | null {
    return state.viewer;
  },

  /** Signs in by the token of the tab, or by that of a link, which leaves the address. */
  async open(): Promise<void> {
    const linked = new URLSearchParams(location.hash.slice(1)).get("token");
    if (linked) history.replaceState(history.state, "", location.pathname + location.search);
    const token = linked ?? session.token;
    const found = token ? await session.signIn(token) : null;
    become({ isOpening: false, lapsed: found && "fault" in found && linked ? found.fault : null });
  },

  /** Keeps the token if somebody signs in by it who may work here. */
  async signIn(token: string): Promise<SignedIn> {
    const found = await whoseIs(token);
    if ("fault" in found) {
      if (state.viewer === null) sessionStorage.removeItem(TOKEN);
      return found;
    }
    sessionStorage.setItem(TOKEN, token);
    become({ viewer: found.viewer, lapsed: null });
    waiting?.goOn();
    waiting = null;
    return found;
  },

  /** Resolves once somebody has signed in since `sent` was found not to be good any more. */
  signInAgain(sent: string | null, why: string): Promise<void> {
    if (session.token !== sent) return Promise.resolve();
    if (!waiting) {
      let goOn = () => {};
      const promise = new Promise<void>((resolve) => (goOn = resolve));
      waiting = { promise, goOn };
    }
    become({ lapsed: why });
    return waiting.promise;
  },

  signOut(): void {
    sessionStorage.removeItem(TOKEN);
    become({ viewer: null, lapsed: null });
  },
};

async function whoseIs(token: string): Promise<SignedIn> {
  try {
    const { answer } = await post<WhoQuery>(WhoDocument.toString(), {}, token);
    const viewer = answer.data?.viewer;
    if (!viewer?.name) return { fault: answer.errors?.[0]?.message ?? "This token opens nothing here" };
    if (viewer.role === "READER") {
      return { fault: `${viewer.name} may read what is published, and no more; ask an admin for the role PROPOSER` };
    }
    return { viewer: { name: viewer.name, role: viewer.role, place: answer.data?.changes?.pageInfo.endCursor ?? null } };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

export function useSession(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Whether whoever is signed in has at least this role. */
export function may(role: ViewerRole): boolean {
  return state.viewer !== null && ROLES.indexOf(state.viewer.role) >= ROLES.indexOf(role);
}

/** Whether this is the name of whoever is signed in. The server knows as well how they signed in. */
export function isMine(name: string): boolean {
  return state.viewer?.name === name;
}
