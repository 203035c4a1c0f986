"""What is derived from records and kept with them, so that reading need not work it out.

Pure: the writer calls this in the transaction of the write, and `rebuild` for everything again.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from store.records.articles import Article, Judgement
from store.records.assessments import Assessment
from store.records.commitments import Commitment
from store.records.described import Described
from store.records.evidence import Evidence
from store.records.follow_ups import FollowUp, FollowUpKind, order_certain
from store.records.meetings import Meeting
from store.records.parties import Party, PartyKind, search_names
from store.records.references import parts
from store.records.requests import Request
from store.records.shape import Country, Key, Record, Shape, is_live
from store.records.statuses import OPEN_END, OPEN_START, Edge, Judged, Segment, Subject, segments

Survivor = Callable[[str, Key], Key]
"""The key under which a record of this noun and key lives on: its own, unless it was merged."""


class Role(Described):
    """What a party has to do with a commitment or request."""

    PROMISOR = "PROMISOR", "Promised it."
    ADDRESSEE = "ADDRESSEE", "It was promised to them."
    BENEFICIARY = "BENEFICIARY", "It is meant to serve them."
    ASKER = "ASKER", "Asked for it."
    ASKED = "ASKED", "Was asked for it."
    ACTOR = "ACTOR", "Acted in an accepted follow-up to it."
    PARTICIPANT = "PARTICIPANT", "Took part in the meeting at which it was made."


class PartyRef(Shape):
    """A party as it is looked for: by key, kind or country."""

    party: Key
    kind: PartyKind
    country: Country | None = None


class RoleRef(PartyRef):
    """A party in a role."""

    role: Role


class DerivedParty(Shape):
    """`search_names`: every form of the name, folded."""

    search_names: tuple[str, ...]


class PrintedName(Shape):
    """A name as an article prints it, and the party it is judged to mean, with merges resolved."""

    surface: str
    party: Key
    judgement: Judgement


class DerivedArticle(Shape):
    """`parties`: those that the article mentions for certain, relays or was published by."""

    parties: tuple[Key, ...]
    printed: tuple[PrintedName, ...]


class DerivedMeeting(Shape):
    """`parties`: who took part or was represented; `articles`: the reports."""

    parties: tuple[PartyRef, ...]
    articles: tuple[Key, ...]


class DerivedFollowUp(Shape):
    """The follow-up's links with merges resolved; whether it certainly came after its target."""

    target: Key
    restated_as: Key | None = None
    meeting: Key | None = None
    actors: tuple[Key, ...]
    articles: tuple[Key, ...]
    order_certain: bool


class DerivedTrackable(Shape):
    """The status history with what it is folded from, and who has to do with it.

    `edges` and `judged` let a status as known at an earlier moment be folded without another
    read. `answered` is a request's: answered by a commitment or an accepted answer.
    """

    edges: tuple[Edge, ...]
    judged: tuple[Judged, ...]
    segments: tuple[Segment, ...]
    roles: tuple[RoleRef, ...]
    articles: tuple[Key, ...]
    meeting: Key | None = None
    follow_up_count: int
    latest_follow_up: Key | None = None
    latest_follow_up_on: str | None = None
    order_certain: bool
    answered: bool | None = None


DERIVED: Mapping[str, type[Shape]] = {
    "parties": DerivedParty,
    "articles": DerivedArticle,
    "meetings": DerivedMeeting,
    "commitments": DerivedTrackable,
    "requests": DerivedTrackable,
    "follow_ups": DerivedFollowUp,
}


def party(record: Party) -> DerivedParty:
    """What is derived of a party."""
    return DerivedParty(search_names=tuple(search_names(record)))


def article(record: Article, survivor: Survivor) -> DerivedArticle:
    """What is derived of an article."""
    named = [m.party for m in record.mentions if m.judgement is Judgement.POSITIVE]
    named += [key for key in (record.publisher, record.relays) if key is not None]
    printed = (
        PrintedName(surface=m.surface, party=survivor("parties", m.party), judgement=m.judgement)
        for m in record.mentions
    )
    return DerivedArticle(
        parties=_distinct(survivor("parties", key) for key in named),
        printed=tuple(dict.fromkeys(printed)),
    )


def meeting(record: Meeting, parties: Mapping[Key, Party], survivor: Survivor) -> DerivedMeeting:
    """What is derived of a meeting; `parties` holds every party it names, and survivors."""
    return DerivedMeeting(
        parties=tuple(_refs(_participants(record), parties, survivor)),
        articles=_articles(record, survivor),
    )


def follow_up(
    record: FollowUp, target: Commitment | Request, survivor: Survivor
) -> DerivedFollowUp:
    """What is derived of a follow-up; `target` is the one in which its target lives on."""
    noun = "commitments" if isinstance(target, Commitment) else "requests"
    return DerivedFollowUp(
        target=survivor(noun, record.target),
        restated_as=record.restated_as and survivor("commitments", record.restated_as),
        meeting=record.meeting and survivor("meetings", record.meeting),
        actors=_distinct(survivor("parties", key) for key in record.actors),
        articles=_articles(record, survivor),
        order_certain=order_certain(record, target),
    )


