"""What changes gave other values, and the list of corrections: for readers and for proposers."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from store.records.base import Record
from store.records.nouns import noun_of
from store.writes.writer import Author, Draft, Writer
from tests.conftest import PROPOSER, Dataset, empty_dataset
from tests.store import samples

CORRECTING = Author("Ida Exempla", why="Read again.", correction=True)
WRITING = Author("Ida Exempla", why="For us alone.")

ASKED = """{ corrections(%s) { nodes {
    noun key kind changed at by why correction differences { member before after }
    record { __typename key } } } }"""
ALL = ASKED.replace("(%s)", "")


@pytest.fixture
async def dataset(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """A small store of its own."""
    async with empty_dataset(mongodb_url, "corrections", schema) as dataset:
        await samples.write(dataset.database, *samples.store())
        yield dataset


async def write(dataset: Dataset, author: Author, *records: Record) -> None:
    await Writer(dataset.database).write([Draft(record) for record in records], author)


async def corrections(dataset: Dataset, asked: str = ALL) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await dataset.ask(asked))["corrections"]["nodes"]
    return found


async def differences(dataset: Dataset) -> dict[str, tuple[str | None, str | None]]:
    """Those of the last change, by member."""
    asked = "{ changes(last: 1) { nodes { differences { member before after } } } }"
    (change,) = (await dataset.ask(asked))["changes"]["nodes"]
    return {one["member"]: (one["before"], one["after"]) for one in change["differences"]}


async def test_corrections_and_retractions_are_listed_with_what_they_changed(
    dataset: Dataset,
) -> None:
    assert await corrections(dataset) == []
    await write(dataset, WRITING, samples.commitment("c2", term="STANDING", title="Not listed"))
    await write(dataset, CORRECTING, samples.commitment("c1", title="Cheaper", madeOn="2020-01-11"))
    gone = samples.changed(samples.follow_up("f2", kind="CHALLENGED"), curation="RETRACTED")
    await write(dataset, WRITING, gone)
    first, second = await corrections(dataset)
    assert (first["noun"], first["key"], first["kind"]) == ("COMMITMENTS", "c1", "UPDATED")
    assert first["differences"] == [
        {"member": "madeOn.edtf", "before": "2020-01-10", "after": "2020-01-11"},
        {"member": "title", "before": "Promise c1", "after": "Cheaper"},
    ]
    assert first["correction"] and first["why"] == "Read again." and first["by"] is None
    assert first["record"] == {"__typename": "Commitment", "key": "c1"}
    assert (second["key"], second["kind"]) == ("f2", "RETRACTED")
    assert second["why"] == "For us alone."  # Why it was retracted is for everybody.
    assert second["differences"] == [
        {"member": "curation", "before": "ACCEPTED", "after": "RETRACTED"}
    ]
    assert second["record"] == {"__typename": "RetractedRecord", "key": "f2"}


async def test_they_are_paged_and_filtered_as_changes_are(dataset: Dataset) -> None:
    for number in range(5):
        await write(dataset, CORRECTING, samples.commitment("c1", title=f"Promise {number}"))
    await write(dataset, CORRECTING, samples.party("gov", "GOVERNMENT", country="BB"))
    newest = "first: 2, orderBy: [{field: AT, direction: DESC}]"
    assert [node["key"] for node in await corrections(dataset, ASKED % newest)] == ["gov", "c1"]
    of_one = 'filter: {noun: [COMMITMENTS], record: {eq: "c1"}}'
    assert len(await corrections(dataset, ASKED % of_one)) == 5
    asked = "{ corrections(first: 4) { totalCount pageInfo { hasNextPage } } }"
    page = (await dataset.ask(asked))["corrections"]
    assert page == {"totalCount": 6, "pageInfo": {"hasNextPage": True}}


async def test_a_change_costs_as_many_commands_as_many_do(dataset: Dataset) -> None:
    counted = []
    for number in range(3):
        title = f"Promise {number}"
        await write(
            dataset,
            CORRECTING,
            samples.commitment("c1", title=title),
            samples.commitment("c2", term="STANDING", title=title),
        )
        await corrections(dataset)
        counted.append(len(dataset.commands))
    assert counted[0] == counted[1] == counted[2]


async def test_words_of_articles_are_in_no_difference(dataset: Dataset) -> None:
    await write(
        dataset,
        CORRECTING,
        samples.article("a1", text=samples.TEXTS["a1"] + " Zebra.", textAccess="WITHHELD"),
        samples.commitment(
            "c2", term="STANDING", evidence=[samples.evidence("a1", samples.ASKED, gist="Help.")]
        ),
    )
    for viewed in (dataset, dataset.seen_by(PROPOSER)):
        text = orjson.dumps(await corrections(viewed)).decode()
        assert "Zebra" not in text and "help desk" not in text
        assert "Help." in text  # Our own words.


async def test_readers_are_told_nothing_of_what_was_not_published(dataset: Dataset) -> None:
    proposed = samples.commitment("c9", title="Secret draft", curation="PROPOSED")
    await write(dataset, WRITING, proposed)
    await write(dataset, CORRECTING, samples.changed(proposed, title="Draft of old"))
    assert await corrections(dataset) == []
    accepted = samples.changed(proposed, title="In the open", curation="ACCEPTED")
    await write(dataset, CORRECTING, accepted)
    (shown,) = await corrections(dataset)
    assert shown["differences"] == []
    assert "curation" in shown["changed"]
    told = await differences(dataset.seen_by(PROPOSER))
    assert told["title"] == ("Draft of old", "In the open")


async def test_readers_get_no_key_of_a_record_that_they_do_not_see(dataset: Dataset) -> None:
    await write(dataset, WRITING, samples.party("ghost"))
    await write(dataset, WRITING, samples.commitment("c1", addressees=["office", "ghost"]))
    await write(dataset, CORRECTING, samples.commitment("c1", addressees=["office"]))
    assert (await differences(dataset))["addressees"] == ('["office","ghost"]', '["office"]')
    await write(dataset, WRITING, samples.party("ghost", curation="RETRACTED"))
    (last, *_) = await corrections(dataset)
    # That a retracted record was there may be known for ever.
    assert last["differences"][0]["before"] == '["office","ghost"]'
    stored = {"q": {"_id": "ghost"}, "u": {"$set": {"curation": "REJECTED"}}}
    await dataset.database.command({"update": "parties", "updates": [stored]})
    (last, *_) = await corrections(dataset)
    assert last["differences"] == []
    (last, *_) = await corrections(dataset.seen_by(PROPOSER))
    assert last["differences"][0]["before"] == '["office","ghost"]'


async def test_a_merge_names_its_survivor_only_as_far_as_it_is_seen(dataset: Dataset) -> None:
    merged = samples.commitment("c2", term="STANDING", mergedInto="c1")
    assert noun_of(merged) == "commitments"
    await write(dataset, CORRECTING, merged)
    assert (await differences(dataset))["mergedInto"] == (None, "c1")
