/** The page at `/`: all commitments, what became of them, and the filters to find one. */
import { useEffect, useState } from "react";
import { untwisted } from "../answers/directions";
import { dayOf, knownDate } from "../timeline/dates";
import { inSentence } from "../timeline/kinds";
import { ask, graphiqlLink, useAnswer, useSettled } from "./api";
import { addressOf, type Filters, filtersIn, ordersOn, variablesFor, withChange } from "./filters";
import {
  CommitmentsDocument,
  type CommitmentsQuery,
  type CommitmentsQueryVariables,
  NamesDocument,
  type RowFragment,
  SearchDocument,
} from "./generated";
import { DayField } from "./DayField";
import { mayBeAfter, searchWith } from "./moment";
import { Names, Page, Problem, StatusLine } from "./parts";
import { dateWords, topicWords } from "./words";

type Commitments = NonNullable<CommitmentsQuery["commitments"]>;

export function CommitmentList() {
  const [filters, setFilters] = useState(() => filtersIn(location.search));
  const { data, error, isWaiting } = useAnswer(list, { ...filters, text: useSettled(filters.text).trim() });

  function change(changed: Partial<Filters>) {
    const next = withChange(filters, changed);
    setFilters(next);
    history.replaceState(null, "", `/${addressOf(next, location.search)}`);
  }

  return (
    <Page>
      <h1>What became of each promise?</h1>
      {new URLSearchParams(location.search).get("knownAt") && (
        <p className="notice" role="note">
          This list goes by what is recorded now, whatever moment the address says. Each commitment’s own page can be seen
          as it was recorded by then. <a href={`/${searchWith(location.search, { knownAt: null })}`}>Leave the moment out</a>
        </p>
      )}
      <FilterForm filters={filters} facets={data?.commitments.facets ?? []} onChange={change} />
      {error && <Problem message={error} />}
      {data && (
        // Another filter is another list, which begins with its own first page.
        <Listing key={JSON.stringify(data.variables)} listed={data} isWaiting={isWaiting} />
      )}
      {!data && !error && <p role="status">Loading…</p>}
    </Page>
  );
}

interface Listed {
  readonly words: string;
  /** How many have these words, and how many of them, the best, are listed. */
  readonly found: { readonly all: number; readonly best: number } | null;
  readonly variables: CommitmentsQueryVariables;
  readonly commitments: Commitments;
}

/** Searches first if there are words: the list has the other filters, the order and the counts. */
async function list(filters: Filters, signal: AbortSignal): Promise<Listed> {
  const words = filters.text;
  const search = words === "" ? null : (await ask(SearchDocument, { words }, signal)).search;
  const keys = search && search.nodes.flatMap(({ item }) => (item && "key" in item ? [item.key] : []));
  const variables = variablesFor(filters, keys);
  const { commitments } = await ask(CommitmentsDocument, variables, signal);
  const found = search && { all: search.totalCount, best: search.nodes.length };
  return { words, found, variables, commitments: commitments! };
}

function Listing({ listed, isWaiting }: { listed: Listed; isWaiting: boolean }) {
  const { words, found, variables, commitments: first } = listed;
  const [more, setMore] = useState<Commitments[]>([]);
  const pages = [first, ...more];
  const last = pages.at(-1)!.pageInfo;
  const rows = pages.flatMap(({ nodes }) => nodes);

  async function showMore() {
    const { commitments } = await ask(CommitmentsDocument, { ...variables, after: last.endCursor });
    if (commitments) setMore([...more, commitments]);
  }

  return (
    <section aria-busy={isWaiting} aria-label="Commitments">
      <p role="status" className="count">
        {rows.length === 1 ? "1 commitment" : `${rows.length} commitments`}
        {rows.length < first.totalCount && ` of ${first.totalCount.toLocaleString("en")}`}
        {found && found.best < found.all && `, among the ${found.best} that match best of ${found.all.toLocaleString("en")}`}
        {" · "}
        {words && (
          <>
            <a href={graphiqlLink(SearchDocument, { words })}>See the search</a>
            {" · "}
          </>
        )}
        <a href={graphiqlLink(CommitmentsDocument, variables)}>See the query</a>
      </p>
      {rows.length === 0 && <p>{nothing(found?.all === 0)}</p>}
      <ol className="commitments">
        {rows.map((row) => (
          <Row key={row.key} row={row} asOf={variables.asOf} />
        ))}
      </ol>
      {last.hasNextPage && (
        <button type="button" onClick={() => void showMore()}>Show more</button>
      )}
    </section>
  );
}

