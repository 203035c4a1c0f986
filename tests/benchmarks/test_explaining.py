"""What is read out of MongoDB's explanations: indexes, scans of whole collections, sorts."""

import pytest

from benchmarks.explaining import explainer
from engine.requests.prepared import Request


@pytest.fixture
async def scans(mongodb_url: str, generated: str):
    async with explainer(mongodb_url, generated) as explaining:
        yield lambda command: explaining.scans([command])


async def test_an_index_is_named_with_what_it_cost(scans) -> None:
    (scan,) = await scans(
        {"find": "commitments", "filter": {"_id": {"$in": ["b000-c000001", "x"]}}}
    )
    assert scan.command == scan.title == "find commitments"
    assert scan.stages == ("FETCH", "IXSCAN")
    assert scan.indexes == ("_id_",)
    assert (scan.documents, scan.returned) == (1, 1)
    assert not scan.scans_all and not scan.sorted


async def test_a_scan_of_a_whole_collection_is_seen(scans) -> None:
    (scan,) = await scans({"find": "commitments", "filter": {"gist": "x"}})
    assert scan.scans_all
    assert (scan.documents, scan.returned) == (60, 0)


async def test_a_sort_in_memory_is_seen_with_how_much_it_sorts(scans) -> None:
    (by_find,) = await scans({"find": "commitments", "sort": {"gist": 1}, "limit": 5})
    assert by_find.sorted == 60
    steps = [{"$match": {"_id": {"$gt": ""}}}, {"$set": {"n": {"$strLenCP": "$gist"}}}]
    sorting = {"$sort": {"n": 1}}
    whole = {"aggregate": "commitments", "pipeline": [*steps, sorting], "cursor": {}}
    (by_pipeline,) = await scans(whole)
    assert by_pipeline.sorted == 60
    grouped = {"$group": {"_id": "$n", "m": {"$sum": 1}}}
    (of_groups,) = await scans({**whole, "pipeline": [*steps, grouped, {"$sort": {"m": 1}}]})
    assert of_groups.sorted == 0


async def test_every_part_of_a_union_is_explained(scans) -> None:
    other = {"$unionWith": {"coll": "parties", "pipeline": [{"$match": {"gist": "x"}}]}}
    pipeline = [
        {"$match": {"derived.terms": "topic:water/access"}},
        {"$project": {"topics": 1}},
        other,
    ]
    first, second = await scans({"aggregate": "commitments", "pipeline": pipeline, "cursor": {}})
    assert first.collection == "commitments" and first.indexes
    assert second.title == "aggregate commitments, parties" and second.scans_all


@pytest.mark.parametrize(
    ("path", "scanned"), [("derived.target", False), ("rationale", True)], ids=["index", "none"]
)
async def test_the_steps_of_a_walk_are_explained(scans, path: str, scanned: bool) -> None:
    walk = {"from": "follow_ups", "as": "found", "startWith": "$_id"}
    walk |= {"connectFromField": "derived.restatedAs", "connectToField": path}
    pipeline = [{"$match": {"_id": "b000-c000001"}}, {"$graphLookup": walk}]
    _, step = await scans({"aggregate": "commitments", "pipeline": pipeline, "cursor": {}})
    assert step.collection == "follow_ups" and step.stages[0] == "$graphLookup"
    assert step.scans_all == scanned


async def test_what_the_service_really_sends_is_explained(mongodb_url: str, generated: str) -> None:
    async with explainer(mongodb_url, generated) as explaining:
        asked = await explaining.ask(Request("{ commitments(first: 5) { nodes { key } } }"))
        found = await explaining.scans(asked.commands)
        again = await explaining.ask(Request("{ commitments(first: 5) { nodes { key } } }"))
    assert len(asked.data["commitments"]["nodes"]) == 5
    assert [scan.indexes for scan in found] == [("madeOn.earliest__id",)]
    assert len(again.commands) == len(asked.commands) == 1


async def test_an_answer_with_errors_is_none(mongodb_url: str, generated: str) -> None:
    async with explainer(mongodb_url, generated) as explaining:
        with pytest.raises(RuntimeError, match="a page holds 0 to 100"):
            await explaining.ask(Request("{ commitments(first: 1000) { nodes { key } } }"))
