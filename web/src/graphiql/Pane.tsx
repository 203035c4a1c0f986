/** What our panes share. They want more room than a pane has, and can lie over the editors; see workbench.css. */
import { type ReactNode, useState } from "react";

export function Pane({ title, children }: { title: string; children: ReactNode }) {
  const [isWide, setWide] = useState(false);
  return (
    <section className="answer-pane" aria-labelledby="answer-pane-title" data-wide={isWide || undefined}>
      <header>
        <h2 id="answer-pane-title">{title}</h2>
        <button type="button" aria-pressed={isWide} onClick={() => setWide(!isWide)}>
          {isWide ? "Beside the query" : "Over the whole page"}
        </button>
      </header>
      {children}
    </section>
  );
}
