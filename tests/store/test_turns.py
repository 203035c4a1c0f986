"""What changed between two days: the query finds those of which there is anything to tell."""

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from store.mongo import Database
from store.records.statuses import OPEN_END, days_silent
from store.records.turns import TurnKind, Window, turned, turns
from tests.store.test_statistics import DAYS, LISTED, filled, standing_of


def stands(document: dict[str, Any], day: str) -> dict[str, Any] | None:
    found = standing_of(document, day, None)
    return found.model_dump(by_alias=True) if found is not None else None


def days_of(window: Window) -> list[str]:
    first, last = date.fromisoformat(window.since), date.fromisoformat(window.until)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def changed_kinds(document: dict[str, Any], window: Window) -> set[str]:
    """What changed, by looking at every day of the window, and at the day before."""
    found = set()
    days = days_of(window)
    for yesterday, today in pairwise(days):
        before, now = stands(document, yesterday), stands(document, today)
        if now is None or now == before:
            continue
        if before is None:
            found.add("MADE")
        elif before["value"] != now["value"]:
            found.add("STATUS_CHANGED")
        if now["contested"] and not (before and before["contested"]):
            found.add("BECAME_CONTESTED")
        if before and set(before["openChallenges"]) - set(now["openChallenges"]):
            found.add("ANSWERED")
    silent = [is_silent(document, day, window) for day in days]
    if silent[-1] and not all(silent):
        found.add("FELL_SILENT")
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
    documents = await filled(database, 20 + seed)
    chance = random.Random(seed)
    seen = set()
    for _ in range(5):
        since, until = sorted(chance.sample([*DAYS, "2020-06-14", "2021-05-02", "2023-05-01"], 2))
        window = Window(since, until, chance.choice([30, 365, 700]))
        right = {d["_id"]: changed_kinds(d, window) for d in documents}
        for document in documents:
            segments = document["derived"]["segments"]
            told = list(turns(segments, document["madeOn"].get("latest"), window))
            assert {str(turn["kind"]) for turn in told} == right[document["_id"]]
            assert all(since < turn["on"] <= until for turn in told)
        for kinds in (list(TurnKind), *([kind] for kind in TurnKind), []):
            found = await database.find("commitments", {"$and": [LISTED, turned(kinds, window)]})
            wanted = {str(kind) for kind in kinds}
            assert {d["_id"] for d in found} == {k for k, is_ in right.items() if is_ & wanted}
        seen |= set().union(*right.values())
    assert seen >= {"MADE", "STATUS_CHANGED", "BECAME_CONTESTED", "FELL_SILENT"}


def test_silence_before_the_first_year_is_thinkable() -> None:
    assert Window("0001-02-01", "0001-03-01", 365).fallen_silent == ("0001-01-01", "0001-01-01")
