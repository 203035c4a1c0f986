/** The page at `/`: all commitments, what became of them, and the filters to find one. */
import { useEffect, useState } from "react";
import { inSentence } from "../timeline/kinds";
import { ask, graphiqlLink, useAnswer } from "./api";
import { addressOf, type Filters, filtersIn, ORDERS, variablesFor } from "./filters";
import { CommitmentsDocument, type CommitmentsQuery, NamesDocument, type RowFragment } from "./generated";
import { Page, Problem, StatusLine } from "./parts";
import { dateWords, namesOf, topicWords } from "./words";

type Commitments = NonNullable<CommitmentsQuery["commitments"]>;

export function CommitmentList() {
  const [filters, setFilters] = useState(() => filtersIn(location.search));
  const { data, error, isWaiting } = useAnswer(CommitmentsDocument, variablesFor(filters));
  const commitments = data?.commitments;

  function change(changed: Partial<Filters>) {
    const next = { ...filters, ...changed };
    setFilters(next);
    history.replaceState(null, "", `/${addressOf(next)}`);
  }

  return (
    <Page>
      <h1>What became of each promise?</h1>
      <FilterForm filters={filters} facets={commitments?.facets ?? []} onChange={change} />
      {error && <Problem message={error} />}
      {commitments && (
        // Another filter is another list, which begins with its own first page.
        <Found key={JSON.stringify(variablesFor(filters))} first={commitments} filters={filters} isWaiting={isWaiting} />
      )}
      {!data && !error && <p role="status">Loading…</p>}
    </Page>
  );
}

function Found({ first, filters, isWaiting }: { first: Commitments; filters: Filters; isWaiting: boolean }) {
  const [more, setMore] = useState<Commitments[]>([]);
  const pages = [first, ...more];
  const last = pages.at(-1)!.pageInfo;
  const rows = pages.flatMap(({ nodes }) => nodes).filter((row) => mentions(row, filters.text));

  async function showMore() {
    const { commitments } = await ask(CommitmentsDocument, { ...variablesFor(filters), after: last.endCursor });
    if (commitments) setMore([...more, commitments]);
  }

  return (
    <section aria-busy={isWaiting} aria-label="Commitments">
      <p role="status" className="count">
        {rows.length === 1 ? "1 commitment" : `${rows.length} commitments`}
        {rows.length < first.totalCount && ` of ${first.totalCount.toLocaleString("en")}`}
        {filters.text && last.hasNextPage && ", searched among those shown so far"}
        {" · "}
        <a href={graphiqlLink(CommitmentsDocument, variablesFor(filters))}>See the query</a>
      </p>
      <ol className="commitments">
        {rows.map((row) => (
          <Row key={row.key} row={row} asOf={filters.asOf} />
        ))}
      </ol>
      {last.hasNextPage && (
        <button type="button" onClick={() => void showMore()}>Show more</button>
      )}
    </section>
  );
}

function Row({ row, asOf }: { row: RowFragment; asOf: string }) {
  const { key, title, promisors, addressees, madeOn, latestFollowUp } = row;
  const to = namesOf(addressees);
  return (
    <li>
      <h2>
        <a href={`/commitments/${encodeURIComponent(key)}${asOf && `?asOf=${asOf}`}`}>{title}</a>
      </h2>
      <p className="who">
        {namesOf(promisors.map(({ party }) => party))}
        {to && ` to ${to}`}, {dateWords(madeOn)}
      </p>
      <StatusLine status={row.status} />
      {latestFollowUp && (
        <p className="latest">
          Last: {inSentence(latestFollowUp.kind).toLowerCase()}, {dateWords(latestFollowUp.occurredOn)}
        </p>
      )}
    </li>
  );
}

function mentions(row: RowFragment, text: string): boolean {
  const said = [row.key, row.title, row.gist, namesOf(row.promisors.map(({ party }) => party)), namesOf(row.addressees)];
  const held = said.join(" ").toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => held.includes(word));
}

interface FormProps {
  filters: Filters;
  facets: Commitments["facets"];
  onChange: (changed: Partial<Filters>) => void;
}

function FilterForm({ filters, facets, onChange }: FormProps) {
  const counts = (name: string) => facets.find(({ facet }) => facet === name)?.values ?? [];
  const names = useNames(counts("PROMISOR").map(({ value }) => value));
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label className="search">
        Search
        <input type="search" value={filters.text} onChange={(event) => onChange({ text: event.target.value })} />
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
      <label>
        As of
        <input type="date" value={filters.asOf} onChange={(event) => onChange({ asOf: event.target.value })} />
      </label>
      <label>
        Order
        <select value={filters.order} onChange={(event) => onChange({ order: event.target.value })}>
          {Object.entries(ORDERS).map(([value, { name }]) => (
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
        {!isListed && <option value={value}>{value}</option>}
        {options.map(([each, shown, count]) => (
          <option key={each} value={each}>{`${shown} (${count})`}</option>
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
