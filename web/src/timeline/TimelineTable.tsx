/** The same timeline in words, for those who do not look at it. */
import { isolated } from "../answers/directions";
import { dayInWords, daysInWords, inWords } from "./dates";
import { inSentence, lookOf } from "./kinds";
import type { Lane, Note, Timeline } from "./model";

export function TimelineTable({ timeline }: { timeline: Timeline }) {
  return (
    <details className="timeline-table">
      <summary>As a table</summary>
      {timeline.lanes.map((lane) => (
        <table key={lane.id}>
          <caption dir="auto">{lane.key && lane.key !== lane.title ? `${lane.key}: ${lane.title}` : lane.title}</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Why and where from</th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(lane).map(({ when, what, why }, index) => (
              <tr key={index}>
                <td>{when}</td>
                <td dir="auto">{what}</td>
                <td dir="auto">{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </details>
  );
}

interface Row {
  readonly when: string;
  readonly what: string;
  readonly why: string;
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
      why: notes.map(noteInWords).join(" "),
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
            what: `Silent for ${daysInWords(lane.silence.to - lane.silence.from)}`,
            why: "",
          },
        ]
      : []),
  ];
}

function noteInWords({ sort, text, source }: Note): string {
  if (!source || source === text) return isolated(text);
  return `${isolated(text)} (${sort === "digest" ? "our summary of " : ""}${isolated(source)})`;
}

function period(from: number | null, to: number | null): string {
  const parts = [from !== null && `from ${dayInWords(from)}`, to !== null && `to ${dayInWords(to)}`];
  return parts.filter(Boolean).join(" ");
}
