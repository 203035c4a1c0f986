/** The named example queries of docs/queries: read once, shown in a pane, opened in a new tab. */
import type { GraphiQLPlugin } from "@graphiql/react";
import type { ReactNode } from "react";
import { useOpenInTab } from "./tabs";

/** As `GET /workbench/queries.json` answers (api/pages/routes.py). */
export interface Example {
  name: string;
  title: string;
  description: string;
  query: string;
  variables: Record<string, unknown>;
}

const OPENING = "00-opening";

const FALLBACK: Example = {
  name: OPENING,
  title: "What can be asked",
  description: "",
  query: `# Followthrough: what became of a promise?
# The names of what can be asked; Ctrl+Space completes, Ctrl+Enter runs.
query WhatCanBeAsked {
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`,
  variables: {},
};

/**
 * The examples that this store can answer; all of them where nobody can say.
 *
 * GraphiQL is of use without examples, so a failure here is an empty menu and not an error page.
 */
export async function fetchExamples(): Promise<Example[]> {
  const [examples, answered] = await Promise.all([
    fetchList<Example>("/workbench/queries.json"),
    fetchList<string>("/workbench/answered.json"),
  ]);
  return answered === null ? (examples ?? []) : (examples ?? []).filter(({ name }) => answered.includes(name));
}

async function fetchList<Item>(address: string): Promise<Item[] | null> {
  try {
    const response = await fetch(address);
    return response.ok ? ((await response.json()) as Item[]) : null;
  } catch {
    return null;
  }
}

export function openingExample(examples: Example[]): Example {
  return examples.find((example) => example.name === OPENING) ?? FALLBACK;
}

/** What the variables editor holds for this example: nothing rather than `{}`. */
export function variablesText({ variables }: Example): string {
  return Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : "";
}

export function examplesPlugin(examples: Example[]): GraphiQLPlugin {
  return {
    title: "Examples",
    icon: ExamplesIcon,
    content: () => <ExamplesPane examples={examples} />,
  };
}

function ExamplesPane({ examples }: { examples: Example[] }) {
  const openInTab = useOpenInTab();

  return (
    <section aria-labelledby="examples-title" className="examples">
      <h2 id="examples-title">Examples</h2>
      {examples.length === 0 && <p>This server has no example queries.</p>}
      <ul>
        {examples.map((example) => (
          <li key={example.name}>
            <button type="button" onClick={() => openInTab(example.query, variablesText(example))}>
              <strong>{codeIn(example.title)}</strong>
              {example.description && <span>{codeIn(example.description)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A text in which words between backticks are code. */
function codeIn(text: string): ReactNode {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

function ExamplesIcon() {
  return (
    <svg viewBox="2 3.25 18.5 18.5" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 4.75h11.5a3 3 0 0 1 3 3v12.5H7a3 3 0 0 1-3-3z" strokeLinejoin="round" />
      <path d="M8 9.25h6.5M8 13h6.5M8 16.75h4" strokeLinecap="round" />
    </svg>
  );
}
