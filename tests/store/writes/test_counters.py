"""Counters: after any writes, what counting the documents gives, for any day."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import layout
from store.mongodb.driver import Database, DeleteOne, InsertOne, UpdateOne
from store.reads.aggregates import Aggregates
from store.reads.read_tracking import TrackedDatabase
from store.records.counter_deltas import as_documents, count_on_day, tally
from store.records.dimensions import wider_topics
from store.records.history.statuses import OPEN_END, OPEN_START
from store.records.search_entries import ENTRIES
from store.viewers import Sight
from store.writes.counters import (
    StillWritten,
    count_first,
    counted,
    differing,
    recount,
)
from store.writes.writer import WriteRefused
from tests.store.edits import EDITS
from tests.store.samples import changed, commitment, store, write

LISTED = {"curation": "ACCEPTED", "mergedInto": {"$exists": False}}
DAYS = ["0001-01-01", "2019-12-31", "2020-01-10", "2020-06-30", "2021-05-03", "2021-05-04",
        "2021-12-31", "2022-02-28", "2023-01-01", "9999-12-31"]  # fmt: skip


async def by_aggregation(
    database: Database, noun: str, path: str, role: str | None = None
) -> dict[str, int]:
    """How many listed documents have each value at a path, or each party in a role, by MongoDB."""
    value: Any = f"${path}"
    if role is not None:
        parties = {"$filter": {"input": value, "cond": {"$eq": ["$$this.role", role]}}}
        value = {"$map": {"input": parties, "in": "$$this.party"}}
    values = {"$setUnion": [{"$cond": [{"$isArray": value}, value, [value]]}]}
    pipeline: list[dict[str, Any]] = [
        {"$match": LISTED},
        {"$project": {"v": values}},
        {"$unwind": "$v"},
        {"$match": {"v": {"$ne": None}}},
        {"$group": {"_id": "$v", "n": {"$sum": 1}}},
    ]  # fmt: skip
    return {row["_id"]: row["n"] for row in await database.aggregate(noun, pipeline)}


async def stood(database: Database, noun: str, member: str, day: str) -> dict[str, int]:
    """How many listed documents stood so on a day, looking at each of them."""
    found: Counter[str] = Counter()
    for document in await database.find(noun, LISTED):
        for segment in document["derived"]["segments"]:
            if segment["since"] <= day < segment["until"]:
                value = segment[member]
                found[str(value).lower() if isinstance(value, bool) else value] += 1
    return found


PLAIN = [
    ("commitments", "STRENGTH", "strength"),
    ("commitments", "TERM", "term"),
    ("commitments", "ATTRIBUTION", "promisors.attribution"),
    ("follow_ups", "KIND", "kind"),
    ("follow_ups", "INDEPENDENCE", "independence"),
    ("parties", "KIND", "kind"),
    ("parties", "COUNTRY", "country"),
    ("meetings", "KIND", "kind"),
    ("articles", "LANGUAGE", "inLanguage"),
]


EACH_AT = [
    ("articles", "PUBLISHER", "derived.publisher", None),
    ("commitments", "PROMISOR", "derived.roles", "PROMISOR"),
    ("commitments", "ADDRESSEE", "derived.roles", "ADDRESSEE"),
    ("requests", "ASKER", "derived.roles", "ASKER"),
    ("requests", "ASKED", "derived.roles", "ASKED"),
]


BY_DAY = {"STATUS": "value", "CONTESTED": "contested", "VERIFICATION": "verification"}


def most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12, 13])
async def test_counters_are_what_an_aggregation_gives(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    held = {f"{type(r).__name__}/{r.key}": r for r in store()}
    await write(database, *store())
    for step in range(60):
        draft = chance.choice(EDITS)(chance, held)
        try:
            await write(database, draft)
        except WriteRefused:
            continue
        held[f"{type(draft).__name__}/{draft.key}"] = draft
        if step % 20 == 19:
            await assert_right(database)
    await assert_right(database)
    assert await differing(database) == {}
    kept = await database.find("counters", {})
    await recount(database)
    assert await database.find("counters", {}) == kept
    await assert_right(database)


async def test_a_counter_that_fell_to_nothing_is_gone(database: Database) -> None:
    await write(database, *store())
    before = {c["_id"]: c for c in await database.find("counters", {})}
    # Another day of a month of its own, and back.
    for made_on in ("2016-09-09", "2020-01-10"):
        await write(database, commitment("c2", term="STANDING", madeOn=made_on))
    # Another party in a counter of its own, and back.
    for addressees in (["gov"], ["office"]):
        await write(database, commitment("c2", term="STANDING", addressees=addressees))
    assert {c["_id"]: c for c in await database.find("counters", {})} == before


@pytest.mark.parametrize(
    ("left", "members"),
    [
        ({"_id": "commitments/2016-09"}, ("_id",)),
        ({"_id": "commitments/2016-09", "turns": {"2016-09-01": {"STATUS": {"BROKEN": 0}}}},
         ("turns",)),
        ({"_id": "commitments/PROMISOR/x", "of": "commitments/PROMISOR", "value": "x"},
         ("of", "value")),
        ({"_id": "articles", "total": 0}, ("total",)),
    ],
)  # fmt: skip
async def test_counters_of_nothing_are_found_and_removed(
    database: Database, left: dict[str, Any], members: tuple[str, ...]
) -> None:
    await database.write("counters", [InsertOne(left)])
    assert await differing(database) == {left["_id"]: members}
    await recount(database)
    assert await differing(database) == {}
    assert await database.find("counters", {}) == []


async def assert_right(database: Database) -> None:
    aggregates = Aggregates(TrackedDatabase(database, Sight.ALL))
    for noun, dimension, path in PLAIN:
        kept = await aggregates.load_counters(noun, [dimension], "2025-01-01")
        assert kept.by[dimension] == await by_aggregation(database, noun, path), (noun, dimension)
        assert kept.listed == len(await database.find(noun, LISTED))
    for noun, dimension, path, where in EACH_AT:
        kept = await aggregates.find_leading_values(noun, dimension, 1_000)
        right = await by_aggregation(database, noun, path, where)
        # As dicts keep it, in order: the most frequent first, ties by key.
        assert list(kept.items()) == most_first(right), (noun, dimension)
        assert (
            list((await aggregates.find_leading_values(noun, dimension, 2)).items())
            == most_first(right)[:2]
        )
    followed = await by_aggregation(database, "follow_ups", "derived.target")
    assert list((await aggregates.find_most_followed(1_000)).items()) == most_first(followed)
    assert list((await aggregates.find_most_followed(2)).items()) == most_first(followed)[:2]
    assert await database.find("counters", {"of": {"$exists": True}, "n": {"$lt": 1}}) == []
    for noun in ("commitments", "requests"):
        for day in DAYS:
            kept = await aggregates.load_counters(noun, list(BY_DAY), day)
            for dimension, member in BY_DAY.items():
                right = await stood(database, noun, member, day)
                assert kept.by[dimension] == right, (noun, dimension, day)


async def test_reading_counters_is_one_command_of_at_most_three_documents(
    database: Database,
) -> None:
    await write(database, *store())
    plain = ["PROMISOR_KIND", "TOPIC", "STRENGTH", "TERM", "ATTRIBUTION", "MADE_YEAR"]
    dimensions = [*plain, *BY_DAY]
    kept = await Aggregates(TrackedDatabase(database, Sight.ALL)).load_counters(
        "commitments", dimensions, "2021-05-03"
    )
    assert kept.listed == 2
    assert kept.by["STATUS"] == {"IN_PROGRESS": 1, "NO_FOLLOW_UP": 1}
    assert kept.by["MADE_YEAR"] == {"2020": 2}


# --- Days -----------------------------------------------------------------------------------------

days = st.dates(date(2018, 1, 1), date(2022, 12, 31)).map(date.isoformat)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Segments without gaps, as a history has them."""
    turns = sorted(set(draw(st.lists(days, min_size=1, max_size=5))))
    turns = [OPEN_START, *turns] if draw(st.booleans()) else turns
    ends = [*turns[1:], OPEN_END]
    return [
        {
            "since": since,
            "until": until,
            "value": draw(st.sampled_from(["NO_FOLLOW_UP", "IN_PROGRESS", "BROKEN"])),
            "contested": draw(st.booleans()),
            "verification": "NONE",
            "answer": draw(st.sampled_from(["UNANSWERED", "DECLINED", "NOTED"])),
        }
        for since, until in zip(turns, ends, strict=True)
    ]


