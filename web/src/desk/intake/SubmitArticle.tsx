/** Has an article read: its text or its file goes to the intake, which proposes what it reports. */
import { type FormEvent, useEffect, useState } from "react";
import { go, Link } from "../address";
import { send } from "../api";
import { Heading } from "../Heading";
import { Faults } from "../forms/Faults";
import { DateBox } from "../forms/DateBox";
import { Drafts } from "../forms/drafts";
import { toInput } from "../forms/fields";
import { type FaultFragment, SubmitArticleDocument } from "../generated";
import { notify } from "../notices";
import type { Members } from "../record/content";
import { session } from "../session/session";

const DRAFT = "article to be read";
const LONGEST = 200_000;

export function SubmitArticle() {
  const [drafts] = useState(() => new Drafts(session.viewer?.name ?? ""));
  const [values, setValues] = useState<Members>(() => drafts.find(DRAFT)?.values ?? {});
  const [file, setFile] = useState<File | null>(null);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [isSending, setSending] = useState(false);
  const text = String(values["text"] ?? "");
  const set = (changes: Members) => setValues({ ...values, ...changes });

  useEffect(() => {
    if (text) drafts.keep(DRAFT, { values, version: null, at: Date.now() });
    else drafts.drop(DRAFT);
  }, [values]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!text.trim() && !file) return setFaults([faultOf("Paste the text, or choose a file")]);
    setSending(true);
    try {
      const article = toInput({ datePublished: values["datePublished"] });
      const { intake, isNew, userErrors } = await send(SubmitArticleDocument, {
        ...(file ? { file: await upload(file) } : { text }),
        ...(Object.keys(article).length > 0 && { article }),
        sendToModel: values["sendToModel"] === true,
      });
      setFaults(userErrors);
      if (intake) {
        drafts.drop(DRAFT);
        if (!isNew) notify("This was submitted before: here it is");
        go(`/desk/intake/${encodeURIComponent(intake.key)}`);
      }
    } catch (error) {
      setFaults([faultOf((error as Error).message)]);
    }
    setSending(false);
  }

  return (
    <>
      <Heading>Have an article read</Heading>
      <p>
        The text is read by rules, on this server. Names, meetings, promises and what followed are proposed to you, each with
        its words and its reasons; nothing is recorded before you accept it. It reads English. Other languages, and what you
        would rather do by hand: <Link href="/desk/articles/new">add an article</Link>.
      </p>
      <form className="record-form" aria-label="An article to be read" onSubmit={(event) => void submit(event)}>
        <div className="member prose">
          <label>
            <span>Text</span>
            <textarea rows={12} dir="auto" maxLength={LONGEST} value={text} disabled={file !== null} autoFocus onChange={(event) => set({ text: event.target.value })} />
          </label>
          <p className="file">
            Or a file (text, HTML, PDF, e-mail): <input type="file" accept=".txt,.md,.html,.htm,.pdf,.eml" aria-label="A file" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
          </p>
        </div>
        <div className="member date">
          <fieldset>
            <legend>Date published</legend>
            <DateBox label="Date published" value={(values["datePublished"] ?? {}) as Members} onChange={(date) => set({ datePublished: date })} on={null} attributes={{}} />
            <p className="hint">If you leave it out and the text does not tell it, you are asked before the first record is made.</p>
          </fieldset>
        </div>
        <div className="member">
          <label className="check">
            <input type="checkbox" checked={values["sendToModel"] === true} onChange={(event) => set({ sendToModel: event.target.checked })} />
            Send the text to the operator’s language model as well, if there is one
          </label>
          <p className="hint"><strong>Then the text leaves this house.</strong> Without the tick it stays on this server.</p>
        </div>
        <Faults faults={faults} title="It is not submitted yet" />
        <p className="buttons">
          <button type="submit" className="primary" disabled={isSending}>{isSending ? "Sending…" : "Have it read"}</button>
          <Link className="button" href="/desk">Close</Link>
        </p>
      </form>
    </>
  );
}

/** The key of a file that is uploaded. Rejects with what the server says is wrong with it. */
async function upload(file: File): Promise<string> {
  const response = await fetch(`/intake/files?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${session.token}`, "content-type": "application/octet-stream" },
    body: file,
  });
  const answer = (await response.json()) as { file?: string; errors?: readonly { message: string }[] };
  if (!answer.file) throw new Error(answer.errors?.[0]?.message ?? `the server answered ${response.status}`);
  return answer.file;
}

function faultOf(message: string): FaultFragment {
  return { code: "INVALID", message, path: null, suggestions: [] };
}
