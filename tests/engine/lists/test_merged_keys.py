"""Filters by the key of a merged record mean the record in which it lives on."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import orjson
import pytest
from graphql import GraphQLInputObjectType, GraphQLSchema, get_named_type

from engine.lists.filters import filters_of
from engine.requests.answer import Tier
from engine.requests.response_cache import ResponseCache
from engine.requests.service import Service
from schema.registry import COLLECTIONS
from store.mongodb.driver import Database
from store.reads.reader import Reader
from tests.conftest import Dataset, empty_dataset
from tests.engine.requests.test_response_cache_through_writes import Request, ask
from tests.store.samples import party, store, write

MERGES = {
    "telno": "telco",
    "gov": "crown",
    "office": "bureau",
    "ann": "anne",
    "m1": "m2",
    "a1": "a3",
    "a2": "a4",
    "c1": "c3",
    "r1": "r2",
}
"""What was merged, and into what."""

BY_KEY = [
    ("commitments", "key", "c1"),
    ("commitments", "party", "telno"),
    ("commitments", "promisor", "telno"),
    ("commitments", "addressee", "office"),
    ("commitments", "actor", "telno"),
    ("commitments", "participant", "ann"),
    ("commitments", "madeAt", "m1"),
    ("commitments", "article", "a1"),
    ("requests", "key", "r1"),
    ("requests", "asker", "office"),
    ("requests", "asked", "telno"),
    ("followUps", "target", "c1"),
    ("followUps", "actor", "office"),
    ("followUps", "party", "office"),
    ("followUps", "article", "a2"),
    ("followUps", "publisher", "gov"),
    ("meetings", "key", "m1"),
    ("meetings", "article", "a1"),
    ("articles", "publisher", "gov"),
    ("articles", "mentions", "telno"),
    ("parties", "key", "gov"),
    ("parties", "parent", "gov"),
    ("parties", "within", "gov"),
    ("parties", "memberOf", "telno"),
    ("assessments", "trackable", "c1"),
    ("checkLogs", "trackable", "c1"),
    ("timeline", "party", "telno"),
    ("timeline", "trackable", "c1"),
]
PARTS = {"timeline": "totalCount edges { cursor }"}


@pytest.fixture(scope="module")
async def merged(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """The sample store, in which nearly everything was merged into something else."""
    async with empty_dataset(mongodb_url, "merged", schema) as data:
        held = {r.key: r for r in store()}
        heirs = [held[old].model_copy(update={"key": new}) for old, new in MERGES.items()]
        await write(data.database, *held.values(), *heirs)
        gone = [held[old].model_copy(update={"merged_into": new}) for old, new in MERGES.items()]
        log_of = held["l1"].model_copy(update={"trackable": "c1"})
        await write(data.database, *gone, log_of)
        yield data


async def listed(data: Dataset, noun: str, filter_: str) -> Any:
    part = PARTS.get(noun, "totalCount nodes { key }")
    return (await data.ask(f"{{ {noun}(filter: {{ {filter_} }}) {{ {part} }} }}"))[noun]


@pytest.mark.parametrize(("noun", "member", "key"), BY_KEY)
async def test_the_key_of_a_merged_record_means_its_survivor(
    merged: Dataset, noun: str, member: str, key: str
) -> None:
    new = MERGES[key]
    by_survivor = await listed(merged, noun, f'{member}: {{eq: "{new}"}}')
    assert by_survivor["totalCount"] > 0
    for given in (f'{{eq: "{key}"}}', f'{{in: ["no-such", "{key}"]}}',
                  f'{{eq: "{new}", in: ["{key}"]}}'):  # fmt: skip
        assert await listed(merged, noun, f"{member}: {given}") == by_survivor
        assert await listed(merged, noun, f"not: {{ not: {{ {member}: {given} }} }}") == by_survivor
        assert await listed(merged, noun, f"or: [{{ {member}: {given} }}]") == by_survivor


async def test_lists_of_parties_are_settled_one_by_one(merged: Dataset) -> None:
    by_survivors = await listed(merged, "timeline", 'parties: ["telco", "bureau"]')
    assert by_survivors["totalCount"] > 0
    assert await listed(merged, "timeline", 'parties: ["telno", "office"]') == by_survivors
    found = await listed(merged, "meetings", 'parties: [{key: "telno"}, {key: "office"}]')
    assert found["nodes"] == [{"key": "m2"}]


async def test_facets_select_the_survivor(merged: Dataset) -> None:
    found = await merged.ask(
        '{ commitments(filter: {promisor: {eq: "telno"}}) '
        "{ totalCount facets(by: [PROMISOR]) { values { value count selected } } } }"
    )
    (facet,) = found["commitments"]["facets"]
    count = found["commitments"]["totalCount"]
    assert facet["values"] == [{"value": "telco", "count": count, "selected": True}]


async def test_statistics_follow_merges(merged: Dataset) -> None:
    asked = "{ commitmentStats(filter: {promisor: {eq: %s}}) { total { count } } }"
    old, new = [await merged.ask(asked % f'"{key}"') for key in ("telno", "telco")]
    assert old == new and old["commitmentStats"]["total"]["count"] > 0


async def test_it_takes_a_command_for_each_noun_however_many_keys(merged: Dataset) -> None:
    many = ", ".join(f'"p{n}"' for n in range(50))
    await listed(merged, "commitments", f'promisor: {{in: [{many}, "telno"]}}, term: [ONE_OFF]')
    assert merged.commands.count("find parties") == 1
    await listed(merged, "commitments", "term: [ONE_OFF]")
    assert "find parties" not in merged.commands


@pytest.mark.parametrize(
    ("filter_", "looked_up"),
    [
        ('promisor: {eq: "telco"}', 0),
        ('and: [{promisor: {in: ["telco"]}}], party: {eq: "telco"}', 0),
        ('promisor: {eq: "telno"}', 1),
        ('promisor: {in: ["telco", "telno"]}', 1),
        ('or: [{promisor: {eq: "telco"}}]', 1),
        ('not: {promisor: {eq: "telno"}}', 1),
    ],
)
async def test_no_command_is_sent_where_a_match_shows_that_the_key_lives(
    merged: Dataset, filter_: str, looked_up: int
) -> None:
    for parts in ("nodes { key }", "totalCount", "totalCount facets(by: [TERM]) { facet }"):
        await merged.ask(f"{{ commitments(filter: {{ {filter_} }}) {{ {parts} }} }}")
        assert merged.commands.count("find parties") == looked_up, parts


@pytest.mark.parametrize(
    "asked",
    [
        "commitmentStats(filter: {promisor: {eq: %s}}) { total { trackable } }",
        'statusSeries(filter: {promisor: {eq: %s}}, from: "2024-01-01") { count }',
    ],
)
async def test_statistics_that_match_save_the_look_up_of_a_key(merged: Dataset, asked: str) -> None:
    found = []
    for key, looked_up in (("telco", 0), ("telno", 1)):
        found.append(await merged.ask(f"{{ {asked % orjson.dumps(key).decode()} }}"))
        assert merged.commands.count("find parties") == looked_up
    assert found[0] == found[1]


async def test_a_match_shows_that_the_key_of_a_commitment_or_request_lives(merged: Dataset) -> None:
    for key, looked_up in (("c3", 0), ("c1", 1)):
        found = await listed(merged, "followUps", f'target: {{eq: "{key}"}}')
        assert found["totalCount"] > 0
        for noun in ("commitments", "requests"):
            assert merged.commands.count(f"find {noun}") == looked_up


async def test_facets_alone_do_not_save_the_look_up_of_a_key(merged: Dataset) -> None:
    asked = (
        '{ commitments(filter: {promisor: {eq: "%s"}}) '
        "{ facets(by: [TERM]) { values { value count } } } }"
    )
    old, new = [await merged.ask(asked % key) for key in ("telno", "telco")]
    assert old == new and merged.commands.count("find parties") == 1


def test_every_filter_by_key_declares_the_nouns_of_its_keys(schema: GraphQLSchema) -> None:
    for collection in COLLECTIONS.values():
        filters = filters_of(collection, schema)
        input_type = schema.type_map[collection.filter_name]
        assert isinstance(input_type, GraphQLInputObjectType)
        for name, member in input_type.fields.items():
            type_ = get_named_type(member.type).name
            # A change is of the record as it was written; a path of topics is as topics are.
            if name in ("and", "or", "not", "topic", "path", "record"):
                continue
            # Nothing is merged into an intake or proposal; its article is the one that was read.
            if name in ("key", "intake", "article") and collection.name in ("intakes", "proposals"):
                continue
            takes_keys = type_ in _KEY_FILTERS or name == "parties"
            given = ["x"] if str(member.type).startswith("[") else {"eq": "x"}
            if type_ == "ParticipantFilter":
                given = [{"key": "x"}]
            assert bool(list(filters.list_records({name: given}))) is takes_keys, (
                collection.name,
                name,
            )


_KEY_FILTERS = (
    "KeyFilter",
    "PartyKeyFilter",
    "PartyInRoleFilter",
    "FollowUpPartyFilter",
    "RoleFilter",
    "MemberFilter",
)


async def test_kept_answers_are_dropped_when_a_key_is_merged(
    database: Database, schema: GraphQLSchema
) -> None:
    await write(database, *store(), party("telco"))
    reader, cache = Reader(database), ResponseCache(10_000_000)
    cache.version = partial(cache.ask, reader)
    service = Service(schema, COLLECTIONS, cache=cache)
    asked = Request('{ parties(filter: {memberOf: {eq: "telco"}}) { nodes { key } } }')
    by_old = Request('{ parties(filter: {memberOf: {eq: "telno"}}) { nodes { key } } }')
    for wanted in (asked, by_old):
        await ask(service, reader, wanted)
    assert (await ask(service, reader, by_old))[1] is Tier.KEPT
    await write(database, party("telno", country="BB", mergedInto="telco"))
    for wanted in (asked, by_old):
        body, tier = await ask(service, reader, wanted)
        assert tier is Tier.PLAN
        assert body["data"]["parties"]["nodes"] == [{"key": "ann"}]
