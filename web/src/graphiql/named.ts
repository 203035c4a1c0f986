/** The operation that a request names is one that its query has. */
import type { Fetcher } from "@graphiql/toolkit";
import { type DocumentNode, Kind, parse } from "graphql";

/**
 * The same fetcher, which puts the query's own name in the place of one that the query does not have.
 * GraphiQL notes names, and whether it is a subscription, a moment after the text has changed: a query
 * opened and run at once would go out with the name of the last one, and as what that was.
 */
export function named(fetcher: Fetcher): Fetcher {
  return (parameters, options) => {
    const document = parsed(parameters.query);
    const names = operationsIn(document);
    const given = parameters.operationName;
    const only = names.length === 1 ? (names[0] ?? null) : null;
    const operationName = given != null && names.includes(given) ? given : only;
    return fetcher({ ...parameters, operationName }, { ...options, ...(document && { documentAST: document }) });
  };
}

function operationsIn(document: DocumentNode | null): (string | null)[] {
  const definitions = document?.definitions ?? [];
  return definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION).map(({ name }) => name?.value ?? null);
}

function parsed(query: string): DocumentNode | null {
  try {
    return parse(query, { noLocation: true });
  } catch {
    return null; // the server says what is wrong with it
  }
}
