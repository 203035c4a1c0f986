"""`POST /sandbox/reset`: all is as it was loaded for whoever asks next; tokens still sign in."""

import asyncio
from typing import Any

import pytest

from store.layout import prepare
from store.mongodb.collections import META
from store.mongodb.driver import Database
from tests.api.sandbox.running import Running

pytestmark = pytest.mark.slow

COUNTS = """{
  commitments { totalCount facets(by: [STATUS]) { values { value count } } }
  parties { totalCount } search(query: "telno") { totalCount }
  changes { totalCount }
}"""
CREATE = """mutation($key: String) {
  createParty(input: {
    key: "telno", kind: COMPANY, name: "Telno", accept: true, idempotencyKey: $key
  }) {
    record { key recordedAt } dataVersion userErrors { message }
  }
}"""


async def everything(sandbox: Running) -> dict[str, dict[Any, Any]]:
    """Every document of every collection, without the version of the data and uses of tokens."""
    database = Database.connect(sandbox.told["mongodb"], sandbox.told["database"])
    try:
        found = {}
        for name in await database.list_collections():
            documents = {d["_id"]: d for d in await database.find(name, {})}
            if name == META:
                del documents["data"]
            for document in documents.values() if name == "tokens" else ():
                document.pop("usedAt", None)
            found[name] = documents
        return found
    finally:
        database.close()


async def test_all_is_as_it_was_loaded(sandbox: Running) -> None:
    before, answer = await everything(sandbox), await sandbox.ask(COUNTS)
    assert sum(map(len, before.values())) > 200, "there is something to lose"
    await sandbox.ask(CREATE, "EDITOR", key="once")
    changed = await sandbox.ask(COUNTS)
    assert changed["parties"]["totalCount"] == answer["parties"]["totalCount"] + 1
    assert changed["search"]["totalCount"] == 1
    said = await sandbox.reset()
    assert said["restored"] >= 4, "a party, its entry, its change, a counter"
    assert await everything(sandbox) == before
    assert await sandbox.ask(COUNTS) == answer


async def test_the_data_version_goes_up(sandbox: Running) -> None:
    versions = []
    for _ in range(3):
        made = (await sandbox.ask(CREATE, "EDITOR"))["createParty"]
        assert made["userErrors"] == []
        versions.append(made["dataVersion"])
        await sandbox.reset()
    assert versions == sorted(set(versions))


async def test_idempotency_keys_are_forgotten(sandbox: Running) -> None:
    first = (await sandbox.ask(CREATE, "EDITOR", key="k"))["createParty"]
    again = (await sandbox.ask(CREATE, "EDITOR", key="k"))["createParty"]
    assert again == first
    await sandbox.reset()
    anew = (await sandbox.ask(CREATE, "EDITOR", key="k"))["createParty"]
    assert anew["dataVersion"] > first["dataVersion"]


async def test_cached_answers_are_never_of_before(sandbox: Running) -> None:
    for _ in range(10):
        await sandbox.ask(CREATE, "EDITOR")
        assert (await sandbox.ask(COUNTS))["search"]["totalCount"] == 1
        await sandbox.reset()
        assert (await sandbox.ask(COUNTS))["search"]["totalCount"] == 0


async def test_resets_and_writes_at_once_leave_a_sound_store(sandbox: Running) -> None:
    before = await everything(sandbox)

    async def write() -> None:
        for _ in range(5):
            await sandbox.ask(CREATE, "EDITOR")

    await asyncio.gather(write(), *(sandbox.reset() for _ in range(5)))
    await sandbox.reset()
    assert await everything(sandbox) == before


async def test_what_was_put_into_the_database_by_hand_goes_as_well(sandbox: Running) -> None:
    before = await everything(sandbox)
    database = Database.connect(sandbox.told["mongodb"], sandbox.told["database"])
    try:
        await database.insert_missing("of_nobody", [{"_id": 1}])
        await database.command({"delete": "tokens", "deletes": [{"q": {}, "limit": 0}]})
        await sandbox.reset()
        await prepare(database)
    finally:
        database.close()
    after = await everything(sandbox)
    assert after.pop("of_nobody") == {}
    assert after == before
    assert await sandbox.ask("{ __typename }", "ADMIN")


async def test_only_a_post_resets(sandbox: Running) -> None:
    answer = await sandbox.client.get("/sandbox/reset")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
