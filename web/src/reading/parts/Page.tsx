/** What stands around every page: the way in, the menu, and what holds for all of it. */
import type { ReactNode } from "react";
import { untwisted } from "../../answers/directions";
import { searchWith } from "../address";
import { A, usePage } from "../context";
import { isOfMoment } from "../moment";
import { UseThis } from "../sharing/UseThis";
import { LANGUAGES } from "../words/languages";

export function Page({ children }: { children: ReactNode }) {
  const { words, site, address } = usePage();
  const sections: [string, string][] = [
    ["/commitments", words.commitments],
    ["/requests", words.requests],
    ["/parties", words.parties],
    ["/meetings", words.meetings],
    ["/articles", words.articles],
    ["/topics", words.topics],
    ["/how-to-read", words.howToRead],
  ];
  return (
    <>
      <a className="skip" href="#main">{words.skip}</a>
      <header className="masthead">
        <A href="/" className="brand"><bdi>{site.name}</bdi></A>
        <nav aria-label={words.menu}>
          {sections.map(([href, name]) => (
            <A key={href} href={href} current={address.path === href}>{name}</A>
          ))}
          <a href="/graphql">{words.queries}</a>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>{children}</main>
      <UseThis />
      <footer>
        <p>{words.footer}</p>
        <p className="imprint">
          {site.licence && <span>{words.licence}: <Written text={site.licence} /></span>}
          {site.contact && <span>{words.contact}: <Written text={site.contact} /></span>}
          {/* A feed tells what comes, which is later than any moment. */}
          {!isOfMoment(address.search) && <a href="/feeds/changes.atom">{words.feed}</a>}
        </p>
        <Languages />
      </footer>
    </>
  );
}

/** The same page in each language of the interface. */
function Languages() {
  const { words, address, language } = usePage();
  return (
    <nav aria-label={words.languages}>
      {Object.entries(LANGUAGES).map(([name, { words: own, direction }], index) => (
        <span key={name}>
          {index > 0 && " · "}
          <a
            href={`${address.path}${searchWith(address.search, { lang: name })}`}
            hrefLang={name}
            lang={name}
            dir={direction}
            aria-current={name === language ? "true" : undefined}
          >
            {own.languageName}
          </a>
        </span>
      ))}
    </nav>
  );
}

/** A text of the settings, in which an address of the web or of mail is a link. */
export function Written({ text }: { text: string }) {
  const parts = untwisted(text).split(/(https?:\/\/[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/);
  return (
    <bdi>
      {parts.map((part, index) =>
        index % 2 === 0 ? part : <a key={index} href={part.includes("://") ? part : `mailto:${part}`}>{part}</a>,
      )}
    </bdi>
  );
}

export function Problem({ message }: { message: string }) {
  const { words } = usePage();
  return (
    <div role="alert" className="problem">
      <p>{words.notLoaded(untwisted(message))}</p>
      <button type="button" onClick={() => location.reload()}>{words.again}</button>
    </div>
  );
}
