"""Finds the meetings that a text tells of, and which of them are stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from intake.claims.sources import Sources
from intake.dates import Day, find_event_day
from intake.known import Known
from intake.lexicon import Lexicon
from intake.names.cast import Cast
from intake.names.entities import Entity
from intake.names.sides import side_of
from intake.text.segments import Part
from store.records.dates import FuzzyDate, days_between
from store.records.meetings import Meeting, MeetingKind
from store.records.parties import PartyKind


@dataclass(slots=True)
class FoundMeeting:
    """A meeting in a text. `match` is the stored one; background is what is told beside."""

    start: int
    end: int
    kind: MeetingKind
    date: Day | None
    participants: tuple[Entity, ...]
    is_background: bool
    match: str | None = None
    reasons: list[str] = field(default_factory=list)


_KINDS = (
    ("meeting_workshop", MeetingKind.WORKSHOP),
    ("meeting_summit", MeetingKind.SUMMIT),
    ("meeting_hearing", MeetingKind.HEARING),
    ("meeting_signing", MeetingKind.SIGNING),
    ("meeting_call", MeetingKind.CALL),
    ("meeting_visit", MeetingKind.VISIT),
)
_EVENTS = frozenset({MeetingKind.WORKSHOP, MeetingKind.SUMMIT, MeetingKind.HEARING})
"""Kinds of meetings that one party may hold."""

_DAYS_NEAR = 2
"""Reports of one meeting name its day differently by so much."""

_DAYS_REPORTED = 45
"""A meeting is reported within so many days."""


def find_meetings(
    sources: Sources, cast: Cast, lexicon: Lexicon, published: Day | None, known: Known
) -> list[FoundMeeting]:
    """The meetings that the text tells of, the one that it is about first."""
    found: list[FoundMeeting] = []
    for meeting in _candidates(sources, cast, lexicon, published):
        if not any(_is_same(meeting, other) for other in found):
            found.append(meeting)
        else:
            _complete(next(o for o in found if _is_same(meeting, o)), meeting)
    found.sort(key=lambda m: m.is_background)
    _match(found, cast, published, known)
    return found


def _candidates(
    sources: Sources, cast: Cast, lexicon: Lexicon, published: Day | None
) -> Iterator[FoundMeeting]:
    word = lexicon.any_of("meeting_word")
    for number, sentence in enumerate(sources.sentences):
        if sentence.part in (Part.BOILERPLATE, Part.HEADER):
            continue
        match = word.search(sentence.text)
        if match is None:
            continue
        actors = [a for a in sources.actors[number] if a.entities]
        parties = tuple(dict.fromkeys(e for a in actors for e in a.entities[:2]))
        sides = {side_of(p, cast.directory)[0] for p in parties}
        kind = next(
            (kind for name, kind in _KINDS if lexicon.any_of(name).search(sentence.text)),
            MeetingKind.BILATERAL,
        )
        is_event = kind in _EVENTS and bool(parties)
        if len(parties) < 2 and len(sides) < 2 and not is_event:
            continue
        day = find_event_day(sources.text, lexicon, sentence.start, sentence.end, published)
        background = any(p.regex.search(sentence.text) for p in lexicon.patterns["background"])
        yield FoundMeeting(sentence.start, sentence.end, kind, day, parties, background)


def _is_same(one: FoundMeeting, other: FoundMeeting) -> bool:
    """Whether two sentences may tell of one meeting: no other day, no other kind of event."""
    if (
        one.date
        and other.date
        and one.date.day
        and other.date.day
        and one.date.day != other.date.day
    ):
        return False
    if one.is_background != other.is_background:
        return False
    plain = (MeetingKind.BILATERAL, MeetingKind.VISIT)
    return one.kind == other.kind or one.kind in plain or other.kind in plain


def _complete(meeting: FoundMeeting, other: FoundMeeting) -> None:
    meeting.date = meeting.date or other.date
    meeting.participants = tuple(dict.fromkeys((*meeting.participants, *other.participants)))
    if meeting.kind is MeetingKind.BILATERAL:
        meeting.kind = other.kind


# --- Stored meetings -----------------------------------------------------------------------------


def _match(found: Sequence[FoundMeeting], cast: Cast, published: Day | None, known: Known) -> None:
    """Says which stored one each meeting is: by who was there, if no day is against it."""
    named = {e.key for e in cast.names.entities if e.key and (e.count or e.implied)}
    for meeting in found:
        ranked = sorted(
            (
                (score, stored.key)
                for stored in known.meetings.values()
                if _may_be(meeting, stored, published)
                and (score := _score(stored, named, known, meeting, published)) > 0
            ),
            reverse=True,
        )
        if ranked:
            meeting.match = ranked[0][1]
            meeting.reasons.append("those who took part, and no other day is named")


def _may_be(meeting: FoundMeeting, stored: Meeting, published: Day | None) -> bool:
    """Whether the days allow that a meeting is the stored one."""
    if meeting.date is not None and _distance(meeting.date.edtf, stored.date) > _DAYS_NEAR:
        return False
    if published is None or published.day is None:
        return True
    first, last = stored.date.earliest, stored.date.latest
    if first is not None and published.day < first:
        return False
    reported = last is not None and days_between(last, published.day) > _DAYS_REPORTED
    return meeting.is_background or not reported


def _distance(edtf: str, stored: FuzzyDate) -> int:
    """Days between a day and a stored date; of a day without a year, at the nearest."""
    first, last = stored.earliest, stored.latest
    if edtf[:4] == "XXXX":
        years = {(first or last or "")[:4], (last or first or "")[:4]} - {""}
        return min((_distance(y + edtf[4:], stored) for y in years), default=0)
    try:
        if first is not None and edtf < first:
            return days_between(edtf, first)
        return days_between(last, edtf) if last is not None and edtf > last else 0
    except ValueError:
        return 0


def _score(
    stored: Meeting,
    named: set[str],
    known: Known,
    meeting: FoundMeeting,
    published: Day | None,
) -> float:
    """How surely the text names those who took part: 0 if not, at most 1."""
    parties = known.directory.parties
    there = {p.party for p in stored.participations if p.party and p.party in parties}
    people = {key for key in there if parties[key].kind is PartyKind.PERSON}
    bodies = there - people
    behalf = {p.on_behalf_of for p in stored.participations if p.on_behalf_of}
    sides = (bodies | behalf) & {k for k in parties if parties[k].kind is not PartyKind.GROUP}
    leads = {
        p.party
        for p in stored.participations
        if p.party and p.party in people and p.capacity.value != "SPOKESPERSON"
    }
    here = leads & named
    sides_here = {side for side in sides if side in named or _acts_for(side, here, stored)}
    if len(sides) > 1 and len(sides_here) < 2:
        return 0.0
    rare = {
        b
        for b in bodies
        if parties[b].kind not in (PartyKind.GROUP, PartyKind.PLATFORM, PartyKind.GOVERNMENT)
        and sum(b in _all_parties(m) for m in known.meetings.values()) == 1
    }
    rare_here = rare & named
    if leads and len(here) * 2 > len(leads) and (len(here) > 1 or not rare or rare_here):
        return len(here) / len(leads)
    close = bool(meeting.date and meeting.date.day) and (
        _distance(meeting.date.edtf if meeting.date else "", stored.date) <= 1
    )
    soon = close or _reported_soon(stored, published)
    if soon and rare and len(rare_here) * 2 > len(rare) and not (leads and _names_others(meeting)):
        return 0.5
    return 0.0


def _reported_soon(stored: Meeting, published: Day | None) -> bool:
    last = stored.date.latest
    if (
        published is None
        or published.day is None
        or last is None
        or stored.date.precision.value == "YEAR"
    ):
        return published is None
    return 0 <= days_between(last, published.day) <= 7 if published.day >= last else False


def _names_others(meeting: FoundMeeting) -> bool:
    return any(p.is_person for p in meeting.participants)


def _acts_for(side: str, people: set[str], stored: Meeting) -> bool:
    return any(p.on_behalf_of == side and p.party in people for p in stored.participations)


def _all_parties(meeting: Meeting) -> set[str]:
    return {p.party for p in meeting.participations if p.party} | {
        p.on_behalf_of for p in meeting.participations if p.on_behalf_of
    }
