/** What a reader filters commitments by: held in the page's address, so that it can be kept and sent. */
import { searchWith } from "./address";
import type { CommitmentFilter, CommitmentsQueryVariables, StatusValue, TrackableOrder } from "./generated";
import { isDay } from "./moment";

export interface Filters {
  readonly text: string;
  readonly status: string;
  readonly promisor: string;
  readonly addressee: string;
  readonly topic: string;
  readonly contested: boolean;
  readonly overdue: boolean;
  /** A day, or nothing for today. */
  readonly asOf: string;
  readonly order: string;
}

/** The orders by name; one that goes by all that is recorded, whatever the day, is of today. */
const ORDERS = {
  best: { terms: [{ field: "RELEVANCE", direction: "DESC" }], isOfSearch: true },
  oldest: { terms: [{ field: "MADE_ON", direction: "ASC" }] },
  newest: { terms: [{ field: "MADE_ON", direction: "DESC" }] },
  moved: { terms: [{ field: "LAST_FOLLOW_UP", direction: "DESC" }], isOfToday: true },
  silent: { terms: [{ field: "DAYS_SILENT", direction: "DESC" }], isOfToday: true },
  title: { terms: [{ field: "TITLE", direction: "ASC" }] },
} as const satisfies Readonly<Record<string, { terms: readonly TrackableOrder[]; isOfToday?: true; isOfSearch?: true }>>;

export type Order = keyof typeof ORDERS;

/** The orders there are, the usual one first: what came later puts no list of a day in order. */
export function ordersOn({ asOf, text }: { asOf: string; text: string }): Order[] {
  const names = Object.keys(ORDERS) as Order[];
  return names.filter((name) => !(asOf && "isOfToday" in ORDERS[name]) && !(text === "" && "isOfSearch" in ORDERS[name]));
}

export function filtersIn(search: string): Filters {
  const parameters = new URLSearchParams(search);
  const of = (name: string) => (parameters.get(name) ?? "").trim();
  const [text, asOf] = [of("q"), isDay(of("asOf")) ? of("asOf") : ""];
  const orders = ordersOn({ asOf, text });
  return {
    text,
    status: of("status"),
    promisor: of("promisor"),
    addressee: of("addressee"),
    topic: of("topic"),
    contested: of("contested") === "true",
    overdue: of("overdue") === "true",
    asOf,
    order: orders.find((name) => name === of("order")) ?? orders[0]!,
  };
}

/** The variables of the list. */
export function variablesFor(search: string): CommitmentsQueryVariables {
  const { text, status, promisor, addressee, topic, contested, overdue, asOf, order } = filtersIn(search);
  const on = asOf ? { asOf } : {};
  // Apart from the status, so that statuses are counted among the contested and the overdue.
  const apart = [
    ...(contested ? [{ status: { contested, ...on } }] : []),
    ...(overdue ? [{ status: { overdue, ...on } }] : []),
  ];
  const filter: CommitmentFilter = {
    ...(text && { search: text }),
    ...(promisor && { promisor: { eq: promisor } }),
    ...(addressee && { addressee: { eq: addressee } }),
    ...(topic && { topic: { eq: topic } }),
    ...(status && { status: { in: [status as StatusValue], ...on } }),
    ...(apart.length > 0 && { and: apart }),
    // What had certainly or possibly been promised by then.
    ...(asOf && { madeOn: { to: asOf } }),
  };
  const after = new URLSearchParams(search).get("after");
  return { filter, orderBy: [...ORDERS[order as Order].terms], asOf: asOf || null, ...(after && { after }) };
}

/** The search after a change of the filters; another list begins with its own first page. */
export function changed(search: string, change: Readonly<Record<string, string | null>>): string {
  return searchWith(search, { ...change, after: null });
}
