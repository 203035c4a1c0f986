/** Single keys: which there are on the screen that is shown, and what each does. `?` lists them. */
import { useEffect, useRef, useState } from "react";

export interface KeyAction {
  readonly says: string;
  readonly run: () => void;
}

export type Keys = Readonly<Record<string, KeyAction | null>>;

const OFF = "followthrough-desk-keys-off";
const active: { current: Keys }[] = [];

/** Has these keys do something while the component is shown; one that is null does nothing. */
export function useKeys(keys: Keys): void {
  const holder = useRef(keys);
  holder.current = keys;
  useEffect(() => {
    active.push(holder);
    return () => void active.splice(active.indexOf(holder), 1);
  }, []);
}

/** What is typed there is text, or near it: a key that missed a field must not leave the form. */
function takesText(target: EventTarget | null): boolean {
  const element = target instanceof HTMLElement ? target : null;
  // The text of an article only looks like a field.
  if (!element || element.closest("[data-keys]")) return false;
  return element.closest(".record-form") !== null || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

/** Those of what was shown last go first. */
function find(key: string): KeyAction | null {
  for (const { current } of [...active].reverse()) if (current[key]) return current[key];
  return null;
}

export function listKeys(): [string, string][] {
  const found = new Map<string, string>();
  for (const { current } of active) {
    for (const [key, action] of Object.entries(current)) if (action) found.set(key, action.says);
  }
  return [...found];
}

/** Listens for keys, and shows the list of them. */
export function KeyList() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [listed, setListed] = useState<[string, string][]>([]);
  const [isOff, setOff] = useState(() => localStorage.getItem(OFF) !== null);

  function show() {
    setListed(listKeys());
    dialog.current?.showModal();
  }

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || takesText(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      if (event.key === "?") {
        event.preventDefault();
        return show();
      }
      const action = isOff ? null : find(event.key);
      if (!action) return;
      event.preventDefault();
      action.run();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [isOff]);

  function turn(off: boolean) {
    setOff(off);
    if (off) localStorage.setItem(OFF, "");
    else localStorage.removeItem(OFF);
  }

  return (
    <>
      <button type="button" className="quiet" onClick={show}>Keys <kbd>?</kbd></button>
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl className="keys">
          {listed.map(([key, says]) => (
            <div key={key}>
              <dt><kbd>{key === " " ? "Space" : key}</kbd></dt>
              <dd>{says}</dd>
            </div>
          ))}
        </dl>
        <label className="check">
          <input type="checkbox" checked={!isOff} onChange={(event) => turn(!event.target.checked)} />
          Single keys do something
        </label>
        <form method="dialog"><button type="submit" autoFocus>Close</button></form>
      </dialog>
    </>
  );
}