@given(found=st.lists(histories(), max_size=6), day=days)
def test_a_day_adds_up_whatever_the_periods(found: list[list[dict[str, Any]]], day: str) -> None:
    documents = [
        {"curation": "ACCEPTED", "topics": [], "madeOn": {}, "derived": {"segments": segments}}
        for segments in found
    ]
    whole: Counter[Any] = Counter()
    for document in documents:
        whole.update(tally("requests", document))
    counters = as_documents(whole)
    right = Counter(
        s["value"] for segments in found for s in segments if s["since"] <= day < s["until"]
    )
    assert count_on_day(counters, "requests", "STATUS", day) == right
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    assert sum(count_on_day(counters, "requests", "CONTESTED", before).values()) <= len(found)


def test_a_topic_counts_in_those_that_it_lies_in() -> None:
    assert wider_topics("a/b/c") == ["a", "a/b", "a/b/c"]


# --- Counting again -------------------------------------------------------------------------------


async def test_a_store_of_version_1_is_counted_when_it_is_opened(database: Database) -> None:
    await write(database, *store())
    right = {c["_id"]: c for c in await database.find("counters", {})}
    for key in right:
        fields = dict.fromkeys(("listed", "by", "turns"), "")
        await database.write("counters", [UpdateOne({"_id": key}, {"$unset": fields})])
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 1}})])
    assert await differing(database) != {}
    await layout.prepare(database)
    assert await differing(database) == {}
    assert await layout.load_layout_version(database) == layout.VERSION


