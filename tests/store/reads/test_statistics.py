"""Statistics: what folding every commitment by itself gives, as kept and as known earlier."""

import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import layout
from store.mongodb.driver import Database
from store.mongodb.keys import new_key
from store.reads import known_earlier
from store.reads.known_earlier import TooManyGroups
from store.reads.read_tracking import TrackedDatabase
from store.reads.statistics import CommitmentStatistics, StatisticsQuery
from store.records.base import Record
from store.records.history.commitment_statistics import Statistics, compute_latency
from store.records.history.series import add_up, month_ends, months_between
from store.records.history.statuses import Edge, Judged, Standing, Subject, fold_standing
from store.viewers import Sight
from tests.store.samples import (
    assessment,
    changed,
    commitment,
    follow_up,
    party,
    store,
    write,
)
from tests.tiers import quick_first

LISTED = {"curation": "ACCEPTED", "mergedInto": {"$exists": False}}
DATES = ["2019", "2020-01-10", "2020-06", "2021-05-03", "2021?", "2021-05-03/..", "2022-01-01",
         "../2023", "2020-06-15/2021-02", "2023-03-31"]  # fmt: skip
DAYS = ["2018-12-31", "2019-12-31", "2020-06-20", "2021-05-03", "2021-12-31", "2024-02-29",
        "2025-03-31"]  # fmt: skip
KINDS = ["PROGRESSED", "FULFILLED", "STALLED", "REAFFIRMED", "WITHDRAWN", "CHALLENGED", "BROKEN",
         "MENTIONED"]  # fmt: skip
DIMENSIONS = ["STATUS", "PROMISOR", "ADDRESSEE", "LEAD", "TOPIC", "STRENGTH", "ATTRIBUTION", "TERM",
              "MADE_YEAR", "VERIFICATION"]  # fmt: skip
RECORDED = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 7)]
MOMENTS = [None, *(moment + timedelta(days=3) for moment in RECORDED[::2])]


def promises(chance: random.Random) -> Iterator[Record]:
    """Commitments of all sorts, with what followed them and how they were judged."""
    yield from (party(key) for key in ("alpha", "beta", "gamma"))
    for n in range(25):
        promisors = chance.sample(["telno", "alpha", "beta", "gov"], chance.choice([1, 1, 2]))
        yield commitment(
            f"k{n}",
            promisors=[{"party": p, "attribution": chance.choice(
                ["SELF_QUOTED", "COUNTERPART_CLAIM", "UNSTATED"])} for p in promisors],
            addressees=chance.sample(["office", "gov", "gamma"], chance.randrange(3)),
            implementers=[{"party": p, "part": chance.choice(["LEAD", "SUPPORTING"])}
                          for p in chance.sample(["gov", "alpha", "beta"], chance.randrange(3))],
            madeOn=chance.choice(DATES),
            topics=chance.sample(["net/prices", "net", "net/prices/rural", "help"], 2),
            strength=chance.choice(["WILLING", "PLEDGED"]),
            verifiable=chance.random() < 0.8,
            recordedAt=chance.choice(RECORDED),
            curation=chance.choice(["ACCEPTED", "ACCEPTED", "ACCEPTED", "RETRACTED"]),
        )  # fmt: skip
        for m in range(chance.randrange(5)):
            yield follow_up(
                f"f{n}-{m}",
                f"k{n}",
                chance.choice(KINDS),
                chance.choice(DATES),
                recordedAt=chance.choice(RECORDED),
                independence=chance.choice(["SELF", "THIRD_PARTY"]),
            )
        if chance.random() < 0.3:
            withdrawn = chance.choice([None, "2024-02-01T09:00:00Z", "2025-02-20T09:00:00Z"])
            members = {"recordedAt": chance.choice(RECORDED), "withdrawnAt": withdrawn}
            yield assessment(f"s{n}", f"k{n}", **members)


