/** What every part of a page may need to know: its address, the site, the day, the reader's language. */
import { createContext, type ReactNode, useContext } from "react";
import { type Address, pathOf, type Section, searchWith, parameterOf } from "./address";
import { keptMoment, NOW } from "./moment";
import type { Labels } from "./topics";
import type { Words } from "./words/en";
import type { Language } from "./words/languages";

/** What the settings say of the site. */
export interface Site {
  readonly name: string;
  readonly subject: string;
  readonly contact: string;
  readonly licence: string;
}

/** Why there is no page of the usual kind at an address. */
export interface Trouble {
  readonly status: number;
  readonly message: string;
  /** What is asked for came, or was recorded, later than its address goes. */
  readonly isLater?: boolean;
  /** Of a record that was retracted: when (ISO 8601), and why. */
  readonly retraction?: { readonly at: string; readonly why: string | null } | null;
}

/** How to cite a page: an address that gives it again. */
export interface Citation {
  readonly url: string;
  readonly asOf: string;
  readonly knownAt: string;
  /** What was corrected since, in records that the page shows. */
  readonly changedSince: readonly { readonly url: string; readonly kind: string; readonly at: string }[];
}

/** What the server puts into a page: `api/pages/reading.py` writes it. */
export interface Given {
  readonly address: Address;
  readonly language: Language;
  readonly site: Site;
  /** What stands before every path, such as `https://example.org`. */
  readonly origin: string;
  /** The server's day, ISO 8601. */
  readonly today: string;
  /** Whether the server rendered the page, from `data`. */
  readonly isRendered: boolean;
  /** What the kind of the page has loaded; beside `trouble`, what is called nearly so. */
  readonly data: unknown;
  /** What topics of the page are called, by path. */
  readonly labels: Labels;
  readonly trouble: Trouble | null;
  readonly citation: Citation | null;
  /** The change that retracted the record, where the viewer may see it all the same. */
  readonly retraction: Retracting | null;
}

/** The entry of the log by which a record was retracted. */
export interface Retracting {
  readonly kind: string;
  readonly at: string;
  readonly by: string | null;
  readonly why: string | null;
}

export interface PageContext extends Given {
  /** What the page is called; the site's name until that is known. */
  readonly title: string;
  readonly words: Words;
  /** Shows the same page with another search, without leaving it. */
  readonly go: (search: string) => void;
}

const Context = createContext<PageContext | null>(null);

export function PageProvider({ value, children }: { value: PageContext; children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export function usePage(): PageContext {
  const page = useContext(Context);
  if (page === null) throw new Error("this is shown outside of a page");
  return page;
}

export function useWords(): Words {
  return usePage().words;
}

/** The pages that can be of a day; the others are of none. */
const OF_A_DAY = /^\/(?:(?:commitments|requests|parties|meetings|articles|follow-ups|topics)(?:\/.*)?)?$/;

/** Parameters that go with the reader from page to page: the language and, where a page goes by them, day and moment. */
function kept(path: string, search: string, isOfToday: boolean): Record<string, string> {
  const { asOf, knownAt } = isOfToday || !OF_A_DAY.test(path) ? NOW : keptMoment(search);
  const lang = parameterOf(search, "lang");
  return { ...(asOf && { asOf }), ...(knownAt && { knownAt }), ...(lang && { lang }) };
}

interface LinkProps {
  href: string;
  /** The link leaves the day and the moment of the page. */
  isOfToday?: boolean;
  className?: string | undefined;
  /** The link leads to the page that is shown. */
  current?: boolean;
  children: ReactNode;
}

/** A link within the site, in the reader's language; the day and the moment that a page is about go with it. */
export function A({ href, className, current = false, isOfToday = false, children }: LinkProps) {
  const { address } = usePage();
  const [, path = "", search = "", hash = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(href) ?? [];
  return (
    <a href={`${path}${searchWith(search, kept(path, address.search, isOfToday))}${hash}`} className={className} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}

interface ToProps extends Omit<LinkProps, "href"> {
  section: Section;
  of: string;
}

/** A link to a record. */
export function To({ section, of, ...link }: ToProps) {
  return <A href={pathOf(section, of)} {...link} />;
}
