/** Dialogs over the page. */
import { type RefObject, useLayoutEffect, useRef } from "react";

/** For a dialog that is shown as long as its component is. What had the focus before has it again after. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close(); // before it leaves the page: only then the focus goes back
  }, []);
  return dialog;
}
