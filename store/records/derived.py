"""What is derived from records and stored with them, so that reads need not compute it.

Pure. The writer derives in the transaction of each write, and `rebuild` derives everything again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from store.records import concepts
from store.records.articles import Article, Judgement
from store.records.assessments import Assessment
from store.records.base import (
    Country,
    Identifier,
    Key,
    PartyKey,
    Record,
    Shape,
    SourcedRecord,
    Topic,
    is_accepted,
    is_live,
)
from store.records.check_logs import CheckLog
from store.records.commitments import Commitment
from store.records.dates import last_day
from store.records.enums import Described
from store.records.evidence import Evidence
from store.records.follow_ups import FollowUp, FollowUpKind, order_certain
from store.records.history.statuses import (
    OPEN_END,
    OPEN_START,
    Answer,
    Edge,
    Judged,
    Segment,
    Subject,
    fold_segments,
    last_edge,
)
from store.records.meetings import Capacity, Meeting, MeetingKind, Participation
from store.records.naming import refers_to
from store.records.nouns import noun_of
from store.records.parties import Organization, Party, PartyKind, fold_party_name, search_names
from store.records.references import find_parts
from store.records.requests import Request
from store.records.terms import terms_of

Survivor = Callable[[str, Key], Key]
"""Gives the key of the record in which one of this noun and key lives on: its own, or that of the
record into which it was merged."""


@dataclass(frozen=True, slots=True)
class Named:
    """The records that others name: parties with the bodies above them, and articles.

    `survivor` resolves merges. `accepted` says whether a living record is accepted, and
    `only_accepted` that no other counts.
    """

    parties: Mapping[Key, Party]
    articles: Mapping[Key, Article]
    survivor: Survivor
    accepted: Callable[[str, Key], bool] = lambda noun, key: True
    only_accepted: bool = False

    def seen_from(self, record: Record) -> "Named":
        """What counts for a record: for an accepted one only what is accepted, because whoever sees
        it must not see the rest; for others everything.
        """
        return replace(self, only_accepted=is_accepted(record))

    def counts(self, noun: str, key: Key | None) -> bool:
        """Whether the record in which this one lives on counts."""
        if key is None:
            return False
        return not self.only_accepted or self.accepted(noun, self.survivor(noun, key))

    def living(self, noun: str, keys: Iterable[Key | None]) -> tuple[Key, ...]:
        """The keys of the records in which these live on, as far as they count, each once."""
        return _distinct(
            self.survivor(noun, key) for key in keys if key is not None and self.counts(noun, key)
        )

    def living_one(self, noun: str, key: Key | None) -> Key | None:
        """As `living`, of one; None if it does not count."""
        return next(iter(self.living(noun, (key,))), None)

    def bodies_from(self, key: Key) -> tuple[Key, ...]:
        """A living party, then the bodies above it, nearest first."""
        found = [key]
        above = self.parties.get(key)
        while isinstance(above, Organization) and above.parent is not None:
            higher = self.living_one("parties", above.parent)
            if higher is None or higher in found:
                break
            found.append(higher)
            above = self.parties.get(higher)
        return tuple(found)


AnyRole = TypeVar("AnyRole")

_Item = TypeVar("_Item")

_SORTED_BY = 200
"""The most letters of a name or title that sorting uses, because cursors hold them."""


def sort_form(name: str | None) -> str | None:
    """A name or title as lists sort by it: without case, diacritics and punctuation."""
    return fold_party_name(name)[:_SORTED_BY] if name is not None else None


class Role(Described):
    """A party's role in a commitment or request."""

    PROMISOR = "PROMISOR", "Promised it."
    ADDRESSEE = "ADDRESSEE", "It was promised to them."
    BENEFICIARY = "BENEFICIARY", "It is meant to serve them."
    LEAD = "LEAD", "Is to lead in carrying it out, or to do it."
    SUPPORTING = "SUPPORTING", "Is to help in carrying it out."
    ASKER = "ASKER", "Asked for it."
    ASKED = "ASKED", "Was asked for it."
    ACTOR = "ACTOR", "Acted in an accepted follow-up to it."
    PARTICIPANT = "PARTICIPANT", "Took part in the meeting at which it was made."