async def test_a_store_of_version_2_derives_names_and_counts_by_party(database: Database) -> None:
    await write(database, *store())
    right = {c["_id"]: c for c in await database.find("counters", {})}
    named = {noun: await database.find(noun, {}) for noun in NAMES}
    for noun, members in NAMES.items():
        fields = dict.fromkeys((f"derived.{member}" for member in members), "")
        removed = [UpdateOne({"_id": d["_id"]}, {"$unset": fields}) for d in named[noun]]
        await past_the_validator(database, noun, removed)
    each = await database.find("counters", {"of": {"$exists": True}})
    await database.write("counters", [DeleteOne({"_id": c["_id"]}) for c in each])
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 2}})])
    assert len(each) == 5
    await layout.prepare(database)
    assert {c["_id"]: c for c in await database.find("counters", {})} == right
    assert {noun: await database.find(noun, {}) for noun in NAMES} == named
    assert await layout.load_layout_version(database) == layout.VERSION


NAMES = {
    "parties": ("parent", "memberOf"),
    "articles": ("publisher", "relays"),
    "assessments": ("trackable",),
    "check_logs": ("trackable",),
}


MORE = {
    "parties": ("derived.sortedAs",),
    "articles": ("derived.sortedAs", "derived.topics"),
    "meetings": ("derived.sortedAs", "derived.parties.$[].capacities"),
    "commitments": ("derived.sortedAs", "derived.relays", "derived.relaysWithin"),
    "requests": ("derived.sortedAs", "derived.relays", "derived.relaysWithin"),
    "follow_ups": ("derived.topics",),
    ENTRIES: ("within",),
}


async def test_a_store_of_version_3_derives_more(database: Database) -> None:
    await write(database, *store())
    right = {noun: await database.find(noun, {}) for noun in MORE}
    for noun, members in MORE.items():
        fields = dict.fromkeys(members, "")
        removed = [UpdateOne({"_id": d["_id"]}, {"$unset": fields}) for d in right[noun]]
        await past_the_validator(database, noun, removed)
        assert await database.find(noun, {}) != right[noun]
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 3}})])
    await layout.prepare(database)
    assert {noun: await database.find(noun, {}) for noun in MORE} == right
    assert await layout.load_layout_version(database) == layout.VERSION


