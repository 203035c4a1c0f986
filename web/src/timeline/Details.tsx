/** What a mark stands for: when, why it counts, and the words that it rests on. */
import { useLayoutEffect, useRef } from "react";
import { inWords } from "./dates";
import { lookOf } from "./kinds";
import type { Entry, Note } from "./model";

/** How the record of a mark is opened: by a link to it, or by doing something. */
export interface Opening {
  /** What the link or the button says. */
  readonly opening?: string | undefined;
  /** Where an entry's record is; null for one that has no place. */
  readonly hrefOf?: ((entry: Entry) => string | null) | undefined;
  readonly onOpen?: ((entry: Entry) => void) | undefined;
}

interface DetailsProps extends Opening {
  entry: Entry | null;
  /** Pixels from the top of the drawing, where room was left for it. */
  top: number | null;
  onHeight: (height: number) => void;
  onClose: () => void;
}

/** Below the lane of its mark, which makes room for it: it never lies over anything. */
export function Details({ entry, top, onHeight, onClose, opening = "Open", hrefOf, onOpen }: DetailsProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const seen = panel.current!;
    const observer = new ResizeObserver(() => onHeight(seen.offsetHeight));
    observer.observe(seen);
    return () => observer.disconnect();
  }, [onHeight]);
  const href = entry && hrefOf?.(entry);
  return (
    <div className="timeline-details" role="status" ref={panel} style={top === null ? undefined : { top }}>
      {entry && (
        <>
          <header>
            <strong>{heading(entry)}</strong>
            <button type="button" className="timeline-close" onClick={onClose} aria-label="Close">×</button>
          </header>
          <p>
            {upperFirst(inWords(entry.date))}
            {entry.date.statedAs && <> – “<bdi>{entry.date.statedAs}</bdi>” in the source</>}
          </p>
          {entry.title && entry.noun !== "followUp" && <p dir="auto">{entry.title}</p>}
          {entry.notes.map((note) => (
            <NoteView key={`${note.sort} ${note.text} ${note.source}`} note={note} />
          ))}
          {href && <p><a className="timeline-open" href={href}>{opening}</a></p>}
          {onOpen && entry.reference && (
            <button type="button" className="timeline-open" onClick={() => onOpen(entry)}>
              {opening}
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** A piece of evidence, or a reason. */
export function NoteView({ note: { sort, text, source } }: { note: Note }) {
  const cite = source && <cite dir="auto">{sort === "digest" ? `Our summary of ${source}` : source}</cite>;
  if (sort !== "excerpt") {
    return (
      <div>
        <p dir="auto">{text}</p>
        {cite}
      </div>
    );
  }
  return (
    <blockquote dir="auto">
      <p>{text}</p>
      {cite}
    </blockquote>
  );
}

function heading({ kind, reference }: Entry): string {
  const name = lookOf(kind).name;
  return reference && "key" in reference ? `${reference.key} – ${name}` : name;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
