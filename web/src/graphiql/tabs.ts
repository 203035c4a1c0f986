/** Opening a query in a tab of its own. */
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";

/** Where a pane lies over the editors instead of beside them, as workbench.css has it. */
export const NARROW = matchMedia("(max-width: 700px)");

export function useOpenInTab(): (query: string, variables?: string) => void {
  const { addTab, setVisiblePlugin } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  return (query, variables = "") => {
    addTab();
    // A tab follows its editors: setting these names the tab and stores it too.
    variableEditor?.setValue(variables);
    queryEditor?.setValue(query);
    queryEditor?.focus();
    if (NARROW.matches) setVisiblePlugin(null);
  };
}
