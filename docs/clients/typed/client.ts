// A client with typed operations and no library: `codegen.mjs` writes operations.ts from operations.graphql.
import { readFileSync } from "node:fs";
import type {
  RecordCheckMutation,
  RecordCheckMutationVariables,
  StandingQuery,
  StandingQueryVariables,
} from "./operations.ts";

interface Operations {
  Standing: [StandingQueryVariables, StandingQuery];
  RecordCheck: [RecordCheckMutationVariables, RecordCheckMutation];
}

const query = readFileSync(new URL("operations.graphql", import.meta.url), "utf8");

/** The data of an operation's answer; `token` says who asks. Throws an Error with the first message. */
export async function send<Name extends keyof Operations>(
  address: string,
  operationName: Name,
  variables: Operations[Name][0],
  token?: string,
): Promise<Operations[Name][1]> {
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const body = JSON.stringify({ query, operationName, variables });
  const answer = await fetch(address, { method: "POST", headers, body });
  const { data, errors } = (await answer.json()) as { data: Operations[Name][1]; errors?: { message: string }[] };
  if (errors) throw new Error(errors[0]!.message);
  return data;
}
