"""Kept answers: given while the data is what they were made from, and not a write longer."""

import asyncio
import tracemalloc
from collections.abc import Collection
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema
from hypothesis import given
from hypothesis import strategies as st

from engine.requests.answer import Answer, Tier
from engine.requests.prepared import Request
from engine.requests.response_cache import (
    BYTES_PER_ANSWER,
    LARGEST_SHARE,
    LONGEST_KEPT,
    ResponseCache,
)
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.feed import DataVersion, follow_data_version
from store.mongodb.driver import Database
from store.reads.read_tracking import Read
from store.reads.reader import Reader
from store.records.parties import Organization, PartyKind
from store.writes.writer import Author, Draft, Writer

NAMES = "{ parties { nodes { name } } }"


EACH = BYTES_PER_ANSWER + 1


def put(
    cache: ResponseCache,
    key: bytes,
    version: int | None,
    payload: bytes,
    reads: Collection[Read] = (),
) -> None:
    """Puts a plan's answer, made while the data had this version and no other."""

    async def unchanged() -> int | None:
        return version

    cache.version = unchanged
    putting = cache.put(key, version, Answer({}, True, tier=Tier.PLAN, payload=payload), reads)
    # Nothing in it waits, so that no loop is needed, which would take most of the time.
    with pytest.raises(StopIteration):
        putting.send(None)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2_000)), max_size=60))
def test_the_bound_in_bytes_holds(puts: list[tuple[int, int]]) -> None:
    most = 20_000
    kept = ResponseCache(most)
    last: dict[bytes, bytes] = {}
    for number, size in puts:
        key = b"%d" % number
        put(kept, key, 1, b"x" * size)
        if EACH + size <= most // LARGEST_SHARE:
            last[key] = b"x" * size
    found = {key: answer for key in last if (answer := kept.get(key, 1)) is not None}
    assert sum(EACH + len(answer) for answer in found.values()) <= most
    assert all(last[key] == answer for key, answer in found.items())


def test_least_recently_used_go_first() -> None:
    kept = ResponseCache(16 * (EACH + 10))
    for number in range(16):
        put(kept, b"%x" % number, 1, b"x" * 10)
    kept.get(b"0", 1)
    put(kept, b"n", 1, b"x" * 10)
    assert kept.get(b"0", 1) and kept.get(b"n", 1) and kept.get(b"1", 1) is None


@pytest.mark.slow
@pytest.mark.parametrize("reads", [0, 1, 30])
@pytest.mark.parametrize("length", [5, 2_000])
def test_the_bound_is_one_of_memory(reads: int, length: int) -> None:
    """Small answers to many questions, each of which read records of keys that a client made up."""
    most = 2_000_000
    kept = ResponseCache(most)
    tracemalloc.start()
    try:
        for number in range(10_000):
            read = [("parties", f"{number}-{n}-".ljust(length, "x")) for n in range(reads)]
            put(kept, number.to_bytes(40), 1, b"x" * 50, read)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most / 2 <= taken <= 1.2 * most
    assert kept.get(bytes(40), 1) is None


def test_another_version_knows_nothing() -> None:
    kept = ResponseCache(10_000)
    put(kept, b"q", 1, b"old")
    assert kept.get(b"q", 2) is None and kept.get(b"q", None) is None
    put(kept, b"q", 2, b"new")
    assert kept.get(b"q", 2) == b"new" and kept.get(b"q", 1) is None
    put(kept, b"r", None, b"?")
    assert kept.get(b"r", 2) is None


async def test_only_what_a_plan_made_without_errors_of_one_version_is_kept() -> None:
    async def version() -> int | None:
        return 1

    good = Answer({"data": {}}, True, tier=Tier.PLAN, payload=b"{}")
    for answer, before, kept in [
        (good, 1, True),
        (good, 0, False),
        (good, None, False),
        (good._replace(tier=Tier.PREFETCH), 1, False),
        (good._replace(tier=None), 1, False),
        (good._replace(payload=None), 1, False),
        (good._replace(body={"data": None, "errors": []}), 1, False),
    ]:
        cache = ResponseCache(10_000, version)
        await cache.put(b"q", before, answer, ())
        assert (cache.get(b"q", before) is not None) is kept, (answer, before)


def test_a_version_is_trusted_only_for_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    version = DataVersion()
    now = 1000.0
    monkeypatch.setattr("store.feed.time.monotonic", lambda: now)
    version.confirm(7)
    assert version.current == 7
    now += 1.9
    assert version.current == 7
    version.confirm(None)
    now += 1.9
    assert version.current == 7
    now += 0.2
    assert version.current is None
    version.confirm(8)
    version.doubt()
    assert version.current is None


async def _ask(service: Service, reader: Reader, query: str = NAMES) -> tuple[Any, Tier | None]:
    answer = await service.answer(Request(query), make_operation(reader))
    assert isinstance(answer, Answer)
    return orjson.loads(answer.payload) if answer.payload else answer.body, answer.tier


async def _write(database: Database, name: str) -> None:
    record = Organization(key="a", kind=PartyKind.COMPANY, name=name, curation="ACCEPTED")
    await Writer(database).write([Draft(record)], Author("test"))


def _named(name: str) -> Any:
    return {"data": {"parties": {"nodes": [{"name": name}]}}}


