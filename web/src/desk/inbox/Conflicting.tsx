/** Where the record disagrees: evidence against evidence, an assessment against the evidence, report against report. */
import { inSentence, statusClass } from "../../timeline/kinds";
import { Link } from "../address";
import { ask } from "../api";
import { useAsked, Waiting } from "../asking";
import { ConflictingDocument, type InConflictFragment } from "../generated";
import { dayOfRecord, nounOfType, screenOf, titleOf, type Titled } from "../nouns";

export function Conflicting() {
  const asked = useAsked((signal) => ask(ConflictingDocument, {}, signal), "conflicting");
  return (
    <Waiting asked={asked}>
      {({ contested, judged, disputed }) => (
        <>
          <Group title="Some evidence says one thing, some another" records={contested?.nodes ?? []} total={contested?.totalCount ?? 0} />
          <Group title="An assessment differs from what follows from the record" records={judged?.nodes ?? []} total={judged?.totalCount ?? 0} />
          <Group title="Reports differ on the day or the place of a meeting" records={disputed?.nodes ?? []} total={disputed?.totalCount ?? 0} />
        </>
      )}
    </Waiting>
  );
}

function Group({ title, records, total }: { title: string; records: readonly (Titled | InConflictFragment)[]; total: number }) {
  return (
    <section>
      <h2>{title}</h2>
      <p className="count">
        {total === 0 ? "None" : total.toLocaleString("en")}
        {total > records.length && `; the first ${records.length} are shown`}
      </p>
      <ul className="rows">
        {records.map((record) => (
          <li key={record.key}>
            <div>
              <Link href={screenOf("review", nounOfType(record.__typename), record.key)}><bdi>{titleOf(record)}</bdi></Link>
              <p className="hint">
                {"status" in record && record.status && <span className={`badge ${statusClass(record.status.value)}`}>{inSentence(record.status.value)}</span>}
                {"assessments" in record && record.assessments?.nodes.map(({ value, assessor }) => (
                  <span key={assessor}> · <bdi>{assessor}</bdi> judges: {inSentence(value).toLowerCase()}</span>
                ))}
                {"status" in record ? " · " : ""}{dayOfRecord(record)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
