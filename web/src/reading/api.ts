/** Asking the public API: one request, typed by its operation. */
import { useEffect, useState } from "react";
import { allUntwisted } from "../answers/directions";
import type { TypedDocumentString } from "./generated";

/** The data, with its texts as they may be shown. */
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
  return allUntwisted(data);
}

export interface Asked<Data> {
  /** While the next answer is on its way, this is the one before. */
  readonly data: Data | null;
  readonly error: string | null;
  readonly isWaiting: boolean;
}

/** Asks when the page is shown, and again whenever what is given changes. */
export function useAnswer<Given, Data>(
  asking: (given: Given, signal: AbortSignal) => Promise<Data>,
  given: Given,
): Asked<Data> {
  const [state, setState] = useState<Asked<Data>>({ data: null, error: null, isWaiting: true });
  const asText = JSON.stringify(given);
  useEffect(() => {
    const request = new AbortController();
    setState((before) => ({ ...before, isWaiting: true }));
    asking(JSON.parse(asText) as Given, request.signal).then(
      (data) => setState({ data, error: null, isWaiting: false }),
      (error: Error) => {
        if (!request.signal.aborted) setState({ data: null, error: error.message, isWaiting: false });
      },
    );
    return () => request.abort();
  }, [asking, asText]);
  return state;
}

/** What is typed, once nothing has been typed for a moment. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const pause = setTimeout(() => setSettled(typed), 300);
    return () => clearTimeout(pause);
  }, [typed]);
  return settled;
}

/** GraphiQL with this operation in a tab. */
export function graphiqlLink(operation: { toString(): unknown }, variables: object): string {
  return `/graphql#${encodeURIComponent(JSON.stringify({ query: String(operation), variables }))}`;
}
