/** The same timeline in words, for those who do not look at it. */
import { NoteView } from "./Details";
import { dayInWords, daysInWords, inWords } from "./dates";
import { inSentence, lookOf } from "./kinds";
import type { Lane, Note, Timeline } from "./model";

export function TimelineTable({ timeline }: { timeline: Timeline }) {
  return (
    <details className="timeline-table">
      <summary>As a table</summary>
      {timeline.lanes.map((lane) => (
        <div key={lane.id} className="timeline-table-scroll" tabIndex={0} role="region" aria-label={lane.title}>
          <table>
            <caption dir="auto">{lane.key && lane.key !== lane.title ? `${lane.key}: ${lane.title}` : lane.title}</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">Why and where from</th>
              </tr>
            </thead>
            <tbody>
              {rowsOf(lane).map(({ when, what, why, notes }, index) => (
                <tr key={index}>
                  <td>{when}</td>
                  <td dir="auto">{what}</td>
                  <td dir="auto">
                    {why}
                    {notes?.map((note) => <NoteView key={`${note.sort} ${note.text} ${note.source}`} note={note} />)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </details>
  );
}

interface Row {
  readonly when: string;
  readonly what: string;
  readonly why: string;
  readonly notes?: readonly Note[];
}

function rowsOf(lane: Lane): Row[] {
  return [
    ...lane.entries.map(({ date, kind, reference, title, noun, notes }) => ({
      when: inWords(date),
      what: [
        reference && "key" in reference ? `${reference.key}:` : "",
        lookOf(kind).name,
        noun === "followUp" || noun === "commitment" ? "" : title,
      ].filter(Boolean).join(" "),
      why: "",
      notes,
    })),
    ...lane.bands.map(({ from, until, value, explanation }) => ({
      when: period(from, until === null ? null : until - 1),
      what: `Status: ${inSentence(value)}`,
      why: explanation ?? "",
    })),
    ...lane.standings.map(({ asOf, value, explanation, contested }) => ({
      when: `as of ${dayInWords(asOf)}`,
      what: `Status: ${[value && inSentence(value), contested && "contested"].filter(Boolean).join(", ")}`,
      why: explanation ?? "",
    })),
    ...lane.contested.map(({ from, to }) => ({ when: period(from, to), what: "Contested", why: "" })),
    ...(lane.silence
      ? [
          {
            when: period(lane.silence.from, lane.silence.to),
            what: `Nothing recorded for ${daysInWords(lane.silence.to - lane.silence.from)}`,
            why: "",
          },
        ]
      : []),
  ];
}

function period(from: number | null, to: number | null): string {
  const parts = [from !== null && `from ${dayInWords(from)}`, to !== null && `to ${dayInWords(to)}`];
  return parts.filter(Boolean).join(" ");
}