Filled = Callable[[int], Awaitable[tuple[Database, list[dict[str, Any]]]]]


@pytest.fixture(scope="module")
async def filled(mongodb_url: str) -> AsyncIterator[Filled]:
    """The store of a seed, filled once and only read, and the commitments listed in it."""
    stores: dict[int, tuple[Database, list[dict[str, Any]]]] = {}

    async def of(seed: int) -> tuple[Database, list[dict[str, Any]]]:
        if seed not in stores:
            database = Database.connect(mongodb_url, f"test-{new_key()}")
            await layout.prepare(database)
            stores[seed] = database, await fill(database, seed)
        return stores[seed]

    yield of
    for database, _ in stores.values():
        await database.drop()
        database.close()


async def fill(database: Database, seed: int) -> list[dict[str, Any]]:
    """Fills a store; returns the commitments that are listed."""
    await write(database, *store())
    for record in promises(random.Random(seed)):
        try:
            await write(database, record)
        except ValueError:
            continue
    await write(database, changed(party("alpha"), mergedInto="beta"))
    return await database.find("commitments", LISTED)


# --- The naive evaluation -------------------------------------------------------------------------


def last_day(document: dict[str, Any]) -> str:
    """The last day on which a commitment can have been made: it was recorded, so it had been."""
    made, recorded = document["madeOn"], document["recordedAt"].date().isoformat()
    stated = str(made.get("latest") or "9999-99-99")
    return stated if made.get("earliest", "") > recorded else min(stated, recorded)


def standing_of(document: dict[str, Any], day: str, known_at: datetime | None) -> Standing | None:
    """One commitment, folded by itself."""
    if known_at is not None and document["recordedAt"] > known_at:
        return None
    made, derived = document["madeOn"], document["derived"]
    subject = Subject(
        made_earliest=made.get("earliest") or "0000-00-00",
        made_latest=last_day(document),
        verifiable=document["verifiable"],
    )
    edges = [Edge.model_validate(e) for e in derived["edges"]]
    judged = [Judged.model_validate(j) for j in derived["judged"]]
    if known_at is not None:
        edges = [e for e in edges if e.recorded_at <= known_at]
        unknown = known_at.date() + timedelta(days=1)  # withdrawn from then on, which nobody knew
        judged = [
            j
            if j.withdrawn < unknown.isoformat()
            else j.model_copy(update={"withdrawn": "9999-99-99"})
            for j in judged
            if j.recorded_at <= known_at
        ]
    return fold_standing(subject, edges, judged, day)


def own_groups(document: dict[str, Any], stands: Standing, by: Sequence[str]) -> set[tuple]:
    """Every group that a commitment is in, by trying all combinations of all values."""
    roles = document["derived"]["roles"]
    topics = {"/".join(t.split("/")[: i + 1]) for t in document["topics"] for i in range(9)}
    values: dict[str, list[Any]] = {
        "STATUS": [stands.value],
        "VERIFICATION": [stands.verification],
        "PROMISOR": [r["party"] for r in roles if r["role"] == "PROMISOR"],
        "ADDRESSEE": [r["party"] for r in roles if r["role"] == "ADDRESSEE"] or [None],
        "LEAD": [r["party"] for r in roles if r["role"] == "LEAD"] or [None],
        "TOPIC": sorted(topics) or [None],
        "STRENGTH": [document["strength"]],
        "TERM": [document["term"]],
        "ATTRIBUTION": [p["attribution"] for p in document["promisors"]],
        "MADE_YEAR": [(document["madeOn"].get("earliest") or "")[:4] or None],
    }
    found: set[tuple] = {()}
    for name in by:
        found = {(*group, value) for group in found for value in values[name]}
    if "PROMISOR" in by and "ATTRIBUTION" in by:
        own = {
            ("beta" if p["party"] == "alpha" else p["party"], p["attribution"])
            for p in document["promisors"]
        }
        at = by.index("PROMISOR"), by.index("ATTRIBUTION")
        found = {g for g in found if (g[at[0]], g[at[1]]) in own}
    return found


