/** The page at /graphql: GraphiQL and our panes. A further pane is one more entry of `plugins`. */
import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./workbench.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { useGraphiQL } from "@graphiql/react";
import { createGraphiQLFetcher, StorageAPI } from "@graphiql/toolkit";
import { GraphiQL, type GraphiQLProps, HISTORY_PLUGIN } from "graphiql";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { isObject } from "../answers/shapes";
import { examplesPlugin, fetchExamples, openingExample, variablesText } from "./examples";
import { named } from "./named";
import { tablePlugin, timelinePlugin } from "./panes";
import { remembering } from "./responses";
import { forgetfulStorage } from "./storage";
import { NARROW } from "./tabs";

const endpoint = new URL("/graphql", location.href).href;

const fetcher = named(
  remembering(
    createGraphiQLFetcher({
      url: endpoint,
      subscriptionUrl: endpoint.replace(/^http/, "ws"),
      // The server has no @defer; with this on, every request would accept multipart answers.
      enableIncrementalDelivery: false,
    }),
  ),
);

const examples = await fetchExamples();
const examplesPane = examplesPlugin(examples);
// Built once: GraphiQL resets its open pane whenever it is given another list.
const plugins = [examplesPane, timelinePlugin, tablePlugin, explorerPlugin(), HISTORY_PLUGIN];

/**
 * What a browser sees that has never been here, or was sent here with a query. Else GraphiQL restores
 * its own tabs and pane, and would add a tab at every reload if it were still given a query.
 */
function openingState(): Partial<GraphiQLProps> {
  const sent = queryIn(location.hash);
  if (sent) {
    history.replaceState(null, "", location.pathname);
    return { initialQuery: sent.query, initialVariables: JSON.stringify(sent.variables ?? {}, null, 2) };
  }
  if (new StorageAPI(forgetfulStorage).get("tabState") !== null) return {};
  const opening = openingExample(examples);
  return {
    initialQuery: opening.query,
    initialVariables: variablesText(opening),
    ...(!NARROW.matches && { visiblePlugin: examplesPane }),
  };
}

/** A link to here may bring `{query, variables}` as JSON; the reading pages have such links. */
function queryIn(hash: string): { query: string; variables?: unknown } | null {
  try {
    const sent: unknown = JSON.parse(decodeURIComponent(hash.slice(1)));
    return isObject(sent) && typeof sent["query"] === "string" ? { query: sent["query"], variables: sent["variables"] } : null;
  } catch {
    return null;
  }
}

/** Queries open with comments in sentences, and those wrap as the response does. */
function WrapLongLines() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  useEffect(() => queryEditor?.updateOptions({ wordWrap: "on" }), [queryEditor]);
  return null;
}

createRoot(document.getElementById("workbench")!).render(
  <GraphiQL
    fetcher={fetcher}
    storage={forgetfulStorage}
    plugins={plugins}
    inputValueDeprecation
    schemaDescription
    // Examples bring variables, and a token goes into the headers: both are to be seen.
    defaultEditorToolsVisibility={!NARROW.matches}
    {...openingState()}
  >
    <GraphiQL.Logo>Followthrough</GraphiQL.Logo>
    <WrapLongLines />
  </GraphiQL>,
);
