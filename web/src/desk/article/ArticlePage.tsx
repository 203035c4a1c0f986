/** An article's text on the left with all that rests on it, and on the right the form for what was selected. */
import { startTransition, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { curationWords } from "../../reading/words/en";
import { useAsked, Waiting } from "../asking";
import { ChangedBy } from "../ChangedBy";
import { Heading } from "../Heading";
import { Drafts } from "../forms/drafts";
import { forgetText } from "../forms/EvidenceWords";
import type { Noun } from "../generated";
import { useKeys } from "../keys";
import { isAbout, useChangesOf } from "../live";
import { NOUNS, titleOf } from "../nouns";
import { notify } from "../notices";
import { decide } from "../record/decide";
import { loadVersions } from "../record/versions";
import { may, session } from "../session/session";
import { ArticleText, type Selected, selectWords, showChosen } from "./ArticleText";
import { findNamed } from "./names";
import { evidenceOf, type Named, type Passage } from "./prefill";
import { type Loaded, loadArticle, type Resting } from "./resting";
import { ArticleForm, type Opened } from "./ArticleForm";
import { ArticleHead } from "./ArticleHead";
import { Making, MADE } from "./Making";
import { ReadLink } from "./ReadLink";
import { isWaiting, RestingList } from "./RestingList";

export function ArticlePage({ articleKey }: { articleKey: string }) {
  const asked = useAsked((signal) => loadArticle(articleKey, signal), articleKey);
  const [changed, setChanged] = useState<string | null>(null);
  const load = useCallback(() => {
    setChanged(null);
    forgetText(articleKey);
    return asked.again();
  }, [articleKey, asked.again]);
  const shown = useMemo(() => versionsIn(asked.data), [asked.data]);
  useChangesOf({
    isOurs: (one) => shown.has(`${one.noun} ${one.key}`) || isAbout(one, articleKey),
    shown: (one) => shown.get(`${one.noun} ${one.key}`),
    onOther: setChanged,
    onOwn: () => void load(),
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

/** Each party once under each name. */
function withoutTwins(parties: readonly Named[]): Named[] {
  return [...new Map(parties.map((party) => [`${party.key} ${party.name}`, party])).values()];
}

/** The version of each record that is shown. */
function versionsIn(loaded: Loaded | null): ReadonlyMap<string, number> {
  const resting = loaded?.resting.map(({ id, record }) => [id, record.version] as const) ?? [];
  return new Map([...resting, ...(loaded ? [[`ARTICLES ${loaded.article.key}`, loaded.article.version] as const] : [])]);
}

function Worked({ loaded, onDone, changedBy }: { loaded: Loaded; onDone: () => Promise<void>; changedBy: string | null }) {
  const { article, text, places, resting, spans } = loaded;
  // Looked up beside: the text can be read and selected meanwhile.
  const named = useAsked((signal) => findNamed(text, signal), article.key);
  const parties = useMemo(() => withoutTwins([...loaded.parties, ...(named.data ?? [])]), [loaded.parties, named.data]);
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
    parties: [...new Map([...parties].reverse().map((party) => [party.key, party])).values()].reverse(),
    words: passage ? text.slice(passage.start, passage.end) : "",
  });

  /** Bit by bit: a form has hundreds of elements, and the page stays at hand meanwhile. */
  const open = (form: Opened) => startTransition(() => setOpened(form));

  function make(noun: Noun) {
    if (!selected) return setFault(`Select the words that say it first; then make the ${NOUNS[noun].one}.`);
    setFault(null);
    open({ kind: "new", noun, passage: passageOf(selected) });
  }

  function mention() {
    if (!selected) return setFault("Select a name first.");
    setFault(null);
    open({ kind: "mention", passage: passageOf(selected) });
  }

  async function change(one: Resting) {
    try {
      const now = (await loadVersions(one.noun, one.record.key)).at(-1);
      if (now) open({ kind: "change", resting: one, start: now.members, version: now.number });
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
  const said = sayRestingAt(focused, loaded);

  // Made anew only for another form or another text: a selection changes with every key.
  const side = useMemo(
    () =>
      opened ? (
        <ArticleForm
          article={article.key}
          opened={opened}
          parties={parties}
          near={near(opened.kind === "change" ? null : opened.passage)}
          takeSelected={() => (latest.current ? evidenceOf(passageOf(latest.current)) : null)}
          onMade={(noun, record) => void saved(opened, noun, record.key, record.curation)}
          onDone={() => {
            close(opened);
            void onDone();
          }}
          onClose={() => close(opened)}
        />
      ) : (
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
      ),
    [opened, loaded, parties, focused],
  );

  return (
    <article className={`worked ${opened ? "with-form" : ""}`}>
      <ArticleHead article={article} />
      <ReadLink articleKey={article.key} />
      <ChangedBy name={changedBy} what="something here" onShow={opened ? null : onDone} />
      {kept.length > 0 && !opened && (
        <p className="notice">
          You began {kept.map(([, noun]) => `a ${NOUNS[noun].one}`).join(", ")} here.{" "}
          {kept.map(([, noun]) => (
            <button key={noun} type="button" className="quiet" onClick={() => setOpened({ kind: "new", noun, passage: null })}>Go on with the {NOUNS[noun].one}</button>
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
          <p className="said" role="status">{said}</p>
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

/** What rests on the words that were walked to, for those who hear it: `commitment: Lower prices`. */
function sayRestingAt(id: string | null, { resting, parties }: Loaded): string {
  const one = resting.find((each) => each.id === id);
  if (one) return `${NOUNS[one.noun].one}${isWaiting(one) ? `, ${curationWords(one.record.curation)}` : ""}: ${titleOf(one.record)}`;
  const party = parties.find(({ key }) => `PARTIES ${key}` === id);
  return party ? `party: ${party.name}` : "";
}