def naively(
    documents: list[dict[str, Any]], by: Sequence[str], day: str, known_at: datetime | None
) -> tuple[Counter, dict[tuple, Counter]]:
    total: Counter = Counter()
    groups: dict[tuple, Counter] = defaultdict(Counter)
    for document in documents:
        stands = standing_of(document, day, known_at)
        if stands is None:
            continue
        adds = Counter({"count": 1, str(stands.value): 1})
        if stands.value != "NOT_TRACKABLE":
            adds += Counter(followedUp=int(stands.follow_ups > 0), contested=int(stands.contested))
        if all(p["attribution"] == "COUNTERPART_CLAIM" for p in document["promisors"]):
            adds["otherSide"] = 1
        if all(p["attribution"] == "UNSTATED" for p in document["promisors"]):
            adds["unattributed"] = 1
        total.update(adds)
        for group in own_groups(document, stands, by) if by else ():
            groups[group].update(adds)
    return total, dict(groups)


def figures(found: Statistics) -> tuple[Counter, dict[tuple, Counter]]:
    return +found.total, {group: +counted for group, counted in found.groups.items()}


@pytest.mark.parametrize("seed", quick_first(range(4)))
async def test_any_statistics_are_those_of_a_naive_evaluation(filled: Filled, seed: int) -> None:
    database, documents = await filled(seed)
    # Who promised with somebody that it was merged with has two attributions for one party.
    clear = [d for d in documents if not {"alpha", "beta"} <= {p["party"] for p in d["promisors"]}]
    query = {**LISTED, "_id": {"$in": [d["_id"] for d in clear]}}
    chance = random.Random(seed)
    asked = [[], *([name] for name in DIMENSIONS), ["PROMISOR", "ATTRIBUTION"]]
    asked += [chance.sample(DIMENSIONS, 3) for _ in range(4)]
    statistics = CommitmentStatistics(TrackedDatabase(database, Sight.ALL))
    for by in asked:
        for day, moment in zip(chance.sample(DAYS, 4), MOMENTS, strict=True):
            found = await statistics.compute_statistics(
                StatisticsQuery(query, day, by, 1000, known_at=moment)
            )
            right = naively(clear, by, day, moment)
            assert figures(found) == right, (by, day, moment)
            assert found.group_count == len(right[1])


@pytest.mark.parametrize("seed", quick_first(range(3)))
async def test_any_series_is_that_of_a_naive_evaluation(filled: Filled, seed: int) -> None:
    database, documents = await filled(seed)
    statistics = CommitmentStatistics(TrackedDatabase(database, Sight.ALL))
    for first, last in (("2019-11-30", "2021-06-17"), ("2021-05-03", "2021-05-03"),
                        ("2018-01-01", "2024-12-31"), ("2023-03-31", "2023-04-30")):  # fmt: skip
        days = month_ends(first, last)
        for moment in MOMENTS:
            turns = await statistics.find_turns(LISTED, days, moment)
            assert found_at(turns, days) == naive_series(documents, days, moment)
        counted = await statistics.turns_from_counters(days)
        assert found_at(counted, days) == naive_series(documents, days, None)


def found_at(turns: Any, days: list[str]) -> list[dict]:
    return [dict(point) for point in add_up(turns, days)]


def naive_series(documents: list[dict], days: list[str], moment: datetime | None) -> list[dict]:
    points = []
    for day in days:
        point: Counter = Counter()
        for document in documents:
            if (stands := standing_of(document, day, moment)) is not None:
                point["STATUS", str(stands.value)] += 1
                point["CONTESTED", str(stands.contested).lower()] += 1
        points.append(dict(point))
    return points


# --- Latency --------------------------------------------------------------------------------------


def days_apart(since: str, until: str) -> int:
    return max((date.fromisoformat(until) - date.fromisoformat(since)).days, 0)


