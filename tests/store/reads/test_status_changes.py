"""What changed between two days: the query finds those of which there is anything to tell."""

import random
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

import pytest

import store.reads.statistics as statistics
from store.mongodb.driver import Database
from store.reads.read_tracking import TrackedDatabase
from store.reads.statistics import CommitmentStatistics, TooManyDiffer
from store.records.history.status_changes import TurnKind, Window, find_turns, match_turned
from store.records.history.statuses import OPEN_START, days_silent
from store.viewers import Sight
from tests.store.reads.test_statistics import (
    DAYS,
    LISTED,
    MOMENTS,
    RECORDED,
    fill,
    last_day,
    standing_of,
)

ENDED = {"FULFILLED", "SUPERSEDED", "WITHDRAWN", "NOT_TRACKABLE"}

Told: TypeAlias = tuple[str, str, str | None, str]
"""What changed, on which day, from which value, to which."""


def stands(
    document: dict[str, Any], day: str, known_at: datetime | None = None
) -> dict[str, Any] | None:
    found = standing_of(document, day, known_at)
    return found.model_dump(by_alias=True) if found is not None else None


def days_of(window: Window) -> list[str]:
    first, last = date.fromisoformat(window.since), date.fromisoformat(window.until)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def day_by_day(
    document: dict[str, Any], window: Window, known_at: datetime | None = None
) -> set[Told]:
    """What changed, by looking at every day of the window, and at the day before."""
    found: set[Told] = set()
    days = days_of(window)
    for yesterday, today in pairwise(days):
        before, now = (stands(document, day, known_at) for day in (yesterday, today))
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
    silent = [is_silent(document, day, window, known_at) for day in days]
    last = stands(document, days[-1], known_at)
    if silent[-1] and not all(silent) and last is not None and last["value"] not in ENDED:
        on = days[len(silent) - silent[::-1].index(False)]
        then = stands(document, on, known_at)
        assert then is not None
        found.add(("FELL_SILENT", on, then["value"], then["value"]))
    return found


def is_silent(
    document: dict[str, Any], day: str, window: Window, known_at: datetime | None
) -> bool:
    now = stands(document, day, known_at)
    if now is None:
        return False
    silent = days_silent(now["lastFollowUp"], last_day(document), day)
    return silent is not None and silent >= window.silent_for


@pytest.mark.slow
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
            told = list(find_turns(segments, document["derived"].get("madeBy"), window))
            assert {
                (str(turn["kind"]), turn["on"], turn["fromValue"], turn["toValue"]) for turn in told
            } == right[document["_id"]]
        for kinds in (list(TurnKind), *([kind] for kind in TurnKind), []):
            found = await database.find(
                "commitments", {"$and": [LISTED, match_turned(kinds, window)]}
            )
            wanted = {str(kind) for kind in kinds}
            assert {d["_id"] for d in found} == {
                key for key, turns_ in right.items() if {kind for kind, *_ in turns_} & wanted
            }
        seen |= {kind for told in right.values() for kind, *_ in told}
    assert seen >= {"MADE", "STATUS_CHANGED", "BECAME_CONTESTED", "FELL_SILENT"}


@pytest.mark.slow
@pytest.mark.parametrize("known_at", MOMENTS[1:], ids=str)
async def test_as_known_it_finds_what_was_known(database: Database, known_at: datetime) -> None:
    documents = await fill(database, 20)
    asked = CommitmentStatistics(TrackedDatabase(database, Sight.ALL))
    told, differs = set(), set()
    for since, until in pairwise(sorted([*DAYS, "2020-06-14", "2023-05-01"])):
        window = Window(since, until, 365)
        then = {d["_id"]: day_by_day(d, window, known_at) for d in documents}
        now = {d["_id"]: day_by_day(d, window) for d in documents}
        for kinds in (list(TurnKind), [TurnKind.STATUS_CHANGED], [TurnKind.FELL_SILENT], []):
            query = await asked.match_turned(LISTED, kinds, window, known_at)
            found = await database.find("commitments", {"$and": [LISTED, query]})
            wanted = {str(kind) for kind in kinds}
            assert {d["_id"] for d in found} == {
                key for key, told in then.items() if {kind for kind, *_ in told} & wanted
            }
        told |= {key for key in then if then[key]}
        differs |= {key for key in then if then[key] != now[key]}
    assert told and differs


@pytest.mark.slow
async def test_only_what_matches_is_folded(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = await fill(database, 20)
    window, kinds = Window("2018-12-31", "2024-02-29", 365), list(TurnKind)
    asked = CommitmentStatistics(TrackedDatabase(database, Sight.ALL))

    async def turned_of(key: str) -> Any:
        return await asked.match_turned({**LISTED, "_id": key}, kinds, window, RECORDED[0])

    folded = {d["_id"]: (await turned_of(d["_id"]))["$or"][1]["_id"]["$in"] for d in documents}
    assert all(keys in ([], [key]) for key, keys in folded.items()) and any(folded.values())
    monkeypatch.setattr(statistics, "MOST_DIFFERING", 0)
    for key, keys in folded.items():
        if keys:
            with pytest.raises(TooManyDiffer):
                await turned_of(key)


def test_a_window_may_begin_before_the_first_year() -> None:
    # Nobody fell silent in between: the two days are one, and lie before all others.
    assert Window("0001-02-01", "0001-03-01", 365).fallen_silent == (OPEN_START, OPEN_START)
