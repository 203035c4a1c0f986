/** An article's text on the left with all that rests on it, and on the right the form for what was selected. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { curationWords, dateWords } from "../../reading/words";
import { inSentence } from "../../timeline/kinds";
import { Link } from "../address";
import { useAsked, Waiting } from "../asking";
import { ChangedBy } from "../ChangedBy";
import { Heading } from "../Heading";
import { Drafts } from "../forms/drafts";
import { forgetText } from "../forms/EvidenceWords";
import { RecordForm } from "../forms/RecordForm";
import type { Noun } from "../generated";
import { useKeys } from "../keys";
import { findOther, isAbout, useLive } from "../live";
import { NOUNS, screenOf } from "../nouns";
import { notify } from "../notices";
import { decide } from "../record/decide";
import type { Members } from "../record/content";
import { loadVersions } from "../record/versions";
import { may, session } from "../session/session";
import { ArticleText, type Selected, selectWords, showChosen } from "./ArticleText";
import { evidenceOf, type Passage, prefill } from "./prefill";
import { type Loaded, loadArticle, type Resting } from "./resting";
import { Making, MADE } from "./Making";
import { MentionForm } from "./MentionForm";
import { RestingList } from "./RestingList";

export function ArticlePage({ articleKey }: { articleKey: string }) {
  const asked = useAsked((signal) => loadArticle(articleKey, signal), articleKey);
  const [changed, setChanged] = useState<string | null>(null);
  const load = useCallback(() => {
    setChanged(null);
    forgetText(articleKey);
    return asked.again();
  }, [articleKey, asked.again]);
  useLive((changes) => {
    const resting = new Set(asked.data?.resting.map(({ id }) => id));
    const ours = changes && changes.filter((one) => resting.has(`${one.noun} ${one.key}`) || isAbout(one, articleKey));
    const other = findOther(ours);
    if (other) setChanged(other);
    else if (ours?.length) load();
  });
  return (
    <Waiting asked={asked}>
      {(loaded) =>
        loaded
          ? <Worked loaded={loaded} onDone={load} changedBy={changed} />
          : <Heading>{`There is no article ${articleKey}`}</Heading>}
    </Waiting>
  );
}

type Opened =
  | { readonly kind: "new"; readonly noun: Noun; readonly start: Members; readonly passage: Passage | null }
  | { readonly kind: "change"; readonly resting: Resting; readonly start: Members; readonly version: number }
  | { readonly kind: "mention"; readonly passage: Passage };

function Worked({ loaded, onDone, changedBy }: { loaded: Loaded; onDone: () => Promise<void>; changedBy: string | null }) {
  const { article, text, places, resting, spans, parties } = loaded;
  const [selected, setSelected] = useState<Selected | null>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const latest = useRef<Selected | null>(null);
  const current = useRef(opened);
  current.current = opened;
  const drafts = useMemo(() => new Drafts(session.viewer?.name ?? ""), []);
  const isEditor = may("EDITOR");

  const onSelect = useCallback((found: Selected | null) => {
    if (found) latest.current = found;
    setSelected(found);
  }, []);
  const onOpen = useCallback((id: string) => {
    setFocused(id);
    document.getElementById(`resting ${id}`)?.focus();
  }, []);

  useEffect(() => showChosen(opened ? latest.current : null), [opened, selected]);
  useEffect(() => () => showChosen(null), []);

  const passageOf = ({ start, end }: Selected): Passage => ({
    article: article.key,
    textKind: article.textKind,
    date: article.datePublished.edtf,
    text,
    start,
    end,
    selector: { start: places.toPoint(start), end: places.toPoint(end) },
    parties,
    relays: article.relays,
    meetings: resting.flatMap(({ record }) => (record.__typename === "Meeting" ? [{ key: record.key, edtf: record.date.edtf }] : [])),
  });
  const near = (passage: Passage | null) => ({
    earliest: article.datePublished.earliest,
    latest: article.datePublished.latest,
    parties,
    words: passage ? text.slice(passage.start, passage.end) : "",
  });

  function make(noun: Noun) {
    if (!selected) return setFault(`Select the words that say it first; then make the ${NOUNS[noun].one}.`);
    setFault(null);
    const passage = passageOf(selected);
    setOpened({ kind: "new", noun, start: prefill(noun, passage), passage });
  }

  function mention() {
    if (!selected) return setFault("Select a name first.");
    setFault(null);
    setOpened({ kind: "mention", passage: passageOf(selected) });
  }

  async function change(one: Resting) {
    try {
      const now = (await loadVersions(one.noun, one.record.key)).at(-1);
      if (now) setOpened({ kind: "change", resting: one, start: now.members, version: now.number });
    } catch (error) {
      setFault((error as Error).message);
    }
  }

  async function accept(one: Resting) {
    try {
      const wrong = await decide("ACCEPT", [{ noun: one.noun, key: one.record.key, expectedVersion: one.record.version }]);
      setFault(wrong?.map(({ message }) => message).join(" ") ?? null);
      onDone();
    } catch (error) {
      setFault((error as Error).message);
    }
  }

  function walk(step: 1 | -1) {
    const starts = [...spans].sort((a, b) => a.start - b.start);
    const at = latest.current?.start ?? -1;
    const next = step === 1 ? starts.find(({ start }) => start > at) : starts.findLast(({ start }) => start < at);
    if (!next) return;
    selectWords(next);
    setFocused(next.id);
  }

  useKeys({
    ...Object.fromEntries(MADE.map(([key, noun]) => [key, { says: `Make a ${NOUNS[noun].one} of the selected words`, run: () => make(noun) }])),
    p: { says: "Say whom the selected name means", run: mention },
    "]": { says: "Next words that something rests on", run: () => walk(1) },
    "[": { says: "Words before that something rests on", run: () => walk(-1) },
    t: { says: "Into the text, to select by Shift and arrows", run: () => document.querySelector<HTMLElement>(".article-text")?.focus() },
    l: { says: "To the list of what rests on it", run: () => document.querySelector<HTMLElement>(".resting li [id]")?.focus() },
  });

  /** Closes this form, unless another was opened while it was being saved. */
  function close(form: Opened) {
    if (current.current !== form) return;
    setOpened(null);
    document.querySelector<HTMLElement>(".article-text")?.focus({ preventScroll: true });
  }

  const kept = MADE.filter(([, noun]) => drafts.find(`new ${noun} ${article.key}`));
  const isCaret = resting.find(({ id }) => id === focused);

  // Made anew only for another form or another text: a selection changes with every key.
  const side = useMemo(
    () => (
      <>
        {opened?.kind === "new" && (
          <RecordForm
            key={`${opened.noun} ${opened.passage?.start ?? ""}`}
            noun={opened.noun}
            title={`New ${NOUNS[opened.noun].one}`}
            draftId={`new ${opened.noun} ${article.key}`}
            start={opened.start}
            existing={null}
            near={near(opened.passage)}
            takeSelected={() => (latest.current ? evidenceOf(passageOf(latest.current)) : null)}
            onSaved={({ key, curation }) => saved(opened, opened.noun, key, curation)}
            onClose={() => close(opened)}
          />
        )}
        {opened?.kind === "change" && (
          <RecordForm
            key={opened.resting.id}
            noun={opened.resting.noun}
            title={`Change the ${NOUNS[opened.resting.noun].one}`}
            draftId={opened.resting.id}
            start={opened.start}
            existing={{ key: opened.resting.record.key, version: opened.version, curation: opened.resting.record.curation }}
            near={near(null)}
            takeSelected={() => (latest.current ? evidenceOf(passageOf(latest.current)) : null)}
            onSaved={() => {
              notify("Saved");
              close(opened);
              onDone();
            }}
            onClose={() => close(opened)}
          />
        )}
        {opened?.kind === "mention" && (
          <MentionForm
            passage={opened.passage}
            near={near(opened.passage)}
            onSaved={() => {
              close(opened);
              onDone();
            }}
            onClose={() => close(opened)}
          />
        )}
        {!opened && (
          <RestingList
            resting={resting}
            focused={focused}
            isEditor={isEditor}
            onFocus={setFocused}
            onShow={(one) => {
              const span = spans.find(({ id }) => id === one.id);
              if (span) selectWords(span);
            }}
            onAccept={(one) => void accept(one)}
            onChange={(one) => void change(one)}
            onDone={onDone}
          />
        )}
      </>
    ),
    [opened, loaded, focused],
  );

  return (
    <article className={`worked ${opened ? "with-form" : ""}`}>
      <p className="kicker">
        Article {article.key}{article.curation !== "ACCEPTED" && `, ${curationWords(article.curation)}`} ·{" "}
        <Link href={screenOf("review", "ARTICLES", article.key)}>review</Link> · <Link href={screenOf("edit", "ARTICLES", article.key)}>change</Link>
      </p>
      <Heading title={article.headline ?? article.key}><bdi>{article.headline ?? `Article ${article.key}`}</bdi></Heading>
      <p className="hint">
        {article.publisher && <><bdi>{article.publisher.name}</bdi>, </>}{dateWords(article.datePublished)}
        {article.dateline && <>, <bdi>{article.dateline}</bdi></>} · {inSentence(article.textKind)}
        {article.textAccess === "WITHHELD" && ", withheld from readers"}
      </p>
      <ChangedBy name={changedBy} what="something here" onShow={opened ? null : onDone} />
      {kept.length > 0 && !opened && (
        <p className="notice">
          You began {kept.map(([, noun]) => NOUNS[noun].one).join(", ")} here.{" "}
          {kept.map(([, noun]) => (
            <button key={noun} type="button" className="quiet" onClick={() => setOpened({ kind: "new", noun, start: {}, passage: null })}>Go on with the {NOUNS[noun].one}</button>
          ))}
        </p>
      )}
      <Making selected={selected} onMake={make} onMention={mention} />
      {fault && <p role="alert" className="fault">{fault}</p>}
      <div className="sides">
        <section aria-label="Text" className="text-side">
          <p id="article-text-hint" className="hint">
            Select by mouse, or with Shift and arrows. <kbd>]</kbd> and <kbd>[</kbd> walk through what something rests on.
          </p>
          <p className="said" role="status">{isCaret && `${NOUNS[isCaret.noun].one}: ${titleOfResting(isCaret)}`}</p>
          <ArticleText text={text} lang={article.inLanguage} spans={spans} onSelect={onSelect} onOpen={onOpen} />
        </section>
        <aside aria-label={opened ? "Form" : "What rests on it"}>
          {side}
        </aside>
      </div>
    </article>
  );

  /** Says that it is saved once it is shown: the next form is filled in from what rests on the article. */
  async function saved(form: Opened, noun: Noun, key: string, curation: string) {
    await onDone();
    const said = `The ${NOUNS[noun].one} is ${curation === "ACCEPTED" ? "saved and accepted" : "proposed"}`;
    const undone = curation === "ACCEPTED" ? "RETRACT" as const : "REJECT" as const;
    notify(said, isEditor ? async () => {
      const wrong = await decide(undone, [{ noun, key }], "Taken back right after it was recorded.");
      if (wrong?.[0]) throw new Error(wrong[0].message);
      onDone();
      return `The ${NOUNS[noun].one} is taken back`;
    } : null);
    close(form);
  }
}

function titleOfResting({ record }: Resting): string {
  return "title" in record ? record.title : record.__typename === "FollowUp" ? `${inSentence(record.did)} ${record.target?.title ?? ""}` : record.key;
}
