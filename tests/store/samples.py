"""A small store for tests of the store: two articles, a meeting, promises and what followed."""

from datetime import UTC, datetime
from typing import Any

from store.mongodb.driver import Database
from store.records.base import Record
from store.records.nouns import NOUNS, model_of
from store.writes.writer import Author, Draft, Receipt, Writer

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
TESTER = Author(by="tests")

PROMISED = "Telno promised lower prices by 2022."
ASKED = "The office asked for a help desk."
LATER = "Telno lowered its prices in May 2021."
DOUBTED = "River Watch doubted it."
TEXTS = {
    "a1": f"Sarn, 10 January. {PROMISED} It said so twice. {ASKED}",
    "a2": f"{LATER} {DOUBTED} The company answered the doubts.",
}

Members = dict[str, Any]


def record(noun: str, key: str, **members: Any) -> Record:
    """A record of a noun, accepted unless told otherwise; members as in a bundle."""
    whole = {"key": key, "curation": "ACCEPTED", **members}
    return model_of(noun, whole).model_validate(whole)


def changed(before: Record, **members: Any) -> Record:
    """The record with other members; validated, unlike `model_copy`."""
    whole = before.model_dump(by_alias=True, exclude_none=True) | members
    given = {name: value for name, value in whole.items() if value is not None}
    return type(before).model_validate(given)


def evidence(article: str, exact: str, **members: Any) -> Members:
    """A span of an article."""
    return {"article": article, "selector": {"exact": exact}, "mode": "PARAPHRASE", **members}


def party(key: str, kind: str = "COMPANY", **members: Any) -> Record:
    """A party named by its key."""
    return record("parties", key, kind=kind, name=key.title(), **members)


def article(key: str, **members: Any) -> Record:
    """An article with the text that `TEXTS` has for it, and no last day: it may report anything."""
    given = {"datePublished": "2020-01-11/..", "text": TEXTS.get(key, key), "textKind": "DIGEST"}
    return record("articles", key, **given | members)


def commitment(key: str, **members: Any) -> Record:
    """A promise by `telno`, made at `m1` and known from `a1`."""
    given = {
        "title": f"Promise {key}",
        "gist": "Lower prices.",
        "promisors": [{"party": "telno", "attribution": "SELF_PARAPHRASED"}],
        "addressees": ["office"],
        "term": "ONE_OFF",
        "strength": "SPECIFIC",
        "madeOn": "2020-01-10",
        "madeAt": "m1",
        "evidence": [evidence("a1", PROMISED, saidBy="telno")],
    }
    return record("commitments", key, **given | members)


def request(key: str, **members: Any) -> Record:
    """What `office` asked of `telno`."""
    given = {
        "title": f"Request {key}",
        "gist": "A help desk.",
        "askers": ["office"],
        "asked": ["telno"],
        "madeOn": "2020-01-10",
        "madeAt": "m1",
        "evidence": [evidence("a1", ASKED)],
    }
    return record("requests", key, **given | members)


def follow_up(
    key: str, target: str = "c1", kind: str = "PROGRESSED", on: str = "2021-05-03", **members: Any
) -> Record:
    """What followed, known from `a2`."""
    given = {
        "target": target,
        "kind": kind,
        "occurredOn": on,
        "actors": ["telno"],
        "independence": "SELF",
        "confidence": "HIGH",
        "evidence": [evidence("a2", DOUBTED if kind == "CHALLENGED" else LATER)],
    }
    return record("follow_ups", key, **given | members)


def assessment(key: str, trackable: str, **members: Any) -> Record:
    """A judgement of an invented editor."""
    given = {
        "trackable": trackable,
        "value": "BROKEN",
        "rationale": "Because.",
        "assessor": "Ida Exempla",
        "effectiveOn": "2023-01-01",
    }
    return record("assessments", key, **given | members)


def store() -> list[Record]:
    """Everything: `c1` was progressed in `f1`, challenged in `f2` and answered in `f3`."""
    return [
        party("gov", "GOVERNMENT", country="AA"),
        party("office", "REGULATOR", country="AA", parent="gov"),
        party("telno", country="BB"),
        party("ann", "PERSON", memberships=[{"organization": "telno", "start": "2019"}]),
        article(
            "a1", mentions=[{"surface": "Telno", "party": "telno", "span": {"exact": "Telno"}}]
        ),
        article("a2", datePublished="2021-06-01/..", publisher="gov"),
        record(
            "meetings",
            "m1",
            title="Talks",
            kind="BILATERAL",
            date="2020-01-10",
            participations=[
                {"party": "office", "nameAsStated": "the office"},
                {"party": "ann", "nameAsStated": "Ann", "onBehalfOf": "telno"},
            ],
            evidence=[evidence("a1", PROMISED)],
        ),
        commitment("c1"),
        commitment("c2", term="STANDING"),
        request("r1", answeredBy=["c1"]),
        follow_up("f1"),
        follow_up("f2", kind="CHALLENGED", on="2021-05-10", actors=["office"]),
        follow_up("f3", kind="ANSWERED", on="2021-05-20", answers="f2"),
        assessment("s1", "c1"),
        record("concepts", "prices", labels=[{"value": "Prices", "language": "en"}]),
        record(
            "check_logs", "l1", trackable="c2", checkedOn="2022", checkedBy="Ida Exempla", found=0
        ),
    ]


async def write(database: Database, *records: Record, **options: Any) -> Receipt:
    """Writes the records, as the tests, at noon."""
    writer = Writer(database, clock=lambda: NOON)
    return await writer.write([Draft(r, **options) for r in records], TESTER)


async def contents(database: Database, *, ignoring: tuple[str, ...] = ()) -> dict[str, Any]:
    """Every document of every collection of ours, by collection and key."""
    collections = (*NOUNS, "changes", "counters", "meta")
    return {
        collection: {
            document["_id"]: {n: v for n, v in document.items() if n not in ignoring}
            for document in await database.find(collection, {})
        }
        for collection in collections
        if collection not in ignoring
    }
