/** Asks for the reason of what takes something away. */
import type { FormEvent } from "react";
import { useModal } from "../modal";

interface ReasonDialogProps {
  readonly title: string;
  readonly action: string;
  /** Whether readers see the reason. */
  readonly isPublic?: boolean;
  readonly onClose: () => void;
  readonly onGive: (reason: string) => Promise<void>;
}

export function ReasonDialog({ title, action, isPublic = false, onClose, onGive }: ReasonDialogProps) {
  const dialog = useModal();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    if (!reason) return;
    onClose();
    void onGive(reason);
  }

  return (
    <dialog ref={dialog} aria-labelledby="reason-title" onClose={onClose}>
      <h2 id="reason-title"><bdi>{title}</bdi></h2>
      <form onSubmit={submit}>
        <label>
          Reason
          <textarea name="reason" rows={3} required maxLength={2000} onKeyDown={submitOnEnter} />
        </label>
        <p className="hint">{isPublic ? "It is kept with the change, and readers see it." : "It is kept with the change."}</p>
        <p className="buttons">
          <button type="submit" className="primary">{action}</button>
          <button type="button" onClick={() => dialog.current?.close()}>Cancel</button>
        </p>
      </form>
    </dialog>
  );
}

/** Ctrl with Enter sends a text of several lines. */
export function submitOnEnter(event: { key: string; ctrlKey: boolean; metaKey: boolean; preventDefault: () => void; currentTarget: { form: HTMLFormElement | null } }) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
