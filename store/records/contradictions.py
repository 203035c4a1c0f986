"""Dates that cannot all be true, within a record or together with the records that it names.

`check` finds what is certainly wrong, whichever days vague dates mean and in any time zone.
`find_odd_dates` finds what may be right and is worth a look. That a follow-up may not come before
its target is checked in `follow_ups`.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from store.records.articles import Article
from store.records.assessments import Assessment
from store.records.base import SET_ASIDE, Problem, Record
from store.records.check_logs import CheckLog
from store.records.commitments import Commitment
from store.records.dates import FuzzyDate, Order, days_between, order
from store.records.evidence import Evidence
from store.records.follow_ups import FollowUp
from store.records.meetings import Meeting, MeetingState
from store.records.parties import Party
from store.records.references import find_parts
from store.records.requests import Request

LookUp = Callable[[str, str], Record | None]

ZONES = 1
"""Days by which a report may be dated before what it reports: further west it is still the day
before."""

CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the clock of the machine that recorded something may be ahead of this one's."""

_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)


def check(record: Record, look_up: LookUp) -> Iterator[Problem]:
    """The dates of a record that are certainly wrong."""
    if record.curation in SET_ASIDE:
        return
    match record:
        case Party():
            yield from _check_party(record)
        case Article():
            yield from _check_article(record)
        case Commitment() | Request():
            yield from _check_happened("madeOn", record.made_on, record)
            yield from _check_reported("madeOn", record.made_on, record, look_up)
            if isinstance(record, Commitment) and record.due_on is not None:
                yield from _check_order("dueOn", record.due_on, "madeOn", record.made_on)
        case FollowUp():
            yield from _check_happened("occurredOn", record.occurred_on, record)
            yield from _check_reported("occurredOn", record.occurred_on, record, look_up)
        case CheckLog():
            yield from _check_happened("checkedOn", record.checked_on, record)
        case Assessment():
            yield from _check_assessment(record, look_up)


def find_future_moments(record: Record, now: datetime) -> Iterator[Problem]:
    """A problem for each of the store's own moments that lies in the future."""
    given = {
        "recordedAt": record.recorded_at,
        "createdAt": record.created_at,
        "updatedAt": record.updated_at,
    }
    for path, at in given.items():
        if at is not None and at > now + CLOCKS_DIFFER:
            message = (
                f"{at.isoformat()} is yet to come (it is {now.isoformat(timespec='seconds')} "
                "here); correct it, or leave it out"
            )
            yield Problem(path, message)


def last_day_of(instant: datetime) -> str:
    """The day at that moment in the time zone furthest east."""
    return _day(instant, _EAST)


def _first_day_of(instant: datetime) -> str:
    return _day(instant, _WEST)


def _day(instant: datetime, zone: timedelta) -> str:
    utc = instant.astimezone(UTC)
    try:
        return (utc + zone).date().isoformat()
    except OverflowError:  # on the first and the last day of the calendar
        return utc.date().isoformat()


def _check_party(party: Party) -> Iterator[Problem]:
    for i, name in enumerate(party.names):
        if name.valid_from is not None and name.valid_to is not None:
            path = f"names[{i}]"
            yield from _check_order(
                f"{path}.validTo", name.valid_to, f"{path}.validFrom", name.valid_from
            )
    for i, membership in enumerate(party.memberships):
        if membership.start is not None and membership.end is not None:
            path = f"memberships[{i}]"
            yield from _check_order(
                f"{path}.end", membership.end, f"{path}.start", membership.start
            )


def _check_order(later: str, end: FuzzyDate, earlier: str, start: FuzzyDate) -> Iterator[Problem]:
    if order(end, start) is Order.BEFORE:
        message = f"{end.edtf} is before {earlier} ({start.edtf}); correct one of the two"
        yield Problem(later, message)


def _check_article(article: Article) -> Iterator[Problem]:
    at, date = article.published_at, article.date_published
    if at is None:
        return
    if date.instant is not None:
        apart = abs(at - date.instant) >= timedelta(minutes=1)
    else:
        before = date.earliest is not None and last_day_of(at) < date.earliest
        apart = before or (date.latest is not None and date.latest < _first_day_of(at))
    if apart:
        message = (
            f"{at.isoformat()} is not on datePublished ({date.edtf}), in any zone; correct one of "
            "the two, or leave publishedAt out"
        )
        yield Problem("publishedAt", message)


def _check_happened(path: str, when: FuzzyDate, record: Record) -> Iterator[Problem]:
    recorded = record.recorded_at
    if recorded is None or when.earliest is None or when.earliest <= last_day_of(recorded):
        return
    message = (
        f"{when.edtf} lies after the record was made ({recorded.isoformat(timespec='minutes')}), "
        "and what is recorded has happened; correct the date, or recordedAt"
    )
    yield Problem(path, message)


