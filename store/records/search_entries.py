"""Search entries: for each record, a document of its own for search and timeline. Pure.

An entry has the date of its record, its parties, topics and trackables, and its words in the form
that the text index needs. It is derived and never edited.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from store.records.articles import Article, TextAccess
from store.records.base import Curation, Instant, Key, PartyKey, Record, Shape, Topic
from store.records.commitments import Commitment
from store.records.dates import FuzzyDate
from store.records.derived import (
    Derived,
    DerivedArticle,
    DerivedFollowUp,
    DerivedMeeting,
    DerivedParty,
    DerivedTrackable,
    Named,
    add_bodies_above,
    names_of,
    parties_of,
)
from store.records.enums import Described
from store.records.follow_ups import FollowUp
from store.records.meetings import Meeting
from store.records.parties import Party
from store.records.requests import Request
from store.records.text_search import line

ENTRIES = "entries"
"""The collection of the entries."""


class EntryNoun(Described):
    """The noun of an entry's record."""

    PARTIES = "parties", "A person or an organisation."
    ARTICLES = "articles", "An article."
    MEETINGS = "meetings", "A meeting."
    COMMITMENTS = "commitments", "A commitment."
    REQUESTS = "requests", "A request."
    FOLLOW_UPS = "follow_ups", "A follow-up."


NOUNS_IN_TIME = tuple(noun for noun in EntryNoun if noun is not EntryNoun.PARTIES)
"""The nouns whose records have a date."""


class Concern(Shape):
    """A commitment or request that a record concerns.

    `known_since` is the moment since which the record, this one, and what links them are recorded.
    """

    key: Key
    known_since: Instant


class Entry(Shape):
    """The search entry of a record.

    `within` are its `parties` and the bodies above them. `topics` include the wider ones, so that
    one key of the index finds all records of a topic in order. `names`, `titles`, `related` and
    `text` hold words, those with the highest weight first; `names` are those of a party and what
    other registers call a record, `related` the names of its parties.
    Entries of follow-ups have no words, because follow-ups are not searched.
    """

    noun: EntryNoun
    key: Key
    curation: Curation
    merged_into: Key | None = None
    recorded_at: Instant
    date: FuzzyDate | None = None
    parties: tuple[PartyKey, ...] = ()
    within: tuple[PartyKey, ...] = ()
    topics: tuple[Topic, ...] = ()
    trackables: tuple[Concern, ...] = ()
    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


class Bearing(NamedTuple):
    """A record that rests on an article or meeting, directly or through a follow-up.

    `known_since` is the moment since which it, and the follow-up if there is one, are recorded.
    """

    record: Commitment | Request | Meeting
    known_since: datetime


WEIGHTS = {"names": 12, "titles": 6, "related": 3, "text": 1}
"""The weight of a word in search, by the field in which it stands."""


def id_of(noun: str, key: Key) -> str:
    """The `_id` of a record's entry."""
    return f"{noun}:{key}"


def party_entry(record: Party, derived: DerivedParty) -> Entry:
    """The entry of a party, with all its names and those of parties merged into it."""
    return _make_entry(
        "parties",
        record,
        parties=(record.key,),
        within=derived.within,
        names=_lines([*names_of(record), *(derived.merged_names or ()), *_identifiers(derived)]),
    )


def article_entry(
    record: Article,
    derived: DerivedArticle,
    evidences: Sequence[Bearing],
    parties: Iterable[Party],
) -> Entry:
    """The entry of an article; `evidences` are the trackables and meetings that rest on it.

    `parties` are its parties and those merged into them: the article is found by their names.

    A text that may not be served is not searched either, because a search could confirm a guess.
    """
    return _make_entry(
        "articles",
        record,
        date=record.date_published,
        parties=derived.parties,
        within=derived.within,
        names=_lines(_identifiers(derived)),
        titles=_lines([*names_of(record), *(derived.merged_names or ())]),
        related=_names(parties),
        text=_lines([record.text] if record.text_access is TextAccess.PUBLIC else []),
        **_members_from(evidences),
    )


