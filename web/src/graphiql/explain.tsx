/** The pane that says how the query in the editor is run: its cost, its plan, and what MongoDB was asked. */
import { type GraphiQLPlugin, useGraphiQL } from "@graphiql/react";
import { useState } from "react";
import { isObject } from "../answers/shapes";
import { Pane } from "./Pane";

export const explainPlugin: GraphiQLPlugin = { title: "Explain", icon: ExplainIcon, content: ExplainPane };

/** As `POST /graphql/explain` answers (api/workbench/explain.py). */
interface Explanation {
  readonly tier: string;
  readonly cost: number;
  readonly milliseconds: number;
  readonly plan: string;
  readonly commands: readonly { readonly name: string; readonly collection: string | null; readonly milliseconds: number }[];
  readonly source: string | null;
}

type Told = { readonly explanation: Explanation } | { readonly problem: string };

function ExplainPane() {
  const editors = useGraphiQL(({ queryEditor, variableEditor, headerEditor }) => ({ queryEditor, variableEditor, headerEditor }));
  const operationName = useGraphiQL((state) => state.operationName ?? null);
  const [told, setTold] = useState<Told | null>(null);
  const [isWaiting, setWaiting] = useState(false);

  async function explain() {
    setWaiting(true);
    const textOf = (name: keyof typeof editors) => editors[name]?.getValue() ?? "";
    setTold(await ask(textOf("queryEditor"), textOf("variableEditor"), textOf("headerEditor"), operationName));
    setWaiting(false);
  }

  return (
    <Pane title="Explain">
      <p>How the query in the editor is run. It is run once more for this, past the answers that are kept.</p>
      <button type="button" className="pane-button" disabled={isWaiting} onClick={() => void explain()}>
        Explain the query
      </button>
      <div role="status">
        {told && "problem" in told && <p className="pane-problem">{told.problem}</p>}
        {told && "explanation" in told && <Explained {...told.explanation} />}
      </div>
    </Pane>
  );
}

function Explained({ tier, cost, milliseconds, plan, commands, source }: Explanation) {
  return (
    <>
      <dl className="explain-figures">
        <div><dt>Cost</dt><dd>{cost.toLocaleString("en")}</dd></div>
        <div><dt>Took</dt><dd>{milliseconds.toFixed(1)} ms</dd></div>
        <div><dt>Run by</dt><dd>{tier}</dd></div>
      </dl>
      <h3>Plan</h3>
      <pre tabIndex={0}>{plan}</pre>
      <h3>{commands.length === 1 ? "1 MongoDB command" : `${commands.length} MongoDB commands`}</h3>
      <ol>
        {commands.map((command, index) => (
          <li key={index}>{`${command.name} ${command.collection ?? ""}: ${command.milliseconds.toFixed(1)} ms`}</li>
        ))}
      </ol>
      {source !== null && (
        <details>
          <summary>The function that was generated for it</summary>
          <pre tabIndex={0}>{source}</pre>
        </details>
      )}
    </>
  );
}

async function ask(query: string, variables: string, headers: string, operationName: string | null): Promise<Told> {
  try {
    const response = await fetch("/graphql/explain", {
      method: "POST",
      headers: { ...read(headers, "the headers"), "content-type": "application/json" },
      body: JSON.stringify({ query, operationName, variables: read(variables, "the variables") }),
    });
    const answer = (await response.json()) as Explanation | { errors: { message: string }[] };
    return "errors" in answer ? { problem: answer.errors.map(({ message }) => message).join("\n") } : { explanation: answer };
  } catch (error) {
    return { problem: `Not explained: ${(error as Error).message}` };
  }
}

function read(text: string, what: string): Record<string, string> {
  const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
  if (!isObject(value)) throw new Error(`${what} are no JSON object`);
  return value as Record<string, string>;
}

function ExplainIcon() {
  return (
    <svg viewBox="2 3.25 18.5 18.5" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5.5h6v4H4zM12.5 15.5h6v4h-6zM7 9.5v8h5.5" strokeLinejoin="round" />
      <path d="M14 5.5h5M14 9h3.5" strokeLinecap="round" />
    </svg>
  );
}
