"""Articles on which so much rests that it is written ahead of them: withheld, shown, retracted."""

from collections.abc import Iterable

import pytest

from store.mongodb.documents import to_record
from store.mongodb.driver import Database
from store.records.base import Record
from store.writes import queue, writer
from store.writes.queue import work_off
from tests.schema.commands.conftest import Writing, find_broken
from tests.store.samples import changed, commitment, write
from tests.store.writes.test_merges import assert_as_rebuilt

MANY = 12


@pytest.fixture(autouse=True)
async def few(monkeypatch: pytest.MonkeyPatch, writing: Writing) -> None:
    """As if three were many, and five a batch; more than that rest on `a1`."""
    monkeypatch.setattr(writer, "MOST_ALONG", 3)
    monkeypatch.setattr(writer, "_BATCH_AHEAD", 5)
    monkeypatch.setattr(queue, "MOST_AT_ONCE", 3)
    await write(writing.database, *(commitment(f"k{n}") for n in range(MANY)))


async def words(database: Database) -> set[str | None]:
    """What the evidence of commitments holds of the article."""
    found = await database.find("commitments", {})
    return {e["selector"].get("exact") for c in found for e in c["evidence"]}


async def assert_right(database: Database) -> None:
    async for _ in work_off(database):
        pass
    await assert_as_rebuilt(database)
    assert await find_broken(database) == []


async def changed_keys(database: Database) -> Iterable[str]:
    """What was changed since the article was first written, in the order of the log."""
    query = {"kind": {"$ne": "CREATED"}}
    order = [("dataVersion", 1), ("sequence", 1)]
    return [change["record"] for change in await database.find("changes", query, sort=order)]


async def test_a_withheld_article_leaves_no_words(writing: Writing) -> None:
    database = writing.database
    assert None not in await words(database)
    await writing.do("updateArticle", key="a1", textAccess="WITHHELD", reason="Rights.")
    assert await words(database) == {None}
    assert [*await changed_keys(database)][-1] == "a1", "what changes along comes first"
    await assert_right(database)
    await writing.do("updateArticle", key="a1", textAccess="PUBLIC", reason="Allowed.")
    assert None not in await words(database)
    await assert_right(database)


async def test_a_retracted_article_leaves_no_words(writing: Writing) -> None:
    given = {
        "records": [{"noun": "ARTICLES", "key": "a1"}],
        "action": "RETRACT",
        "reason": "Made up.",
    }
    await writing.do("review", **given)
    assert await words(writing.database) == {None}
    await assert_right(writing.database)


async def test_a_dry_run_writes_nothing_ahead(writing: Writing) -> None:
    before = await writing.dump()
    given = {"textAccess": "WITHHELD", "reason": "Rights.", "dryRun": True}
    payload = await writing.do("updateArticle", "effects { before }", key="a1", **given)
    assert payload["effects"] == []
    assert await writing.dump() == before


async def test_what_is_refused_writes_nothing_ahead(writing: Writing) -> None:
    given = {"textAccess": "WITHHELD", "reason": "Rights.", "expectedVersion": 7}
    refused = await writing.refuse("updateArticle", key="a1", **given)
    assert refused == [("VERSION_CONFLICT", "input.expectedVersion")]


async def test_cut_off_it_goes_on(writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    database, ahead = writing.database, writer.Writer.write
    batches = 0

    async def write_one(self: writer.Writer, *given: object) -> object:
        nonlocal batches
        batches += 1
        if batches > 1:
            raise KeyboardInterrupt
        return await ahead(self, *given)

    monkeypatch.setattr(writer.Writer, "write", write_one)
    with pytest.raises(KeyboardInterrupt):
        await writing.send("updateArticle", key="a1", textAccess="WITHHELD", reason="Rights.")
    monkeypatch.setattr(writer.Writer, "write", ahead)
    held = await words(database)
    assert None in held and len(held) > 1
    await writing.do("updateArticle", key="a1", textAccess="WITHHELD", reason="Rights.")
    assert await words(database) == {None}
    await assert_right(database)


async def test_what_another_program_changes_in_between_is_kept(
    writing: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, ahead = writing.database, writer.Writer.write
    others = iter([changed(await stored(database, "k3"), title="Another title")])

    async def write_after_another(self: writer.Writer, *given: object) -> object:
        for other in others:
            await write(database, other)
        return await ahead(self, *given)

    monkeypatch.setattr(writer.Writer, "write", write_after_another)
    await writing.do("updateArticle", key="a1", textAccess="WITHHELD", reason="Rights.")
    monkeypatch.setattr(writer.Writer, "write", ahead)
    assert (await writing.document("commitments", "k3"))["title"] == "Another title"
    assert await words(database) == {None}
    await assert_right(database)


async def stored(database: Database, key: str) -> Record:
    (document,) = await database.find("commitments", {"_id": key})
    return to_record("commitments", document)
