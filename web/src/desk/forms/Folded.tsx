/** What is folded away, and drawn once somebody unfolds it: a form opens the sooner for it. */
import { type ReactNode, useState } from "react";

interface FoldedProps {
  readonly className: string;
  readonly summary: ReactNode;
  readonly children: () => ReactNode;
}

export function Folded({ className, summary, children }: FoldedProps) {
  const [wasOpened, setOpened] = useState(false);
  return (
    <details className={className} onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>{summary}</summary>
      {wasOpened && children()}
    </details>
  );
}