class FollowUpRole(Described):
    """A party's role in a follow-up itself, not in its target."""

    ACTOR = "ACTOR", "Acted in it."
    SPEAKER = "SPEAKER", "Said the words that are evidence of it."
    RELAYER = "RELAYER", "Passed on words of somebody else that are evidence of it."
    PARTICIPANT = "PARTICIPANT", "Took part in the meeting at which it happened."


class PartyRef(Shape):
    """A party with what it can be searched by; `within` are itself and the bodies above it."""

    party: PartyKey
    kind: PartyKind
    country: Country | None = None
    within: tuple[PartyKey, ...] = ()


class RoleRef(PartyRef):
    """A party in a role."""

    role: Role


class FollowUpRoleRef(PartyRef):
    """A party in a role in a follow-up."""

    role: FollowUpRole


class ParticipantRef(PartyRef):
    """A party that took part or was represented, with its own or its speakers' capacities."""

    capacities: tuple[Capacity, ...]


class Derived(Shape):
    """What is derived of any record; `refers_to` are the words of all that it names, `terms` those
    by which it is looked up (`store.records.terms`). `identifiers` are what it is called in other
    registers, `pages` the addresses of its pages at the source, both with those of merged records.
    """

    refers_to: tuple[str, ...]
    identifiers: tuple[Identifier, ...] | None = None
    pages: tuple[str, ...] | None = None
    terms: tuple[str, ...] = ()


class Post(Shape):
    """A membership as it is looked up: the living body, and the role, folded as names are."""

    organization: PartyKey
    role: str | None = None


class DerivedParty(Derived):
    """What is derived of a party.

    `search_names` are all its names, folded; `within` are itself and the bodies above it. `parent`
    and `member_of` are the bodies that it names, with merges resolved. `merged_names` are names of
    parties merged into it that it does not have itself. `search_names` and `member_of` include the
    names and memberships of merged parties.
    """

    search_names: tuple[str, ...]
    merged_names: tuple[str, ...] | None = None
    sorted_as: str | None = None
    within: tuple[PartyKey, ...] = ()
    parent: PartyKey | None = None
    member_of: tuple[PartyKey, ...] = ()
    posts: tuple[Post, ...] = ()


class PrintedName(Shape):
    """A name as printed in an article, and the party that it means, with merges resolved."""

    surface: str
    party: PartyKey
    judgement: Judgement


class DerivedArticle(Derived):
    """What is derived of an article.

    `parties` are those that it certainly mentions, relays or was published by; `within` are these
    and the bodies above them. `topics` are those of the records that rest on it. `merged_names` are
    the headlines of articles merged into it.
    """

    parties: tuple[PartyKey, ...]
    merged_names: tuple[str, ...] | None = None
    within: tuple[PartyKey, ...] = ()
    topics: tuple[Topic, ...] = ()
    sorted_as: str | None = None
    publisher: PartyKey | None = None
    relays: PartyKey | None = None
    printed: tuple[PrintedName, ...]


class DerivedMeeting(Derived):
    """What is derived of a meeting.

    `parties` took part or were represented. `articles` are the reports, with their `publishers`,
    including those of meetings merged into it. `merged_names` are the titles of these meetings.
    """

    parties: tuple[ParticipantRef, ...]
    merged_names: tuple[str, ...] | None = None
    sorted_as: str | None = None
    articles: tuple[Key, ...]
    publishers: tuple[PartyKey, ...] = ()


class DerivedFollowUp(Derived):
    """What is derived of a follow-up: its links with merges resolved, among others.

    `within` are the actors and the bodies above them, `roles` all parties that have a role in it,
    `topics` those of the target. `articles`, `publishers` and `roles` include the evidence of
    follow-ups merged into it. `order_certain` says whether it certainly came after its target.
    """

    target: Key
    topics: tuple[Topic, ...] = ()
    restated_as: Key | None = None
    answers: Key | None = None
    meeting: Key | None = None
    meeting_kind: MeetingKind | None = None
    actors: tuple[PartyKey, ...]
    within: tuple[PartyKey, ...] = ()
    roles: tuple[FollowUpRoleRef, ...] = ()
    articles: tuple[Key, ...]
    publishers: tuple[PartyKey, ...] = ()
    order_certain: bool


