/** What stands above an article's text: what it is, and what can be done with it as a whole. */
import { curationWords, dateWords } from "../../reading/words/en";
import { inSentence } from "../../timeline/kinds";
import { Link } from "../address";
import { Heading } from "../Heading";
import { headlineOr, screenOf, shownKey } from "../nouns";
import { may } from "../session/session";
import type { Article } from "./resting";

export function ArticleHead({ article }: { article: Article }) {
  const headline = headlineOr(article.headline, article.key);
  const own = `/desk/articles/${encodeURIComponent(article.key)}`;
  return (
    <>
      <p className="kicker">
        Article{shownKey(article.key)}{article.curation !== "ACCEPTED" && `, ${curationWords(article.curation)}`} ·{" "}
        <Link href={screenOf("review", "ARTICLES", article.key)}>review</Link> · <Link href={screenOf("edit", "ARTICLES", article.key)}>change</Link>
        {may("EDITOR") && (
          <>
            {" "}· <Link href={`${own}/text`}>replace its text</Link> · <Link href={`${own}/retract`}>retract…</Link>
          </>
        )}
      </p>
      <Heading title={headline}><bdi>{headline}</bdi></Heading>
      <p className="hint">
        {article.publisher && <><bdi>{article.publisher.name}</bdi>, </>}{dateWords(article.datePublished)}
        {article.dateline && <>, <bdi>{article.dateline}</bdi></>} · {inSentence(article.textKind)}
        {article.textAccess === "WITHHELD" && ", withheld from readers"}
      </p>
    </>
  );
}
