/** A long text: typed, pasted, or taken from a file that is chosen or dropped. */
import { type DragEvent, useState } from "react";

interface ProseMemberProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: unknown) => void;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export function ProseMember({ label, value, set, attributes }: ProseMemberProps) {
  const [fault, setFault] = useState<string | null>(null);

  async function take(file: File | undefined) {
    if (!file) return;
    const text = await readText(file);
    setFault(text === null ? `${file.name} is no plain text in UTF-8; copy its text and paste it here.` : null);
    if (text !== null) set(text);
  }

  function drop(event: DragEvent) {
    if (event.dataTransfer.files.length === 0) return; // words are dropped as everywhere
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  }

  return (
    <>
      <textarea {...attributes} aria-label={label} rows={12} dir="auto" value={value} onChange={(event) => set(event.target.value)} onDrop={drop} />
      <p className="file">
        Or a plain text file: <input type="file" accept="text/plain,.txt,.md" aria-label="A plain text file" onChange={(event) => void take(event.target.files?.[0])} />
      </p>
      {fault && <p role="alert" className="fault">{fault}</p>}
    </>
  );
}

/** The text of a file; null if it is not UTF-8, or no text. */
export async function readText(file: Blob): Promise<string | null> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return text.includes("\0") ? null : text.replaceAll("\r\n", "\n");
  } catch {
    return null;
  }
}
