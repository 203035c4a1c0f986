/** What the lists beside that of commitments ask for an address: the filter, the order and the day in it. */
import { parameterOf } from "../address";
import type {
  ArticlesQueryVariables,
  FollowUpKind,
  FollowUpsQueryVariables,
  Independence,
  MeetingKind,
  MeetingsQueryVariables,
  PartiesQueryVariables,
  PartyKind,
  RequestsQueryVariables,
  StatusValue,
} from "../generated";
import { momentOf } from "../moment";
import { afterOf, daysOf, eq, filled, orderOf } from "./parameters";

export function articlesFor(search: string): ArticlesQueryVariables {
  return {
    filter: filled({
      search: parameterOf(search, "q").trim(),
      publisher: eq(parameterOf(search, "publisher")),
      datePublished: daysOf(search),
      inLanguage: parameterOf(search, "language"),
    }),
    orderBy: [{ field: "DATE_PUBLISHED", direction: latestFirst(search) }],
    ...afterOf(search),
  };
}

export function followUpsFor(search: string): FollowUpsQueryVariables {
  const [kind, independence] = [parameterOf(search, "kind"), parameterOf(search, "independence")];
  return {
    filter: filled({
      kind: kind && [kind as FollowUpKind],
      independence: independence && [independence as Independence],
      occurredOn: daysOf(search),
    }),
    orderBy: [{ field: "OCCURRED_ON", direction: latestFirst(search) }],
    ...afterOf(search),
  };
}

export function meetingsFor(search: string): MeetingsQueryVariables {
  const kind = parameterOf(search, "kind");
  return {
    filter: filled({
      search: parameterOf(search, "q").trim(),
      kind: kind && [kind as MeetingKind],
      date: daysOf(search),
      topic: eq(parameterOf(search, "topic")),
    }),
    orderBy: [{ field: "DATE", direction: latestFirst(search) }],
    ...afterOf(search),
  };
}

export function partiesFor(search: string): PartiesQueryVariables {
  const [q, kind] = [parameterOf(search, "q").trim(), parameterOf(search, "kind")];
  return {
    filter: filled({ search: q, kind: kind && [kind as PartyKind], country: parameterOf(search, "country") }),
    orderBy: q ? [{ field: "RELEVANCE", direction: "DESC" }] : [{ field: "NAME", direction: "ASC" }],
    asOf: momentOf(search).asOf,
    ...afterOf(search),
  };
}

export function requestsFor(search: string): RequestsQueryVariables {
  const { asOf } = momentOf(search);
  const status = parameterOf(search, "status");
  return {
    filter: filled({
      search: parameterOf(search, "q").trim(),
      status: status && { in: [status as StatusValue], ...(asOf && { asOf }) },
      asker: eq(parameterOf(search, "asker")),
      asked: eq(parameterOf(search, "asked")),
      topic: eq(parameterOf(search, "topic")),
      madeOn: asOf && { to: asOf },
    }),
    orderBy: [{ field: "MADE_ON", direction: orderOf(search, ["earliest", "latest"]) === "latest" ? "DESC" : "ASC" }],
    asOf,
    ...afterOf(search),
  };
}

function latestFirst(search: string): "ASC" | "DESC" {
  return orderOf(search, ["latest", "earliest"]) === "latest" ? "DESC" : "ASC";
}