def meeting_entry(
    record: Meeting,
    derived: DerivedMeeting,
    concerns: Sequence[Bearing],
    parties: Iterable[Party],
) -> Entry:
    """The entry of a meeting; `concerns` are the trackables made or followed up there.

    For `parties` see `article_entry`.
    """
    stated = [name for p in record.participations for name in (p.name_as_stated, p.role_as_stated)]
    bearing = _members_from(concerns)
    return _make_entry(
        "meetings",
        record,
        date=record.date,
        parties=tuple(ref.party for ref in derived.parties),
        within=_distinct(key for ref in derived.parties for key in ref.within),
        names=_lines(_identifiers(derived)),
        titles=_lines([*names_of(record), *(derived.merged_names or ())]),
        related=tuple(dict.fromkeys((*_lines(stated), *_names(parties)))),
        text=_lines([record.place.name if record.place else None]),
        topics=_distinct(_add_wider_topics(record.topics), bearing["topics"]),
        trackables=bearing["trackables"],
    )


def trackable_entry(
    record: Commitment | Request,
    derived: DerivedTrackable,
    parties: Iterable[Party],
    named: Named,
) -> Entry:
    """The entry of a commitment or request, with the parties that it names itself.

    Those who acted in its follow-ups, or took part in its meeting, are in the entries of these. For
    `parties` see `article_entry`.
    """
    named = named.seen_from(record)
    keys = parties_of(record, named)
    test = record.test if isinstance(record, Commitment) else None
    return _make_entry(
        "commitments" if isinstance(record, Commitment) else "requests",
        record,
        date=record.made_on,
        parties=keys,
        within=add_bodies_above(keys, named),
        topics=_add_wider_topics(record.topics),
        trackables=(_make_concern(record),),
        names=_lines(_identifiers(derived)),
        titles=_lines([*names_of(record), *(derived.merged_names or ())]),
        related=_names(parties),
        text=_lines([record.gist, test]),
    )


def follow_up_entry(
    record: FollowUp,
    derived: DerivedFollowUp,
    target: Commitment | Request,
    restated_as: Commitment | None,
    target_parties: Iterable[Key],
    named: Named,
) -> Entry:
    """The entry of a follow-up, with its actors, and with the parties and topics of its target."""
    named = named.seen_from(record)
    parties = _distinct(derived.actors, target_parties)
    concerned = (target, *([restated_as] if restated_as is not None else ()))
    return _make_entry(
        "follow_ups",
        record,
        date=record.occurred_on,
        parties=parties,
        within=add_bodies_above(parties, named),
        topics=_add_wider_topics(derived.topics),
        trackables=tuple(_make_concern(one, record) for one in concerned),
    )


def _make_entry(noun: str, record: Record, **members: Any) -> Entry:
    return Entry(
        noun=EntryNoun(noun),
        key=record.key,
        curation=record.curation,
        merged_into=record.merged_into,
        recorded_at=latest_recording(record),
        **members,
    )


def _members_from(bearings: Sequence[Bearing]) -> dict[str, Any]:
    return {
        "trackables": tuple(
            Concern(key=record.key, known_since=since)
            for record, since in bearings
            if not isinstance(record, Meeting)
        ),
        "topics": _add_wider_topics(topic for record, _ in bearings for topic in record.topics),
    }


def _make_concern(trackable: Commitment | Request, *through: Record) -> Concern:
    return Concern(key=trackable.key, known_since=latest_recording(trackable, *through))


def latest_recording(*records: Record) -> datetime:
    """The moment since which all of these are recorded; each must have its `recorded_at`."""
    moments = [record.recorded_at for record in records if record.recorded_at is not None]
    assert len(moments) == len(records)
    return max(moments)


def _add_wider_topics(topics: Iterable[str]) -> tuple[str, ...]:
    paths = (topic.split("/") for topic in topics)
    return _distinct("/".join(path[: i + 1]) for path in paths for i in range(len(path)))


def _names(parties: Iterable[Party]) -> tuple[str, ...]:
    return _lines(name for party in parties for name in names_of(party))


def _identifiers(derived: Derived) -> Iterable[str]:
    return (identifier.value for identifier in derived.identifiers or ())


def _lines(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line(text) for text in texts if text))


def _distinct(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
