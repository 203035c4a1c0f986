/** What was done, said for ten seconds with a way to take it back. */
import { useSyncExternalStore } from "react";
import { useKeys } from "./keys";

interface Notice {
  readonly id: number;
  readonly said: string;
  readonly undo: (() => Promise<string>) | null;
}

/** How long something can be taken back by one key, in milliseconds. The history takes it back for ever. */
export const UNDO_MS = 10_000;

let notices: readonly Notice[] = [];
let last = 0;
const listeners = new Set<() => void>();

function become(next: readonly Notice[]) {
  notices = next;
  for (const listener of listeners) listener();
}

/** Says what was done. `undo` takes it back, and gives what to say then. */
export function notify(said: string, undo: Notice["undo"] = null): void {
  const id = ++last;
  become([...notices, { id, said, undo }]);
  setTimeout(() => become(notices.filter((notice) => notice.id !== id)), UNDO_MS);
}

async function takeBack(notice: Notice) {
  become(notices.filter(({ id }) => id !== notice.id));
  try {
    notify(await notice.undo!());
  } catch (error) {
    notify(`It could not be taken back: ${(error as Error).message}`);
  }
}

export function Notices() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
  const undoable = shown.findLast(({ undo }) => undo);
  useKeys({ z: undoable ? { says: "Undo what was done last", run: () => void takeBack(undoable) } : null });
  return (
    <div className="notices" role="status">
      {shown.map((notice) => (
        <p key={notice.id}>
          <span>{notice.said}</span>
          {notice.undo && (
            <button type="button" onClick={() => void takeBack(notice)}>
              Undo {notice === undoable && <kbd>z</kbd>}
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
