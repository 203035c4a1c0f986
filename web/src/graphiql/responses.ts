/** What the response editor shows, and which request it answers. */
import { useGraphiQL } from "@graphiql/react";
import { type Fetcher, formatResult, isAsyncIterable } from "@graphiql/toolkit";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { type Request, shapesOf } from "../answers/operation";
import type { ShapeOf } from "../answers/shapes";

/**
 * The last requests by their answers, as GraphiQL writes these into the editor. So an answer keeps
 * its request while the query is being changed, and when another tab is looked at.
 */
const requests = new Map<string, Request>();
const KEPT = 50;

function remember(result: unknown, request: Request): void {
  const text = formatResult(result);
  requests.delete(text);
  requests.set(text, request);
  if (requests.size > KEPT) requests.delete(requests.keys().next().value!);
}

/** The same fetcher, which remembers what it answered. */
export function remembering(fetcher: Fetcher): Fetcher {
  return async (parameters, options) => {
    const result = await fetcher(parameters, options);
    const request = parameters as Request;
    if (isAsyncIterable(result)) return eachRemembered(result, request);
    remember(result, request);
    return result;
  };
}

async function* eachRemembered<Result>(results: AsyncIterable<Result>, request: Request) {
  for await (const result of results) {
    remember(result, request);
    yield result;
  }
}

export interface Response {
  /** Null where there is no answer, or not a whole one yet. */
  readonly data: unknown;
  readonly shapes: ShapeOf;
  readonly name: string;
}

const NOTHING: Response = { data: null, shapes: () => undefined, name: "response" };

/** The answer that is shown, taken apart whenever it changes. */
export function useResponse(): Response {
  const editor = useGraphiQL((state) => state.responseEditor);
  const schema = useGraphiQL((state) => state.schema);
  const subscribe = useCallback(
    (changed: () => void) => {
      const listeners = [editor?.onDidChangeModelContent(changed), editor?.onDidChangeModel(changed)];
      return () => listeners.forEach((listener) => listener?.dispose());
    },
    [editor],
  );
  const text = useSyncExternalStore(subscribe, () => editor?.getValue() ?? "");
  return useMemo(() => {
    const data = dataIn(text);
    const request = requests.get(text);
    if (data === null) return NOTHING;
    const shapes = request && schema ? shapesOf(data, request, schema) : NOTHING.shapes;
    return { data, shapes, name: request?.operationName || NOTHING.name };
  }, [text, schema]);
}

function dataIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { data?: unknown }).data ?? null;
  } catch {
    return null; // while it runs there is no text, and an error may not be JSON
  }
}
