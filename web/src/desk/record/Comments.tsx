/** What curators say to each other about a record. */
import { type FormEvent, useState } from "react";
import { send } from "../api";
import { Faults } from "../forms/Faults";
import { CommentDocument, type FaultFragment, type Noun } from "../generated";
import type { RecordPage } from "./versions";
import { whenWords } from "./words";

export function Comments({ noun, record, onDone }: { noun: Noun; record: RecordPage; onDone: () => void }) {
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get("comment")).trim();
    if (!text) return;
    try {
      const { comment, userErrors } = await send(CommentDocument, { noun, key: record.key, text });
      setFaults(userErrors);
      if (!comment) return;
      form.reset();
      onDone();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  return (
    <section aria-labelledby="comments">
      <h2 id="comments">Comments</h2>
      <ul className="comments">
        {record.comments.map(({ key, text, by, at }) => (
          <li key={key}>
            <p className="hint"><bdi>{by}</bdi>, {whenWords(at)}</p>
            <p dir="auto" className="lines">{text}</p>
          </li>
        ))}
      </ul>
      <Faults faults={faults} title="The comment is not saved yet" />
      <form onSubmit={(event) => void submit(event)}>
        <label>Say something to whoever works on it <textarea name="comment" rows={2} maxLength={2000} dir="auto" /></label>
        <p className="hint">Readers do not see comments.</p>
        <button type="submit">Comment</button>
      </form>
    </section>
  );
}
