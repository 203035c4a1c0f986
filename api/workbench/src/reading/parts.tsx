/** What several reading pages show. */
import type { ReactNode } from "react";
import { daysInWords } from "../timeline/dates";
import { inSentence, statusClass } from "../timeline/kinds";
import type { QuoteFragment } from "./generated";
import { dateWords } from "./words";

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
          Where a commitment stands is never typed in: it follows from dated follow-ups, each with evidence in a news
          article. No follow-up recorded does not mean not done.
        </p>
      </footer>
    </>
  );
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

export function Quote({ quote: { excerpt, gist, mode, sourceLocator, saidBy, article } }: { quote: QuoteFragment }) {
  const source = [
    article?.headline ?? article?.key,
    article?.publisher?.name,
    article && dateWords(article.datePublished),
    sourceLocator,
  ];
  return (
    <figure className="quote">
      {excerpt !== null ? <blockquote>{excerpt}</blockquote> : <p>{gist ?? "The text may not be shown."}</p>}
      <figcaption>
        {[inSentence(mode), saidBy && `said by ${saidBy.name}`].filter(Boolean).join(", ")} –{" "}
        {article?.sourceUrl ? (
          <a href={article.sourceUrl} rel="noreferrer">{source.filter(Boolean).join(", ")}</a>
        ) : (
          source.filter(Boolean).join(", ")
        )}
      </figcaption>
    </figure>
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
