/** Gives an article another text. Says before what loses its words, and what that changes. */
import { type FormEvent, useEffect, useState } from "react";
import { useSettled } from "../../reading/settled";
import { inSentence } from "../../timeline/kinds";
import { go, Link } from "../address";
import { ask, send } from "../api";
import { useAsked, Waiting } from "../asking";
import { VALUES } from "../definitions/generated";
import { Heading } from "../Heading";
import { forgetText } from "../forms/EvidenceWords";
import { Faults } from "../forms/Faults";
import { Drafts } from "../forms/drafts";
import { ProseMember } from "../forms/ProseMember";
import { ArticlePageDocument, type FaultFragment, ReplaceArticleTextDocument, type ReplaceArticleTextMutation, type TextAccess, type TextKind } from "../generated";
import { headlineOr, nounOfType, screenOf, titleOf } from "../nouns";
import { notify } from "../notices";
import { effectWords } from "../record/decide";
import { may, session } from "../session/session";
import type { Article } from "./resting";

type Tried = NonNullable<ReplaceArticleTextMutation["result"]>;

export function ReplaceText({ articleKey }: { articleKey: string }) {
  const asked = useAsked((signal) => ask(ArticlePageDocument, { key: articleKey }, signal), articleKey);
  if (!may("EDITOR")) return <Heading>Only editors replace texts</Heading>;
  return (
    <Waiting asked={asked}>
      {({ article }) => (article ? <Replacing article={article} /> : <Heading>{`There is no article ${articleKey}`}</Heading>)}
    </Waiting>
  );
}

function Replacing({ article }: { article: Article }) {
  const { key, version } = article;
  const draftId = `text of ${key}`;
  const [drafts] = useState(() => new Drafts(session.viewer?.name ?? ""));
  const [draft] = useState(() => drafts.find(draftId));
  const begun = { text: article.text ?? "", textKind: article.textKind, textAccess: article.textAccess };
  const [values, setValues] = useState({ ...begun, ...(draft?.values as Partial<typeof begun> | undefined) });
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState<Tried | null>(null);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [isSending, setSending] = useState(false);
  const input = { key, ...values, expectedVersion: draft?.version ?? version };
  const asText = JSON.stringify(values);
  const isTyped = asText !== JSON.stringify(begun);
  const settled = useSettled(asText);

  useEffect(() => {
    if (isTyped) drafts.keep(draftId, { values, version: input.expectedVersion, at: Date.now() });
    else drafts.drop(draftId);
  }, [asText]);

  useEffect(() => {
    if (!isTyped || settled !== asText) return setTried(null);
    let isCurrent = true;
    send(ReplaceArticleTextDocument, { ...input, reason: "To see what it would do.", dryRun: true }).then(
      (found) => {
        if (!isCurrent) return;
        setTried(found);
        setFaults(found.userErrors);
      },
      (error: Error) => isCurrent && setFaults([{ code: "INVALID", message: error.message, path: null, suggestions: [] }]),
    );
    return () => void (isCurrent = false);
  }, [settled]);

  async function replace(event: FormEvent) {
    event.preventDefault();
    setSending(true);
    try {
      const { record, userErrors, lost } = await send(ReplaceArticleTextDocument, { ...input, reason: reason.trim() });
      setFaults(userErrors);
      if (record) {
        drafts.drop(draftId);
        forgetText(key);
        notify(lost.length === 0 ? "The article has its new text" : "The article has its new text. Look at what lost its words");
        go(`/desk/articles/${encodeURIComponent(key)}`);
      }
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
    setSending(false);
  }

  return (
    <>
      <p className="kicker"><Link href={`/desk/articles/${encodeURIComponent(key)}`}>The article</Link></p>
      <Heading title="Replace the text">Replace the text of <bdi>{headlineOr(article.headline, key)}</bdi></Heading>
      <p>What rests on it is found again by its words. What is not found is listed before you save, and stays as it was until somebody decides about it.</p>
      <form className="record-form" aria-label="The new text" onSubmit={(event) => void replace(event)}>
        {draft && <p className="notice">Your draft is here again. <button type="button" className="quiet" onClick={() => setValues(begun)}>Discard it</button></p>}
        <div className="member prose">
          <ProseMember label="Text" attributes={{}} value={values.text} set={(text) => setValues({ ...values, text: String(text) })} />
        </div>
        <Choice label="Text kind" values="TextKind" value={values.textKind} set={(textKind) => setValues({ ...values, textKind: textKind as TextKind })} />
        <Choice label="Text access" values="TextAccess" value={values.textAccess} set={(textAccess) => setValues({ ...values, textAccess: textAccess as TextAccess })} />
        <div className="member">
          <label>
            <span>Why it is replaced<span className="needed" aria-hidden="true"> *</span></span>
            <input value={reason} required maxLength={2000} dir="auto" onChange={(event) => setReason(event.target.value)} />
          </label>
        </div>
        <div role="status">{tried && faults.length === 0 && <Loss tried={tried} />}</div>
        <Faults faults={faults} title="The text is not replaced yet" />
        <p className="buttons">
          <button type="submit" className="primary" disabled={!isTyped || isSending || !reason.trim()}>Replace the text</button>
          <Link className="button" href={`/desk/articles/${encodeURIComponent(key)}`}>Close</Link>
        </p>
      </form>
    </>
  );
}

function Loss({ tried: { lost, effects } }: { tried: Tried }) {
  return (
    <div className="effects">
      <h3>What will change</h3>
      {lost.length === 0 && <p>All that rests on it is found again in the new text.</p>}
      {lost.length > 0 && (
        <>
          <p>{lost.length === 1 ? "One passage is not found again:" : `${lost.length} passages are not found again:`}</p>
          <ul>
            {lost.map(({ record, path, words, nearest }) => (
              <li key={`${record?.key} ${path}`}>
                {record && <Link href={screenOf("review", nounOfType(record.__typename), record.key)}><bdi>{titleOf(record)}</bdi></Link>}
                {words && <>: “<bdi>{words}</bdi>”</>}
                {nearest[0] && <p className="hint">Most like it in the new text: “<bdi>{nearest[0]}</bdi>”</p>}
              </li>
            ))}
          </ul>
        </>
      )}
      {effects.map((effect, index) => <p key={index}>{effectWords(effect)}</p>)}
    </div>
  );
}

function Choice({ label, values, value, set }: { label: string; values: string; value: string; set: (value: string) => void }) {
  return (
    <div className="member">
      <fieldset>
        <legend>{label}</legend>
        <div className="choices">
          {(VALUES[values] ?? []).map(([one, says]) => (
            <label key={one} className="choice">
              <input type="radio" name={values} checked={value === one} onChange={() => set(one)} />
              <span><strong>{inSentence(one)}</strong> <span className="hint">{says}</span></span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
