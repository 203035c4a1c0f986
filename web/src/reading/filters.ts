/** What a reader filters by: held in the page's address, so that it can be kept and sent. */
import { isDay } from "./moment";
import type { CommitmentFilter, CommitmentsQueryVariables, StatusValue, TrackableOrder } from "./generated";

export interface Filters {
  readonly text: string;
  readonly status: string;
  readonly promisor: string;
  readonly topic: string;
  readonly contested: boolean;
  /** A day, or nothing for today. */
  readonly asOf: string;
  readonly order: string;
}

const NAMES = { text: "q", status: "status", promisor: "promisor", topic: "topic", asOf: "asOf", order: "order" } as const;

interface Order {
  readonly name: string;
  readonly terms: TrackableOrder[];
  /** It goes by all that is recorded, whatever the day. */
  readonly isOfToday?: true;
}

const ORDERS: Readonly<Record<string, Order>> = {
  "": { name: "Oldest promise first", terms: [{ field: "MADE_ON", direction: "ASC" }] },
  newest: { name: "Newest promise first", terms: [{ field: "MADE_ON", direction: "DESC" }] },
  moved: { name: "Latest follow-up first", terms: [{ field: "LAST_FOLLOW_UP", direction: "DESC" }], isOfToday: true },
  title: { name: "By title", terms: [{ field: "TITLE", direction: "ASC" }] },
};

/** The orders there are on a day, or today: what came later puts nothing in order. */
export function ordersOn(asOf: string): [value: string, name: string][] {
  return Object.entries(ORDERS).flatMap(([value, { name, isOfToday }]) => (asOf && isOfToday ? [] : [[value, name]]));
}

function isOrderOn(order: string, asOf: string): boolean {
  return ordersOn(asOf).some(([value]) => value === order);
}

export function filtersIn(address: string): Filters {
  const parameters = new URLSearchParams(address);
  const of = (name: string) => parameters.get(name) ?? "";
  const asOf = isDay(of(NAMES.asOf)) ? of(NAMES.asOf) : "";
  return {
    text: of(NAMES.text),
    status: of(NAMES.status),
    promisor: of(NAMES.promisor),
    topic: of(NAMES.topic),
    contested: of("contested") === "true",
    asOf,
    order: isOrderOn(of(NAMES.order), asOf) ? of(NAMES.order) : "",
  };
}

/** The filters after a change. */
export function withChange(filters: Filters, changed: Partial<Filters>): Filters {
  const next = { ...filters, ...changed };
  return isOrderOn(next.order, next.asOf) ? next : { ...next, order: "" };
}

/** The search of an address for these filters; what else an address says, such as `knownAt`, it goes on to say. */
export function addressOf(filters: Filters, before = ""): string {
  const parameters = new URLSearchParams();
  for (const [member, name] of Object.entries(NAMES) as [keyof typeof NAMES, string][]) {
    if (filters[member]) parameters.set(name, filters[member]);
  }
  if (filters.contested) parameters.set("contested", "true");
  const ours = new Set<string>([...Object.values(NAMES), "contested"]);
  for (const [name, value] of new URLSearchParams(before)) {
    if (!ours.has(name)) parameters.append(name, value);
  }
  return parameters.size > 0 ? `?${parameters}` : "";
}

/** The variables of the list; of a search, `among` has the keys of what it found. */
export function variablesFor(filters: Filters, among: string[] | null = null): CommitmentsQueryVariables {
  const { status, promisor, topic, contested, asOf, order } = filters;
  const filter: CommitmentFilter = {
    ...(among && { key: { in: among } }),
    ...(promisor && { promisor: { eq: promisor } }),
    ...(topic && { topic: { eq: topic } }),
    ...(status && { status: { in: [status as StatusValue], ...(asOf && { asOf }) } }),
    // Apart from the status, so that statuses are counted among the contested.
    ...(contested && { and: [{ status: { contested, ...(asOf && { asOf }) } }] }),
    // What had certainly or possibly been promised by then.
    ...(asOf && { madeOn: { to: asOf } }),
  };
  return { filter, orderBy: ORDERS[order]!.terms, asOf: asOf || null };
}
