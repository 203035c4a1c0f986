"""The acceptance run asks every worked query, and names what hangs on the size of a store."""

from collections.abc import AsyncIterator

import pytest

from api.pages.routes import QUERIES, read_examples
from benchmarks.acceptance import VARIABLES, Seen, counted, faults, seen, shown
from benchmarks.explaining import Explainer, explainer
from benchmarks.generate import generate
from store.mongodb.keys import new_key
from store.reads.scans import Scan

SIZE = 200


@pytest.fixture
async def store(mongodb_url: str) -> AsyncIterator[Explainer]:
    """A generated store that a test may spoil."""
    async with explainer(mongodb_url, f"acceptance-{new_key()}") as explaining:
        await generate(explaining.database, SIZE)
        yield explaining
        await explaining.database.drop()


def test_every_worked_query_has_variables() -> None:
    assert list(VARIABLES) == [example["name"] for example in read_examples(QUERIES)]


async def test_every_query_is_answered_from_indexes(store: Explainer) -> None:
    found = [one async for one in seen(store, SIZE)]
    assert [one.query for one in found] == list(VARIABLES)
    assert list(faults(found, {SIZE: await counted(store)})) == []
    # The store has no requests, assessments and changes.
    empty = {"08-asked-and-unanswered", "14-assessment-differs"}
    assert {one.query for one in found if not one.rows} == empty
    assert f"00-opening, at {SIZE}: " in shown(found)


async def test_a_missing_index_is_named_with_the_query(store: Explainer) -> None:
    restated = "derived.restatedAs"
    await store.database.command({"dropIndexes": "follow_ups", "index": restated})
    found = [one async for one in seen(store, SIZE)]
    said = list(faults(found, {SIZE: await counted(store)}))
    fault = f"05-safety-thread at {SIZE} reads all of follow_ups without an index"
    assert said == [f"{fault}: aggregate commitments, follow_ups"]


def test_what_is_sent_at_one_size_only_is_named() -> None:
    small = Seen("Q", 10, {"find a": 1, "find b": 1}, 1, ())
    large = Seen("Q", 1_000, {"find a": 1, "find b": 3, "getMore b": 1}, 1, ())
    (said,) = faults([small, large], {10: {}, 1_000: {}})
    assert said.endswith("2 at 10; 5 at 1,000 (2 find b more, 1 getMore b more)")
    assert list(faults([small, Seen("Q", 20, small.commands, 9, ())], {10: {}, 20: {}})) == []


@pytest.mark.parametrize(("sorted_", "faulty"), [(501, True), (499, False)])
def test_a_sort_of_most_of_a_collection_is_named(sorted_: int, faulty: bool) -> None:
    scan = Scan("find a", "a", ("SORT", "FETCH", "IXSCAN"), ("x",), sorted=sorted_)
    said = list(faults([Seen("Q", 1_000, {"find a": 1}, 1, [scan])], {1_000: {"a": 1_000}}))
    assert bool(said) == faulty


@pytest.mark.parametrize(("returned", "faulty"), [(99, True), (100, False)])
def test_an_index_that_narrows_nothing_is_named(returned: int, faulty: bool) -> None:
    stages = ("FETCH", "IXSCAN")
    scan = Scan("find a", "a", stages, ("x",), keys=1_000, documents=1_000, returned=returned)
    said = list(faults([Seen("Q", 1_000, {"find a": 1}, 1, [scan])], {1_000: {"a": 1_000}}))
    assert bool(said) == faulty


def test_a_page_may_always_be_sorted() -> None:
    scan = Scan("find a", "a", ("SORT", "FETCH", "IXSCAN"), ("x",), sorted=100)
    assert list(faults([Seen("Q", 100, {"find a": 1}, 1, [scan])], {100: {"a": 100}})) == []
