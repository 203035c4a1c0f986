/** What several reading pages show. */
import type { ReactNode } from "react";
import { languageOf, untwisted } from "../answers/directions";
import { daysInWords } from "../timeline/dates";
import { inSentence, statusClass } from "../timeline/kinds";
import type { QuoteFragment } from "./generated";
import { instantWords } from "./moment";
import { curationWords, dateWords, quotationWords } from "./words";

export function Page({ children }: { children: ReactNode }) {
  return (
    <>
      <header className="masthead">
        <a href="/" className="brand">Followthrough</a>
        <nav aria-label="Main">
          <a href="/">Commitments</a>
          <a href="/graphql">Ask in GraphQL</a>
        </nav>
      </header>
      <main>{children}</main>
      <footer>
        <p>
          Where a commitment stands follows from dated follow-ups, each with evidence in a news article, unless a named
          editor assesses it, which is then said. No follow-up recorded does not mean not done.
        </p>
      </footer>
    </>
  );
}

/** Names in a row, each in a direction of its own. */
export function Names({ parties }: { parties: readonly ({ name: string } | null)[] }) {
  const names = parties.flatMap((party) => party?.name ?? []);
  return names.map((name, index) => (
    <span key={index}>
      {index > 0 && ", "}
      <bdi>{name}</bdi>
    </span>
  ));
}

/** Things that are said in one line, with a sign between them. */
export function Line({ said, between }: { said: readonly ReactNode[]; between: string }) {
  return said
    .filter((one) => one !== null && one !== undefined && one !== false && one !== "")
    .map((one, index) => (
      <span key={index}>
        {index > 0 && between}
        {one}
      </span>
    ));
}

interface Standing {
  readonly value: string;
  readonly contested: boolean;
  readonly overdue: boolean;
  readonly daysSilent: number | null;
}

export function StatusLine({ status }: { status: Standing | null }) {
  if (!status) return <p className="status-line">Not made by then, or not known</p>;
  return (
    <p className="status-line">
      <span className={`badge ${statusClass(status.value)}`}>{inSentence(status.value)}</span>
      {status.contested && <span className="badge contested">Contested</span>}
      {status.overdue && <span className="badge overdue">Overdue</span>}
      {status.daysSilent !== null && <span className="silent">{daysInWords(status.daysSilent)} silent</span>}
    </p>
  );
}

/** The name of a record that is linked to, and what hinders that it counts. */
export function Titled({ record: { key, title, curation } }: { record: { key: string; title: string; curation: string } }) {
  return (
    <>
      <a href={`/commitments/${encodeURIComponent(key)}`}><bdi>{title}</bdi></a>
      {curation !== "ACCEPTED" && ` (${curationWords(curation)})`}
    </>
  );
}

export function Quote({ quote: { excerpt, gist, mode, sourceLocator, saidBy, article } }: { quote: QuoteFragment }) {
  const isTheirs = excerpt !== null && article?.textKind === "FULL_TEXT";
  const text = excerpt ?? gist;
  const lang = text === null ? undefined : languageOf(text, excerpt === null ? null : article);
  const source = (
    <Line
      between=", "
      said={[
        article?.headline ? <>“<bdi>{article.headline}</bdi>”</> : article?.key,
        article && article.curation !== "ACCEPTED" && curationWords(article.curation),
        article?.publisher && <bdi>{article.publisher.name}</bdi>,
        article && dateWords(article.datePublished),
        sourceLocator && <bdi>{sourceLocator}</bdi>,
      ]}
    />
  );
  return (
    <figure className="quote">
      {isTheirs ? (
        <blockquote dir="auto" lang={lang}>{inMarks(excerpt)}</blockquote>
      ) : (
        <p className="digest" dir="auto" lang={lang}>{text ?? "The text may not be shown."}</p>
      )}
      <figcaption>
        {quotationWords(mode, isTheirs)} in{" "}
        {article?.sourceUrl ? <a href={article.sourceUrl} rel="noreferrer">{source}</a> : source}
        {saidBy && <>; said by <bdi>{saidBy.name}</bdi></>}
      </figcaption>
    </figure>
  );
}

/** In quotation marks, unless the words bring their own. */
function inMarks(words: string): string {
  return /^["“”„«»‘'].*["“”„«»’']$/s.test(words.trim()) ? words : `“${words}”`;
}

/** Says that a page is not as it would be now, and leads there. */
export function Frozen({ knownAt, now }: { knownAt: string; now: string }) {
  return (
    <p className="notice" role="note">
      As recorded by {instantWords(knownAt)}. <a href={now}>See today’s</a>
    </p>
  );
}

export function Problem({ message }: { message: string }) {
  return (
    <div role="alert" className="problem">
      <p>This could not be loaded: {message}.</p>
      <button type="button" onClick={() => location.reload()}>Try again</button>
    </div>
  );
}

export function NothingThere({ path }: { path: string }) {
  return (
    <Page>
      <h1>There is no page <bdi>{untwisted(path)}</bdi></h1>
      <p><a href="/">All commitments</a></p>
    </Page>
  );
}
