/** The address is the state: each screen, filter and record has one. Links of ours keep the page. */
import { type AnchorHTMLAttributes, type MouseEvent, useMemo, useSyncExternalStore } from "react";

const MOVED = "desk-moved";

/** Goes to an address of the desk. */
export function go(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  dispatchEvent(new Event(MOVED));
}

export function useAddress(): URL {
  const href = useSyncExternalStore(
    (listener) => {
      addEventListener("popstate", listener);
      addEventListener(MOVED, listener);
      return () => {
        removeEventListener("popstate", listener);
        removeEventListener(MOVED, listener);
      };
    },
    () => location.href,
  );
  return useMemo(() => new URL(href), [href]);
}

/** An address with these parameters changed; an empty one is left out. */
export function withParameters(address: URL, changed: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams(address.search);
  for (const [name, value] of Object.entries(changed)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  const search = parameters.toString();
  return address.pathname + (search && `?${search}`);
}

export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    rest.onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(href);
  }
  return <a {...rest} href={href} onClick={follow} />;
}
