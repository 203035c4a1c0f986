"""Meetings: where parties met, who took part, and what the reports disagree on."""

from store.records.base import Country, Line, Many, PartyKey, Problem, Shape, SourcedRecord, Topics
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.evidence import Evidence


class MeetingKind(Described):
    """What sort of meeting it was."""

    BILATERAL = "BILATERAL", "Two sides met."
    WORKING_GROUP = "WORKING_GROUP", "A session of a standing group."
    WORKSHOP = "WORKSHOP", "A workshop or training."
    SUMMIT = "SUMMIT", "A larger gathering of many parties."
    HEARING = "HEARING", "A party was heard by a body with powers."
    CALL = "CALL", "By telephone or video."
    VISIT = "VISIT", "One side visited the other."
    SIGNING = "SIGNING", "Something was signed."
    OTHER = "OTHER", "None of these."


class MeetingState(Described):
    """Whether a meeting took place, as far as is recorded."""

    ANNOUNCED = "ANNOUNCED", "It was announced; that it was held is not recorded."
    HELD = "HELD", "It was held."
    CANCELLED = "CANCELLED", "It was announced, and not held."


class Capacity(Described):
    """The capacity in which somebody took part in a meeting."""

    ORGANIZER = "ORGANIZER", "Called or organised it."
    HOST = "HOST", "Provided the place."
    CHAIR = "CHAIR", "Chaired it."
    DELEGATE = "DELEGATE", "Took part for a side."
    SPEAKER = "SPEAKER", "Spoke."
    GUEST = "GUEST", "Was invited or present."
    SPOKESPERSON = "SPOKESPERSON", "Reported on it afterwards."
    OBSERVER = "OBSERVER", "Watched."


class PlaceBasis(Described):
    """How a place is known."""

    STATED = "STATED", "The report states it."
    DATELINE = "DATELINE", "Only the report's dateline names it."
    CONTEXT = "CONTEXT", "It follows from the rest of the report."


class Place(Shape):
    """A place, as far as it is known."""

    name: Line | None = None
    country: Country | None = None
    basis: PlaceBasis


class Participation(Shape):
    """A participant: name and role as printed, and the party that is meant, if known."""

    party: PartyKey | None = None
    name_as_stated: Line
    role_as_stated: Line | None = None
    on_behalf_of: PartyKey | None = None
    capacity: Capacity = Capacity.DELEGATE


class Claim(Shape):
    """What one report says where reports differ: a date, a place, or both."""

    date: FuzzyDate | None = None
    place: Place | None = None
    evidence: Evidence


class Meeting(SourcedRecord):
    """A meeting with the accepted date and place; `claims` are the competing ones."""

    title: Line
    kind: MeetingKind
    state: MeetingState = MeetingState.HELD
    date: FuzzyDate
    place: Place | None = None
    participations: Many[Participation] = ()
    topics: Topics = ()
    claims: Many[Claim] = ()
    evidence: Many[Evidence] = ()


def check(meeting: Meeting) -> list[Problem]:
    """A problem for each claim without a date and a place."""
    return [
        Problem(f"claims[{i}]", "a claim states a date, a place, or both")
        for i, claim in enumerate(meeting.claims)
        if claim.date is None and claim.place is None
    ]
