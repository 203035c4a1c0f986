/** What several pages show: names, statuses, quotations, lines of things. */
import type { ReactNode } from "react";
import { languageOf } from "../../answers/directions";
import { dayOf, isoOf } from "../../timeline/dates";
import { isOpen, statusClass } from "../../timeline/kinds";
import { pathOf } from "../address";
import { A, To, usePage, useWords } from "../context";
import type { ArticleLinkFragment, IdentifiedFragment, MeasuredFragment, MeetingLinkFragment, PartyLinkFragment, QuoteFragment, StandingFragment, TrackableLinkFragment } from "../generated";
import { hasBegun, keptMoment } from "../moment";
import { topicName } from "../topics";

/** Names in a row, each in a direction of its own and linked. */
export function Parties({ parties }: { parties: readonly (PartyLinkFragment | null)[] }) {
  const words = useWords();
  const known = parties.filter((party) => party !== null);
  return known.map((party, index) => (
    <span key={index}>
      {index > 0 && words.between}
      <PartyLink party={party} />
    </span>
  ));
}

export function PartyLink({ party: { key, name } }: { party: PartyLinkFragment }) {
  return <To section="parties" of={key}><bdi>{name}</bdi></To>;
}

/** A meeting by its title and, unless it was held, what else became of it. */
export function MeetingLink({ meeting: { key, title, state } }: { meeting: Pick<MeetingLinkFragment, "key" | "title" | "state"> }) {
  const words = useWords();
  return (
    <>
      <To section="meetings" of={key}><bdi>{title}</bdi></To>
      {state !== "HELD" && ` (${words.inLine(state)})`}
    </>
  );
}

export function TopicLink({ topic }: { topic: string }) {
  const { labels } = usePage();
  return <To section="topics" of={topic}><bdi>{topicName(topic, labels)}</bdi></To>;
}

/** What a record is called in other registers, each in a direction of its own. */
export function Identifiers({ identifiers }: { identifiers: readonly IdentifiedFragment[] }) {
  return <Line between="; " said={identifiers.map(({ scheme, value }, index) => <bdi key={index}>{scheme} {value}</bdi>)} />;
}

/** The page of a record at its source. */
export function SourceLink({ url }: { url: string }) {
  return <a href={url} rel="noreferrer"><bdi>{url}</bdi></a>;
}

/** Numbers that a text states: what was reached, and what is to be. */
export function Measures({ measures }: { measures: readonly MeasuredFragment[] }) {
  const words = useWords();
  return (
    <Line
      between="; "
      said={measures.map(({ what, value, target, unit }, index) => (
        <bdi key={index}>{what && `${what}: `}{words.measured(value, target)} {unit}</bdi>
      ))}
    />
  );
}

/** Whether a report was certainly published after the day of the page: it is shown as a source, and marked so. */
function isPublishedLater({ datePublished }: ArticleLinkFragment, search: string): boolean {
  return !hasBegun(datePublished, keptMoment(search).asOf);
}

/** A report by its headline or, where none is on file, by its day and publisher. */
export function ArticleLink({ article }: { article: ArticleLinkFragment }) {
  const { words, address } = usePage();
  const { key, headline, publisher, datePublished, curation } = article;
  const isLater = isPublishedLater(article, address.search);
  return (
    <>
      <To section="articles" of={key} isOfToday={isLater}>
        {headline ? <>“<bdi>{headline}</bdi>”</> : words.reportOf(words.date(datePublished))}
      </To>
      {" ("}
      <Line
        between={words.between}
        said={[
          publisher ? <bdi>{publisher.name}</bdi> : words.noPublisher,
          headline && words.date(datePublished),
          isLater && words.publishedLater,
          curation !== "ACCEPTED" && words.curation(curation),
        ]}
      />
      {")"}
    </>
  );
}

/** The name of a commitment or request that is linked to, and what hinders that it counts. */
export function Titled({ record }: { record: Pick<TrackableLinkFragment, "__typename" | "key" | "title" | "curation"> }) {
  const words = useWords();
  const { __typename, key, title, curation } = record;
  return (
    <>
      <To section={__typename === "Request" ? "requests" : "commitments"} of={key}><bdi>{title}</bdi></To>
      {curation !== "ACCEPTED" && ` (${words.curation(curation)})`}
    </>
  );
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

/** Terms and what is said of each; where nothing is said, the term is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const said = facts.filter(([, fact]) => fact !== null && fact !== undefined && fact !== false && fact !== "");
  if (said.length === 0) return null;
  return (
    <dl className="facts">
      {said.map(([name, fact], index) => (
        <div key={index}>
          <dt>{name}</dt>
          {/* Names in it have directions of their own, and what stands among them is the page's. */}
          <dd dir={typeof fact === "string" ? "auto" : undefined}>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A section with a heading that its address leads to; nothing where there is nothing in it. */