class DerivedTrackable(Derived):
    """What is derived of a commitment or request: its status history, and the parties in a role.

    `segments` are the history. `edges`, `judged` and, of a request, `answers` are what it is folded
    from, kept so that a status as known at an earlier moment needs no other read. `answered` says
    whether a request was answered at all, by a commitment (`answered_by`) or by an accepted
    follow-up; how it was on a day is in the segments. `articles`, what follows from them, and
    `answered_by` include what merged records say; `merged_names` are the titles of these. `relays`
    are the parties on whose statements its articles rest, `relays_within` these and the bodies
    above them. `made_by` is the last day on which it can have been made. `silent_since` is the last
    day on which a follow-up can have happened, or `made_by` if there is none.
    """

    edges: tuple[Edge, ...]
    judged: tuple[Judged, ...]
    answers: tuple[Answer, ...] | None = None
    segments: tuple[Segment, ...]
    roles: tuple[RoleRef, ...]
    sorted_as: str | None = None
    articles: tuple[Key, ...]
    publishers: tuple[PartyKey, ...] = ()
    relays: tuple[PartyKey, ...] = ()
    relays_within: tuple[PartyKey, ...] = ()
    meeting: Key | None = None
    meeting_kind: MeetingKind | None = None
    follow_up_count: int
    latest_follow_up: Key | None = None
    latest_follow_up_on: str | None = None
    made_by: str | None = None
    silent_since: str | None = None
    order_certain: bool
    answered: bool | None = None
    answered_by: tuple[Key, ...] | None = None
    merged_names: tuple[str, ...] | None = None


class DerivedAbout(Derived):
    """The commitment or request that an assessment or check log names, with merges resolved."""

    trackable: Key


class DerivedConcept(Derived):
    """What is derived of a topic: its labels, folded, with those of topics merged into it."""

    search_labels: tuple[str, ...]
    sorted_as: str | None = None


DERIVED: Mapping[str, type[Derived]] = {
    "parties": DerivedParty,
    "articles": DerivedArticle,
    "meetings": DerivedMeeting,
    "commitments": DerivedTrackable,
    "requests": DerivedTrackable,
    "follow_ups": DerivedFollowUp,
    "assessments": DerivedAbout,
    "check_logs": DerivedAbout,
    "concepts": DerivedConcept,
}


def names_of(record: Record) -> tuple[str, ...]:
    """All names of a record: those of a party, or the title or headline of another record."""
    match record:
        case Party():
            return record.name, *(name.value for name in record.names)
        case Article():
            return (record.headline,) if record.headline is not None else ()
        case Meeting() | Commitment() | Request():
            return (record.title,)
    return ()


_Of = TypeVar("_Of", bound=Derived)


def _with_terms(record: Record, derived: _Of) -> _Of:
    return derived.model_copy(update={"terms": terms_of(noun_of(record), record, derived)})


def _find_merged_names(record: Record, merged: Iterable[Record]) -> tuple[str, ...] | None:
    own = names_of(record)
    names = _distinct(name for one in merged for name in names_of(one) if name not in own)
    return names or None


def _find_sources(record: SourcedRecord, merged: Iterable[SourcedRecord] = ()) -> dict[str, Any]:
    """The members of `Derived` that say what a record is called elsewhere."""
    both = (record, *merged)
    return {
        "identifiers": _distinct(one for of in both for one in of.identifiers) or None,
        "pages": _distinct(of.url for of in both if of.url is not None) or None,
    }


def derive_party(record: Party, named: Named, merged: Sequence[Party] = ()) -> DerivedParty:
    """What is derived of a party; `merged` are the accepted records that were merged into it."""
    named = named.seen_from(record)
    parent = record.parent if isinstance(record, Organization) else None
    bodies = named.living(
        "parties", (m.organization for one in (record, *merged) for m in one.memberships)
    )
    found = DerivedParty(
        refers_to=refers_to(record),
        **_find_sources(record, merged),
        search_names=tuple(
            sorted({name for one in (record, *merged) for name in search_names(one)})
        ),
        merged_names=_find_merged_names(record, merged),
        sorted_as=sort_form(record.name),
        within=named.bodies_from(named.survivor("parties", record.key)),
        parent=named.living_one("parties", parent),
        # A merged party may have been a member of its own survivor.
        member_of=tuple(key for key in bodies if key != record.key),
        posts=_distinct(
            Post(organization=body, role=fold_party_name(m.role) or None if m.role else None)
            for one in (record, *merged)
            for m in one.memberships
            if (body := named.living_one("parties", m.organization)) not in (None, record.key)
        ),
    )
    return _with_terms(record, found)


