/** Lists: filters in the address, counts beside them, and rows that go on where the page ends. */
import { type ComponentType, useEffect, useLayoutEffect, useState } from "react";
import { untwisted } from "../../answers/directions";
import { type Address, parameterOf, type Section, searchWith } from "../address";
import { A, usePage } from "../context";
import { changed } from "../filters";
import type { CountsFragment } from "../generated";
import type { PageKind, ViewProps } from "../kinds";
import { momentOf } from "../moment";
import { Moments } from "../parts/notices";
import { Page, Problem } from "../parts/Page";
import { graphiqlLink, load, type Loader, Refused } from "../questions";
import { topicsCounted } from "../topics";
import type { Words } from "../words/en";
import { type Field, FilterForm } from "./FilterForm";

/** A page of a list, and how to ask for it. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly facets: readonly CountsFragment[];
  /** Names of the parties by which can be filtered, by key. */
  readonly names: Readonly<Record<string, string>>;
  readonly next: string | null;
  readonly query: string;
  /** Why there is no list, if so. What may pass may be asked again as it is; else the filters cannot be used. */
  readonly refusal: { readonly message: string; readonly mayPass: boolean } | null;
}

export interface ListKind<Row> {
  readonly section: Section;
  readonly title: (words: Words) => string;
  readonly fields: (words: Words, search: string) => readonly Field[];
  readonly ask: (search: string) => Loader<Listed<Row>>;
  readonly Rows: ComponentType<{ rows: readonly Row[] }>;
}

interface Connection<Row> {
  readonly totalCount: number;
  readonly facets: readonly CountsFragment[] | null;
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A page of a list from what the API answers. */
export function listed<Row>(connection: Connection<Row> | null, operation: object, variables: object, names = {}): Listed<Row> {
  const { totalCount = 0, facets = [], nodes = [], pageInfo = null } = connection ?? {};
  return {
    rows: nodes,
    total: totalCount,
    facets: facets ?? [],
    names,
    next: pageInfo?.hasNextPage ? pageInfo.endCursor : null,
    query: graphiqlLink(operation, variables),
    refusal: null,
  };
}

/** The kind of page that shows a list. */
export function makeList<Row extends { key: string }>(kind: ListKind<Row>): PageKind<Listed<Row>> {
  return {
    *load({ search }: Address) {
      const { asOf } = momentOf(search);
      try {
        return until(asOf, yield* kind.ask(search));
      } catch (error) {
        // What a reader typed is theirs to mend, in the form that the page goes on to show.
        if (!(error instanceof Refused) || error.code !== "BAD_USER_INPUT") throw error;
        return refused({ message: error.message, mayPass: false });
      }
    },
    failed: (message) => refused({ message, mayPass: true }),
    // What is chosen is called by its label even where nothing has it. What was refused may be no topic.
    topics: (list, { search }) => (list.refusal === null ? [parameterOf(search, "topic"), ...topicsCounted(list)].filter(Boolean) : []),
    View: (props) => <ListView {...props} kind={kind} />,
    title: (_data, words) => kind.title(words),
    status: ({ refusal }) => (refusal === null ? 200 : 400),
    isUnlisted: (_data, { search }) => search !== "",
  };
}

function refused<Row>(refusal: NonNullable<Listed<Row>["refusal"]>): Listed<Row> {
  return { rows: [], total: 0, facets: [], names: {}, next: null, query: "/graphql", refusal };
}

/** A list of a day without the later years by which it could be filtered: an open date may reach into them. */
function until<Row>(asOf: string | null, list: Listed<Row>): Listed<Row> {
  if (asOf === null) return list;
  const facets = list.facets.map((counts) =>
    counts.facet === "YEAR" ? { ...counts, values: counts.values.filter(({ value }) => value <= asOf.slice(0, 4)) } : counts,
  );
  return { ...list, facets };
}

function ListView<Row extends { key: string }>({ data, isWaiting, kind }: ViewProps<Listed<Row>> & { kind: ListKind<Row> }) {
  const { words, address, go } = usePage();
  const { Rows } = kind;
  const { more, last, showMore } = useMore(kind, data);
  const rows = [...data.rows, ...more.flatMap((page) => page.rows)];
  const isSearch = parameterOf(address.search, "q").trim() !== "";
  return (
    <Page>
      <h1>{kind.title(words)}</h1>
      <Moments />
      <FilterForm
        path={address.path}
        search={address.search}
        fields={kind.fields(words, address.search)}
        facets={data.facets}
        names={data.names}
        onChange={(change) => go(changed(address.search, change))}
      />
      {data.refusal && <Refusal refusal={data.refusal} />}
      <section aria-busy={isWaiting} aria-label={kind.title(words)}>
        {!data.refusal?.mayPass && (
          <p role="status" className="count">
            {words.count(kind.section, rows.length, data.total)}
            {" · "}
            <a href={data.query}>{words.seeQuery}</a>
          </p>
        )}
        {rows.length === 0 && !data.refusal && <p>{isSearch ? words.nothingFound : words.nothingMatches}</p>}
        <Rows rows={rows} />
        {last.next && (
          <p className="more">
            <a
              href={`${address.path}${searchWith(address.search, { after: last.next })}`}
              className="button"
              onClick={(event) => {
                event.preventDefault();
                void showMore();
              }}
            >
              {words.showMore}
            </a>
          </p>
        )}
        {parameterOf(address.search, "after") && (
          <p><A href={`${address.path}${changed(address.search, {})}`}>{words.all}</A></p>
        )}
      </section>
    </Page>
  );
}

function Refusal({ refusal: { message, mayPass } }: { refusal: NonNullable<Listed<unknown>["refusal"]> }) {
  const { words } = usePage();
  if (mayPass) return <Problem message={message} />;
  return <p role="alert" className="problem">{words.notLoaded(untwisted(message))}</p>;
}

interface Place<Row> {
  readonly search: string;
  readonly more: readonly Listed<Row>[];
  readonly top: number;
}

/** What was shown beyond the first page; it is there again, with its place, when a reader comes back. */
function useMore<Row>(kind: ListKind<Row>, data: Listed<Row>) {
  const { address } = usePage();
  const [shown, setShown] = useState<{ of: Listed<Row>; more: readonly Listed<Row>[] }>({ of: data, more: [] });
  const more = shown.of === data ? shown.more : [];
  const last = more.at(-1) ?? data;

  useLayoutEffect(() => {
    const place = (history.state as { place?: Place<Row> } | null)?.place;
    if (place?.search !== location.search || place.more.length === 0) return;
    setShown({ of: data, more: place.more });
    requestAnimationFrame(() => scrollTo(0, place.top));
    // Only where the page begins.
  }, []);

  useEffect(() => {
    const keep = () => {
      const place: Place<Row> = { search: location.search, more, top: scrollY };
      history.replaceState({ ...history.state, place }, "");
    };
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, [more]);

  async function showMore() {
    const next = await load(kind.ask(searchWith(address.search, { after: last.next })));
    setShown({ of: data, more: [...more, next] });
  }

  return { more, last, showMore };
}
