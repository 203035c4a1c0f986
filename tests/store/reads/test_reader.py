"""Pages of several parents: however they are read, they are those of each parent on its own."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.mongodb.driver import Database, InsertOne
from store.reads import reader
from store.reads.queries import Via
from store.reads.reader import Reader
from store.viewers import Sight
from tests.tiers import examples

SORT = (("day", 1), ("_id", 1))
TURNED = (("day", -1), ("_id", -1))
MIXED = (("kind", -1), ("_id", 1))

parents = st.sampled_from(["a", "b", "b1", "c", "é", "z"])
rows = st.lists(
    st.tuples(parents, st.integers(1, 4), st.sampled_from("XY")), min_size=0, max_size=40
)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=rows,
    limit=st.integers(1, 4),
    sort=st.sampled_from([SORT, TURNED, MIXED]),
    keys=st.lists(parents, min_size=1, max_size=6, unique=True),
    projected=st.booleans(),
)
async def test_pages_of_many_are_those_of_each(
    database: Database, rows: Any, limit: int, sort: Any, keys: list[str], projected: bool
) -> None:
    documents = [
        {"_id": f"{place:03}", "of": {"parent": parent}, "day": day, "kind": kind}
        for place, (parent, day, kind) in enumerate(rows)
    ]
    await database.command({"delete": "rows", "deletes": [{"q": {}, "limit": 0}]})
    await database.write("rows", [InsertOne(document) for document in documents])
    fields = {"of": 1} if projected else None
    via = Via("of.parent", single=True)
    found = await Reader(database, Sight.ALL).find_pages("rows", via, keys, {}, sort, limit, fields)
    for key in keys:
        own = [d for d in documents if d["of"] == {"parent": key}]
        for path, direction in reversed(sort):
            own.sort(key=lambda d, path=path: d[path], reverse=direction < 0)
        assert [row["_id"] for row in found.get(key, [])] == [d["_id"] for d in own[:limit]]


@pytest.mark.parametrize("ahead", [1, 2])
async def test_what_was_not_read_ahead_is_read_then(
    database: Database, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    monkeypatch.setattr(reader, "AHEAD", ahead)
    of = ["a"] * 9 + ["b"] * 2 + ["c"] * 9
    await database.write(
        "rows",
        [InsertOne({"_id": f"{i:02}", "of": parent, "day": i}) for i, parent in enumerate(of)],
    )
    found = await Reader(database, Sight.ALL).find_pages(
        "rows", Via("of", single=True), ["a", "b", "c"], {}, SORT, 2, None
    )
    assert {key: [row["_id"] for row in page] for key, page in found.items()} == {
        "a": ["00", "01"],
        "b": ["09", "10"],
        "c": ["11", "12"],
    }
