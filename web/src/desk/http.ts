/** One request to the API, answered whatever the answer is. */

/** No answer came. What was to be sent is as it was, and can be sent again. */
export class Offline extends Error {
  constructor() {
    super("The server cannot be reached. What you typed is kept; try again when you are connected");
  }
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}

let written = 0;

/** From now on, answers must include this version of the data: who wrote something sees it. */
export function noteWritten(version: number | null | undefined): void {
  written = Math.max(written, version ?? 0);
}

/** One request by this token, answered whatever the answer is. Rejects with Offline. */
export async function post<Data>(
  query: string,
  variables: unknown,
  token: string | null,
  signal: AbortSignal | null = null,
): Promise<{ status: number; answer: Answer<Data> }> {
  let response: Response;
  try {
    response = await fetch("/graphql", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json",
        ...(written > 0 && { "x-followthrough-min-data-version": String(written) }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    return { status: response.status, answer: (await response.json()) as Answer<Data> };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Offline();
  }
}