async def test_a_store_of_version_4_derives_and_indexes_again(database: Database) -> None:
    (met,) = (r for r in store() if r.key == "m1")
    await write(database, *store())
    await write(database, changed(met, topics=["water/prices"]))
    older = {"articles": {"$set": {"derived.topics": []}},
             "follow_ups": {"$unset": {"derived.roles": ""}}}  # fmt: skip
    right = {noun: await database.find(noun, {}) for noun in (*older, ENTRIES)}
    assert any("water/prices" in found["derived"]["topics"] for found in right["articles"])
    for noun, change in older.items():
        await database.write(noun, [UpdateOne({"_id": d["_id"]}, change) for d in right[noun]])
        assert await database.find(noun, {}) != right[noun]
    concerned = {d["_id"]: [c["key"] for c in d.get("trackables", ())] for d in right[ENTRIES]}
    by_key = [UpdateOne({"_id": k}, {"$set": {"trackables": v}}) for k, v in concerned.items() if v]
    await past_the_validator(database, ENTRIES, by_key)
    indexes = await database.command({"listIndexes": ENTRIES})
    in_time = {"trackables": 1, "date.earliest": 1, "date.latest": 1, "_id": 1}
    old = {"name": "_".join(path for path in in_time if path != "_id") + "__id", "key": in_time}
    await database.command({"createIndexes": ENTRIES, "indexes": [old]})
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 4}})])
    await layout.prepare(database)
    assert {noun: await database.find(noun, {}) for noun in right} == right
    now = await database.command({"listIndexes": ENTRIES})
    assert now["cursor"]["firstBatch"] == indexes["cursor"]["firstBatch"]
    assert await layout.load_layout_version(database) == layout.VERSION


async def past_the_validator(database: Database, noun: str, writes: list[UpdateOne]) -> None:
    """Writes what this program would not, as an older one did."""
    await database.command({"collMod": noun, "validationLevel": "off"})
    assert (await database.write(noun, writes)).found == len(writes)
    await database.command({"collMod": noun, "validationLevel": "strict"})


async def test_a_store_with_counters_of_other_dimensions_is_counted_at_the_next_start(
    database: Database,
) -> None:
    await write(database, *store())
    await layout.prepare(database)
    right = await database.find("counters", {})
    await database.write("counters", [
        UpdateOne({"_id": "commitments"}, {"$unset": {"by.STRENGTH": 1}, "$set": {"by.OLD.x": 1}}),
        UpdateOne({"_id": "commitments"}, {"$unset": {"by.TOPIC": 1}}),
    ])  # fmt: skip
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$pop": {"counted": 1}})])
    await layout.prepare(database)
    assert await database.find("counters", {}) == right


async def test_an_empty_store_is_not_counted(database: Database) -> None:
    await count_first(database)
    assert await database.find("counters", {}) == []


async def test_what_is_written_meanwhile_is_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(database, *store())
    batches, writes = Database.stream_batches, iter(["c8", "c9"])

    async def disturbed(self: Database, noun: str, *options: Any) -> Any:
        async for documents in batches(self, noun, *options):
            yield documents
        if noun == "follow_ups" and (key := next(writes, None)):
            await write(database, commitment(key))

    monkeypatch.setattr(Database, "stream_batches", disturbed)
    await recount(database)
    assert await differing(database) == {}
    assert (
        await Aggregates(TrackedDatabase(database, Sight.ALL)).load_counters(
            "commitments", (), "2025-01-01"
        )
    ).listed == 4


async def test_a_store_that_never_rests_is_not_counted_wrongly(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(database, *store())
    batches = Database.stream_batches

    async def disturbed(self: Database, noun: str, *options: Any) -> Any:
        async for documents in batches(self, noun, *options):
            yield documents
        await database.write("meta", [UpdateOne({"_id": "data"}, {"$inc": {"version": 1}})])

    monkeypatch.setattr(Database, "stream_batches", disturbed)
    with pytest.raises(StillWritten):
        await counted(database)
