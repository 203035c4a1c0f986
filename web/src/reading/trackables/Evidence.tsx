/** The evidence of a commitment or a request, with whose words it is in the heading. */
import { usePage } from "../context";
import type { QuoteFragment } from "../generated";
import { Quote, Section } from "../parts/parts";

export function Evidence({ evidence }: { evidence: readonly QuoteFragment[] }) {
  const { words } = usePage();
  const isTheirs = evidence.some(({ excerpt, article }) => excerpt !== null && article !== null && article.textKind !== "DIGEST");
  const articles = new Set(evidence.map(({ article }) => article?.key));
  return (
    <Section id="evidence" title={isTheirs ? words.wordsItRestsOn : words.inOurWords(articles.size > 1)}>
      {evidence.map((quote, index) => <Quote key={index} quote={quote} />)}
      {evidence.length === 0 && <p>{words.noReport}</p>}
    </Section>
  );
}
