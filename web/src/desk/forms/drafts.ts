/**
 * Drafts: what was typed and not sent yet, kept on this machine until it is. They survive a closed tab, a lost
 * connection and an expired token. Each belongs to whoever typed it.
 */
import type { Members } from "../record/content";

export interface Draft {
  readonly values: Members;
  /** The version that it is a change of; null for what is new. */
  readonly version: number | null;
  /** When it was typed, in milliseconds. */
  readonly at: number;
}

export interface DraftStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = "followthrough-draft";

/** The drafts of one curator. `id` says of what, such as `COMMITMENTS K03` or `new COMMITMENTS A1`. */
export class Drafts {
  constructor(
    private readonly owner: string,
    private readonly store: DraftStore = localStorage,
  ) {}

  /** Keeps it; false if the browser has no room or lets nothing be kept. */
  keep(id: string, draft: Draft): boolean {
    try {
      this.store.setItem(this.keyOf(id), JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  find(id: string): Draft | null {
    const text = this.store.getItem(this.keyOf(id));
    try {
      return text === null ? null : (JSON.parse(text) as Draft);
    } catch {
      return null; // written by another program
    }
  }

  drop(id: string): void {
    this.store.removeItem(this.keyOf(id));
  }

  private keyOf(id: string): string {
    return `${PREFIX} ${encodeURIComponent(this.owner)} ${id}`;
  }
}
