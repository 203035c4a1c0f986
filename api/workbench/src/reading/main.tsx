/** The public pages. An address is a view, and links are links: there is no router. */
import "../timeline/status.css";
import "./reading.css";

import { createRoot } from "react-dom/client";
import { CommitmentList } from "./CommitmentList";
import { CommitmentPage } from "./CommitmentPage";

const [, key] = /^\/commitments\/([^/]+)$/.exec(location.pathname) ?? [];

createRoot(document.getElementById("reading")!).render(
  key === undefined ? <CommitmentList /> : <CommitmentPage commitmentKey={decodeURIComponent(key)} />,
);
