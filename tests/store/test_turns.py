"""What changed between two days: the query finds those of which there is anything to tell."""

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

import pytest

from store.mongo import Database
from store.records.statuses import OPEN_END, days_silent
from store.records.turns import TurnKind, Window, turned, turns
from tests.store.test_statistics import DAYS, LISTED, fill, standing_of

ENDED = {"FULFILLED", "SUPERSEDED", "WITHDRAWN", "NOT_TRACKABLE"}

Told: TypeAlias = tuple[str, str, str | None, str]
"""What changed, on which day, from which value, to which."""


def stands(document: dict[str, Any], day: str) -> dict[str, Any] | None:
    found = standing_of(document, day, None)
    return found.model_dump(by_alias=True) if found is not None else None


def days_of(window: Window) -> list[str]:
    first, last = date.fromisoformat(window.since), date.fromisoformat(window.until)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def day_by_day(document: dict[str, Any], window: Window) -> set[Told]:
    """What changed, by looking at every day of the window, and at the day before."""
    found: set[Told] = set()
    days = days_of(window)
    for yesterday, today in pairwise(days):
        before, now = stands(document, yesterday), stands(document, today)
        if now is None or now == before:
            continue
        told = (today, before["value"] if before else None, now["value"])
        if before is None:
            found.add(("MADE", *told))
        elif before["value"] != now["value"]:
            found.add(("STATUS_CHANGED", *told))
        if now["contested"] and not (before and before["contested"]):
            found.add(("BECAME_CONTESTED", *told))
        if before and set(before["openChallenges"]) - set(now["openChallenges"]):
            found.add(("ANSWERED", *told))
    silent = [is_silent(document, day, window) for day in days]
    last = stands(document, days[-1])
    if silent[-1] and not all(silent) and last is not None and last["value"] not in ENDED:
        on = days[len(silent) - silent[::-1].index(False)]
        then = stands(document, on)
        assert then is not None
        found.add(("FELL_SILENT", on, then["value"], then["value"]))
    return found


def is_silent(document: dict[str, Any], day: str, window: Window) -> bool:
    now = stands(document, day)
    if now is None:
        return False
    made_latest = document["madeOn"].get("latest") or OPEN_END
    silent = days_silent(now["lastFollowUp"], made_latest, day)
    return silent is not None and silent >= window.silent_for


@pytest.mark.parametrize("seed", range(2))
async def test_the_query_finds_what_a_day_by_day_look_finds(database: Database, seed: int) -> None:
    documents = await fill(database, 20 + seed)
    chance = random.Random(seed)
    seen = set()
    for _ in range(5):
        since, until = sorted(chance.sample([*DAYS, "2020-06-14", "2021-05-02", "2023-05-01"], 2))
        window = Window(since, until, chance.choice([30, 365, 700]))
        right = {d["_id"]: day_by_day(d, window) for d in documents}
        for document in documents:
            segments = document["derived"]["segments"]
            told = list(turns(segments, document["madeOn"].get("latest"), window))
            assert {
                (str(turn["kind"]), turn["on"], turn["fromValue"], turn["toValue"]) for turn in told
            } == right[document["_id"]]
        for kinds in (list(TurnKind), *([kind] for kind in TurnKind), []):
            found = await database.find("commitments", {"$and": [LISTED, turned(kinds, window)]})
            wanted = {str(kind) for kind in kinds}
            assert {d["_id"] for d in found} == {
                key for key, turns_ in right.items() if {kind for kind, *_ in turns_} & wanted
            }
        seen |= {kind for told in right.values() for kind, *_ in told}
    assert seen >= {"MADE", "STATUS_CHANGED", "BECAME_CONTESTED", "FELL_SILENT"}


def test_silence_before_the_first_year_is_thinkable() -> None:
    assert Window("0001-02-01", "0001-03-01", 365).fallen_silent == ("0001-01-01", "0001-01-01")
