/** The form of a record, new or to be changed: its members, each fault at its member, and beside it what will change. */
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { may } from "../session/session";
import { Conflict } from "./Conflict";
import { FormContext } from "./context";
import { type Editing, useEditing } from "./editing";
import { Ending } from "./Ending";
import { faultsElsewhere } from "./fields";
import type { Surroundings } from "./finding";
import { FormFields } from "./FormFields";
import { useKeptFocus } from "./keptFocus";
import type { Members } from "../record/content";

interface RecordFormProps extends Editing {
  readonly near: Surroundings | null;
  readonly takeSelected: (() => Members | null) | null;
  readonly onClose: () => void;
  readonly title: string;
  /** Whether what is saved is public at once, as what is there is. */
  readonly isPublished?: boolean;
  readonly children?: ReactNode;
}

export function RecordForm(props: RecordFormProps) {
  const { noun, existing, near, takeSelected, onClose, title } = props;
  const form = useRef<HTMLFormElement>(null);
  const editing = useEditing(props, () => showFirstFault(form.current));
  const { type, fields, values, set, faults, leaves, titles, note, hold, draft, conflict, save } = editing;

  function settle(taken: readonly string[]) {
    editing.settle(taken);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(".ending button")?.focus());
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save(may("EDITOR") ? "accept" : "save");
    } else if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      onClose();
    }
  }

  useEffect(() => {
    form.current?.querySelector<HTMLElement>(":is(input, textarea, select):not([type=radio])")?.focus();
  }, []);

  const { onFocus, onBlur } = useKeptFocus(form);
  const isPublished = props.isPublished ?? existing?.curation === "ACCEPTED";
  const elsewhere = faultsElsewhere(faults, leaves);

  return (
    <FormContext.Provider value={{ values, set, faults, leaves, titles, note, hold, near, takeSelected }}>
      <form
        ref={form}
        className="record-form"
        aria-label={title}
        noValidate
        tabIndex={-1}
        onFocus={onFocus}
        onBlur={onBlur}
        onKeyDown={onKeyDown}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save(may("EDITOR") ? "accept" : "save");
        }}
      >
        <h2>{title}</h2>
        {draft && (
          <p className="notice">
            Your draft of {new Date(draft.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })} is here again.{" "}
            <button type="button" className="quiet" onClick={editing.discard}>Discard it</button>
          </p>
        )}
        {!editing.isKept && <p className="notice alarming" role="alert">The browser keeps no draft: its room is used up. Save before you close this.</p>}
        {props.children}
        <FormFields type={type} path="input" values={values} set={set} fields={fields} />
        {existing && (
          <div className="member">
            <label>Why it is changed <input value={editing.reason} onChange={(event) => editing.setReason(event.target.value)} maxLength={2000} dir="auto" /></label>
            {isPublished && (
              <label className="check">
                <input type="checkbox" checked={editing.isCorrection} onChange={(event) => editing.setCorrection(event.target.checked)} />
                Only the record was wrong; nothing happened in the world. The reason is public.
              </label>
            )}
          </div>
        )}
        {conflict && <Conflict {...conflict} onSettle={settle} />}
        <Ending
          noun={noun}
          effects={editing.effects}
          elsewhere={elsewhere}
          inMembers={editing.isTried ? faults.length - elsewhere.length : 0}
          isPublished={isPublished}
          isNew={existing === null}
          isTyped={editing.isTyped}
          isHeld={editing.isSending || conflict !== null}
          onPropose={() => void save("save")}
          onClose={onClose}
        />
      </form>
    </FormContext.Provider>
  );
}

function showFirstFault(form: HTMLFormElement | null) {
  requestAnimationFrame(() => {
    const first = form?.querySelector<HTMLElement>("[aria-invalid], .member .fault, .problem");
    const focusable = first?.matches("input, select, textarea") ? first : first?.querySelector<HTMLElement>("input, select, textarea, button");
    first?.scrollIntoView({ block: "center" });
    focusable?.focus({ preventScroll: true });
  });
}
