"""A write drops the answers that read what it touched, and only those."""

import random
from functools import partial
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from engine.requests.answer import Answer, Tier
from engine.requests.prepared import Request
from engine.requests.response_cache import ResponseCache
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import Database
from store.reads.reader import Reader
from tests.store.edits import taken
from tests.store.samples import commitment, follow_up, store, write

_FOLLOWED = """
  key title promisors { party { key name kind } } parties { role kind party { key country } }
  madeAt { key title } articles { key headline } status { value contested }
  latestFollowUp { key kind } followUps(first: 2) { totalCount nodes { key kind actors { name } } }
  trail(first: 50) { totalCount nodes { depth followUp { key kind restatedAs { key title } } } }
  thread { position trackable { key title } } assessments { nodes { key } }
"""
ONE = "query ($key: String!) { commitment(by: { key: $key }) {" + _FOLLOWED + "} }"
TRAIL = """query ($key: String!) { commitment(by: { key: $key }) {
  title promisors { party { name } } followUps { nodes { key articles { headline } } }
  trail { totalCount nodes { followUp { key restatedAs { title } } } }
} }"""
OTHERS = [
    "{ parties { totalCount nodes { key name commitments { nodes { key } } } } }",
    "{ commitments { totalCount nodes { key status { value } followUps { nodes { key } } } } }",
    "{ commitments { facets(by: [STATUS, MADE_YEAR]) { facet values { value count } } } }",
    "{ commitmentStats(groupBy: [PROMISOR]) { total { count followedUp { count } }"
    " groups { key { promisor { name } } figures { count contested { count } } } } }",
    '{ commitmentStats(knownAt: "2025-01-01T12:00:00Z") { total { count followedUp { count } } } }',
    '{ statusSeries(from: "2020-01-01", to: "2022-12-31") { day statuses { status count } } }',
    '{ changesBetween(from: "2020-01-01", to: "2022-12-31") { nodes { commitment { title }'
    " turns { kind on answered { key } } } } }",
    "{ requests { nodes { key answeredBy { key } followUps { nodes { key kind } } } } }",
    "{ articles { nodes { key headline } } }",
    "{ meetings { nodes { key date { edtf } followUps { nodes { key } } } } }",
    "{ followUps(first: 3) { nodes { key target { key title } meeting { title } } } }",
    '{ search(query: "Name", first: 5) { totalCount nodes { __typename } } }',
    '{ commitments(filter: {search: "telno"}) { totalCount nodes { key } } }',
    '{ meetings(filter: {not: {search: "office"}}) { totalCount nodes { key title } } }',
    '{ articles(filter: {search: "prices"}, orderBy: [{field: RELEVANCE}]) { nodes { key } } }',
    "{ timeline(first: 5) { totalCount nodes { __typename } } }",
    "{ commitmentStats(groupBy: [STATUS]) { total { count } } }",
    "{ changes(last: 3) { nodes { key record { key } } } }",
]
KEYS = ("c1", "c2", "c3", "c4", "c9")
REQUESTS = [Request(query, None, {"key": key}) for key in KEYS for query in (ONE, TRAIL)]
REQUESTS += [Request(query) for query in OTHERS]


def kept_by(database: Database, schema: GraphQLSchema) -> Service:
    """A service that keeps answers, and asks for news before each."""
    cache = ResponseCache(10_000_000)
    cache.version = partial(cache.ask, Reader(database))
    return Service(schema, COLLECTIONS, cache=cache)


async def ask(service: Service, reader: Reader, request: Request) -> tuple[Any, Tier | None]:
    answer = await service.answer(request, make_operation(reader))
    assert isinstance(answer, Answer)
    body = orjson.loads(answer.payload) if answer.payload is not None else answer.body
    assert "errors" not in body, body
    return body, answer.tier


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_what_is_kept_is_what_would_be_answered_anew(
    database: Database, schema: GraphQLSchema, seed: int
) -> None:
    reader, kept, fresh = Reader(database), kept_by(database, schema), Service(schema, COLLECTIONS)
    written = 0
    async for _ in taken(database, random.Random(seed), 40):
        written += 1
        for request in REQUESTS:
            anew, _ = await ask(fresh, reader, request)
            given, _ = await ask(kept, reader, request)
            assert given == anew, request
    assert written > 10
    assert kept.tiers[Tier.KEPT] > written


async def test_answers_that_did_not_read_what_was_written_stay_cached(
    database: Database, schema: GraphQLSchema
) -> None:
    await write(database, *store(), commitment("c8"))
    reader, service = Reader(database), kept_by(database, schema)
    one, other = (Request(TRAIL, None, {"key": key}) for key in ("c1", "c8"))
    lists = Request(OTHERS[1])
    for request in (one, other, lists):
        await ask(service, reader, request)
    await write(database, follow_up("f77", "c8", "PROGRESSED", "2021-07-01"))
    assert (await ask(service, reader, one))[1] is Tier.KEPT
    assert (await ask(service, reader, other))[1] is Tier.PLAN
    assert (await ask(service, reader, lists))[1] is Tier.PLAN


async def test_lists_whose_contents_did_not_change_stay_cached(
    database: Database, schema: GraphQLSchema
) -> None:
    """A reason told anew changes the follow-up alone: what it follows and what is found stand."""
    follows = follow_up("f77", "c1", "PROGRESSED", "2021-07-01")
    await write(database, *store(), follows)
    reader, service = Reader(database), kept_by(database, schema)
    stay = [
        Request('{ search(query: "Name", first: 5) { totalCount } }'),
        Request("{ timeline(first: 5) { totalCount nodes { __typename } } }"),
        Request("{ commitments { totalCount nodes { key status { value } } } }"),
        Request("{ commitmentStats(groupBy: [PROMISOR]) { total { count } } }"),
    ]
    go = [Request("{ followUps { nodes { key rationale } } }"), Request(ONE, None, {"key": "c1"})]
    for request in (*stay, *go):
        await ask(service, reader, request)
    await write(database, follows.model_copy(update={"rationale": "Told anew."}))
    for request in stay:
        assert (await ask(service, reader, request))[1] is Tier.KEPT, request
    for request in go:
        assert (await ask(service, reader, request))[1] is Tier.PLAN, request
    await write(database, follow_up("f78", "c1", "STALLED", "2021-08-01"))
    for request in (*stay[1:3], *go):
        assert (await ask(service, reader, request))[1] is Tier.PLAN, request
