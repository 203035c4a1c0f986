/** Asking the public API: one request, typed by its operation. */
import { useEffect, useState } from "react";
import type { TypedDocumentString } from "./generated";

export async function ask<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal: AbortSignal | null = null,
): Promise<Data> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json" },
    body: JSON.stringify({ query: operation.toString(), variables }),
    signal,
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (errors?.[0]) throw new Error(errors[0].message);
  if (!data) throw new Error(`the server answered ${response.status}`);
  return data;
}

export interface Asked<Data> {
  /** While the next answer is on its way, this is the one before. */
  readonly data: Data | null;
  readonly error: string | null;
  readonly isWaiting: boolean;
}

/** Asks when the page is shown, and again whenever the variables change. */
export function useAnswer<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Asked<Data> {
  const [state, setState] = useState<Asked<Data>>({ data: null, error: null, isWaiting: true });
  const given = JSON.stringify(variables);
  useEffect(() => {
    const request = new AbortController();
    setState((before) => ({ ...before, isWaiting: true }));
    ask(operation, JSON.parse(given) as Variables, request.signal).then(
      (data) => setState({ data, error: null, isWaiting: false }),
      (error: Error) => {
        if (!request.signal.aborted) setState({ data: null, error: error.message, isWaiting: false });
      },
    );
    return () => request.abort();
  }, [operation, given]);
  return state;
}

/** GraphiQL with this operation in a tab. */
export function graphiqlLink(operation: { toString(): unknown }, variables: object): string {
  return `/graphql#${encodeURIComponent(JSON.stringify({ query: String(operation), variables }))}`;
}
