/** `/parties/{key}`: its score as promisor and as addressee, its names over time, what it did and where it was. */
import { Score } from "../front/FrontPage";
import { searchWith } from "../address";
import { A, usePage } from "../context";
import { PartyDocument, type PartyQuery } from "../generated";
import { NothingThere, type PageKind, type ViewProps } from "../kinds";
import { hasBegun, momentOf } from "../moment";
import { Curated, Moments } from "../parts/notices";
import { Page } from "../parts/Page";
import { ArticleLink, Facts, Identifiers, Line, MeetingLink, Parties, PartyLink, Section, SourceLink } from "../parts/parts";
import { CommitmentRows, FollowUpRows, RequestRows } from "../parts/rows";
import { graphiqlLink, put } from "../questions";
import { PartyTimeline } from "./PartyTimeline";
import { ChangeOverTime } from "../sharing/ChangeOverTime";

interface PartyData extends PartyQuery {
  readonly party: NonNullable<PartyQuery["party"]>;
  readonly query: string;
}

export const partyPage: PageKind<PartyData> = {
  *load({ search }, key) {
    const { asOf } = momentOf(search);
    const until = asOf ? { madeOn: { to: asOf } } : {};
    const variables = {
      key,
      asOf,
      isToday: asOf === null,
      promised: { promisor: { eq: key }, ...until },
      addressed: { addressee: { eq: key }, ...until },
      carried: { implementer: { eq: key }, ...until },
    };
    const { party, ...rest } = yield* put(PartyDocument, variables);
    if (!party) throw new NothingThere(key);
    return { ...rest, party, query: graphiqlLink(PartyDocument, variables) };
  },
  View: PartyView,
  title: ({ party }, words) => `${words.state(party.curation)}${party.name}`,
  description: ({ party, asPromisor }, words) =>
    asPromisor ? `${party.name}: ${words.count("commitments", asPromisor.total.count, asPromisor.total.count)}` : party.name,
  isUnlisted: ({ party }, { search }) => party.curation !== "ACCEPTED" || search !== "",
};

function PartyView({ data }: ViewProps<PartyData>) {
  const { words, address } = usePage();
  const { asOf } = momentOf(address.search);
  const { party, asPromisor, asAddressee, promised, addressed, carried, query } = data;
  const { key, name, kind, country, meetings, requests, followUps, articles } = party;
  const listOf = (role: "promisor" | "addressee") => searchWith("", { [role]: key, asOf });
  return (
    <Page>
      <article>
        <p className="kicker"><A href="/parties">{words.parties}</A> · {words.label(kind)}{country && <>{words.between}{words.countryName(country)}</>}</p>
        <h1 dir="auto">{name}</h1>
        {party.redirectedFrom && <p className="hint">{words.mergedInto(party.redirectedFrom)}</p>}
        <Moments />
        <Curated curation={party.curation} />
        <Section id="promisor" title={words.asPromisor}>
          {asPromisor && asPromisor.total.count > 0 ? (
            <>
              <Score statuses={asPromisor.total.statuses} filter={listOf("promisor")} />
              <ChangeOverTime filter={{ promisor: { eq: key } }} until={asPromisor.asOf} />
              <CommitmentRows rows={promised?.nodes ?? []} />
              <All list={promised} href={`/commitments${listOf("promisor")}`} />
            </>
          ) : (
            <p>{words.nothingPromised}</p>
          )}
        </Section>
        <Section id="addressee" title={words.asAddressee}>
          {asAddressee && asAddressee.total.count > 0 ? (
            <>
              <Score statuses={asAddressee.total.statuses} filter={listOf("addressee")} />
              <CommitmentRows rows={addressed?.nodes ?? []} />
              <All list={addressed} href={`/commitments${listOf("addressee")}`} />
            </>
          ) : (
            <p>{words.nothingAddressed}</p>
          )}
        </Section>
        {(promised?.totalCount ?? 0) + (addressed?.totalCount ?? 0) > 0 && (
          <PartyTimeline of={key} moment={{ asOf, knownAt: null }} count={(promised?.totalCount ?? 0) + (addressed?.totalCount ?? 0)} />
        )}
        {carried && carried.nodes.length > 0 && (
          <Section id="carried" title={words.toCarryOut}>
            <CommitmentRows rows={carried.nodes} />
            <Rest list={carried} />
          </Section>
        )}
        {requests && requests.nodes.length > 0 && (
          <Section id="requests" title={words.requests}><RequestRows rows={requests.nodes} /><Rest list={requests} /></Section>
        )}
        {followUps && followUps.nodes.length > 0 && (
          <Section id="follow-ups" title={words.whatItDid}><FollowUpRows rows={followUps.nodes} /><Rest list={followUps} /></Section>
        )}
        {meetings && meetings.nodes.length > 0 && (
          <Section id="meetings" title={words.meetings}>
            <ul className="plain rows">
              {meetings.nodes.map((meeting) => (
                <li key={meeting.key}><MeetingLink meeting={meeting} /> <span className="when">{words.date(meeting.date)}</span></li>
              ))}
            </ul>
            <Rest list={meetings} />
          </Section>
        )}
        <Section id="names" title={words.names}><Names party={party} asOf={asOf} /></Section>
        {articles && articles.nodes.length > 0 && (
          <Section id="articles" title={words.inArticles}>
            <ul className="plain rows">{articles.nodes.map((article) => <li key={article.key}><ArticleLink article={article} /></li>)}</ul>
            <Rest list={articles} />
          </Section>
        )}
        <p><a href={query}>{words.seeQueryOfPage}</a></p>
      </article>
    </Page>
  );
}

