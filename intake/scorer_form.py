"""A reading as JSON that programs read, in the form in which proposals are measured."""

from typing import Any

from intake.names.entities import Entity
from intake.reading import Reading


def to_json(reading: Reading) -> dict[str, Any]:
    """What would be proposed, with places in the text as it was given."""
    return {
        "date": reading.published.edtf if reading.published else None,
        "dateline": _dateline(reading),
        "meeting": _meeting(reading),
        "parties": [_party(e) for e in reading.names.entities if e.count],
        "commitments": [c for p in reading.promises for c in _commitments(reading, *p)],
        "followUps": [
            {
                "target": f.target,
                "kind": f.kind.value,
                "candidates": list(f.candidates),
                "sameAs": f.same_as,
            }
            for f in reading.follow_ups
        ],
        "requests": [_span(reading, r.start, r.end) for r in reading.requests],
        "challenges": [_span(reading, c.start, c.end) for c in reading.challenges],
        "doubtful": [_span(reading, start, end) for start, end, _ in reading.doubtful],
        "warnings": reading.warnings,
    }


def _dateline(reading: Reading) -> str | None:
    span = reading.segments.dateline
    return reading.segments.text[slice(*span)] if span else None


def _meeting(reading: Reading) -> dict[str, Any] | None:
    if not reading.meetings:
        return None
    chosen = next((m for m in reading.meetings if m.match), reading.meetings[0])
    return {"match": chosen.match, "date": chosen.date.edtf if chosen.date else None}


def _party(entity: Entity) -> dict[str, Any]:
    if entity.key:
        return {"key": entity.key}
    return {"name": entity.name, "kind": entity.kind.value if entity.kind else None}


def _commitments(
    reading: Reading, promise: Any, same: str | None, near: list[str]
) -> list[dict[str, Any]]:
    return [
        {
            **_span(reading, start, end),
            "promisors": [e.reference for e in promise.promisors],
            "promisorCandidates": [e.reference for e in promise.candidates],
            "addressees": [e.reference for e in promise.addressees],
            "attribution": promise.attribution.value,
            "strength": promise.strength.value,
            "sameAs": same,
            "sameAsCandidates": near,
            "reasons": promise.reasons,
        }
        for start, end in promise.spans
    ]


def _span(reading: Reading, start: int, end: int) -> dict[str, int]:
    first, last = reading.cleaned.find_origin(start, end)
    return {"start": first, "end": last}
