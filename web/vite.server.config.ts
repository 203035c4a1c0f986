import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { defineConfig } from "vite";

const reactDom = dirname(createRequire(import.meta.url).resolve("react-dom/package.json"));

/** The reading pages as one script for a bare V8: `api/pages/rendering.py` runs it. */
export default defineConfig({
  define: { "process.env.NODE_ENV": '"production"' },
  resolve: {
    alias: {
      // The other servers of React need streams, encoders and message channels, which V8 has not.
      "react-dom/server": join(reactDom, "cjs/react-dom-server-legacy.browser.production.js"),
    },
  },
  // What is public is beside the pages already.
  publicDir: false,
  ssr: { noExternal: true, target: "webworker" },
  build: {
    ssr: "src/reading/server.tsx",
    outDir: "dist/server",
    target: "es2022",
    minify: true,
    rolldownOptions: {
      output: { format: "iife", name: "reading", entryFileNames: "reading.js", codeSplitting: false },
      checks: { moduleLevelDirective: false },
    },
  },
});
