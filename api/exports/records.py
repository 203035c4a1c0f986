"""The columns of exports of what has no status: parties, meetings, articles and follow-ups.

Their rows are as they are today, but for what parties had promised by a day.
"""

from collections.abc import Sequence

from api.exports.columns import Column, make_column, share_columns


def _begin(noun: str) -> Sequence[Column]:
    return (make_column("key", "key", f"The {noun}'s key."), *share_columns("url"))


_RECORD = "curation recordedAt updatedAt version identifiers { scheme value } sourceUrl inLanguage"
_END = (
    *share_columns("curation", "recordedAt", "updatedAt", "version"),
    *share_columns("identifiers", "identifierSchemes", "sourceUrl", "inLanguage"),
)


def _date(name: str, description: str) -> Sequence[Column]:
    return (
        make_column(name, f"{name}.edtf", f"{description}, in EDTF."),
        make_column(f"{name}Earliest", f"{name}.earliest", "The first day that this may be."),
        make_column(f"{name}Latest", f"{name}.latest", "The last day that this may be."),
    )


(_EVIDENCE,) = share_columns("articles")

PARTIES_QUERY = f"""
query Export($filter: PartyFilter, $orderBy: [PartyOrder!], $asOf: Date) {{
  parties(filter: $filter, orderBy: $orderBy) {{
    nodes {{
      key url name kind country note names {{ value kind }} {_RECORD}
      memberships {{ organization {{ key name }} role }}
      ... on Organization {{ parent {{ key name }} }}
      promised: commitments(roles: [PROMISOR], filter: {{ madeOn: {{ to: $asOf }} }}) {{
        totalCount
      }}
      addressed: commitments(roles: [ADDRESSEE], filter: {{ madeOn: {{ to: $asOf }} }}) {{
        totalCount
      }}
    }}
  }}
}}
"""

PARTIES: Sequence[Column] = (
    *_begin("party"),
    make_column("name", "name", "What it is called today."),
    make_column("kind", "kind", "What it is: `PartyKind`."),
    make_column("country", "country", "Its country, ISO 3166-1."),
    make_column("names", "names.value", "All its names, also former ones."),
    make_column("nameKinds", "names.kind", "What kind of name each of them is: `NameKind`."),
    make_column("parent", "parent.key", "The organisation that it is a part of: its key."),
    make_column("parentName", "parent.name", "The organisation that it is a part of: its name."),
    make_column("memberOf", "memberships.organization.key", "Where it is a member: keys."),
    make_column("memberOfNames", "memberships.organization.name", "Where it is a member: names."),
    make_column("memberRoles", "memberships.role", "As what, for each of them."),
    make_column("note", "note", "What is to be known of it."),
    make_column("asOf", "", "The day by which the next two columns count."),
    make_column("promised", "promised.totalCount", "How many commitments it had made."),
    make_column("addressed", "addressed.totalCount", "How many had been made to it."),
    *_END,
)

MEETINGS_QUERY = f"""
query Export($filter: MeetingFilter, $orderBy: [MeetingOrder!]) {{
  meetings(filter: $filter, orderBy: $orderBy) {{
    nodes {{
      key url title kind state topics {_RECORD}
      date {{ edtf earliest latest }}
      place {{ name country basis }}
      participations {{ party {{ key name }} nameAsStated roleAsStated capacity }}
      articles {{ key }}
    }}
  }}
}}
"""

MEETINGS: Sequence[Column] = (
    *_begin("meeting"),
    make_column("title", "title", "A short title."),
    make_column("kind", "kind", "What kind of meeting it is: `MeetingKind`."),
    make_column("state", "state", "Whether it was held, announced or cancelled: `MeetingState`."),
    *_date("date", "When it was"),
    make_column("place", "place.name", "Where it was."),
    make_column("country", "place.country", "The country of that place, ISO 3166-1."),
    make_column("placeBasis", "place.basis", "How that place is known: `PlaceBasis`."),
    make_column("participants", "participations.party.key", "Who took part: keys."),
    make_column("participantNames", "participations.nameAsStated", "Who, by the report's words."),
    make_column("participantRoles", "participations.roleAsStated", "As what, by its words."),
    make_column("capacities", "participations.capacity", "As what each took part: `Capacity`."),
    make_column("topics", "topics", "What it was about, from wide to narrow."),
    _EVIDENCE,
    *_END,
)

ARTICLES_QUERY = f"""
query Export($filter: ArticleFilter, $orderBy: [ArticleOrder!]) {{
  articles(filter: $filter, orderBy: $orderBy) {{
    nodes {{
      key url headline byline dateline publishedAt textKind textAccess sourceSha256 {_RECORD}
      publisher {{ key name }} relays {{ key name }}
      datePublished {{ edtf earliest latest }}
    }}
  }}
}}
"""

ARTICLES: Sequence[Column] = (
    *_begin("article"),
    make_column("headline", "headline", "Its headline."),
    make_column("publisher", "publisher.key", "Who published it: the key."),
    make_column("publisherName", "publisher.name", "Who published it: the name."),
    make_column("byline", "byline", "Who wrote it, as it says."),
    make_column("dateline", "dateline", "Where and when it was written, as it says."),
    *_date("datePublished", "When it was published"),
    make_column("publishedAt", "publishedAt", "The moment at which it was, if that is known."),
    make_column("relays", "relays.key", "Whose statement it passes on: the key."),
    make_column("relaysName", "relays.name", "Whose statement it passes on: the name."),
    make_column("textKind", "textKind", "What its text is, such as a digest: `TextKind`."),
    make_column("textAccess", "textAccess", "Who may read its text: `TextAccess`."),
    make_column("sourceSha256", "sourceSha256", "The SHA-256 of the source."),
    *_END,
)

FOLLOW_UPS_QUERY = f"""
query Export($filter: FollowUpFilter, $orderBy: [FollowUpOrder!]) {{
  followUps(filter: $filter, orderBy: $orderBy) {{
    nodes {{
      key url kind scopeChange independence confidence rationale {_RECORD}
      target {{ key title }}
      occurredOn {{ edtf earliest latest }}
      actors {{ key name }}
      meeting {{ key title }}
      restatedAs {{ key }} answers {{ key }}
      articles {{ key }}
    }}
  }}
}}
"""

FOLLOW_UPS: Sequence[Column] = (
    *_begin("follow-up"),
    make_column("kind", "kind", "What came of it: `FollowUpKind`."),
    make_column("target", "target.key", "The commitment or request that it follows: its key."),
    make_column("targetTitle", "target.title", "The title of that."),
    *_date("occurredOn", "When it happened"),
    make_column("actors", "actors.key", "Who did it: keys."),
    make_column("actorNames", "actors.name", "Who did it: names."),
    make_column("meeting", "meeting.key", "The meeting at which it happened: its key."),
    make_column("meetingTitle", "meeting.title", "The meeting at which it happened: its title."),
    make_column("scopeChange", "scopeChange", "How a restatement differs: `ScopeChange`."),
    make_column("restatedAs", "restatedAs.key", "The commitment that restates it: its key."),
    make_column("answers", "answers.key", "The challenge that it answers: its key."),
    make_column("independence", "independence", "Who says so: `Independence`."),
    make_column("confidence", "confidence", "How sure that is: `Confidence`."),
    make_column("rationale", "rationale", "Why it is recorded so."),
    _EVIDENCE,
    *_END,
)
