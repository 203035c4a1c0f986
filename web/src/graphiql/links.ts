/** A query as something to hand on: a link that opens it here, a command for a terminal, an address of the export. */
import { parse, print } from "graphql";
import { isObject, type Json, type ShapeOf } from "../answers/shapes";

export interface Sent {
  readonly query: string;
  /** As JSON. */
  readonly variables: string;
}

/** What a link to here brings behind its `#`: `{query, variables}` as JSON; null if it brings nothing. */
export function sentIn(hash: string): Sent | null {
  try {
    const sent: unknown = JSON.parse(decodeURIComponent(hash.slice(1)));
    if (!isObject(sent) || typeof sent["query"] !== "string") return null;
    const { variables } = sent;
    const hasSome = isObject(variables) && Object.keys(variables).length > 0;
    return { query: prettified(sent["query"]), variables: hasSome ? JSON.stringify(variables, null, 2) : "" };
  } catch {
    return null;
  }
}

/** A query that a program wrote, as people write them. One with comments was written by people. */
export function prettified(query: string): string {
  if (/^\s*#/m.test(query)) return query;
  try {
    return `${print(parse(query))}\n`;
  } catch {
    return query; // the editor marks what is wrong with it
  }
}

/** The hash of a link that `sentIn` reads. Headers are left out: they hold tokens. Null if the variables are no JSON. */
export function hashOf(query: string, variables: string): string | null {
  const given = jsonIn(variables);
  return given === null ? null : `#${encodeURIComponent(JSON.stringify({ query, variables: given }))}`;
}

/** The request as a command for a shell of Unix; null if variables or headers are no JSON objects. */
export function curlOf(endpoint: string, query: string, variables: string, headers: string, operationName: string | null): string | null {
  const [given, added] = [jsonIn(variables), jsonIn(headers)];
  if (given === null || added === null) return null;
  const body = {
    query,
    ...(Object.keys(given).length > 0 && { variables: given }),
    ...(operationName !== null && { operationName }),
  };
  const lines = Object.entries({ "content-type": "application/json", ...added }).map(
    ([name, value]) => `-H ${quoted(`${name}: ${String(value)}`)}`,
  );
  return [`curl ${quoted(endpoint)}`, ...lines, `--data-raw ${quoted(JSON.stringify(body))}`].join(" \\\n  ");
}

/** For sh: nothing has a meaning between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function jsonIn(text: string): Json | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** A list of an answer that the export has whole. */
export interface Exported {
  /** As `commitments.nodes` of the Table pane, without the nodes. */
  readonly name: string;
  /** How many there are, where that was asked for. */
  readonly totalCount: number | null;
  readonly csv: string;
  readonly jsonLines: string;
}

/** The tables of the export, by the fields at the root that list the same. */
const TABLES: ReadonlyMap<string | undefined, string> = new Map([
  ["articles", "articles"],
  ["commitments", "commitments"],
  ["followUps", "follow-ups"],
  ["meetings", "meetings"],
  ["parties", "parties"],
  ["requests", "requests"],
]);

/** The lists at the root of an answer that the export has, with the filter, the order and the day that were asked for. */
export function exportsOf(data: unknown, shapeOf: ShapeOf): Exported[] {
  if (!isObject(data)) return [];
  return Object.entries(data).flatMap(([name, value]) => {
    const asked = shapeOf(data)?.fields.get(name);
    const table = TABLES.get(asked?.name);
    if (asked === undefined || table === undefined || !isObject(value)) return [];
    const { filter, orderBy } = asked.arguments;
    const moment = momentIn(value, shapeOf);
    const parameters = new URLSearchParams();
    if (filter) parameters.set("filter", JSON.stringify(filter));
    if (orderBy) parameters.set("orderBy", JSON.stringify(orderBy));
    for (const [key, at] of Object.entries(moment)) parameters.set(key, at);
    const query = parameters.size > 0 ? `?${parameters}` : "";
    const { totalCount } = value;
    return [{
      name,
      totalCount: typeof totalCount === "number" ? totalCount : null,
      csv: `/export/${table}.csv${query}`,
      jsonLines: `/export/${table}.jsonl${query}`,
    }];
  });
}

/** The day and the moment of the first status that was asked for. */
function momentIn(list: Json, shapeOf: ShapeOf): Record<string, string> {
  const edges = Array.isArray(list["edges"]) ? list["edges"] : [];
  const nodes = Array.isArray(list["nodes"]) ? list["nodes"] : edges.map((edge) => (isObject(edge) ? edge["node"] : null));
  const first: unknown = nodes[0];
  const fields = isObject(first) ? [...(shapeOf(first)?.fields.values() ?? [])] : [];
  const given = fields.find(({ name }) => name === "status")?.arguments ?? {};
  return Object.fromEntries(
    ["asOf", "knownAt"].flatMap((name) => (typeof given[name] === "string" ? [[name, given[name]]] : [])),
  );
}
