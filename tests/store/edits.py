"""Edits that somebody might make of the sample store, drawn at random."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from store.mongodb.driver import Database
from store.records.base import Record, is_live
from store.records.nouns import TRACKABLES, noun_of
from store.records.parties import Party
from store.writes.writer import WriteRefused
from tests.store.samples import (
    DOUBTED,
    LATER,
    PROMISED,
    article,
    assessment,
    changed,
    commitment,
    evidence,
    follow_up,
    party,
    record,
    request,
    store,
    write,
)

DAYS = [
    "2019",
    "2020-01-10",
    "2020-06",
    "2021-05-03",
    "2021?",
    "2021-05-03/..",
    "2022-01-01",
    "../2023",
]
RECORDED = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 7)]
PARTIES = ["gov", "office", "telno", "ann", "p1", "p2"]
TRACKED = ["c1", "c2", "c3", "c4", "r1", "r2"]
FOLLOW_UPS = [f"f{n}" for n in range(1, 12)]
KINDS = ["PROGRESSED", "FULFILLED", "STALLED", "REAFFIRMED", "WITHDRAWN", "CHALLENGED", "BROKEN"]
CURATIONS = ["ACCEPTED", "ACCEPTED", "ACCEPTED", "PROPOSED", "RETRACTED", "REJECTED"]

Edit = Callable[[random.Random, dict[str, Record]], Record]


def a_party(chance: random.Random, _: dict[str, Record]) -> Record:
    key = chance.choice(PARTIES)
    kind = "PERSON" if key == "ann" else chance.choice(["COMPANY", "MINISTRY", "GROUP"])
    more: dict[str, Any] = {}
    if key != "ann" and chance.random() < 0.5:
        more["parent"] = chance.choice(PARTIES)
    if chance.random() < 0.3:
        more["memberships"] = [{"organization": body} for body in chance.sample(PARTIES, 2)]
    return party(key, kind, country=chance.choice(["AA", "BB"]), names=[
        {"value": f"Name {chance.randrange(9)}", "kind": "ALIAS"}
    ], **more)  # fmt: skip


def a_commitment(chance: random.Random, _: dict[str, Record]) -> Record:
    key = chance.choice(TRACKED)
    if key.startswith("r"):
        return request(
            key, asked=[chance.choice(PARTIES)], madeOn=chance.choice(DAYS), topics=_topics(chance)
        )
    return commitment(
        key,
        madeOn=chance.choice(DAYS),
        term=chance.choice(["ONE_OFF", "ONE_OFF", "STANDING"]),
        addressees=chance.sample(PARTIES, 2),
        topics=_topics(chance),
        evidence=[chance.choice([evidence("a1", PROMISED), evidence("a2", DOUBTED)])],
        madeAt=chance.choice(["m1", "m1", "m2", None]),
        verifiable=chance.random() < 0.9,
        recordedAt=chance.choice(RECORDED),
        **({"dueOn": "2022-06"} if chance.random() < 0.5 else {}),
    )


def _topics(chance: random.Random) -> list[str]:
    return chance.sample(["water", "water/prices", "help"], chance.randrange(3))


def a_follow_up(chance: random.Random, _: dict[str, Record]) -> Record:
    more: dict[str, Any] = {"meeting": "m1"} if chance.random() < 0.3 else {}
    if chance.random() < 0.3:
        said = {"saidBy": chance.choice(PARTIES), "relayedBy": chance.choice(PARTIES)}
        more["evidence"] = [evidence("a2", LATER, **said)]
    return follow_up(
        chance.choice(FOLLOW_UPS),
        target=chance.choice(TRACKED),
        kind=chance.choice(KINDS),
        on=chance.choice(DAYS),
        actors=chance.sample(PARTIES, chance.randrange(3)),
        curation=chance.choice(CURATIONS),
        recordedAt=chance.choice(RECORDED),
        **more,
    )


def an_answer(chance: random.Random, held: dict[str, Record]) -> Record:
    challenged = chance.choice([f for f in held.values() if hasattr(f, "answers")])
    key, day = f"answer-{chance.randrange(4)}", chance.choice(DAYS)
    return follow_up(key, challenged.target, "ANSWERED", day, answers=challenged.key)


def an_assessment(chance: random.Random, _: dict[str, Record]) -> Record:
    key = chance.choice(["s1", "s2", "s3"])
    return assessment(key, chance.choice(TRACKED), curation=chance.choice(CURATIONS))


def a_meeting(chance: random.Random, _: dict[str, Record]) -> Record:
    present = [
        {
            "party": key,
            "nameAsStated": key,
            "capacity": "HOST" if key in ("gov", "telno") else "GUEST",
        }
        for key in chance.sample(PARTIES, 2)
    ]
    reports = [evidence("a1", PROMISED), evidence("a2", DOUBTED)]
    members = {
        "title": "Talks",
        "kind": "CALL",
        "date": chance.choice(DAYS),
        "topics": _topics(chance),
        "evidence": [chance.choice(reports)],
        "claims": [
            {"date": chance.choice(DAYS), "evidence": report}
            for report in chance.sample(reports, chance.randrange(2))
        ],
    }
    return record("meetings", chance.choice(["m1", "m2"]), participations=present, **members)


def an_article(chance: random.Random, _: dict[str, Record]) -> Record:
    access = chance.choice(["PUBLIC", "WITHHELD"])
    more = {"publisher": chance.choice(PARTIES)} if chance.random() < 0.6 else {}
    return article(
        chance.choice(["a1", "a2", "a3"]), textAccess=access, relays=chance.choice(PARTIES), **more
    )


def a_merge(chance: random.Random, held: dict[str, Record]) -> Record:
    merged = chance.choice(list(held.values()))
    # Not often what is refused anyway.
    others = [
        r.key
        for r in held.values()
        if (type(r) is type(merged) and is_live(r) and r is not merged) or chance.random() < 0.01
    ]
    return changed(merged, mergedInto=chance.choice([*others, None]))


def a_renaming(chance: random.Random, held: dict[str, Record]) -> Record:
    """Another name, title or headline, of what was merged, too."""
    named = chance.choice(list(held.values()))
    name = f"Named {chance.randrange(9)}"
    if isinstance(named, Party):
        names = [{"value": n, "kind": "ALIAS"} for n in chance.sample(["Aa", "aa", "Ba"], 2)]
        return changed(named, name=name, names=names)
    member = {"articles": "headline", "meetings": "title"} | dict.fromkeys(TRACKABLES, "title")
    noun = noun_of(named)
    return changed(named, **{member[noun]: name}) if noun in member else named


def a_retraction(chance: random.Random, held: dict[str, Record]) -> Record:
    return changed(chance.choice(list(held.values())), curation=chance.choice(CURATIONS))


EDITS: list[Edit] = [
    a_party, a_commitment, a_follow_up, a_follow_up, an_answer, an_assessment, a_meeting,
    an_article, a_merge, a_merge, a_retraction, a_renaming,
]  # fmt: skip


MERGING: list[Edit] = [
    a_merge, a_merge, a_merge, a_renaming, a_renaming, a_retraction, a_party, a_commitment,
    a_follow_up, a_meeting, an_article,
]  # fmt: skip
"""Edits among which merges are more frequent than they are in life."""


def drafts(
    chance: random.Random, held: dict[str, Record], edits: list[Edit] = EDITS
) -> dict[str, Record]:
    """What one write hands in, by model and key."""
    made = (chance.choice(edits)(chance, held) for _ in range(chance.choice([1, 1, 1, 3])))
    return {f"{type(draft).__name__}/{draft.key}": draft for draft in made}


async def taken(
    database: Database, chance: random.Random, rounds: int, edits: list[Edit] = EDITS
) -> AsyncIterator[None]:
    """Writes the sample store, then random edits of it; goes on after each that was not refused."""
    held = {f"{type(r).__name__}/{r.key}": r for r in store()}
    await write(database, *store())
    for _ in range(rounds):
        drawn = drafts(chance, held, edits)
        try:
            await write(database, *drawn.values())
        except WriteRefused:
            continue
        held |= drawn
        yield
