/** What can be done with the page at an address: where its citations, data, pictures and frames are. */
import { type Address, decoded, parameterOf, searchWith } from "../address";
import { variablesFor } from "../filters";
import { articlesFor, followUpsFor, meetingsFor, partiesFor, requestsFor } from "../lists/choices";

export interface Uses {
  /** The address of the page itself, with what it is filtered by; without the reader's language. */
  readonly address: string;
  readonly citations: readonly Link[];
  readonly data: readonly Link[];
  /** The picture that previews show. */
  readonly picture: string;
  readonly frame: { readonly src: string; readonly height: number } | null;
  readonly feed: string | null;
}

export interface Link {
  readonly name: string;
  readonly href: string;
}

const RECORD = /^\/(commitments|requests|parties|meetings|articles|follow-ups)\/([^/]+)$/;
const WITH_FEED = /^\/(commitments|requests|parties)\//;

export function usesOf({ path, search }: Address): Uses {
  const own = searchWith(search, { lang: null, after: null });
  const moment = searchWith("", { asOf: parameterOf(search, "asOf"), knownAt: parameterOf(search, "knownAt") });
  const [, noun, key] = RECORD.exec(path) ?? [];
  if (noun !== undefined && key !== undefined) {
    const isOfNow = moment === "";
    // The data of other nouns is that of now.
    const hasData = isOfNow || noun === "commitments" || noun === "requests";
    return {
      address: `${path}${moment}`,
      citations: [
        { name: "BibTeX", href: `/cite${path}.bib${moment}` },
        { name: "CSL-JSON", href: `/cite${path}.json${moment}` },
      ],
      data: [
        ...(hasData ? [{ name: "JSON", href: `/data${path}.json${moment}` }] : []),
        // The one noun that schema.org has no word for, and what is only part of another.
        ...(hasData && noun !== "requests" && noun !== "follow-ups" ? [{ name: "JSON-LD", href: `/data${path}.jsonld${moment}` }] : []),
        ...csvOf(noun, decoded(key), search),
      ],
      picture: `/cards${path}.png${moment}`,
      frame: { src: `/embed${path}${moment}`, height: 320 },
      // A feed tells what comes, which is later than any moment.
      feed: isOfNow && WITH_FEED.test(path) ? `/feeds${path}.atom` : null,
    };
  }
  const listed = chosenIn(path, search);
  const isOfCommitments = path === "/commitments";
  const filter = parameterOf(listed ?? "", "filter");
  // Pages that are no list offer all commitments.
  const [table, chosen] = listed === null ? ["/commitments", searchWith("", { asOf: parameterOf(search, "asOf") })] : [path, listed];
  return {
    address: `${path}${own}`,
    citations: [],
    data: [
      { name: "CSV", href: `/export${table}.csv${chosen}` },
      { name: "JSON Lines", href: `/export${table}.jsonl${chosen}` },
    ],
    picture: "/cards/site.png",
    frame: isOfCommitments ? { src: `/embed/commitments${searchWith(listed ?? "", { page: own })}`, height: 640 } : null,
    feed: moment !== "" ? null : isOfCommitments && filter ? `/feeds/commitments.atom${searchWith("", { filter })}` : "/feeds/changes.atom",
  };
}

interface Chosen {
  readonly filter?: object | null | undefined;
  readonly orderBy?: unknown;
  readonly asOf?: string | null | undefined;
}

/** What each list asks for; the export of its noun takes the same. */
const LISTS: Readonly<Record<string, (search: string) => Chosen>> = {
  "/commitments": variablesFor,
  "/requests": requestsFor,
  "/follow-ups": followUpsFor,
  "/meetings": meetingsFor,
  "/parties": partiesFor,
  "/articles": articlesFor,
  "/topics": (search) => ({ asOf: parameterOf(search, "asOf") }),
};

/** The parameters of the export of a list, filtered and in order as its page; null where there is no list. */
function chosenIn(path: string, search: string): string | null {
  const chosen = LISTS[path]?.(search);
  if (chosen === undefined) return null;
  const orderBy = chosen.orderBy === undefined ? null : JSON.stringify(chosen.orderBy);
  return searchWith("", {
    filter: isFilled(chosen.filter) ? JSON.stringify(chosen.filter) : null,
    // By relevance only a search is put in order, and it is that in any case.
    orderBy: orderBy?.includes("RELEVANCE") ? null : orderBy,
    asOf: chosen.asOf ?? null,
  });
}

/** The commitments that a record is about, as a table. */
function csvOf(noun: string, key: string, search: string): Link[] {
  const filter = { commitments: { key: { eq: key } }, parties: { party: { eq: key } } }[noun];
  if (!filter) return [];
  const at = { asOf: parameterOf(search, "asOf"), knownAt: noun === "commitments" ? parameterOf(search, "knownAt") : null };
  return [{ name: "CSV", href: `/export/commitments.csv${searchWith("", { filter: JSON.stringify(filter), ...at })}` }];
}

function isFilled(filter: object | null | undefined): boolean {
  return Object.keys(filter ?? {}).length > 0;
}

/** The HTML that frames a page of ours; `api/sharing/oembed.py` writes the same. */
export function snippetOf(origin: string, { src, height }: NonNullable<Uses["frame"]>, title: string): string {
  const [from, name] = [escaped(`${origin}${src}`), escaped(title)];
  return (
    `<iframe src="${from}" title="${name}" width="100%" height="${height}" loading="lazy"`
    + ` style="border:1px solid #dfe4ea;border-radius:8px"></iframe>\n<script async src="${escaped(origin)}/embed.js"></script>`
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
