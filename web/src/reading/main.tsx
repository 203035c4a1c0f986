/** The public pages in the browser. An address is a view, and links are links: there is no router. */
import "../timeline/status.css";
import "./reading.css";

import { createRoot, hydrateRoot } from "react-dom/client";
import type { Given } from "./context";
import { Root } from "./Root";
import { LANGUAGES } from "./words/languages";

const place = document.getElementById("reading")!;
const given = JSON.parse(document.getElementById("given")!.textContent!) as Given;

if (!given.isRendered) {
  // The server rendered nothing, so the language is for the page to say.
  document.documentElement.dir = LANGUAGES[given.language].direction;
  createRoot(place).render(<Root given={given} />);
} else {
  // What the server rendered is painted first, which no tab in the background does.
  await new Promise<void>((go) => (document.hidden ? go() : requestAnimationFrame(() => setTimeout(go))));
  hydrateRoot(place, <Root given={given} />);
}

// What is named by a fragment may have come only now.
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