def trackable(
    record: Commitment | Request,
    follow_ups: Iterable[FollowUp],
    assessments: Iterable[Assessment],
    made_at: Meeting | None,
    parties: Mapping[Key, Party],
    survivor: Survivor,
) -> DerivedTrackable:
    """What is derived of a commitment or request.

    `follow_ups` and `assessments` are those of the record and of what was merged into it, in
    any state of curation; `parties` holds every party that has a role, and survivors.
    """
    accepted = sorted(
        (f for f in follow_ups if is_live(f)),
        key=lambda f: (f.occurred_on.earliest or OPEN_START, f.key),
    )
    edges = tuple(edge(f, record, survivor) for f in accepted)
    judged = tuple(judgement(a) for a in sorted(assessments, key=lambda a: a.key) if is_live(a))
    named = [*_roles(record), *((Role.ACTOR, key) for f in accepted for key in f.actors)]
    if made_at is not None:
        named += [(Role.PARTICIPANT, key) for key in _participants(made_at)]
    # The last in the order in which follow-ups are shown; which day was last is another question.
    latest = max(edges, key=lambda e: (e.earliest, e.latest, e.key), default=None)
    last_day = max((e.latest for e in edges), default=None)
    return DerivedTrackable(
        edges=edges,
        judged=judged,
        segments=segments(subject(record), edges, judged),
        roles=tuple(_role_refs(named, parties, survivor)),
        articles=_articles(record, survivor),
        meeting=record.made_at and survivor("meetings", record.made_at),
        follow_up_count=len(edges),
        latest_follow_up=latest.key if latest else None,
        latest_follow_up_on=last_day if last_day != OPEN_END else None,
        order_certain=all(e.order_certain for e in edges),
        answered=_answered(record, edges),
    )


def _answered(record: Commitment | Request, edges: Iterable[Edge]) -> bool | None:
    if isinstance(record, Commitment):
        return None
    return bool(record.answered_by) or any(
        e.kind is FollowUpKind.ANSWERED and e.answers is None for e in edges
    )


def subject(record: Commitment | Request) -> Subject:
    """What the fold needs of a commitment or request; a request is always trackable."""
    due = record.due_on.latest if isinstance(record, Commitment) and record.due_on else None
    return Subject(
        made_earliest=record.made_on.earliest or OPEN_START,
        made_latest=record.made_on.latest or OPEN_END,
        due_latest=due or OPEN_END,
        verifiable=record.verifiable if isinstance(record, Commitment) else True,
    )


def edge(record: FollowUp, target: Commitment | Request, survivor: Survivor) -> Edge:
    """What the fold needs of a follow-up, which the writer has given its `recorded_at`."""
    assert record.recorded_at is not None
    return Edge(
        key=record.key,
        kind=record.kind,
        earliest=record.occurred_on.earliest or OPEN_START,
        latest=record.occurred_on.latest or OPEN_END,
        recorded_at=record.recorded_at,
        independence=record.independence,
        answers=record.answers and survivor("follow_ups", record.answers),
        order_certain=order_certain(record, target),
    )


def judgement(record: Assessment) -> Judged:
    """What the fold needs of an assessment, which takes effect once that is certain."""
    assert record.recorded_at is not None
    return Judged(
        key=record.key,
        value=record.value,
        effective=record.effective_on.latest or OPEN_END,
        withdrawn=record.withdrawn_at.date().isoformat() if record.withdrawn_at else OPEN_END,
        recorded_at=record.recorded_at,
    )


def _roles(record: Commitment | Request) -> Iterable[tuple[Role, Key]]:
    if isinstance(record, Commitment):
        yield from ((Role.PROMISOR, promisor.party) for promisor in record.promisors)
        yield from ((Role.ADDRESSEE, key) for key in record.addressees)
        yield from ((Role.BENEFICIARY, key) for key in record.beneficiaries)
    else:
        yield from ((Role.ASKER, key) for key in record.askers)
        yield from ((Role.ASKED, key) for key in record.asked)


def parties_of(record: Commitment | Request, survivor: Survivor) -> tuple[Key, ...]:
    """The parties that a commitment or request itself names."""
    return _distinct(survivor("parties", key) for _, key in _roles(record))


def _participants(record: Meeting) -> Iterable[Key]:
    for participation in record.participations:
        yield from (k for k in (participation.party, participation.on_behalf_of) if k is not None)


def _role_refs(
    named: Iterable[tuple[Role, Key]], parties: Mapping[Key, Party], survivor: Survivor
) -> Iterable[RoleRef]:
    for role, key in dict.fromkeys((role, survivor("parties", key)) for role, key in named):
        yield RoleRef(role=role, **_ref(key, parties))


def _refs(
    keys: Iterable[Key], parties: Mapping[Key, Party], survivor: Survivor
) -> Iterable[PartyRef]:
    for key in _distinct(survivor("parties", key) for key in keys):
        yield PartyRef(**_ref(key, parties))


def _ref(key: Key, parties: Mapping[Key, Party]) -> dict[str, Any]:
    return {"party": key, "kind": parties[key].kind, "country": parties[key].country}


def _articles(record: Record, survivor: Survivor) -> tuple[Key, ...]:
    return _distinct(survivor("articles", e.article) for _, e in parts(record, Evidence))


def _distinct(keys: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(keys))
