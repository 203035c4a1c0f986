"""Pages beside a plain list, while records come and go between one page and the next."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import cmp_to_key
from typing import Any

import pytest
from graphql import GraphQLSchema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import layout
from store.mongodb.driver import CommandLog, Database, InsertOne
from store.mongodb.keys import new_key
from tests.conftest import Dataset

PATHS = {
    "MADE_ON": ("madeOn", "earliest", 1),
    "LAST_FOLLOW_UP": ("derived", "latestFollowUpOn", 1),
    "DAYS_SILENT": ("derived", "silentSince", -1),
    "FOLLOW_UP_COUNT": ("derived", "followUpCount", 1),
    "TITLE": ("derived", "sortedAs", 1),
    "KEY": ("_id", None, 1),
}
"""Where the value of an order stands, and which way it goes."""

days = st.one_of(st.none(), st.sampled_from(["2019-01-01", "2020-06-30", "2021-12-31"]))
things = st.builds(
    lambda made, last, silent, count, title: {
        "curation": "ACCEPTED",
        "madeOn": {"earliest": made} if made else {},
        "derived": {
            "followUpCount": count,
            "sortedAs": title,
            **({"latestFollowUpOn": last} if last else {}),
            **({"silentSince": silent} if silent else {}),
        },
    },
    *(days, days, days, st.integers(0, 2), st.sampled_from(["", "academy", "zvon 2"])),
)
terms = st.tuples(st.sampled_from(sorted(PATHS)), st.sampled_from(["ASC", "DESC"]))
orders = st.lists(terms, max_size=2, unique_by=lambda term: term[0])
kept = st.lists(st.tuples(st.integers(0, 10_000), things), max_size=14, unique_by=lambda t: t[0])
steps = st.lists(st.tuples(st.lists(st.integers(0, 20), max_size=3), kept), max_size=6)


class Model:
    """The list as it should be: sorted by hand."""

    def __init__(self, order: Sequence[tuple[str, str]]) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        terms = [(*PATHS[name][:2], PATHS[name][2] * (1 if way == "ASC" else -1))
                 for name, way in order]  # fmt: skip
        if not terms:
            terms = [("madeOn", "earliest", 1)]
        last = 1 if not order or order[-1][1] == "ASC" else -1
        if order and order[-1][0] == "DAYS_SILENT":
            last = -last
        self._terms = [*terms, ("_id", None, last)]

    def _compare(self, a: dict[str, Any], b: dict[str, Any]) -> int:
        for first, second, way in self._terms:
            x, y = (d[first] if second is None else d[first].get(second) for d in (a, b))
            # What is missing is smaller than everything.
            left, right = ((v is not None, *([] if v is None else [v])) for v in (x, y))
            if x != y:
                return way if left > right else -way
        return 0

    def page(self, size: int, beyond: dict[str, Any] | None, backwards: bool) -> list[Any]:
        """The documents of a page, and one more if there is one."""
        way = -1 if backwards else 1
        ordered = sorted(
            self.documents.values(), key=cmp_to_key(lambda a, b: way * self._compare(a, b))
        )
        return [
            document for document in ordered
            if beyond is None or way * self._compare(document, beyond) > 0
        ][: size + 1]  # fmt: skip


Walk = Callable[..., None]


@pytest.fixture(scope="module")
def walk(mongodb_url: str, schema: GraphQLSchema) -> Iterator[Walk]:
    """Goes through all pages, with writes between them, comparing each with the model."""
    with asyncio.Runner() as runner:
        log = CommandLog()
        database = Database.connect(mongodb_url, f"paging-{new_key()}", log=log)
        runner.run(layout.prepare(database))
        runner.run(database.command({"collMod": "commitments", "validationLevel": "off"}))
        dataset = Dataset(database, log, schema)

        async def through(order: Any, start: Any, changes: Any, size: int, backwards: bool) -> None:
            model = Model(order)
            await database.command({"delete": "commitments", "deletes": [{"q": {}, "limit": 0}]})
            await add(model, start)
            pending, beyond, cursor = list(changes), None, None
            while True:
                page, info = await read(order, size, cursor, backwards)
                wanted = model.page(size, beyond, backwards)
                shown = [d["_id"] for d in wanted[:size]]
                assert page == (shown[::-1] if backwards else shown)
                more, before = info["hasNextPage"], info["hasPreviousPage"]
                assert (before if backwards else more) is (len(wanted) > size)
                if not page or (len(wanted) <= size and not pending):
                    return
                beyond = wanted[:size][-1]
                cursor = info["startCursor" if backwards else "endCursor"]
                if pending:
                    gone, come = pending.pop(0)
                    await remove(model, gone)
                    await add(model, come)

        async def read(order: Any, size: int, cursor: str | None, backwards: bool) -> Any:
            terms = ", ".join(f"{{field: {name}, direction: {way}}}" for name, way in order)
            first, after = ("last", "before") if backwards else ("first", "after")
            at = f', {after}: "{cursor}"' if cursor else ""
            data = await dataset.ask(
                f"{{ commitments({first}: {size}{at}, orderBy: [{terms}]) {{ nodes {{ key }}"
                " pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
            )
            found = data["commitments"]
            return [node["key"] for node in found["nodes"]], found["pageInfo"]

        async def add(model: Model, come: Any) -> None:
            new = [{"_id": f"k{number:05}", **thing} for number, thing in come]
            new = [d for d in new if d["_id"] not in model.documents]
            await database.write("commitments", [InsertOne(dict(d)) for d in new])
            model.documents |= {d["_id"]: d for d in new}

        async def remove(model: Model, places: list[int]) -> None:
            keys = sorted(model.documents)
            gone = {keys[place] for place in places if place < len(keys)}
            query = {"_id": {"$in": sorted(gone)}}
            await database.command({"delete": "commitments", "deletes": [{"q": query, "limit": 0}]})
            for key in gone:
                del model.documents[key]

        yield lambda *asked: runner.run(through(*asked))
        runner.run(database.drop())
        database.close()


@pytest.mark.slow
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(orders, kept, steps, st.integers(1, 4), st.booleans())
def test_pages_are_the_list_while_it_changes(
    walk: Walk, order: Any, start: Any, changes: Any, size: int, backwards: bool
) -> None:
    walk(order, start, changes, size, backwards)