export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** The last day on which something can have been recorded, from the days without news. */
export function lastNews({ asOf, daysSilent }: { asOf: string; daysSilent: number | null }): string | null {
  const day = dayOf(asOf);
  return day === null || daysSilent === null ? null : isoOf(day - daysSilent);
}

interface StatusLineProps {
  status: StandingFragment | null;
  due?: { edtf: string } | null | undefined;
  /** Who assessed it, where that is known here. */
  assessor?: string | null | undefined;
  /** The silence is told elsewhere, in full. */
  isBrief?: boolean;
}

/** The badge of a status, who says so, and what must be known beside it. */
export function StatusLine({ status, due, assessor, isBrief = false }: StatusLineProps) {
  const words = useWords();
  if (!status) return <p className="status-line">{words.notMade}</p>;
  const isAssessed = status.assessed !== null;
  const bySelf = !isAssessed && status.verification === "SELF_REPORTED";
  const said = isAssessed ? (assessor ? words.byNamedEditor(assessor) : words.byEditor) : words.verification(status.verification);
  return (
    <div className="status-line">
      <span className="badges">
        <Badge of="StatusValue" value={status.value} className={`${statusClass(status.value)} ${bySelf ? "self-reported" : ""}`} />
        {status.assessmentOutdated && (
          <>{" "}<A className="badge outdated" href="/how-to-read#Status-assessmentOutdated">{words.assessmentOutdated}</A></>
        )}
        {status.contested && <>{" "}<A className="badge contested" href="/how-to-read#Status-contested">{words.contested}</A></>}
        {status.overdue && (
          <>{" "}<A className="badge overdue" href="/how-to-read#Status-overdue">{due ? words.overdueSince(words.date(due)) : words.overdue}</A></>
        )}
      </span>
      {said && <span className="says"><bdi>{said}</bdi></span>}
      {!isBrief && status.daysSilent !== null && isOpen(status) && <span className="silent">{words.silent(status.daysSilent)}</span>}
    </div>
  );
}

/** A value of the schema that leads to what it means. */
export function Badge({ of, value, className = "" }: { of: string; value: string; className?: string }) {
  const words = useWords();
  return <A className={`badge ${className}`.trim()} href={`/how-to-read#${of}-${value}`}>{words.label(value)}</A>;
}

/** Who reports a follow-up, in the words of a reader, leading to what it means. */
export function Reported({ by }: { by: string }) {
  const words = useWords();
  return <A className="quiet" href={`/how-to-read#Independence-${by}`}>{words.reported(by)}</A>;
}

export function Quote({ quote, isOwnArticle = false }: { quote: QuoteFragment; isOwnArticle?: boolean }) {
  const { words, address } = usePage();
  const { excerpt, gist, mode, stance, sourceLocator, saidBy, article, selector } = quote;
  // A title is the article's own words, as its text is; of a digest, they are ours.
  const isTheirs = excerpt !== null && article !== null && article.textKind !== "DIGEST";
  const text = excerpt ?? gist;
  const lang = text === null ? undefined : languageOf(text, excerpt === null ? null : article);
  return (
    <figure className="quote">
      {isTheirs ? (
        <blockquote dir="auto" lang={lang}>{inMarks(excerpt)}</blockquote>
      ) : (
        <p className="digest" dir="auto" lang={lang}>{text ?? words.mayNotBeShown}</p>
      )}
      <figcaption>
        <A href={`/how-to-read#EvidenceMode-${mode}`} className="quiet">
          {article?.textKind === "TITLE" ? words.titleAlone : words.quotation(mode, isTheirs)}
        </A>
        {stance !== "SUPPORTS" && <> (<A href={`/how-to-read#Stance-${stance}`} className="quiet">{words.stance(stance)}</A>)</>}
        {article && !isOwnArticle && <> {words.inArticle} <ArticleLink article={article} /></>}
        {article && (
          <>
            {" · "}
            <A href={`${pathOf("articles", article.key)}#at-${selector.start}`} isOfToday={isPublishedLater(article, address.search)}>
              {words.whereInSource}
            </A>
          </>
        )}
        {sourceLocator && <> (<bdi>{sourceLocator}</bdi>)</>}
        {article?.sourceUrl && <>{" · "}<a href={article.sourceUrl} rel="noreferrer">{words.original}</a></>}
        {saidBy && <>; {words.saidBy} <PartyLink party={saidBy} /></>}
      </figcaption>
    </figure>
  );
}

/** In quotation marks, unless the words bring their own. */
function inMarks(words: string): string {
  return /^["“”„«»‘'].*["“”„«»’']$/s.test(words.trim()) ? words : `“${words}”`;
}
