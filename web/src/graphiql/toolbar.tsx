/** What is done with the query in the editor, beside GraphiQL's own: a link to it, and the same for a terminal. */
import { ToolbarButton, useGraphiQL } from "@graphiql/react";
import { type ReactNode, useState } from "react";
import { curlOf, hashOf } from "./links";

interface ToolbarProps {
  endpoint: string;
  /** GraphiQL's own buttons. */
  own: ReactNode;
}

export function Toolbar({ endpoint, own }: ToolbarProps) {
  const editors = useGraphiQL(({ queryEditor, variableEditor, headerEditor }) => ({ queryEditor, variableEditor, headerEditor }));
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  const textOf = (name: keyof typeof editors) => editors[name]?.getValue() ?? "";
  const link = () => {
    const hash = hashOf(textOf("queryEditor"), textOf("variableEditor"));
    return hash && new URL(`/graphql${hash}`, location.href).href;
  };
  const curl = () => curlOf(endpoint, textOf("queryEditor"), textOf("variableEditor"), textOf("headerEditor"), operationName);
  return (
    <>
      {own}
      <Copying label="Copy a link to this query" icon={LinkIcon} textOf={link} />
      <Copying label="Copy as curl" icon={TerminalIcon} textOf={curl} />
    </>
  );
}

interface CopyingProps {
  label: string;
  icon: () => ReactNode;
  /** Null where variables or headers are no JSON. */
  textOf: () => string | null;
}

const DONE = "Copied";
const UNREADABLE = "Not copied: the variables or headers are no JSON";
const REFUSED = "Not copied: the browser does not allow it here";

function Copying({ label, icon: Icon, textOf }: CopyingProps) {
  const [said, setSaid] = useState<string | null>(null);

  async function copy() {
    const text = textOf();
    setSaid(text === null ? UNREADABLE : await write(text));
    setTimeout(() => setSaid(null), 3000);
  }

  return (
    <>
      <ToolbarButton label={said ?? label} onClick={() => void copy()}>
        {said === DONE ? <DoneIcon /> : <Icon />}
      </ToolbarButton>
      <span role="status" className="visually-hidden">{said}</span>
    </>
  );
}

/** Browsers give the clipboard only to pages of https and of this machine. */
async function write(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return DONE;
  } catch {
    return REFUSED;
  }
}

function LinkIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M8.5 11.5a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5l-1.2 1.2M11.5 8.5a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5l1.2-1.2" strokeLinecap="round" />
    </svg>
  );
}

function TerminalIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M2.75 3.75h14.5v12.5H2.75zM5.5 7.5l2.5 2.5-2.5 2.5M10 13h4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

function DoneIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <path d="M4 10.5l4 4 8-9" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
