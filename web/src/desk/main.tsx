/** The desk: from an article to a reviewed record, on the public API alone. */
import "../timeline/status.css";
import "../reading/reading.css";
import "./desk.css";

import { createRoot } from "react-dom/client";
import { go } from "./address";
import { Desk } from "./Desk";
import { findClient, isBackFromProvider, redeem } from "./session/openid";
import { session } from "./session/session";

async function start() {
  const root = createRoot(document.getElementById("desk")!);
  let fault: string | null = null;
  if (isBackFromProvider(location.search)) {
    try {
      const client = await findClient();
      if (!client) throw new Error("This server has no provider to sign in at; use a token");
      const { token, back } = await redeem(client, location.search);
      const found = await session.signIn(token);
      if ("fault" in found) fault = found.fault;
      go(back, { replace: true });
    } catch (error) {
      fault = (error as Error).message;
      go("/desk", { replace: true });
    }
  }
  root.render(<Desk fault={fault} />);
  await session.open();
  // A link of `serve` that is opened in this tab later.
  addEventListener("hashchange", () => void session.open());
}

void start();