def derive_article(
    record: Article,
    bears_on: Iterable[Commitment | Request | Meeting],
    named: Named,
    merged: Sequence[Article] = (),
) -> DerivedArticle:
    """What is derived of an article; `bears_on` are the live records that rest on it."""
    named = named.seen_from(record)
    sure = (m.party for m in record.mentions if m.judgement is Judgement.POSITIVE)
    parties = named.living("parties", (*sure, record.publisher, record.relays))
    printed = (
        PrintedName(surface=m.surface, party=party, judgement=m.judgement)
        for m in record.mentions
        if (party := named.living_one("parties", m.party)) is not None
    )
    found = DerivedArticle(
        refers_to=refers_to(record),
        **_find_sources(record, merged),
        parties=parties,
        merged_names=_find_merged_names(record, merged),
        within=add_bodies_above(parties, named),
        topics=_distinct(topic for bearing in bears_on for topic in bearing.topics),
        sorted_as=sort_form(record.headline),
        publisher=named.living_one("parties", record.publisher),
        relays=named.living_one("parties", record.relays),
        printed=tuple(dict.fromkeys(printed)),
    )
    return _with_terms(record, found)


def derive_meeting(record: Meeting, named: Named, merged: Sequence[Meeting] = ()) -> DerivedMeeting:
    """What is derived of a meeting."""
    named = named.seen_from(record)
    articles = _articles((record, *merged), named)
    capacities: dict[Key, dict[Capacity, None]] = {}
    for participation in record.participations:
        for key in named.living("parties", _parties_present(participation)):
            capacities.setdefault(key, {})[participation.capacity] = None
    found = DerivedMeeting(
        refers_to=refers_to(record),
        **_find_sources(record, merged),
        parties=tuple(
            ParticipantRef(capacities=tuple(found), **_party_ref(key, named))
            for key, found in capacities.items()
        ),
        merged_names=_find_merged_names(record, merged),
        sorted_as=sort_form(record.title),
        articles=articles,
        publishers=_publishers(articles, named),
    )
    return _with_terms(record, found)


def derive_follow_up(
    record: FollowUp,
    target: Commitment | Request,
    meeting: Meeting | None,
    named: Named,
    merged: Sequence[FollowUp] = (),
) -> DerivedFollowUp:
    """What is derived of a follow-up; `target` and `meeting` have merges resolved."""
    named = named.seen_from(record)
    noun = "commitments" if isinstance(target, Commitment) else "requests"
    actors = named.living("parties", record.actors)
    if not named.counts("meetings", record.meeting):
        meeting = None
    articles = _articles((record, *merged), named)
    found = DerivedFollowUp(
        refers_to=refers_to(record),
        **_find_sources(record, merged),
        target=named.survivor(noun, record.target),
        topics=target.topics if named.counts(noun, target.key) else (),
        restated_as=named.living_one("commitments", record.restated_as),
        answers=record.answers and named.survivor("follow_ups", record.answers),
        meeting=named.living_one("meetings", record.meeting),
        meeting_kind=meeting.kind if meeting is not None else None,
        actors=actors,
        within=add_bodies_above(actors, named),
        roles=tuple(
            FollowUpRoleRef(role=role, **_party_ref(key, named))
            for role, key in _living_roles(_follow_up_roles(record, merged, meeting), named)
        ),
        articles=articles,
        publishers=_publishers(articles, named),
        order_certain=order_certain(record, target),
    )
    return _with_terms(record, found)


def derive_about(record: Assessment | CheckLog, named: Named) -> DerivedAbout:
    """What is derived of an assessment or a check log; its `trackable_noun` must be filled."""
    noun = str(record.trackable_noun)
    trackable = named.survivor(noun, record.trackable)
    found = DerivedAbout(refers_to=refers_to(record), **_find_sources(record), trackable=trackable)
    return _with_terms(record, found)