def _check_reported(
    path: str, when: FuzzyDate, record: Commitment | Request | FollowUp, look_up: LookUp
) -> Iterator[Problem]:
    keys = list(dict.fromkeys(evidence.article for evidence in record.evidence))
    last = last_published(keys, look_up)
    if last is None or when.earliest is None or days_between(last, when.earliest) <= ZONES:
        return
    message = (
        f"{when.edtf} lies after the publication of all that it rests on ({', '.join(keys)}, the "
        f"last on {last}); correct one of the dates, or add the article that reports it"
    )
    yield Problem(path, message)


def last_published(articles: Iterable[str], look_up: LookUp) -> str | None:
    """The last day on which any of these articles can have been published; None if one is open."""
    found = [look_up("articles", key) for key in articles]
    days = [a.date_published.latest if isinstance(a, Article) else None for a in found]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _check_assessment(assessment: Assessment, look_up: LookUp) -> Iterator[Problem]:
    effective, withdrawn = assessment.effective_on, assessment.withdrawn_at
    if withdrawn is not None and last_day_of(withdrawn) < (effective.earliest or ""):
        message = (
            f"{withdrawn.isoformat()} is before effectiveOn ({effective.edtf}); correct one of "
            "the two"
        )
        yield Problem("withdrawnAt", message)
    for noun in ("commitments", "requests"):
        judged = look_up(noun, assessment.trackable)
        if isinstance(judged, Commitment | Request) and (
            order(effective, judged.made_on) is Order.BEFORE
        ):
            message = (
                f"{effective.edtf} is wholly before {judged.key} was made "
                f"({judged.made_on.edtf}); correct one of the two dates"
            )
            yield Problem("effectiveOn", message)


# --- What is odd, and may be right ---------------------------------------------------------------

_YEAR = 365
_AHEAD = {"datePublished": 0, "dueOn": 100 * _YEAR, "end": 100 * _YEAR, "validTo": 100 * _YEAR}
"""Days by which a date may lie after its recording without being odd, by member; else one year."""

EARLIEST = "1800-01-01"
"""A date before this day is odd: it may be of another calendar, or mistyped."""


def find_odd_dates(record: Record, look_up: LookUp) -> Iterator[Problem]:
    """The dates of a record that may be right and are worth a look."""
    for path, when in find_parts(record, FuzzyDate):
        if when.latest is not None and when.latest < EARLIEST:
            message = f"{when.edtf} is before 1800; of another calendar, or mistyped?"
            yield Problem(path, message)
        ahead = _days_ahead(when, record)
        if ahead > _AHEAD.get(path.rpartition(".")[2], _YEAR):
            message = (
                f"{when.edtf} lies {ahead} days after the record was made; of another calendar, or "
                "mistyped?"
            )
            yield Problem(path, message)
    match record:
        case Commitment() | Request():
            yield from _find_odd_report("madeOn", record.made_on, record, look_up)
            yield from _find_odd_meeting("madeOn", record.made_on, record.made_at, look_up)
        case FollowUp():
            yield from _find_odd_report("occurredOn", record.occurred_on, record, look_up)
            yield from _find_odd_meeting("occurredOn", record.occurred_on, record.meeting, look_up)
        case Meeting():
            yield from _find_odd_report("date", record.date, record, look_up)


def _days_ahead(when: FuzzyDate, record: Record) -> int:
    if when.earliest is None or record.recorded_at is None:
        return 0
    return days_between(last_day_of(record.recorded_at), when.earliest)


def _find_odd_report(
    path: str, when: FuzzyDate, record: Record, look_up: LookUp
) -> Iterator[Problem]:
    last = last_published((e.article for _, e in find_parts(record, Evidence)), look_up)
    if last is not None and when.earliest is not None and last < when.earliest:
        yield Problem(path, f"{when.edtf} lies after all that it rests on came out, at last {last}")


def _find_odd_meeting(
    path: str, when: FuzzyDate, key: str | None, look_up: LookUp
) -> Iterator[Problem]:
    meeting = look_up("meetings", key) if key is not None else None
    if isinstance(meeting, Meeting) and meeting.state is not MeetingState.HELD:
        yield Problem(path, f"{key} is {meeting.state}, and not HELD; was it held after all?")
    elif isinstance(meeting, Meeting) and order(when, meeting.date) in (Order.BEFORE, Order.AFTER):
        yield Problem(path, f"{when.edtf} is not when {key} was held ({meeting.date.edtf})")
