/** What a mark stands for: when, why it counts, and the words that it rests on. */
import { inWords } from "./dates";
import { lookOf } from "./kinds";
import type { Entry, Note } from "./model";

interface DetailsProps {
  entry: Entry | null;
  opening: string;
  onOpen?: ((entry: Entry) => void) | undefined;
  onClose: () => void;
}

export function Details({ entry, opening, onOpen, onClose }: DetailsProps) {
  return (
    <div className="timeline-details" role="status">
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

function NoteView({ note: { sort, text, source } }: { note: Note }) {
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
