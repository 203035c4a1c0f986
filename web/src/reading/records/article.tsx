/** `/articles/{key}`: its text or our digest with the evidence marked, what rests on it, and its address. */
import { pathOf, type Section as Name } from "../address";
import { A, usePage } from "../context";
import { ArticleDocument, type ArticleQuery, type MarkedFragment } from "../generated";
import { NothingThere, type PageKind, type ViewProps } from "../kinds";
import { languageOf } from "../../answers/directions";
import { checkThere, knownOf, type Moment, momentOf } from "../moment";
import { Curated, Moments } from "../parts/notices";
import { Page } from "../parts/Page";
import { Facts, Line, MeetingLink, PartyLink, Section } from "../parts/parts";
import { CommitmentRows, FollowUpRows, RequestRows } from "../parts/rows";
import { graphiqlLink, put } from "../questions";
import { markUp, type Span } from "./marked";

type Article = NonNullable<ArticleQuery["article"]>;

export const articlePage: PageKind<Article> = {
  *load({ search }, key) {
    const moment = momentOf(search);
    const { article } = yield* put(ArticleDocument, { key, ...moment });
    if (!article) throw new NothingThere(key);
    checkThere(article, article.datePublished, moment);
    return knownParts(article, moment);
  },
  View: ArticleView,
  title: ({ headline, datePublished, key, curation }, words) => words.state(curation) + (headline ?? `${words.kicker("articles", key)}, ${words.date(datePublished)}`),
  isUnlisted: ({ curation }, { search }) => curation !== "ACCEPTED" || search !== "",
};

/** An article without what was recorded after the moment; what came after the day was not asked for. */
function knownParts(article: Article, moment: Moment): Article {
  const { meetings, commitments, requests, followUps } = article;
  return {
    ...article,
    meetings: meetings && { ...meetings, nodes: knownOf(meetings, moment) },
    commitments: commitments && { ...commitments, nodes: knownOf(commitments, moment) },
    requests: requests && { ...requests, nodes: knownOf(requests, moment) },
    followUps: followUps && { ...followUps, nodes: knownOf(followUps, moment) },
  };
}

function spansOf(article: Article): Span[] {
  const of = (section: Name, list: { nodes: readonly { key: string; evidence: readonly MarkedFragment[] }[] } | null) =>
    (list?.nodes ?? []).flatMap(({ key, evidence }) =>
      evidence
        .filter((one) => one.article?.key === article.key)
        .map(({ selector: { start, end } }) => ({ start, end, key, href: pathOf(section, key) })),
    );
  return [
    ...of("meetings", article.meetings),
    ...of("commitments", article.commitments),
    ...of("requests", article.requests),
    ...of("follow-ups", article.followUps),
  ];
}

function ArticleView({ data: article }: ViewProps<Article>) {
  const { words, address } = usePage();
  const { key, headline, publisher, byline, dateline, datePublished, sourceUrl, inLanguage, text, textKind, relays, mentions } = article;
  const { meetings, commitments, requests, followUps } = article;
  const mentioned = mentions.flatMap(({ party, judgement }) => (party && judgement === "POSITIVE" ? [party] : []));
  const parties = mentioned.filter((party, index) => mentioned.findIndex((one) => one.key === party.key) === index);
  const isTheirs = textKind !== "DIGEST";
  return (
    <Page>
      <article>
        <p className="kicker"><A href="/articles">{words.articles}</A> · {words.kicker("articles", key)}</p>
        <h1 dir="auto" lang={headline ? inLanguage : undefined}>{headline ?? sentence(words.reportOf(words.date(datePublished)))}</h1>
        {article.redirectedFrom && <p className="hint">{words.mergedInto(article.redirectedFrom)}</p>}
        <Moments isAsKnown />
        <Curated curation={article.curation} />
        <Facts
          facts={[
            [words.published, <>{words.date(datePublished)} – <bdi>{words.basis(datePublished)}</bdi></>],
            [words.publisher, publisher ? <PartyLink party={publisher} /> : words.noPublisher],
            [words.byline, byline],
            [words.dateline, dateline],
            [words.relays, relays && <PartyLink party={relays} />],
            [words.language, words.languageOf(inLanguage)],
            [words.address, sourceUrl ? <a href={sourceUrl} rel="noreferrer"><bdi>{sourceUrl}</bdi></a> : words.noAddress],
          ]}
        />
        <Section id="text" title={textKind === "TITLE" ? words.titleAlone : isTheirs ? words.fullText : words.digest}>
          <p className="hint">{text === null ? words.withheld : textKind === "TITLE" ? words.titleNote : isTheirs ? words.fullTextNote : words.digestNote}</p>
          {text !== null && (
            <div className={isTheirs ? "text" : "text digest"} dir="auto" lang={languageOf(text, article)}>
              {markUp(text, spansOf(article)).map(({ text: piece, isMarked, anchor, ends }, index) => (
                <span key={index} id={anchor ?? undefined}>
                  {isMarked ? <mark>{piece}</mark> : piece}
                  {ends.length > 0 && (
                    <sup>
                      <Line between=" " said={ends.map((span) => <A key={span.href} href={span.href}>{span.key}</A>)} />
                    </sup>
                  )}
                </span>
              ))}
            </div>
          )}
        </Section>
        <Section id="rests" title={words.restsOnIt}>
          {(commitments?.nodes.length ?? 0) > 0 && <><h3>{words.commitments}</h3><CommitmentRows rows={commitments!.nodes} /></>}
          {(requests?.nodes.length ?? 0) > 0 && <><h3>{words.requests}</h3><RequestRows rows={requests!.nodes} /></>}
          {(followUps?.nodes.length ?? 0) > 0 && <><h3>{words.followUps}</h3><FollowUpRows rows={followUps!.nodes} /></>}
          {(meetings?.nodes.length ?? 0) > 0 && (
            <>
              <h3>{words.meetings}</h3>
              <ul className="plain rows">
                {meetings!.nodes.map((meeting) => (
                  <li key={meeting.key}><MeetingLink meeting={meeting} /> <span className="when">{words.date(meeting.date)}</span></li>
                ))}
              </ul>
            </>
          )}
        </Section>
        {parties.length > 0 && (
          <Section id="mentioned" title={words.mentioned}>
            <p><Line between={words.between} said={parties.map((party) => <PartyLink key={party.key} party={party} />)} /></p>
          </Section>
        )}
        <p><a href={graphiqlLink(ArticleDocument, { key, ...momentOf(address.search) })}>{words.seeQueryOfPage}</a></p>
      </article>
    </Page>
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
