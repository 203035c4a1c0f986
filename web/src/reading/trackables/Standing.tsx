/** Where a commitment or a request stands on the day of its page, who says so, and since when nothing came. */
import { A, usePage } from "../context";
import { searchWith } from "../address";
import { DayField } from "../DayField";
import type { AssessedFragment, ChecksFragment, StandingFragment } from "../generated";
import { isOpen } from "../../timeline/kinds";
import type { Moment } from "../moment";
import { lastNews, Measures, Section, StatusLine } from "../parts/parts";

interface StandsProps {
  status: (StandingFragment & { derived: string; explanation: string }) | null;
  due: { edtf: string } | null;
  checks: ChecksFragment | null;
  assessments: AssessedFragment | null;
  moment: Moment;
}

export function Stands({ status, due, checks, assessments, moment: { asOf } }: StandsProps) {
  const { words, address } = usePage();
  const assessor = assessments?.nodes.filter(({ withdrawnAt }) => withdrawnAt === null).at(-1)?.assessor;
  return (
    <section className="standing" aria-labelledby="standing">
      <h2 id="standing">{asOf ? words.standsOn(words.date({ edtf: asOf })) : words.standsToday}</h2>
      <StatusLine status={status} due={due} assessor={assessor} isBrief />
      {status && <p lang="en" dir="ltr">{status.explanation}</p>}
      {status && status.assessed !== null && status.derived !== status.value && <p>{words.saysOnly(words.label(status.derived))}</p>}
      {status && isOpen(status) && status.daysSilent !== null && <Silence status={status} checks={checks} />}
      <form method="get" action={address.path} className="as-of" onSubmit={(event) => event.preventDefault()}>
        {[...new URLSearchParams(address.search)].map(([name, value]) =>
          name === "asOf" ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        <DayField
          name="asOf"
          label={words.anotherDay}
          value={asOf ?? ""}
          onChoose={(day) => (location.search = searchWith(location.search, { asOf: day }))}
        />
        <noscript><button type="submit">{words.show}</button></noscript>
      </form>
    </section>
  );
}

function Silence({ status, checks }: { status: StandingFragment; checks: ChecksFragment | null }) {
  const { words } = usePage();
  const since = lastNews(status);
  const looked = (checks?.nodes ?? []).toSorted((a, b) => (a.checkedOn.edtf < b.checkedOn.edtf ? -1 : 1)).at(-1);
  return (
    <p className="silent">
      {since && words.silentSince(status.daysSilent ?? 0, words.date({ edtf: since }))}{" "}
      {looked ? words.lastLooked(words.date(looked.checkedOn), looked.found) : words.neverLooked}
    </p>
  );
}

/** What editors say of it, apart from what follows from the follow-ups. */
export function Assessments({ assessments }: { assessments: AssessedFragment | null }) {
  const { words } = usePage();
  const said = assessments?.nodes ?? [];
  if (said.length === 0) return null;
  const unlisted = assessments!.totalCount - said.length;
  return (
    <Section id="assessments" title={words.assessments}>
      <p className="hint">{words.assessmentsApart}</p>
      <dl className="facts">
        {said.map(({ key, assessor, value, effectiveOn, rationale, measures, withdrawnAt }) => (
          <div key={key} id={key}>
            <dt>{withdrawnAt ? words.onceAssessed : words.assessed}</dt>
            <dd>
              <A href={`/how-to-read#StatusValue-${value}`} className="quiet">{words.label(value)}</A> {words.by} <bdi>{assessor}</bdi>
              {words.between}{words.date(effectiveOn)}: <bdi>{rationale}</bdi>
              {measures.length > 0 && <> {words.measures}: <Measures measures={measures} /></>}
            </dd>
          </div>
        ))}
      </dl>
      {unlisted > 0 && said.length === 100 && <p>{words.timesMore(unlisted)}</p>}
    </Section>
  );
}

/** When somebody looked for news, found or not. */
export function Checks({ checks }: { checks: ChecksFragment | null }) {
  const { words } = usePage();
  const looked = checks?.nodes ?? [];
  if (looked.length === 0) return null;
  return (
    <Section id="checks" title={words.checks}>
      <ul className="plain">
        {looked.map(({ key, checkedOn, checkedBy, found, note }) => (
          <li key={key} id={key}>
            <span className="when">{words.date(checkedOn)}</span>: <bdi>{words.checked(checkedBy, found)}</bdi>
            {note && <>. <bdi>{note}</bdi></>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
