/** Finds a record by words: a text field with a list of what is found below it (ARIA combobox). */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useSettled } from "../../reading/settled";
import { useAsked } from "../asking";

export interface Option {
  readonly key: string;
  readonly title: string;
  readonly hint: string;
}

interface PickerProps {
  readonly label: string;
  readonly describedBy?: string | undefined;
  readonly isInvalid?: boolean;
  readonly isRequired?: boolean;
  /** What there is for these words; for none, what is worth suggesting. */
  readonly find: (words: string, signal: AbortSignal) => Promise<readonly Option[]>;
  /** What `find` goes by beside the words. */
  readonly given?: string;
  readonly onChoose: (option: Option) => void;
  /** Makes a new record of these words, where that can be done. */
  readonly onMake?: ((words: string) => void) | undefined;
  readonly making?: string;
  readonly shouldFocus?: boolean;
}

const NEW = "";

export function Picker({ label, describedBy, isInvalid, isRequired, find, given = "", onChoose, onMake, making, shouldFocus }: PickerProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const words = useSettled(typed.trim());
  const [isHasty, setHasty] = useState(false);
  const asked = useAsked(
    async (signal) => ({ words, found: isOpen || isHasty ? await find(words, signal) : [] }),
    JSON.stringify([words, isOpen || isHasty, given]),
  );
  const found = asked.data?.found ?? [];
  const options: readonly Option[] = onMake && typed.trim()
    ? [...found, { key: NEW, title: `${making ?? "Make a new one"}: “${typed.trim()}”`, hint: "" }]
    : found;
  const isSettled = asked.data?.words === typed.trim();

  // Who typed and pressed Enter before anything was found means the best match.
  useEffect(() => {
    if (!isHasty || !isSettled) return;
    setHasty(false);
    if (found[0]) choose(found[0]);
  }, [isHasty, isSettled]);

  function choose(option: Option) {
    setTyped("");
    setOpen(false);
    if (option.key === NEW) onMake!(typed.trim());
    else onChoose(option);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey) return; // with Enter it saves the form, and chooses nothing
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((before) => (before + step + options.length) % Math.max(1, options.length));
    } else if (event.key === "Enter") {
      event.preventDefault(); // of an unfinished word, nothing is sent
      const option = options[at];
      if (!isSettled) setHasty(true);
      else if (isOpen && option) choose(option);
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      setOpen(false);
    }
  }

  return (
    <div className="picker">
      <input
        ref={input}
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && options[at] ? `${id}-${at}` : undefined}
        aria-describedby={describedBy}
        aria-invalid={isInvalid || undefined}
        aria-required={isRequired || undefined}
        aria-busy={isOpen && !isSettled}
        autoComplete="off"
        autoFocus={shouldFocus}
        placeholder="Find by any name or words"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
          setHasty(false);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen || options.length === 0}>
        {options.map((option, index) => (
          <li
            key={option.key || "new"}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              choose(option);
            }}
          >
            <bdi>{option.title}</bdi>
            {option.hint && <span className="hint"><bdi>{option.hint}</bdi></span>}
          </li>
        ))}
      </ul>
      {isOpen && words && isSettled && found.length === 0 && !asked.error && (
        <p className="hint" role="status">Nothing is found for “<bdi>{words}</bdi>”</p>
      )}
      {isOpen && asked.error && <p className="fault" role="alert">{asked.error}</p>}
    </div>
  );
}