def derive_concept(
    record: concepts.Concept, merged: Sequence[concepts.Concept] = ()
) -> DerivedConcept:
    """What is derived of a topic; `merged` are the accepted records that were merged into it."""
    found = DerivedConcept(
        refers_to=refers_to(record),
        **_find_sources(record, merged),
        search_labels=tuple(
            sorted({label for one in (record, *merged) for label in concepts.search_labels(one)})
        ),
        sorted_as=sort_form(concepts.name_of(record)),
    )
    return _with_terms(record, found)


def derive_trackable(
    record: Commitment | Request,
    follow_ups: Iterable[FollowUp],
    assessments: Iterable[Assessment],
    made_at: Meeting | None,
    named: Named,
    merged: Sequence[Commitment | Request] = (),
    answering: Mapping[Key, Commitment] = {},
) -> DerivedTrackable:
    """What is derived of a commitment or request.

    `answering` has at least the commitments that answer a request, as they stand. `follow_ups` and
    `assessments` are those of the record and of what was merged into it, in any state of curation.
    `made_at` is its meeting, with merges resolved.
    """
    named = named.seen_from(record)
    if not named.counts("meetings", record.made_at):
        made_at = None
    accepted = sorted(
        (f for f in follow_ups if is_live(f)),
        key=lambda f: (f.occurred_on.earliest or OPEN_START, f.key),
    )
    edges = tuple(edge_of(f, record, named.survivor) for f in accepted)
    judged = tuple(judgement_of(a) for a in sorted(assessments, key=lambda a: a.key) if is_live(a))
    in_roles = [*_roles(record), *((Role.ACTOR, key) for f in accepted for key in f.actors)]
    if made_at is not None:
        in_roles += [(Role.PARTICIPANT, key) for key in _participants(made_at)]
    latest = last_edge(edges)
    following = [e for e in edges if e.kind is not FollowUpKind.CONTEXT]
    heard = max((e.latest for e in following), default=None)
    surely_heard = max((e.latest for e in following if e.latest != OPEN_END), default=None)
    made_by = last_day(record.made_on, record.recorded_at)
    articles = _articles((record, *merged), named)
    answered_by = named.living(
        "commitments",
        (key for one in (record, *merged) if isinstance(one, Request) for key in one.answered_by),
    )
    answers = None
    if isinstance(record, Request):
        answers = tuple(answer_of(answering[key]) for key in answered_by)
    relays = named.living("parties", (named.articles[a].relays for a in articles))
    found = DerivedTrackable(
        refers_to=refers_to(record),
        **_find_sources(record, merged),
        edges=edges,
        judged=judged,
        answers=answers,
        segments=fold_segments(subject_of(record, answers), edges, judged),
        roles=tuple(
            RoleRef(role=role, **_party_ref(key, named))
            for role, key in _living_roles(in_roles, named)
        ),
        sorted_as=sort_form(record.title),
        articles=articles,
        publishers=_publishers(articles, named),
        relays=relays,
        relays_within=add_bodies_above(relays, named),
        meeting=named.living_one("meetings", record.made_at),
        meeting_kind=made_at.kind if made_at is not None else None,
        follow_up_count=len(edges),
        latest_follow_up=latest.key if latest else None,
        latest_follow_up_on=heard if heard != OPEN_END else None,
        made_by=made_by,
        silent_since=surely_heard or made_by,
        order_certain=all(e.order_certain for e in following),
        answered=_is_answered(record, answered_by, edges),
        answered_by=answered_by or None,
        merged_names=_find_merged_names(record, merged),
    )
    return _with_terms(record, found)


def _is_answered(
    record: Commitment | Request, answered_by: Iterable[Key], edges: Iterable[Edge]
) -> bool | None:
    if isinstance(record, Commitment):
        return None
    return any(answered_by) or any(
        e.kind is FollowUpKind.ANSWERED and e.answers is None for e in edges
    )


def subject_of(record: Commitment | Request, answers: tuple[Answer, ...] | None = None) -> Subject:
    """What the fold needs of a commitment or request; a request is always trackable."""
    due = record.due_on.latest if isinstance(record, Commitment) and record.due_on else None
    return Subject(
        made_earliest=record.made_on.earliest or OPEN_START,
        made_latest=last_day(record.made_on, record.recorded_at) or OPEN_END,
        due_latest=due or OPEN_END,
        verifiable=record.verifiable if isinstance(record, Commitment) else True,
        answers=answers,
    )


