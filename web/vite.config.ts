import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Lays `name.br` and `name.gz` beside every asset that shrinks, so that the server compresses nothing itself. */
function precompress(): Plugin {
  const zip = promisify(gzip);
  const squeeze = promisify(brotliCompress);
  return {
    name: "precompress",
    apply: "build",
    async writeBundle({ dir }) {
      const assets = join(dir ?? "dist", "assets");
      for (const name of await readdir(assets)) {
        const raw = await readFile(join(assets, name));
        const packed = {
          gz: await zip(raw, { level: 9 }),
          br: await squeeze(raw, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } }),
        };
        for (const [suffix, bytes] of Object.entries(packed)) {
          if (bytes.length < raw.length * 0.9) await writeFile(join(assets, `${name}.${suffix}`), bytes);
        }
      }
    },
  };
}

/** Lays the font with which the server draws pictures into `fonts` (api/sharing/cards.py), and its licence. */
function copyFonts(): Plugin {
  const files = ["fonts/ttf/Vazirmatn-Regular.ttf", "fonts/ttf/Vazirmatn-Bold.ttf", "OFL.txt"];
  return {
    name: "copy-fonts",
    apply: "build",
    async writeBundle({ dir }) {
      const folder = join(dir ?? "dist", "fonts");
      await mkdir(folder, { recursive: true });
      for (const file of files) await copyFile(join("node_modules", "vazirmatn", file), join(folder, basename(file)));
    },
  };
}

/** Lets the scripts of the reading pages wait for their text and styles, which can be read without them. */
function putTextFirst(): Plugin {
  return {
    name: "put-text-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html, { filename }) =>
        basename(filename) === "reading.html"
          ? html.replaceAll(/<(?=script type="module"|link rel="modulepreload")(\w+)/g, '<$1 fetchpriority="low"')
          : html,
    },
  };
}

export default defineConfig({
  // api/pages/routes.py serves dist/assets at /assets.
  base: "/",
  plugins: [precompress(), copyFonts(), putTextFirst()],
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
      input: ["index.html", "reading.html", "desk.html", "embed.html"],
      checks: { moduleLevelDirective: false },
    },
  },
  worker: {
    // Module workers keep their imports; a classic one would inline all of them.
    format: "es",
  },
});