function nothing(isUnknown: boolean): string {
  return isUnknown
    ? "No commitment has all these words. Only whole words are found; fewer of them find more."
    : "No commitment matches all filters.";
}

function Row({ row, asOf }: { row: RowFragment; asOf: string | null | undefined }) {
  const { key, title, promisors, addressees, madeOn, latestFollowUp, status } = row;
  const address = searchWith("", { asOf: asOf ?? null, knownAt: new URLSearchParams(location.search).get("knownAt") });
  return (
    <li>
      <h2>
        <a href={`/commitments/${encodeURIComponent(key)}${address}`} dir="auto">{title}</a>
      </h2>
      <p className="who">
        <Names parties={promisors.map(({ party }) => party)} />
        {addressees.length > 0 && <> to <Names parties={addressees} /></>}, {dateWords(madeOn)}
      </p>
      <StatusLine status={status} />
      {latestFollowUp && hasCome(latestFollowUp.occurredOn, status) && (
        <p className="latest">
          Last: {inSentence(latestFollowUp.kind).toLowerCase()}, {dateWords(latestFollowUp.occurredOn)}
          {status && mayBeAfter(latestFollowUp.occurredOn, status.asOf) && ", perhaps after this day"}
        </p>
      )}
    </li>
  );
}

/** Whether it may have happened by the day of the status. What is dated ahead stands in no list of today. */
function hasCome(date: { edtf: string }, status: { asOf: string } | null): boolean {
  const [first, day] = [knownDate(date)?.earliest ?? null, status && dayOf(status.asOf)];
  return first === null || day === null || first <= day;
}

interface FormProps {
  filters: Filters;
  facets: NonNullable<Commitments["facets"]>;
  onChange: (changed: Partial<Filters>) => void;
}

function FilterForm({ filters, facets, onChange }: FormProps) {
  const counts = (name: string) => facets.find(({ facet }) => facet === name)?.values ?? [];
  const names = useNames(counts("PROMISOR").map(({ value }) => value));
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label className="search">
        Search
        <input type="search" dir="auto" value={filters.text} onChange={(event) => onChange({ text: event.target.value })} />
      </label>
      <Choice
        name="Status"
        value={filters.status}
        options={counts("STATUS").map(({ value, count }) => [value, inSentence(value), count])}
        onChange={(status) => onChange({ status })}
      />
      <Choice
        name="Promised by"
        value={filters.promisor}
        options={counts("PROMISOR").map(({ value, count }) => [value, names[value] ?? value, count])}
        onChange={(promisor) => onChange({ promisor })}
      />
      <Choice
        name="Topic"
        value={filters.topic}
        options={counts("TOPIC").map(({ value, count }) => [value, topicWords(value), count])}
        onChange={(topic) => onChange({ topic })}
      />
      <DayField label="As of" value={filters.asOf} onChoose={(asOf) => onChange({ asOf })} />
      <label>
        Order
        <select value={filters.order} onChange={(event) => onChange({ order: event.target.value })}>
          {ordersOn(filters.asOf).map(([value, name]) => (
            <option key={value} value={value}>{name}</option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={filters.contested}
          onChange={(event) => onChange({ contested: event.target.checked })}
        />
        Contested only
      </label>
    </form>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  options: [value: string, name: string, count: number][];
  onChange: (value: string) => void;
}

function Choice({ name, value, options, onChange }: ChoiceProps) {
  const isListed = value === "" || options.some(([each]) => each === value);
  return (
    <label>
      {name}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Any</option>
        {!isListed && <option value={value}>{untwisted(value)}</option>}
        {options.map(([each, shown, count]) => (
          <option key={each} value={each} dir="auto">{`${shown} (${count})`}</option>
        ))}
      </select>
    </label>
  );
}

/** Names by key. Facets count by keys, which are for addresses and not for people. */
function useNames(keys: string[]): Readonly<Record<string, string>> {
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const wanted = keys.slice(0, 100).toSorted().join("\n");
  useEffect(() => {
    if (wanted === "") return;
    ask(NamesDocument, { keys: wanted.split("\n") }).then(
      ({ parties }) => setNames(Object.fromEntries((parties?.nodes ?? []).map(({ key, name }) => [key, name]))),
      () => undefined, // then the keys are shown
    );
  }, [wanted]);
  return names;
}
