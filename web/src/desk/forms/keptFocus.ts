/** Keeps the focus of a form near where it was. */
import { type FocusEvent, type RefObject, useEffect, useRef } from "react";

/** Where what has the focus goes away, as a picker does once something is picked, its member gets the focus. */
export function useKeptFocus(form: RefObject<HTMLFormElement | null>) {
  const path = useRef<string | null>(null);
  useEffect(() => {
    if (path.current === null || document.activeElement !== document.body) return;
    const member = form.current?.querySelector(`[data-path="${CSS.escape(path.current)}"]`);
    (member?.querySelector<HTMLElement>("button, input, select, textarea") ?? form.current)?.focus({ preventScroll: true });
  });
  return {
    onFocus: ({ target }: FocusEvent<HTMLElement>) => {
      path.current = target.closest<HTMLElement>("[data-path]")?.dataset["path"] ?? null;
    },
    onBlur: ({ target, relatedTarget }: FocusEvent<HTMLElement>) => {
      if (relatedTarget === null && target.isConnected) path.current = null;
    },
  };
}
