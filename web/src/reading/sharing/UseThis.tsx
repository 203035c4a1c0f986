/** What a page offers to those who use it: its link, citations, data, a picture, a frame, a feed. */
import { type ReactNode, useId, useState } from "react";
import { untwisted } from "../../answers/directions";
import { usePage } from "../context";
import { type Link, snippetOf, usesOf } from "./uses";
import { type SharingWords, sharingWords } from "./words";

export function UseThis() {
  const { address, citation, language, origin, site, title, today, trouble, words } = usePage();
  const said = sharingWords(language);
  // Nothing is there to be used.
  if (trouble !== null) return null;
  const uses = usesOf(address);
  const day = words.date({ edtf: today });
  const link = `${origin}${uses.address}`;
  // As `/cite` says it, in every language: moments among Urdu words would be turned round. They are as in the address,
  // where the server puts the present one into a page that it has kept.
  const cited = citation
    ? `“${title}”. ${site.name}. As of ${citation.asOf}, recorded by ${citation.knownAt}. ${citation.url}`
    : `“${title}”. ${site.name}. ${said.readOn(day)}. ${link}`;
  return (
    <>
      <details className="use-this">
        <summary>{said.use}</summary>
        <Text label={said.link} text={link} said={said} />
        <Text label={said.cite} text={untwisted(cited)} said={said} />
        <Links links={uses.citations} />
        {uses.data.length > 0 && (
          <p className="use-links">
            <span>{said.data}:</span> <Anchors links={uses.data} />
          </p>
        )}
        <p className="use-links">
          <span>{said.picture}:</span> <a href={uses.picture}>{said.preview}</a>
        </p>
        {uses.frame && (
          <Text label={said.embed} text={snippetOf(origin, uses.frame, title)} said={said} rows={5}>
            <p className="hint">{said.embedHint}</p>
          </Text>
        )}
        {uses.feed && (
          <p className="use-links">
            <span>{said.follow}:</span> <a href={uses.feed}>{said.feed}</a>
          </p>
        )}
      </details>
      {/* Only on paper, where no link can be followed. */}
      <div className="on-paper">
        <p><bdi>{untwisted(cited)}</bdi></p>
        <p>{said.printedOn(day)}. <bdi>{link}</bdi></p>
      </div>
    </>
  );
}

function Links({ links }: { links: readonly Link[] }) {
  return links.length > 0 && <p className="use-links"><Anchors links={links} /></p>;
}

function Anchors({ links }: { links: readonly Link[] }) {
  return links.map(({ name, href }) => <a key={href} href={href}>{name}</a>);
}

interface TextProps {
  label: string;
  text: string;
  said: SharingWords;
  rows?: number;
  children?: ReactNode;
}

/** A text to be copied: by the button where scripts run and the browser lets them, else by hand. */
function Text({ label, text, said, rows = 2, children }: TextProps) {
  const id = useId();
  const [copied, setCopied] = useState<string | null>(null);

  async function copy() {
    setCopied(await navigator.clipboard.writeText(text).then(() => said.copied, () => said.notCopied));
    setTimeout(() => setCopied(null), 3000);
  }

  return (
    <div className="use-text">
      <label htmlFor={id}>{label}</label>
      {children}
      {/* Addresses and markup read from left to right, whatever the language around them. */}
      <textarea id={id} readOnly rows={rows} value={text} dir="auto" onFocus={(event) => event.target.select()} />
      <button type="button" onClick={() => void copy()} aria-label={`${said.copy}: ${label}`}>
        {copied ?? said.copy}
      </button>
      <span role="status" className="hint">{copied === said.notCopied && copied}</span>
    </div>
  );
}
