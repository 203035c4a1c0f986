"""Keyset cursors: pages put together are the list, whatever is missing, in either direction."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import BadUserInput
from engine.lists.cursors import Order, build_keyset_query, decode, encode
from store.mongodb.driver import Database, InsertOne
from store.mongodb.keys import new_key
from tests.tiers import examples

ORDER: Order = (("a", 1), ("b.c", -1), ("_id", 1))

values = st.one_of(st.none(), st.sampled_from(["", "a", "ab", "b"]))
moments = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
))  # fmt: skip


def _document(n: int, a: Any, c: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"_id": f"d{n:03}"}
    if a is not None:
        found["a"] = a
    if c is not None:
        found["b"] = {"c": c}
    return found


collections = st.lists(st.tuples(values, moments), max_size=12).map(
    lambda pairs: [_document(n, *pair) for n, pair in enumerate(pairs)]
)
orders = st.tuples(*[st.sampled_from([1, -1])] * 3).map(
    lambda ways: tuple(zip(("a", "b.c", "_id"), ways, strict=True))
)

Walk = Callable[[list[dict[str, Any]], Order, int], tuple[list[Any], list[Any]]]


@pytest.fixture(scope="module")
def walk(mongodb_url: str) -> Iterator[Walk]:
    """The keys of documents as MongoDB sorts them, and as pages of a size give them."""
    with asyncio.Runner() as runner:
        database = Database.connect(mongodb_url, f"cursors-{new_key()}")

        async def both(
            documents: list[dict[str, Any]], order: Order, size: int
        ) -> tuple[list[Any], list[Any]]:
            await database.drop()
            await database.write("things", [InsertOne(document) for document in documents])
            whole = await database.find("things", {}, sort=order)
            paged: list[Any] = []
            query: Any = {}
            while page := await database.find("things", query, sort=order, limit=size):
                paged += page
                query = build_keyset_query(order, decode(order, encode(order, page[-1]), "after"))
            return [d["_id"] for d in whole], [d["_id"] for d in paged]

        yield lambda *asked: runner.run(both(*asked))
        runner.run(database.drop())
        database.close()


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents=collections, order=orders, size=st.integers(1, 4))
def test_pages_are_the_list(
    walk: Walk, documents: list[dict[str, Any]], order: Order, size: int
) -> None:
    whole, paged = walk(documents, order, size)
    assert paged == whole


@given(st.tuples(values, moments))
def test_a_cursor_gives_back_its_values(pair: tuple[Any, Any]) -> None:
    document = _document(1, *pair)
    assert decode(ORDER, encode(ORDER, document), "after") == [*pair, "d001"]


@given(st.text() | st.binary().map(lambda b: urlsafe_b64encode(b).decode()))
def test_what_is_no_cursor_is_bad_user_input(text: str) -> None:
    with pytest.raises(BadUserInput, match="after: this is not a cursor"):
        decode(ORDER, text, "after")


@pytest.mark.parametrize(
    "parts",
    [
        ["a,-b.c,_id", {"$gt": ""}, None, "x"],
        ["a,-b.c,_id", ["x"], None, "x"],
        ["a,-b.c,_id", None, {"at": "yesterday"}, "x"],
        ["a,-b.c,_id", None, {"at": "0001-01-01T00:00:00+14:00"}, "x"],
        ["a,-b.c,_id", 2**63, None, "x"],
        ["a,-b.c,_id", None, None, 7],
        ["a,-b.c,_id", None, None, None],
    ],
)
def test_a_cursor_cannot_carry_a_query(parts: list[Any]) -> None:
    text = urlsafe_b64encode(orjson.dumps(parts)).decode()
    with pytest.raises(BadUserInput, match="this is not a cursor"):
        decode(ORDER, text, "after")


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = encode((("b.c", 1), ("_id", 1)), {"_id": "x", "b": {"c": datetime.now(UTC)}})
    with pytest.raises(BadUserInput, match="belongs to another order"):
        decode(ORDER, cursor, "after")
