/** What happens by itself: the opening query is run, a pasted link is opened, the tab in use is in sight. */
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";
import { sentIn } from "./links";
import { useOpenInTab } from "./tabs";

interface Props {
  /** Whether this browser has never been here, and what stands in the editor is ours. */
  isFirstVisit: boolean;
}

export function Opening({ isFirstVisit }: Props) {
  const { run } = useGraphiQLActions();
  const schema = useGraphiQL((state) => state.schema);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const activeTab = useGraphiQL((state) => state.activeTabIndex);
  const openInTab = useOpenInTab();
  const isDue = useRef(isFirstVisit);
  const opening = useRef(openInTab);
  opening.current = openInTab;

  // Only ours: what a link brings, somebody else wrote.
  useEffect(() => {
    if (!isDue.current || !schema || !queryEditor) return;
    isDue.current = false;
    run();
  }, [run, schema, queryEditor]);

  useEffect(() => {
    const open = () => {
      const sent = sentIn(location.hash);
      if (!sent) return;
      history.replaceState(null, "", location.pathname);
      opening.current(sent.query, sent.variables);
    };
    addEventListener("hashchange", open);
    return () => removeEventListener("hashchange", open);
  }, []);

  useEffect(() => {
    document.querySelector(".graphiql-tab-active")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [activeTab]);

  // Queries open with comments in sentences, and those wrap as the response does.
  useEffect(() => queryEditor?.updateOptions({ wordWrap: "on" }), [queryEditor]);
  return null;
}
