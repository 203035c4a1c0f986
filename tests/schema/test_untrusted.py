"""Ids, cursors and numbers come back from clients as they please: each gives the client's error.

What a cursor can hold is in execution/test_cursors.
"""

from base64 import urlsafe_b64encode
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type

from engine.global_ids import to_global_id
from store.records.nouns import NOUNS
from tests.conftest import PROPOSER
from tests.engine.plan.test_oracle import SCHEMA


async def codes(meta_pakistan: Any, query: str, **variables: Any) -> set[str]:
    result = await meta_pakistan.execute(query, variables)
    return {error["extensions"]["code"] for error in result.get("errors", ())}


def base64(text: bytes) -> str:
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def cursor(*parts: Any) -> str:
    return base64(orjson.dumps(parts))


BY_DATE = "madeOn.earliest,_id"

# --- Ids -----------------------------------------------------------------------------------------

NO_IDS = [
    *("", " ", "x", "K01", "%%%", "====", "a" * 4_000, "\x00", "ä"),
    *map(base64, (b"", b":", b"commitments", b"commitments:", b":K01", b"\xff\xfe:K01")),
    *(to_global_id(noun, "K01") for noun in ("meta", "counters", "system.users", "$where", "")),
]


@pytest.mark.parametrize("id_", NO_IDS, ids=repr)
async def test_what_is_no_id(meta_pakistan: Any, id_: str) -> None:
    for query in (
        "query Q($id: ID!) { node(id: $id) { id } }",
        "query Q($id: ID!) { nodes(ids: [$id]) { id } }",
        "query Q($id: ID!) { commitment(by: {id: $id}) { key } }",
    ):
        assert await codes(meta_pakistan, query, id=id_) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("key", ["no-such", "$ne", "K01\x00", "a" * 200, "../K01", "{}"])
async def test_id_of_nothing(meta_pakistan: Any, key: str) -> None:
    id_ = to_global_id("commitments", key)
    query = "query Q($id: ID!) { node(id: $id) { id } commitment(by: {id: $id}) { key } }"
    assert await meta_pakistan.ask(query, id=id_) == {"node": None, "commitment": None}


@pytest.mark.parametrize("id_", [1, 1.5, True, None, {"$ne": None}, ["a", "b"]])
async def test_id_of_another_type(meta_pakistan: Any, id_: Any) -> None:
    query = "query Q($id: ID!) { node(id: $id) { id } }"
    assert await codes(meta_pakistan, query, id=id_) == {"BAD_USER_INPUT"}


SINGULAR = {
    name: get_named_type(field.type).name
    for name, field in (SCHEMA.query_type or GraphQLObjectType("Query", {})).fields.items()
    if "by" in field.args
}


@pytest.mark.parametrize("field", SINGULAR)
async def test_ids_of_other_nouns(meta_pakistan: Any, field: str) -> None:
    nouns = (*NOUNS, "intakes")
    # Readers see no intake.
    curators = meta_pakistan.seen_by(PROPOSER)
    query = f"query Q($id: ID!) {{ {field}(by: {{id: $id}}) {{ key }} }}"
    taken = [
        noun for noun in nouns if not await codes(curators, query, id=to_global_id(noun, "no-such"))
    ]
    assert len(taken) == 1, "one noun's ids and no other's"


# --- Cursors -------------------------------------------------------------------------------------

NO_CURSORS = [
    *("", "x", "K01", "%%%", "====", "a" * 5_000, "\x00", "ä"),
    *map(base64, (b"", b"{", b"null", b"1", b'"x"', b"{}", b"[]", b"[" * 500, b"\xff")),
    # Of another order, another length, other types.
    cursor("title,_id", "A", "K01"),
    cursor(f"-{BY_DATE}", "2022-01-01", "K01"),
    cursor(BY_DATE),
    cursor(BY_DATE, "2022-01-01"),
    cursor(BY_DATE, "2022-01-01", "K01", "K02"),
    cursor(BY_DATE, "2022-01-01", 1),
    cursor(BY_DATE, "2022-01-01", None),
    cursor(BY_DATE, ["2022-01-01"], "K01"),
    cursor(BY_DATE, {"$gt": ""}, "K01"),
    cursor(BY_DATE, {"at": "yesterday"}, "K01"),
    cursor(BY_DATE, "2022-01-01", {"$ne": None}),
    cursor(1, "2022-01-01", "K01"),
    cursor({"$where": "1"}, "2022-01-01", "K01"),
]


@pytest.mark.parametrize("given", NO_CURSORS, ids=lambda given: repr(given)[:40])
async def test_what_is_no_cursor_of_this_order(meta_pakistan: Any, given: str) -> None:
    for argument in ("after", "before"):
        query = f"query Q($c: String) {{ commitments({argument}: $c) {{ nodes {{ key }} }} }}"
        assert await codes(meta_pakistan, query, c=given) == {"BAD_USER_INPUT"}
    of_party = "commitments(after: $c) { nodes { key } }"
    for query in (
        'query Q($c: String) { commitment(by: {key: "K01"}) { trail(after: $c) { totalCount } } }',
        f'query Q($c: String) {{ party(by: {{key: "meta"}}) {{ {of_party} }} }}',
    ):
        assert await codes(meta_pakistan, query, c=given) == {"BAD_USER_INPUT"}


async def test_cursor_of_another_collection_in_the_same_order(meta_pakistan: Any) -> None:
    # It says only where to go on, so it leads to nothing that could not be asked for.
    found = await meta_pakistan.ask("{ requests(first: 1) { pageInfo { endCursor } } }")
    after = found["requests"]["pageInfo"]["endCursor"]
    query = "query Q($c: String) { commitments(after: $c) { nodes { key } } }"
    assert await codes(meta_pakistan, query, c=after) == set()


# --- Numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [-1, -100, 101, 2**31 - 1, -(2**31)])
@pytest.mark.parametrize("argument", ["first", "last"])
async def test_page_of_a_size_that_there_is_not(
    meta_pakistan: Any, argument: str, number: int
) -> None:
    for field in ("commitments", "changes"):
        literal = f"{{ {field}({argument}: {number}) {{ totalCount nodes {{ __typename }} }} }}"
        assert await codes(meta_pakistan, literal) == {"BAD_USER_INPUT"}
        variable = f"query Q($n: Int) {{ {field}({argument}: $n) {{ nodes {{ __typename }} }} }}"
        assert await codes(meta_pakistan, variable, n=number) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("number", [2**31, 2**63, 1.5, "1", True, [1, 2], {}])
async def test_size_of_another_type(meta_pakistan: Any, number: Any) -> None:
    query = "query Q($n: Int) { commitments(first: $n) { nodes { key } } }"
    assert await codes(meta_pakistan, query, n=number) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("depth", [-1, 0, 10**6])
async def test_trail_of_a_depth_that_there_is_not(meta_pakistan: Any, depth: int) -> None:
    query = (
        'query Q($n: Int!) { commitment(by: {key: "K01"}) { trail(maxDepth: $n) { totalCount } } }'
    )
    assert await codes(meta_pakistan, query, n=depth) <= {"BAD_USER_INPUT"}
