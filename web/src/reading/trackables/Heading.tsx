/** How the page of a commitment or a request begins: what it is, and what must be known of it first. */
import { A, usePage } from "../context";
import { Curated, Moments } from "../parts/notices";

interface HeadingProps {
  section: "commitments" | "requests";
  record: { key: string; title: string; gist: string; redirectedFrom: string | null; curation: string; inLanguage: string | null };
}

export function Heading({ section, record: { key, title, gist, redirectedFrom, curation, inLanguage } }: HeadingProps) {
  const { words } = usePage();
  return (
    <>
      <p className="kicker"><A href={`/${section}`}>{words[section]}</A> · {words.kicker(section, key)}</p>
      <h1 dir="auto" lang={inLanguage ?? undefined}>{title}</h1>
      {redirectedFrom && <p className="hint">{words.mergedInto(redirectedFrom)}</p>}
      <Moments isAsKnown />
      <Curated curation={curation} />
      <p className="gist" dir="auto" lang={inLanguage ?? undefined}>{gist}</p>
    </>
  );
}
