"""Kept answers: given while the data is what they were made from, and not a write longer."""

import asyncio
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema
from hypothesis import given
from hypothesis import strategies as st

from schema.build import operation
from schema.collections import COLLECTIONS
from schema.kept import LARGEST_SHARE, KeptAnswers
from schema.service import Answer, Request, Service, Tier
from store.mongo import Database
from store.reader import Reader
from store.records.parties import Organization, PartyKind
from store.versions import DataVersion, listening
from store.writer import Author, Draft, Writer

NAMES = "{ parties { nodes { name } } }"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 80)), max_size=60))
def test_the_bound_in_bytes_holds(puts: list[tuple[int, int]]) -> None:
    kept = KeptAnswers(1000)
    last: dict[int, bytes] = {}
    for key, size in puts:
        kept.put(1, key, b"x" * size, ())
        if size <= 1000 // LARGEST_SHARE:
            last[key] = b"x" * size
    found = {key: answer for key in last if (answer := kept.get(1, key)) is not None}
    assert sum(map(len, found.values())) <= 1000
    assert all(last[key] == answer for key, answer in found.items())


def test_least_recently_used_go_first() -> None:
    kept = KeptAnswers(160)
    for key in range(16):
        kept.put(1, key, b"x" * 10, ())
    kept.get(1, 0)
    kept.put(1, "new", b"x" * 10, ())
    assert kept.get(1, 0) and kept.get(1, "new") and kept.get(1, 1) is None


def test_another_version_knows_nothing() -> None:
    kept = KeptAnswers(10_000)
    kept.put(1, "q", b"old")
    assert kept.get(2, "q") is None and kept.get(None, "q") is None
    kept.put(2, "q", b"new")
    assert kept.get(2, "q") == b"new" and kept.get(1, "q") is None
    kept.put(None, "r", b"?")
    assert kept.get(2, "r") is None


def test_a_version_is_trusted_only_for_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    version = DataVersion()
    now = 1000.0
    monkeypatch.setattr("store.versions.time.monotonic", lambda: now)
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
    answer = await service.answer(Request(query), operation(reader))
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
    service = Service(schema, COLLECTIONS, kept=KeptAnswers(10_000), version=reader.data_version)
    for name in ("One", "Two", "Three"):
        await _write(database, name)
        assert await _ask(service, reader) == (_named(name), Tier.PLAN)
        assert await _ask(service, reader) == (_named(name), Tier.KEPT)


async def test_told_of_writes_another_worker_answers_anew(
    database: Database, schema: GraphQLSchema
) -> None:
    reader = Reader(database)
    await _write(database, "One")
    async with listening(database) as version:

        async def heard() -> int | None:
            return version.current

        service = Service(schema, COLLECTIONS, kept=KeptAnswers(10_000), version=heard)
        while await heard() != await reader.data_version():
            await asyncio.sleep(0.01)
        assert await _ask(service, reader) == (_named("One"), Tier.PLAN)
        assert await _ask(service, reader) == (_named("One"), Tier.KEPT)
        await _write(database, "Two")
        # Until the news arrives the old answer may be given; never again after it.
        while await heard() != await reader.data_version():
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

    service = Service(schema, COLLECTIONS, kept=KeptAnswers(10_000), version=version)
    assert (await _ask(service, reader))[1] is Tier.PLAN
    assert next(versions) == 2 and service.tiers[Tier.KEPT] == 0


async def test_errors_are_not_kept(database: Database, schema: GraphQLSchema) -> None:
    reader = Reader(database)
    service = Service(schema, COLLECTIONS, kept=KeptAnswers(10_000), version=reader.data_version)
    for _ in range(2):
        body, tier = await _ask(service, reader, "{ parties(first: 101) { totalCount } }")
        assert body["errors"] and tier is not Tier.KEPT