def answer_of(record: Commitment) -> Answer:
    """What the fold needs of a commitment that answers a request."""
    assert record.recorded_at is not None
    return Answer(
        key=record.key,
        latest=last_day(record.made_on, record.recorded_at) or OPEN_END,
        recorded_at=record.recorded_at,
    )


def edge_of(record: FollowUp, target: Commitment | Request, survivor: Survivor) -> Edge:
    """What the fold needs of a follow-up, whose `recorded_at` must be filled."""
    assert record.recorded_at is not None
    return Edge(
        key=record.key,
        kind=record.kind,
        earliest=record.occurred_on.earliest or OPEN_START,
        latest=last_day(record.occurred_on, record.recorded_at) or OPEN_END,
        recorded_at=record.recorded_at,
        independence=record.independence,
        answers=record.answers and survivor("follow_ups", record.answers),
        order_certain=order_certain(record, target),
    )


def judgement_of(record: Assessment) -> Judged:
    """What the fold needs of an assessment; it counts from the last day of its date."""
    assert record.recorded_at is not None
    return Judged(
        key=record.key,
        value=record.value,
        effective=last_day(record.effective_on, record.recorded_at) or OPEN_END,
        withdrawn=record.withdrawn_at.date().isoformat() if record.withdrawn_at else OPEN_END,
        recorded_at=record.recorded_at,
    )


def _roles(record: Commitment | Request) -> Iterable[tuple[Role, Key]]:
    if isinstance(record, Commitment):
        yield from ((Role.PROMISOR, promisor.party) for promisor in record.promisors)
        yield from ((Role.ADDRESSEE, key) for key in record.addressees)
        yield from ((Role.BENEFICIARY, key) for key in record.beneficiaries)
        yield from ((Role(one.part), one.party) for one in record.implementers)
    else:
        yield from ((Role.ASKER, key) for key in record.askers)
        yield from ((Role.ASKED, key) for key in record.asked)


def parties_of(record: Commitment | Request, named: Named) -> tuple[Key, ...]:
    """The parties that a commitment or request itself names, with merges resolved."""
    return named.living("parties", (key for _, key in _roles(record)))


def _follow_up_roles(
    record: FollowUp, merged: Iterable[FollowUp], meeting: Meeting | None
) -> Iterable[tuple[FollowUpRole, Key]]:
    yield from ((FollowUpRole.ACTOR, key) for key in record.actors)
    evidences = [evidence for one in (record, *merged) for evidence in one.evidence]
    said = ((FollowUpRole.SPEAKER, evidence.said_by) for evidence in evidences)
    relayed = ((FollowUpRole.RELAYER, evidence.relayed_by) for evidence in evidences)
    yield from ((role, key) for role, key in (*said, *relayed) if key is not None)
    if meeting is not None:
        yield from ((FollowUpRole.PARTICIPANT, key) for key in _participants(meeting))


def _participants(record: Meeting) -> Iterable[Key]:
    return (
        key for participation in record.participations for key in _parties_present(participation)
    )


def _parties_present(participation: Participation) -> Iterable[Key]:
    return (k for k in (participation.party, participation.on_behalf_of) if k is not None)


def _living_roles(
    in_roles: Iterable[tuple[AnyRole, Key]], named: Named
) -> Iterable[tuple[AnyRole, Key]]:
    """The roles with living parties, each pair once."""
    return dict.fromkeys(
        (role, key) for role, party in in_roles for key in named.living("parties", (party,))
    )


def _party_ref(key: Key, named: Named) -> dict[str, Any]:
    party = named.parties[key]
    return {
        "party": key,
        "kind": party.kind,
        "country": party.country,
        "within": named.bodies_from(key),
    }


def _articles(records: Iterable[Record], named: Named) -> tuple[Key, ...]:
    evidences = (evidence for record in records for _, evidence in find_parts(record, Evidence))
    return named.living("articles", (evidence.article for evidence in evidences))


def add_bodies_above(parties: Iterable[Key], named: Named) -> tuple[Key, ...]:
    """These living parties and the bodies above them, each once."""
    return _distinct(key for party in parties for key in named.bodies_from(party))


def _publishers(articles: Iterable[Key], named: Named) -> tuple[Key, ...]:
    return named.living("parties", (named.articles[key].publisher for key in articles))


def _distinct(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))
