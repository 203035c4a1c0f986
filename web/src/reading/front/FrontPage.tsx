/** `/`: what this is, how things stand, and what to look at first. */
import { dayOf, isoOf } from "../../timeline/dates";
import { COMMITMENT_STATUSES, OPEN_STATUSES, statusClass } from "../../timeline/kinds";
import { parameterOf, searchWith } from "../address";
import { A, usePage } from "../context";
import { FrontDocument, type FrontQuery, type FrontQueryVariables } from "../generated";
import type { PageKind, ViewProps } from "../kinds";
import { isOfMoment, momentOf } from "../moment";
import { Moments } from "../parts/notices";
import { Page, Written } from "../parts/Page";
import { Section } from "../parts/parts";
import { Recorded } from "../parts/Recorded";
import { ChangeOverTime } from "../sharing/ChangeOverTime";
import { CommitmentRows, FollowUpRows } from "../parts/rows";
import { graphiqlLink, put } from "../questions";

export const frontPage: PageKind<FrontQuery> = {
  *load({ search }) {
    return yield* put(FrontDocument, variablesFor(search));
  },
  View: FrontView,
  title: (_data, words) => words.score,
  description: (_data, words) => words.footer,
};

/** One cut through the whole page: nothing in it is later than its day. */
function variablesFor(search: string): FrontQueryVariables {
  const { asOf } = momentOf(search);
  const on = asOf ? { asOf } : {};
  const made = asOf ? { madeOn: { to: asOf } } : {};
  return {
    asOf,
    isToday: asOf === null,
    overdue: { status: { overdue: true, ...on }, ...made },
    contested: { status: { contested: true, ...on }, ...made },
    // The order by silence is today's. On another day, those without any follow-up are in that order by their dates.
    silent: { status: { in: asOf ? ["NO_FOLLOW_UP"] : [...OPEN_STATUSES], ...on }, ...made },
    silentOrder: [asOf ? { field: "MADE_ON", direction: "ASC" } : { field: "DAYS_SILENT", direction: "DESC" }],
    contestedOrder: [asOf ? { field: "MADE_ON", direction: "DESC" } : { field: "DAYS_SILENT", direction: "ASC" }],
    changed: asOf ? { not: { since: `${isoOf(dayOf(asOf)! + 1)}T00:00:00Z` } } : null,
  };
}

function FrontView({ data }: ViewProps<FrontQuery>) {
  const { words, site, address } = usePage();
  const { commitmentStats: stats, overdue, contested, silent, latest, changes, articles, parties, meetings, requests } = data;
  const newest = articles?.nodes[0];
  const changed = changes?.nodes[0];
  const asOf = parameterOf(address.search, "asOf") || null;
  return (
    <Page>
      <h1>{words.score}</h1>
      <Moments />
      {site.subject && <p className="gist"><Written text={site.subject} /></p>}
      <p>
        {words.trackedSo({
          articles: articles?.totalCount ?? 0,
          meetings: meetings?.totalCount ?? 0,
          parties: parties?.totalCount ?? null,
          requests: requests?.totalCount ?? 0,
        })}
        {asOf === null && newest && changed && ` ${words.upTo(words.date(newest.datePublished), words.instant(changed.at))}`}
        {" "}<A href="/how-to-read">{words.howToRead}</A>
      </p>
      <form className="find" role="search" method="get" action="/commitments">
        {["lang", "asOf", "knownAt"].map((name) => parameterOf(address.search, name) && (
          <input key={name} type="hidden" name={name} value={parameterOf(address.search, name)} />
        ))}
        <label>
          {words.search} <input type="search" name="q" dir="auto" />
        </label>
        <button type="submit">{words.show}</button>
      </form>
      {stats && (
        <Section id="score" title={words.scoreOf(stats.total.count, words.date({ edtf: stats.asOf }))}>
          <Score statuses={stats.total.statuses} filter="" />
        </Section>
      )}
      {stats && stats.total.count > 0 && <ChangeOverTime filter={{}} until={stats.asOf} />}
      <div className="columns">
        <Few id="overdue" title={words.overdueOnes} list={overdue} all={"/commitments?overdue=true"} />
        <Few id="contested" title={words.contestedOnes} list={contested} all={"/commitments?contested=true"} />
      </div>
      <Few
        id="silent"
        title={asOf ? words.neverFollowedUp : words.silentOnes}
        list={silent}
        all={asOf ? "/commitments?status=NO_FOLLOW_UP" : "/commitments?order=silent"}
      />
      <Section id="latest" title={words.latestNews}>
        <FollowUpRows rows={latest?.nodes ?? []} />
        {latest?.nodes.length === 0 && <p>{words.none}</p>}
        <p><A href="/follow-ups?order=latest">{words.allOf(latest?.totalCount ?? 0)}</A></p>
      </Section>
      <Section id="changes" title={words.latestChanges}>
        {changes?.nodes.length === 0 && <p>{words.none}</p>}
        <ul className="plain rows">
          {(changes?.nodes ?? []).map(({ kind, at, record }, index) => record && (
            <li key={index}>
              <span className="when">{words.instant(at)}</span>{" · "}{words.label(kind)}{" · "}<Recorded record={record} />
            </li>
          ))}
        </ul>
        {!isOfMoment(address.search) && <p><a href="/feeds/changes.atom">{words.feed}</a></p>}
      </Section>
      <p><a href={graphiqlLink(FrontDocument, variablesFor(address.search))}>{words.seeQueryOfPage}</a></p>
    </Page>
  );
}

function Few({ id, title, list, all }: { id: string; title: string; list: FrontQuery["overdue"]; all: string }) {
  const { words } = usePage();
  return (
    <Section id={id} title={title}>
      {list && list.nodes.length > 0 ? <CommitmentRows rows={list.nodes} /> : <p>{words.none}</p>}
      {list && list.totalCount > list.nodes.length && <p><A href={all}>{words.allOf(list.totalCount)}</A></p>}
    </Section>
  );
}

interface ScoreProps {
  statuses: readonly { status: string; count: number }[];
  /** The search of the list that is counted, to which a status is added. */
  filter: string;
}

/** How many stand where, zeros too: a bar, and each status with its count as the way to its list. */
export function Score({ statuses, filter }: ScoreProps) {
  const { words } = usePage();
  const counts = Object.fromEntries(statuses.map(({ status, count }) => [status, count]));
  const most = Math.max(1, ...Object.values(counts));
  return (
    <ul className="score">
      {COMMITMENT_STATUSES.map((status) => {
        const count = counts[status] ?? 0;
        return (
          <li key={status} className={statusClass(status)}>
            <A href={`/commitments${searchWith(filter, { status })}`}>
              <span className="score-name">{words.label(status)}</span>
              {/* No meter: browsers draw those in ways of their own, and none stands where its words do. */}
              <svg className="score-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                {count > 0 && <rect width={(100 * count) / most} height="1" />}
              </svg>
              <span className="score-count">{words.number(count)}</span>
            </A>
          </li>
        );
      })}
    </ul>
  );
}
