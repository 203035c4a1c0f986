/** The page at /graphql: GraphiQL and our panes. A further pane is one more entry of `plugins`. */
import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./workbench.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { createGraphiQLFetcher, StorageAPI } from "@graphiql/toolkit";
import { GraphiQL, type GraphiQLProps, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";
import { examplesPlugin, fetchExamples, openingExample, variablesText } from "./examples";
import { explainPlugin } from "./explain";
import { Freshness, noting } from "./freshness";
import { sentIn } from "./links";
import { named } from "./named";
import { Opening } from "./opening";
import { chartPlugin, tablePlugin, timelinePlugin } from "./panes";
import { patient } from "./patient";
import { remembering } from "./responses";
import { forgetfulStorage } from "./storage";
import { NARROW } from "./tabs";
import { Toolbar } from "./toolbar";

const endpoint = new URL("/graphql", location.href).href;

const fetcher = named(
  remembering(
    patient(
      createGraphiQLFetcher({
        url: endpoint,
        fetch: noting,
        subscriptionUrl: endpoint.replace(/^http/, "ws"),
        // The server has no @defer; with this on, every request would accept multipart answers.
        enableIncrementalDelivery: false,
      }),
    ),
  ),
);

const examples = await fetchExamples();
const examplesPane = examplesPlugin(examples);
// Built once: GraphiQL resets its open pane whenever it is given another list.
const plugins = [examplesPane, timelinePlugin, chartPlugin, tablePlugin, explainPlugin, explorerPlugin(), HISTORY_PLUGIN];

const isFirstVisit = !sentIn(location.hash) && new StorageAPI(forgetfulStorage).get("tabState") === null;

/**
 * What a browser sees that has never been here, or was sent here with a query. Else GraphiQL restores
 * its own tabs and pane, and would add a tab at every reload if it were still given a query.
 */
function openingState(): Partial<GraphiQLProps> {
  const sent = sentIn(location.hash);
  if (sent) {
    history.replaceState(null, "", location.pathname);
    return { initialQuery: sent.query, initialVariables: sent.variables };
  }
  if (!isFirstVisit) return {};
  const opening = openingExample(examples);
  return {
    initialQuery: opening.query,
    initialVariables: variablesText(opening),
    ...(!NARROW.matches && { visiblePlugin: examplesPane }),
  };
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
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => <Toolbar endpoint={endpoint} own={<>{prettify}{merge}{copy}</>} />}
    </GraphiQL.Toolbar>
    <GraphiQL.Footer>
      <Freshness endpoint={endpoint} />
    </GraphiQL.Footer>
    <Opening isFirstVisit={isFirstVisit} />
  </GraphiQL>,
);
