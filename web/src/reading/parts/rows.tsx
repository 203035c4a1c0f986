/** Records as rows of lists. */
import { dayOf, knownDate } from "../../timeline/dates";
import { To, useWords } from "../context";
import type { FollowUpRowFragment, RequestRowFragment, RowFragment } from "../generated";
import { mayBeAfter } from "../moment";
import { Badge, Line, Parties, Reported, StatusLine, Titled } from "./parts";

/** The level of the rows' headings: one below that of what they stand under. */
type Level = "h2" | "h3";

export function CommitmentRows({ rows, level = "h3" }: { rows: readonly RowFragment[]; level?: Level }) {
  return <ol className="commitments">{rows.map((row) => <CommitmentRow key={row.key} row={row} level={level} />)}</ol>;
}

function CommitmentRow({ row, level: Heading }: { row: RowFragment; level: Level }) {
  const words = useWords();
  const { key, title, inLanguage, promisors, addressees, madeOn, dueOn, latestFollowUp, status } = row;
  return (
    <li>
      <Heading><To section="commitments" of={key}><bdi lang={inLanguage ?? undefined}>{title}</bdi></To></Heading>
      <p className="who">
        <Parties parties={promisors.map(({ party }) => party)} />
        {addressees.length > 0 && <> {words.to} <Parties parties={addressees} /></>}
        {words.between}
        {words.date(madeOn)}
      </p>
      <StatusLine status={status} due={dueOn} />
      {latestFollowUp && hasCome(latestFollowUp.occurredOn, status) && (
        <p className="latest">
          {words.last(
            words.inLine(latestFollowUp.kind),
            words.date(latestFollowUp.occurredOn),
            status !== null && mayBeAfter(latestFollowUp.occurredOn, status.asOf),
          )}
        </p>
      )}
    </li>
  );
}

/** Whether it may have happened by the day of the status. What is dated ahead stands in no list of today. */
function hasCome(date: { edtf: string }, status: { asOf: string } | null): boolean {
  const [first, day] = [knownDate(date)?.earliest ?? null, status && dayOf(status.asOf)];
  return first === null || day === null || first <= day;
}

/** Whether its answer says more than its status: one that was declined is called so already. */
function isAnswer({ value, answer }: { value: string; answer: string | null }): boolean {
  return answer !== null && answer !== "OPEN" && answer !== value;
}

export function RequestRows({ rows, level: Heading = "h3" }: { rows: readonly RequestRowFragment[]; level?: Level }) {
  const words = useWords();
  return (
    <ol className="commitments">
      {rows.map(({ key, title, inLanguage, askers, asked, madeOn, status }) => (
        <li key={key}>
          <Heading><To section="requests" of={key}><bdi lang={inLanguage ?? undefined}>{title}</bdi></To></Heading>
          <p className="who">
            <Parties parties={askers} />
            {asked.length > 0 && <> {words.to} <Parties parties={asked} /></>}
            {words.between}
            {words.date(madeOn)}
          </p>
          <StatusLine status={status} />
          {status && isAnswer(status) && (
            <p className="latest">{words.answer}: <Badge of="RequestAnswer" value={status.answer!} className="quiet" /></p>
          )}
        </li>
      ))}
    </ol>
  );
}

export function FollowUpRows({ rows }: { rows: readonly FollowUpRowFragment[] }) {
  const words = useWords();
  return (
    <ol className="plain rows">
      {rows.map(({ key, kind, occurredOn, actors, target, independence }) => (
        <li key={key}>
          <To section="follow-ups" of={key}>{words.label(kind)}</To>{" "}
          <span className="when">{words.date(occurredOn)}</span>
          <div className="who">
            <Line
              between=" · "
              said={[
                target && <Titled record={target} />,
                actors.length > 0 && <Parties parties={actors} />,
                <Reported by={independence} />,
              ]}
            />
          </div>
        </li>
      ))}
    </ol>
  );
}
