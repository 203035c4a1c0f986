/**
 * Where Monaco finds its workers: files of our own origin, because the page's
 * Content-Security-Policy allows no other place and no blob: URL.
 *
 * `@graphiql/react/setup-workers/vite` does the same, and logs every start to the console.
 */
import type {} from "monaco-editor"; // declares window.MonacoEnvironment
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

window.MonacoEnvironment = {
  getWorker(_workerId, label) {
    if (label === "json") return new JsonWorker();
    if (label === "graphql") return new GraphQLWorker();
    return new EditorWorker();
  },
};
