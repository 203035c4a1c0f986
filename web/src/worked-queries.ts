/** For tests: the worked queries of docs/queries with the answers expected of them, and the schema. */
import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { shapesOf } from "./answers/operation";
import { type Day, dayOf } from "./timeline/dates";
import { readTimeline } from "./timeline/read";

const ROOT = new URL("../../", import.meta.url);

export const schema = buildSchema(readFileSync(new URL("schema/schema.graphql", ROOT), "utf8"));

export const TODAY = dayOf("2025-07-09")!;

/** An example's answer and the shapes of it. */
export function example(name: string) {
  const query = readFileSync(new URL(`docs/queries/${name}.graphql`, ROOT), "utf8");
  const data: unknown = JSON.parse(readFileSync(new URL(`docs/queries/expected/${name}.json`, ROOT), "utf8"));
  const variables = JSON.parse(/^# variables: (.*)$/m.exec(query)?.[1] ?? "{}") as Record<string, unknown>;
  return { query, data, shapes: shapesOf(data, { query, variables }, schema) };
}

export function timelineOf(name: string, today: Day = TODAY) {
  const { data, shapes } = example(name);
  return readTimeline(data, today, shapes);
}
