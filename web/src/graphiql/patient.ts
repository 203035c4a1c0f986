/** A server that cannot be reached is told in a sentence, in the place of the answer. */
import type { Fetcher } from "@graphiql/toolkit";

/** The same fetcher. What went wrong on the way is an error as the server writes them, and no stack trace. */
export function patient(fetcher: Fetcher): Fetcher {
  return async (parameters, options) => {
    try {
      return await fetcher(parameters, options);
    } catch (error) {
      // That of fetch() says nothing that people could act on.
      const message = error instanceof TypeError ? "the server cannot be reached; try again" : String((error as Error).message ?? error);
      return { data: null, errors: [{ message }] } as never;
    }
  };
}
