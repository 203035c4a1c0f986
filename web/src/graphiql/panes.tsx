/** The panes that show the last answer: as a timeline, as a chart of statuses over time, and as tables. */
import { type GraphiQLPlugin, useGraphiQLActions } from "@graphiql/react";
import { parse, print } from "graphql";
import { useMemo, useState } from "react";
import { readSeries, type Series } from "../series/series";
import { StatusChart } from "../series/StatusChart";
import { tablesOf } from "../table/rows";
import { downloadCsv, TableView } from "../table/TableView";
import { dayInWords, today } from "../timeline/dates";
import type { Entry } from "../timeline/model";
import { readTimeline } from "../timeline/read";
import { Timeline } from "../timeline/Timeline";
import { exportsOf } from "./links";
import { Pane } from "./Pane";
import { recordQuery } from "./records";
import { useResponse } from "./responses";
import { useOpenInTab } from "./tabs";

export const timelinePlugin: GraphiQLPlugin = { title: "Timeline", icon: TimelineIcon, content: TimelinePane };

export const chartPlugin: GraphiQLPlugin = { title: "Statuses over time", icon: ChartIcon, content: ChartPane };

export const tablePlugin: GraphiQLPlugin = { title: "Table", icon: TableIcon, content: TablePane };

function TimelinePane() {
  const { data, shapes, name } = useResponse();
  const openInTab = useOpenInTab();
  const timeline = useMemo(() => readTimeline(data, today(), shapes), [data, shapes]);
  const tables = useMemo(() => tablesOf(data), [data]);
  const hasSeries = useMemo(() => readSeries(data, shapes).length > 0, [data, shapes]);
  const { setVisiblePlugin } = useGraphiQLActions();

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
          caption={captionOf(name)}
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
      ) : hasSeries ? (
        <p>
          This answer counts statuses over time.{" "}
          <button type="button" className="pane-button" onClick={() => setVisiblePlugin(chartPlugin)}>
            See them as a chart
          </button>
        </p>
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

/** What is drawn into a picture: the operation, the day, and where it was asked. */
function captionOf(name: string) {
  return { title: name, lines: [`Drawn on ${dayInWords(today())}`, `Source: ${new URL("/graphql", location.href).href}`] };
}

function ChartPane() {
  const { data, shapes, name } = useResponse();
  const all = useMemo(() => readSeries(data, shapes), [data, shapes]);
  const [chosen, setChosen] = useState("");
  const shown: Series | undefined = all.find(({ label }) => label === chosen) ?? all[0];
  return (
    <Pane title="Statuses over time">
      {all.length > 1 && (
        <label>
          Series{" "}
          <select value={shown!.label} onChange={(event) => setChosen(event.target.value)}>
            {all.map(({ label }) => <option key={label}>{label}</option>)}
          </select>
        </label>
      )}
      {shown ? (
        <StatusChart points={shown.points} name={name} caption={captionOf(name)} />
      ) : (
        <p>
          {data === null ? "Run a query, and the statuses that it counts are drawn here. " : "This answer counts no statuses over time. "}
          Ask for <code>{'statusSeries(from: "2020-01-01") { day statuses { status count } }'}</code>.
        </p>
      )}
    </Pane>
  );
}

function TablePane() {
  const { data, shapes, name } = useResponse();
  const tables = useMemo(() => tablesOf(data), [data]);
  const exported = useMemo(() => exportsOf(data, shapes), [data, shapes]);
  return (
    <Pane title="Table">
      {exported.map((list) => (
        <p key={list.name} className="pane-export">
          All {list.totalCount?.toLocaleString("en")} of <code>{list.name}</code>, every page, with the columns of the export:{" "}
          <a href={list.csv} download>CSV</a> <a href={list.jsonLines} download>JSON Lines</a>
        </p>
      ))}
      {tables.length > 0 ? (
        <TableView tables={tables} name={name} />
      ) : (
        <p>Run a query, and the lists of its answer are shown here as tables.</p>
      )}
    </Pane>
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

function ChartIcon() {
  return (
    <svg viewBox="2 3.25 18.5 18.5" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 4.75v14.5h15" strokeLinecap="round" />
      <path d="M7 19v-6h3v6M10 19v-9h3v9M13 19V7.500h3V19" strokeLinejoin="round" />
    </svg>
  );
}
