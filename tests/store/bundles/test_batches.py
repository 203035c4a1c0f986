"""A bundle is the same store in batches of any size, whatever its records name."""

import random
from pathlib import Path

import pytest

from store.bundles.exporting import export_bundle
from store.bundles.importing import import_bundle
from store.layout import prepare
from store.mongodb.driver import Database
from tests.store.edits import MERGING, taken
from tests.store.samples import (
    TESTER,
    contents,
    party,
    write,
)
from tests.store.writes.test_merges import assert_as_rebuilt, derived

BOOKKEEPING = ("createdAt", "updatedAt", "changes", "meta")


def write_parties(folder: Path, *lines: str) -> Path:
    members = "".join(f"  - {{{line}, kind: COMPANY}}\n" for line in lines)
    folder.joinpath("p.yaml").write_text(
        "defaults: {parties: {curation: ACCEPTED}}\n" + f"parties:\n{members}"
    )
    return folder


@pytest.fixture(params=[False, True], ids=["empty", "in use"])
async def in_use(request: pytest.FixtureRequest, database: Database) -> bool:
    """Whether there is anything in the store; what is empty is loaded in another way."""
    if request.param:
        await write(database, party("was-there"))
    return bool(request.param)


@pytest.mark.parametrize("batch", [1, 2, 3, 1000])
async def test_a_member_may_be_imported_before_the_survivor_of_its_body(
    database: Database, tmp_path: Path, in_use: bool, batch: int
) -> None:
    bundle = write_parties(
        tmp_path,
        "key: a, name: A, memberships: [{organization: z}]",
        "key: c, name: C",
        "key: z, name: Z, mergedInto: c",
    )
    await import_bundle(database, [bundle], TESTER, batch=batch)
    assert (await derived(database, "parties", "a"))["memberOf"] == ["c"]
    await assert_as_rebuilt(database)


@pytest.mark.parametrize("batch", [1, 2, 1000])
async def test_parties_may_name_each_other_in_a_circle(
    database: Database, tmp_path: Path, in_use: bool, batch: int
) -> None:
    bundle = write_parties(
        tmp_path,
        "key: a, name: A, memberships: [{organization: b}]",
        "key: b, name: B, memberships: [{organization: a}], mergedInto: d",
        "key: c, name: C, parent: a",
        "key: d, name: D, memberships: [{organization: c}]",
    )
    await import_bundle(database, [bundle], TESTER, batch=batch)
    assert (await derived(database, "parties", "a"))["memberOf"] == ["d"]
    assert (await derived(database, "parties", "d"))["memberOf"] == ["c", "a"]
    await assert_as_rebuilt(database)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_any_bundle_in_batches_of_any_size_is_one_store(
    database: Database, tmp_path: Path, in_use: bool, seed: int
) -> None:
    chance = random.Random(seed)
    async for _ in taken(database, chance, 120, MERGING):
        pass
    await assert_as_rebuilt(database)
    right = await contents(database, ignoring=BOOKKEEPING)
    await export_bundle(database, tmp_path / "bundle")
    for batch in (1, chance.choice([2, 3, 5, 7]), 1000):
        await database.drop()
        await prepare(database)
        if in_use:
            await write(database, party("was-there"))
        await import_bundle(database, [tmp_path / "bundle"], TESTER, batch=batch)
        found = await contents(database, ignoring=BOOKKEEPING)
        for documents in (*found.values(), *right.values()):
            for document in documents.values():
                for member in ("createdAt", "updatedAt"):
                    document.pop(member, None)
        assert found == right, batch
        await assert_as_rebuilt(database)
