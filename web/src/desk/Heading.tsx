/** The heading of a screen: the title of the page, and where reading begins. */
import { type ReactNode, useEffect, useRef } from "react";

export function Heading({ children, title }: { children: ReactNode; title?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const said = title ?? (typeof children === "string" ? children : "");
  useEffect(() => {
    document.title = said ? `${said} – Desk` : "Desk – Followthrough";
  }, [said]);
  useEffect(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return <h1 ref={heading} tabIndex={-1} dir="auto">{children}</h1>;
}
