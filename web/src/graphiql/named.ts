/** The operation that a request names is one that its query has. */
import type { Fetcher } from "@graphiql/toolkit";
import { Kind, parse } from "graphql";

/**
 * The same fetcher, which puts the query's own name in the place of one that the query does not have.
 * GraphiQL notes names a moment after the text has changed, so that a query opened and run at once would
 * go out with the name of the last one.
 */
export function named(fetcher: Fetcher): Fetcher {
  return (parameters, options) => {
    const names = operationsIn(parameters.query);
    const given = parameters.operationName;
    const only = names.length === 1 ? (names[0] ?? null) : null;
    const operationName = given != null && names.includes(given) ? given : only;
    return fetcher({ ...parameters, operationName }, options);
  };
}

function operationsIn(query: string): (string | null)[] {
  try {
    const { definitions } = parse(query, { noLocation: true });
    return definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION).map(({ name }) => name?.value ?? null);
  } catch {
    return []; // the server says what is wrong with it
  }
}
