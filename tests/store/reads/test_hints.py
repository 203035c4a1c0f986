"""Which index MongoDB is told to use, and when it is left to choose."""

from typing import Any

import pytest

from store.mongodb.driver import Database
from store.mongodb.indexes import INDEXES
from store.reads.hints import choose_index
from tests.store.samples import store, write

BY_DATE = [("madeOn.earliest", -1), ("_id", -1)]
TERMS = "derived.terms_madeOn.earliest__id"

of_party = {"derived.roles": {"$elemMatch": {"party": "telno", "role": {"$in": ["PROMISOR"]}}}}
of_whole = {"derived.roles": {"$elemMatch": {"within": {"$eq": "gov"}, "role": "ADDRESSEE"}}}
of_article = {"derived.articles": {"$in": ["a1"]}}
standing = {"derived.segments": {"$elemMatch": {"value": {"$in": ["BROKEN"]}}}}
listed = {"mergedInto": {"$exists": False}}


@pytest.mark.parametrize(
    ("query", "sort", "expected"),
    [
        (of_party, (), TERMS),
        (of_party, BY_DATE, TERMS),
        ({"$and": [listed, {"$and": [of_party, standing]}]}, BY_DATE, TERMS),
        ({"$and": [of_whole, standing]}, BY_DATE, TERMS),
        ({"$and": [of_whole, of_party, of_article]}, (), TERMS),
        # An index that does not give the order is for MongoDB to weigh against one that does.
        (of_party, [("title", 1), ("_id", 1)], None),
        (of_party, [("madeOn.earliest", 1), ("_id", -1)], None),
        # Nothing narrow is asked of all: of some, of none, of a range.
        ({"$or": [of_party, standing]}, (), None),
        ({"$nor": [of_party]}, (), None),
        ({"derived.articles": {"$nin": ["a1"]}}, (), None),
        ({"derived.meeting": None}, (), None),
        (standing, BY_DATE, None),
        ({}, BY_DATE, None),
        # A key is narrower than all.
        ({"_id": {"$in": ["c1"]}, **of_party}, (), None),
    ],
)
def test_an_index_is_named_where_it_is_narrow(query: Any, sort: Any, expected: str | None) -> None:
    assert choose_index("commitments", query, sort) == expected


async def test_mongodb_knows_every_index_that_may_be_named(database: Database) -> None:
    await write(database, *store())
    for collection, indexes in INDEXES.items():
        for index in indexes:
            if index.narrow:
                assert not index.partial, "it would not hold all that is asked for"
                await database.find(collection, {}, hint=index.name)
