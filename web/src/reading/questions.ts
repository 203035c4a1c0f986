/**
 * What a page asks. A loader is a generator: it yields one question after the other and returns what
 * the page shows. So the browser, which sends requests, and the server, which has the API in its own
 * process, run the same loader.
 */
import { allUntwisted } from "../answers/directions";
import type { TypedDocumentString } from "./generated";

export interface Question {
  readonly query: string;
  readonly variables: unknown;
}

/** What came of a question: data, or the first error. */
export interface Reply {
  readonly data?: unknown;
  readonly error?: { readonly message: string; readonly code: string };
}

export type Loader<Data> = Generator<Question, Data, unknown>;

/** Raised in a loader whose question has an error for its answer. */
export class Refused extends Error {
  readonly code: string;

  constructor({ message, code }: { message: string; code: string }) {
    super(message);
    this.code = code;
  }
}

/** Asks one question in a loader: `const { party } = yield* put(PartyDocument, { key })`. */
export function* put<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Generator<Question, Data, unknown> {
  return (yield { query: operation.toString(), variables }) as Data;
}

/** How far a loader comes with these replies: to its next question, or to its end. Throws Refused. */
export function replay<Data>(loader: Loader<Data>, replies: readonly Reply[]): { next: Question } | { data: Data } {
  let step = loader.next();
  for (const reply of replies) {
    if (step.done) break;
    step = reply.error ? loader.throw(new Refused(reply.error)) : loader.next(allUntwisted(reply.data));
  }
  return step.done ? { data: step.value } : { next: step.value };
}

/** Runs a loader to its end over the public API. Throws Refused, or what stood in the way. */
export async function load<Data>(loader: Loader<Data>, signal: AbortSignal | null = null): Promise<Data> {
  let step = loader.next();
  while (!step.done) {
    const reply = await send(step.value, signal);
    step = reply.error ? loader.throw(new Refused(reply.error)) : loader.next(allUntwisted(reply.data));
  }
  return step.value;
}

async function send(question: Question, signal: AbortSignal | null): Promise<Reply> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json" },
    body: JSON.stringify(question),
    signal,
  }).catch(tellUnreached);
  const { data, errors } = await answerIn(response);
  const [error] = errors ?? [];
  if (error) return { error: { message: error.message, code: error.extensions?.code ?? "" } };
  if (!data) return { error: { message: `the server answered ${response.status}`, code: "" } };
  return { data };
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** An answer that is not of our server, such as a proxy's page, says nothing that can be shown. */
async function answerIn(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    return tellUnreached(error);
  }
}

/** Where there is no connection, each browser says so in words of its own that help nobody. What was given up stays so. */
function tellUnreached(error: unknown): never {
  throw error instanceof TypeError ? new Error("the server cannot be reached") : error;
}

/** GraphiQL with this operation in a tab. */
export function graphiqlLink(operation: { toString(): unknown }, variables: object): string {
  return `/graphql#${encodeURIComponent(JSON.stringify({ query: String(operation), variables }))}`;
}