function All({ list, href }: { list: { totalCount: number; nodes: readonly unknown[] } | null; href: string }) {
  const { words } = usePage();
  return list && list.totalCount > list.nodes.length && <p><A href={href}>{words.allOf(list.totalCount)}</A></p>;
}

/** How many of a list are shown, where there are more. */
function Rest({ list: { totalCount, nodes } }: { list: { totalCount: number; nodes: readonly unknown[] } }) {
  const { words } = usePage();
  return totalCount > nodes.length && <p className="hint">{words.shownOfAll(nodes.length, totalCount)}</p>;
}

function Names({ party, asOf }: { party: PartyData["party"]; asOf: string | null }) {
  const { words } = usePage();
  const names = party.names.filter(({ validFrom }) => hasBegun(validFrom, asOf));
  const memberships = party.memberships.filter(({ start }) => hasBegun(start, asOf));
  const printed = [...new Set((party.printedForms ?? []).filter(({ judgement }) => judgement === "POSITIVE").map(({ surface }) => surface))];
  return (
    <>
      <ul className="plain rows">
        {names.map(({ value, kind, language, validFrom, validTo }, index) => (
          <li key={index}>
            <bdi lang={language ?? undefined}>{value}</bdi>{" "}
            <span className="who">
              <Line
                between={words.between}
                said={[
                  words.label(kind),
                  validFrom && words.from(words.date(validFrom)),
                  validTo && hasBegun(validTo, asOf) && words.until(words.date(validTo)),
                ]}
              />
            </span>
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          [words.printedAs, printed.length > 0 && <Line between={words.between} said={printed.map((form) => <bdi key={form}>{form}</bdi>)} />],
          [words.identifiers, party.identifiers.length > 0 && <Identifiers identifiers={party.identifiers} />],
          [words.atSource, party.sourceUrl && <SourceLink url={party.sourceUrl} />],
          [words.note, party.note],
          [
            words.memberOf,
            memberships.length > 0 && (
              <Line
                between="; "
                said={memberships.map(({ organization, role, start, end }, index) => (
                  <Line
                    key={index}
                    between={words.between}
                    said={[
                      organization && <PartyLink party={organization} />,
                      role && <bdi>{role}</bdi>,
                      start && words.from(words.date(start)),
                      end && hasBegun(end, asOf) && words.until(words.date(end)),
                    ]}
                  />
                ))}
              />
            ),
          ],
          ...("parent" in party
            ? ([
                [words.partOf, party.parent && <PartyLink party={party.parent} />],
                [words.parts, (party.children?.nodes.length ?? 0) > 0 && <Parties parties={party.children!.nodes} />],
                [words.members, (party.members?.nodes.length ?? 0) > 0 && <Parties parties={party.members!.nodes} />],
              ] as const)
            : []),
        ]}
      />
    </>
  );
}