async def test_strict_answers_are_never_older_than_the_last_write(
    database: Database, schema: GraphQLSchema
) -> None:
    reader = Reader(database)
    service = Service(schema, COLLECTIONS, cache=ResponseCache(1_000_000, reader.load_data_version))
    for name in ("One", "Two", "Three"):
        await _write(database, name)
        assert await _ask(service, reader) == (_named(name), Tier.PLAN)
        assert await _ask(service, reader) == (_named(name), Tier.KEPT)


async def test_a_worker_that_hears_of_a_write_answers_anew(
    database: Database, schema: GraphQLSchema
) -> None:
    reader = Reader(database)
    await _write(database, "One")
    async with follow_data_version(database) as version:

        async def heard() -> int | None:
            return version.current

        service = Service(schema, COLLECTIONS, cache=ResponseCache(1_000_000, heard))
        while await heard() != await reader.load_data_version():
            await asyncio.sleep(0.01)
        assert await _ask(service, reader) == (_named("One"), Tier.PLAN)
        assert await _ask(service, reader) == (_named("One"), Tier.KEPT)
        await _write(database, "Two")
        # Until the news arrives the old answer may be given; never again after it.
        while await heard() != await reader.load_data_version():
            await asyncio.sleep(0.001)
        assert await _ask(service, reader) == (_named("Two"), Tier.PLAN)
        assert await _ask(service, reader) == (_named("Two"), Tier.KEPT)


async def test_an_answer_made_while_something_was_written_is_not_kept(
    database: Database, schema: GraphQLSchema
) -> None:
    reader = Reader(database)
    versions = iter([1, 2, 2])

    async def version() -> int:
        return next(versions)

    service = Service(schema, COLLECTIONS, cache=ResponseCache(1_000_000, version))
    assert (await _ask(service, reader))[1] is Tier.PLAN
    assert next(versions) == 2 and service.tiers[Tier.KEPT] == 0


async def test_errors_are_not_kept(database: Database, schema: GraphQLSchema) -> None:
    reader = Reader(database)
    service = Service(schema, COLLECTIONS, cache=ResponseCache(1_000_000, reader.load_data_version))
    for _ in range(2):
        body, tier = await _ask(service, reader, "{ parties(first: 101) { totalCount } }")
        assert body["errors"] and tier is not Tier.KEPT


async def _tiers(service: Service, reader: Reader, requests: list[Request]) -> list[Tier | None]:
    answers = [await service.answer(request, make_operation(reader)) for request in requests]
    return [answer.tier for answer in answers if isinstance(answer, Answer)]


@pytest.mark.slow
async def test_long_requests_take_no_memory(database: Database, schema: GraphQLSchema) -> None:
    """As a client would send them that wants the memory for itself."""
    reader = Reader(database)
    service = Service(schema, COLLECTIONS, cache=ResponseCache(1_000_000, reader.load_data_version))
    declared = 'query ($z: String = "") { parties(filter: {country: {eq: $z}}) { totalCount } }'
    long = "z" * 200_000
    tracemalloc.start()
    try:
        for number in range(100):
            given = {"z": f"{number}{long}"}
            await service.answer(Request("{ __typename }", None, given), make_operation(reader))
            await service.answer(Request(declared, None, given), make_operation(reader))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 10_000_000


async def test_answers_to_long_requests_are_not_kept(
    database: Database, schema: GraphQLSchema
) -> None:
    reader = Reader(database)
    service = Service(schema, COLLECTIONS, cache=ResponseCache(1_000_000, reader.load_data_version))
    by_key = "query ($key: String!) { party(by: {key: $key}) { name } }"
    for length, tier in ((300, Tier.KEPT), (LONGEST_KEPT, Tier.PLAN)):
        asked = Request(by_key, None, {"key": "k" * length})
        assert await _tiers(service, reader, [asked] * 2) == [Tier.PLAN, tier]
        other = Request(by_key, None, {"key": "k" * (length - 1) + "x"})
        assert await _tiers(service, reader, [other]) == [Tier.PLAN]
    long = Request("{ __typename }" + " " * LONGEST_KEPT)
    assert await _tiers(service, reader, [long] * 2) == [Tier.PLAN] * 2


async def test_an_answer_is_kept_under_all_that_it_depends_on(
    database: Database, schema: GraphQLSchema
) -> None:
    """And by nothing else: not by variables that the operation does not have, nor their order."""
    reader = Reader(database)
    service = Service(schema, COLLECTIONS, cache=ResponseCache(1_000_000, reader.load_data_version))
    query = """query A($a: Int, $b: Int) { parties(first: $a, last: $b) { totalCount } }
    query B($a: Int, $b: Int) { it: parties(first: $a, last: $b) { totalCount } }"""
    asked = [
        Request(query, "A", {"a": 1}),
        Request(query, "B", {"a": 1}),
        Request(query, "A", {"b": 1}),
        Request(query, "A", {"a": 1, "b": None}),
    ]
    assert await _tiers(service, reader, asked) == [Tier.PLAN] * len(asked)
    assert await _tiers(service, reader, asked) == [Tier.KEPT] * len(asked)
    same = [
        Request(query, "A", {"z": "x", "a": 1}),
        Request(query, "A", {"b": None, "a": 1}),
        Request(query, "A", {"a": 1}, priced=True),
    ]
    assert await _tiers(service, reader, same) == [Tier.KEPT] * len(same)
