import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Lays `name.gz` beside every asset that shrinks, so that the server compresses nothing itself. */
function precompress(): Plugin {
  const compress = promisify(gzip);
  return {
    name: "precompress",
    apply: "build",
    async writeBundle({ dir }) {
      const assets = join(dir ?? "dist", "assets");
      for (const name of await readdir(assets)) {
        const raw = await readFile(join(assets, name));
        const packed = await compress(raw, { level: 9 });
        if (packed.length < raw.length * 0.9) await writeFile(join(assets, `${name}.gz`), packed);
      }
    },
  };
}

export default defineConfig({
  // api/pages/routes.py serves dist/assets at /assets.
  base: "/",
  plugins: [precompress()],
  build: {
    target: "es2022",
    // The first that know light-dark(), which follows `color-scheme` from wherever that is set.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // A data: URL would ask for a wider Content-Security-Policy than a file of ours does.
    assetsInlineLimit: 0,
    // Monaco is one lazy chunk of about 2 MB: the editor is what GraphiQL is.
    chunkSizeWarningLimit: 4000,
    modulePreload: { polyfill: false },
    // "use client" in React libraries is for servers that render; dropping it is no news.
    rolldownOptions: {
      input: ["index.html", "reading.html", "desk.html"],
      checks: { moduleLevelDirective: false },
    },
  },
  worker: {
    // Module workers keep their imports; a classic one would inline all of them.
    format: "es",
  },
});
