"""Intakes and proposals beside the small store of `samples`, as they are kept."""

from hashlib import sha256
from typing import Any

from store.mongodb.collections import INTAKE_EVENTS, INTAKES, PROPOSALS
from store.mongodb.driver import Database, InsertOne
from store.records.evidence import digest
from tests.store.samples import NOON

TEXT = "Telno told the office that it would open a shop in Sarn by May. Nobody believed it."


def intake(key: str, state: str = "READY", **members: Any) -> dict[str, Any]:
    """An intake of an article that is not stored."""
    return {
        "_id": key,
        "state": state,
        "submittedAt": NOON,
        "submittedBy": "Paula",
        "givenSha256": sha256(key.encode()).hexdigest(),
        "toModel": False,
        "text": TEXT,
        "language": "en",
        "article": f"{key}-article",
        "articleMembers": {"datePublished": {"edtf": "2021-03-04"}, "inLanguage": "en"},
        "alike": [],
        "warnings": [],
        "attempts": 1,
        "proposalCount": 0,
        "openCount": 0,
        **members,
    }


def span(start: int, end: int, text: str = TEXT) -> dict[str, Any]:
    """A span of the text."""
    exact = text[start:end]
    return {
        "start": start,
        "end": end,
        "exact": exact,
        "prefix": text[max(0, start - 32) : start],
        "suffix": text[end : end + 32],
        "exactSha256": digest(exact),
    }


def proposal(intake: str, number: int, state: str = "OPEN", **members: Any) -> dict[str, Any]:
    """A commitment of `telno` that is proposed."""
    place = span(0, 63)
    evidence = {
        "article": f"{intake}-article",
        "selector": {n: place[n] for n in ("start", "end", "exactSha256")},
        "mode": "COUNTERPART_CLAIM",
    }
    return {
        "_id": f"{intake}-{number:03}",
        "intake": intake,
        "number": number,
        "kind": "COMMITMENT",
        "state": state,
        "confidence": "HIGH",
        "sureness": 3,
        "origin": "RULES",
        "reasons": ["would"],
        "spans": [place],
        "noun": "commitments",
        "members": {
            "promisors": [{"party": "telno", "attribution": "SELF_PARAPHRASED"}],
            "addressees": ["office"],
            "strength": "SPECIFIC",
            "madeOn": {"edtf": "2021-03-04"},
            "evidence": [evidence],
        },
        "candidates": [],
        "unresolved": [],
        "needs": [],
        **members,
    }


async def keep(
    database: Database, *intakes: dict[str, Any], proposals: tuple[dict[str, Any], ...] = ()
) -> None:
    """Keeps them, as a worker does."""
    await database.write(INTAKES, [InsertOne(one) for one in intakes])
    await database.write(PROPOSALS, [InsertOne(one) for one in proposals])


async def keep_event(database: Database, intake: str, version: int, key: str = "e1") -> None:
    """An event that an intake began to be read."""
    event = {
        "_id": key,
        "intake": intake,
        "state": "RUNNING",
        "step": "READ",
        "at": NOON,
        "dataVersion": version,
        "sequence": 0,
        "until": NOON.replace(year=9999),
    }
    await database.write(INTAKE_EVENTS, [InsertOne(event)])
