/** The panes that show the last answer: as a timeline, and as tables. */
import type { GraphiQLPlugin } from "@graphiql/react";
import { parse, print } from "graphql";
import { type ReactNode, useMemo, useState } from "react";
import { tablesOf } from "../table/rows";
import { downloadCsv, TableView } from "../table/TableView";
import { today } from "../timeline/dates";
import type { Entry } from "../timeline/model";
import { readTimeline } from "../timeline/read";
import { Timeline } from "../timeline/Timeline";
import { recordQuery } from "./records";
import { useResponse } from "./responses";
import { useOpenInTab } from "./tabs";

export const timelinePlugin: GraphiQLPlugin = { title: "Timeline", icon: TimelineIcon, content: TimelinePane };

export const tablePlugin: GraphiQLPlugin = { title: "Table", icon: TableIcon, content: TablePane };

function TimelinePane() {
  const { data, shapes, name } = useResponse();
  const openInTab = useOpenInTab();
  const timeline = useMemo(() => readTimeline(data, today(), shapes), [data, shapes]);
  const tables = useMemo(() => tablesOf(data), [data]);

  function open(entry: Entry) {
    const query = recordQuery(entry);
    if (query) openInTab(print(parse(query)));
  }

  return (
    <Pane title="Timeline">
      {timeline.lanes.length > 0 ? (
        <Timeline
          timeline={timeline}
          name={name}
          onOpen={open}
          opening="Open its query in a new tab"
          tools={
            tables[0] && (
              <button type="button" onClick={() => downloadCsv(tables[0]!, name)} title="Download the answer as CSV">
                CSV
              </button>
            )
          }
        />
      ) : (
        <p>
          {data === null ? "Run a query, and what it answers is drawn here. " : "This answer has no dates to draw. "}
          Ask for commitments, follow-ups, meetings or articles with their dates, such as <code>{"madeOn { edtf }"}</code>,
          and for <code>statusHistory</code> to see where they stood.
        </p>
      )}
    </Pane>
  );
}

function TablePane() {
  const { data, name } = useResponse();
  const tables = useMemo(() => tablesOf(data), [data]);
  return (
    <Pane title="Table">
      {tables.length > 0 ? (
        <TableView tables={tables} name={name} />
      ) : (
        <p>Run a query, and the lists of its answer are shown here as tables.</p>
      )}
    </Pane>
  );
}

/** Both want more room than a pane has, and can lie over the editors; see workbench.css. */
function Pane({ title, children }: { title: string; children: ReactNode }) {
  const [isWide, setWide] = useState(false);
  return (
    <section className="answer-pane" aria-labelledby="answer-pane-title" data-wide={isWide || undefined}>
      <header>
        <h2 id="answer-pane-title">{title}</h2>
        <button type="button" aria-pressed={isWide} onClick={() => setWide(!isWide)}>
          {isWide ? "Beside the query" : "Over the whole page"}
        </button>
      </header>
      {children}
    </section>
  );
}

function TimelineIcon() {
  return (
    <svg viewBox="2 3.25 18.5 18.5" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M3.5 8.5h4M11 8.5h8M3.5 16.5h8M15 16.5h4" strokeLinecap="round" />
      <circle cx="9.25" cy="8.5" r="1.75" />
      <circle cx="13.25" cy="16.5" r="1.75" />
    </svg>
  );
}

function TableIcon() {
  return (
    <svg viewBox="2 3.25 18.5 18.5" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5.75h14.5v13.5H4zM4 10.25h14.5M4 14.75h14.5M9.5 10.25v9" strokeLinejoin="round" />
    </svg>
  );
}
