/** The public pages. An address is a view, and links are links: there is no router. */
import "../timeline/status.css";
import "./reading.css";

import { createRoot } from "react-dom/client";
import { CommitmentList } from "./CommitmentList";
import { CommitmentPage } from "./CommitmentPage";
import { NothingThere } from "./parts";

function pageAt(path: string) {
  const [, key] = /^\/commitments\/([^/]+)$/.exec(path) ?? [];
  if (key !== undefined) return <CommitmentPage commitmentKey={decoded(key)} />;
  return path === "/" ? <CommitmentList /> : <NothingThere path={decoded(path)} />;
}

/** As written where it is no whole encoding: then it is nobody's key either. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

createRoot(document.getElementById("reading")!).render(pageAt(location.pathname));
