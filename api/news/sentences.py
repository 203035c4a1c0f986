"""What happened, as a sentence and some lines below it, in plain text for people. Pure."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from api.news.loading import Deed, Happening, Record
from store.reads.status_effects import StatusEffect
from store.records.history.statuses import Standing, StatusValue, Verification

LONGEST_TITLE = 300
"""Characters of a sentence; that of a line below it are `LONGEST_LINE`."""
LONGEST_LINE = 600
MOST_DIFFERENCES = 12

_STATUSES: Mapping[StatusValue, str] = {
    **{value: value.value.replace("_", " ").capitalize() for value in StatusValue},
    StatusValue.NO_FOLLOW_UP: "No follow-up",
}
_SOURCES: Mapping[Verification, str] = {
    Verification.NONE: "",
    Verification.SELF_REPORTED: " (self-reported)",
    Verification.COUNTERPART_REPORTED: " (reported by the other side)",
    Verification.THIRD_PARTY: " (reported by a third party)",
    Verification.DOCUMENTED: " (documented)",
}
_NAMES = ("title", "headline", "name")
_DATES: Mapping[str, str] = {
    "datePublished": "Published",
    "date": "Held",
    "madeOn": "Made",
    "occurredOn": "Happened",
    "effectiveOn": "Counts from",
    "checkedOn": "Checked",
}


def say(happening: Happening) -> str:
    """What happened in a sentence: `K03: No follow-up → In progress (self-reported)`."""
    moved = happening.moved
    if moved and happening.was_published:
        told = "; ".join(map(_say_effect, moved))
        return _cut(f"{told}, recorded late" if happening.is_late else told, LONGEST_TITLE)
    told = f"{_name_record(happening)} {_say_deed(happening)}"
    if title := _title_of(happening.record):
        told = f"{told}: {title}"
    elif moved:
        told = f"{told}: {'; '.join(map(_say_effect, moved))}"
    return _cut(told, LONGEST_TITLE)


def list_lines(happening: Happening) -> list[str]:
    """What else is worth knowing, a line each: about what, when, why, what was changed."""
    return [_cut(line, LONGEST_LINE) for line in _list_lines(happening)]


def name_status(standing: Standing) -> str:
    """A status in words, with the most independent source that says so, or that it is assessed."""
    if standing.assessed is not None:
        return f"{_STATUSES[standing.value]} (assessed)"
    return f"{_STATUSES[standing.value]}{_SOURCES[standing.verification]}"


def _say_effect(effect: StatusEffect) -> str:
    assert effect.before is not None and effect.after is not None
    return f"{effect.key}: {_STATUSES[effect.before.value]} → {name_status(effect.after)}"


def _name_record(happening: Happening) -> str:
    noun, key = happening.at
    if noun == "follow_ups" and (target := happening.record.get("target")):
        followed = happening.record["followed"].replace("_", " ").lower()
        return f"{target['key']}: {followed}, follow-up {key}"
    return f"{_NOUNS[noun]} {key}"


_NOUNS: Mapping[str, str] = {
    "parties": "Party",
    "articles": "Article",
    "meetings": "Meeting",
    "commitments": "Commitment",
    "requests": "Request",
    "follow_ups": "Follow-up",
    "assessments": "Assessment",
    "check_logs": "Check",
    "concepts": "Concept",
}


def _say_deed(happening: Happening) -> str:
    deed = happening.deed
    if deed is Deed.MERGED:
        return f"merged into {_find_difference(happening, 'mergedInto') or 'another'}"
    if deed is Deed.PUBLISHED:
        return "recorded late" if happening.is_late else "recorded"
    return deed.value


def _find_difference(happening: Happening, member: str) -> str | None:
    """What a member became; None if it was not changed."""
    found = (d["after"] for d in happening.change["differences"] if d["member"] == member)
    return next(found, None)


def _title_of(record: Record) -> str | None:
    return next((record[name] for name in _NAMES if record.get(name)), None)


def _list_lines(happening: Happening) -> Iterator[str]:
    change, record = happening.change, happening.record
    if happening.moved and happening.was_published:
        yield f"By {_name_record(happening)}."
    if (about := record.get("target") or record.get("trackable")) is not None:
        yield f"About {about['key']}: {about['title']}"
    if record.get("curation") not in (None, "ACCEPTED", "RETRACTED"):
        yield f"Stage of review: {record['curation'].replace('_', ' ').lower()}."
    day = change["at"][:10]
    for member, word in _DATES.items():
        if record.get(member):
            late = "; recorded late, so this is not news" if happening.is_late else ""
            yield f"{word}: {record[member]['edtf']}. Written on {day}{late}."
    if record.get("value"):
        yield f"{record['assessor']} assesses it as {_STATUSES[StatusValue(record['value'])]}."
    if record.get("found") is not None:
        yield f"Follow-ups found: {record['found']}."
    if record.get("rationale"):
        yield record["rationale"]
    if change["why"]:
        yield f"Reason: {change['why']}"
    if not happening.was_published:
        yield from islice(_list_differences(change), MOST_DIFFERENCES)


def _list_differences(change: Mapping[str, Any]) -> Iterator[str]:
    for one in change["differences"]:
        before, after = (_cut(one[n], 250) if one[n] is not None else "nothing" for n in _SIDES)
        yield f"{one['member']}: {before} → {after}"


_SIDES = ("before", "after")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
