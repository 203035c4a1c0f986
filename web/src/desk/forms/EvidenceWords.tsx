/** The words that a piece of evidence points at, with some of what stands around them. */
import { directionOf } from "../../answers/directions";
import { ask } from "../api";
import { useAsked } from "../asking";
import { quoteLines } from "../article/quote";
import { ArticleTextDocument, type ArticleTextQuery } from "../generated";
import { Link } from "../address";
import type { Members } from "../record/content";

type Article = NonNullable<ArticleTextQuery["article"]>;

const texts = new Map<string, Promise<Article | null>>();
const MOST_TEXTS = 20;

/** An article's text; it is asked for once while it is among the last that were looked at. */
export function loadText(key: string): Promise<Article | null> {
  let text = texts.get(key);
  if (!text) {
    text = ask(ArticleTextDocument, { key }).then(({ article }) => article);
    text.catch(() => texts.delete(key));
    texts.set(key, text);
    if (texts.size > MOST_TEXTS) texts.delete(texts.keys().next().value!);
  }
  return text;
}

/** Shows words of a text that is not stored yet. */
export function keepText(key: string, article: Article): void {
  texts.set(key, Promise.resolve(article));
}

/** An article has another text now. */
export function forgetText(key: string): void {
  texts.delete(key);
}

/** Characters of the text on each side that help to read the words. */
export const AROUND = 140;

export function EvidenceWords({ evidence, around = 0 }: { evidence: Members; around?: number | undefined }) {
  const key = String(evidence["article"] ?? "");
  const { start, end } = (evidence["selector"] ?? {}) as { start?: number; end?: number };
  const asked = useAsked(() => loadText(key), key);
  if (start === undefined || end === undefined) return null;
  const text = asked.data?.text;
  if (text === undefined || text === null) {
    return <p className="hint" role="status">{asked.error ?? (asked.data ? "The text may not be shown." : "Loading the words…")}</p>;
  }
  return (
    <figure className="quote">
      <blockquote lang={asked.data?.inLanguage}>
        {quoteLines(text, start, end, around).map((line, index) => (
          <p key={index} dir={directionOf(line.map(({ text: words }) => words).join(""), asked.data?.inLanguage)}>
            {line.map(({ text: words, isQuoted }, at) =>
              !isQuoted ? <span key={at} className="around">{words}</span> : around > 0 ? <mark key={at}>{words}</mark> : words,
            )}
          </p>
        ))}
      </blockquote>
      {around > 0 && (
        <figcaption><Link href={`/desk/articles/${encodeURIComponent(key)}`}><bdi>{asked.data?.headline ?? key}</bdi></Link></figcaption>
      )}
    </figure>
  );
}