@pytest.mark.parametrize("moment", quick_first(MOMENTS))
async def test_latency_is_that_of_a_naive_evaluation(
    filled: Filled, moment: datetime | None
) -> None:
    database, documents = await filled(0)
    asked = StatisticsQuery(LISTED, "2024-02-29", latency=True, known_at=moment)
    found = await CommitmentStatistics(TrackedDatabase(database, Sight.ALL)).compute_statistics(
        asked
    )
    right: dict[str, Counter] = {"firstFollowUp": Counter(), "fulfilment": Counter()}
    for document in documents:
        stands = standing_of(document, "2024-02-29", moment)
        if stands is None or stands.value == "NOT_TRACKABLE":
            continue
        made = document["madeOn"]
        edges = [e for e in document["derived"]["edges"] if e["latest"] <= "2024-02-29"]
        edges = [e for e in edges if moment is None or e["recordedAt"] <= moment]
        for name, wanted in (
            ("firstFollowUp", edges),
            ("fulfilment", [e for e in edges if e["kind"] == "FULFILLED"]),
        ):
            if wanted and not made.get("earliest"):
                right[name][None] += 1
            elif wanted:
                firsts = [max(e["earliest"], "0001-01-01") for e in wanted]
                least = min(days_apart(last_day(document), first) for first in firsts)
                most = min(days_apart(made["earliest"], e["latest"]) for e in wanted)
                right[name][least, most] += 1
    assert right["firstFollowUp"].total() > 0
    assert found.spans == {name: spans for name, spans in right.items() if spans}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted), max_size=30))
def test_true_quartiles_lie_between_those_of_the_bounds(spans: list[list[int]]) -> None:
    found = compute_latency(Counter((least, most) for least, most in spans))
    assert found.count == len(spans)
    if not spans:
        assert found.at_least is None and found.at_most is None
        return
    assert found.at_least is not None and found.at_most is not None
    truth = sorted(random.Random(0).randint(least, most) for least, most in spans)
    for quarter, name in ((1, "lower"), (2, "median"), (3, "upper")):
        true = truth[-(-len(truth) * quarter // 4) - 1]
        assert getattr(found.at_least, name) <= true <= getattr(found.at_most, name)


# --- Bounds ---------------------------------------------------------------------------------------


async def test_only_the_largest_groups_are_given_and_all_are_counted(filled: Filled) -> None:
    database, _ = await filled(0)
    statistics = CommitmentStatistics(TrackedDatabase(database, Sight.ALL))
    whole = await statistics.compute_statistics(
        StatisticsQuery(LISTED, "2024-01-01", ["TOPIC", "PROMISOR"], 1000)
    )
    some = await statistics.compute_statistics(
        StatisticsQuery(LISTED, "2024-01-01", ["TOPIC", "PROMISOR"], 3)
    )
    assert some.most_frequent(3) == whole.most_frequent(3)
    assert some.group_count == len(whole.groups) > 3


async def test_too_many_groups_are_refused_where_they_are_added_up_here(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = await filled(0)
    monkeypatch.setattr(known_earlier, "MOST_GROUPS", 3)
    asked = StatisticsQuery(LISTED, "2024-01-01", ["TOPIC", "PROMISOR"], 3, known_at=RECORDED[-1])
    with pytest.raises(TooManyGroups):
        await CommitmentStatistics(TrackedDatabase(database, Sight.ALL)).compute_statistics(asked)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2024-01-15", "2024-03-31", ["2024-01-31", "2024-02-29", "2024-03-31"]),
        ("2023-12-31", "2024-01-30", ["2023-12-31", "2024-01-30"]),
        ("2024-05-10", "2024-05-10", ["2024-05-10"]),
    ],
)
def test_a_series_has_the_last_day_of_each_month(first: str, last: str, days: list[str]) -> None:
    assert month_ends(first, last) == days
    assert months_between(first, last) == len(days)
