"""Who wrote something reads it, whichever process answers; see docs/http.md."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import orjson
import pytest

from engine.requests.response_cache import ResponseCache
from engine.requests.versions import Versions
from store import feed
from store.feed import DataVersion
from store.mongodb.driver import CommandLog, Database
from store.persisted_documents import TrustedDocuments, document_id
from store.reads.reader import Reader
from store.records.parties import Organization, PartyKind
from store.tokens import Tokens
from store.viewers import Role
from store.writes import queue
from store.writes.writer import Author, Draft, Writer
from tests.api.conftest import Started
from tests.conftest import served
from tests.store.samples import commitment, party, store, write
from tests.tiers import examples

HEADER = "x-followthrough-min-data-version"
TOLD = "x-followthrough-data-version"

RENAME = """mutation ($name: String!) { updateParty(input: {key: "telno", name: $name}) {
  dataVersion userErrors { message }
} }"""
NAME = '{ party(by: {key: "telno"}) { name } }'


@pytest.fixture
async def editor(database: Database) -> dict[str, str]:
    """The headers of an EDITOR, in a store with one party, which has no record that names it."""
    party = Organization(key="telno", kind=PartyKind.COMPANY, name="Telno", curation="ACCEPTED")
    await Writer(database).write([Draft(party)], Author("tests"))
    text, _ = await Tokens(database).create("Edith", Role.EDITOR, datetime.now(UTC))
    return {"authorization": f"Bearer {text}"}


@pytest.fixture
async def two_processes(
    mongodb_url: str, database: Database
) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """Clients of two servers on one database."""
    async with (
        served(mongodb_url, database.name) as one,
        served(mongodb_url, database.name) as other,
        httpx.AsyncClient(base_url=one) as first,
        httpx.AsyncClient(base_url=other) as second,
    ):
        yield first, second


async def rename(client: httpx.AsyncClient, headers: dict[str, str], name: str) -> int:
    """Gives the party a name; the version of the data with it."""
    body = {"query": RENAME, "variables": {"name": name}}
    response = await client.post("/graphql", json=body, headers=headers)
    payload = response.json()["data"]["updateParty"]
    assert payload["userErrors"] == []
    return int(payload["dataVersion"])


@pytest.mark.slow
async def test_what_one_process_wrote_the_other_reads_at_once(
    editor: dict[str, str], two_processes: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> None:
    """By every way to say the version, whatever the other has kept; 1,000 times in turns."""
    both = two_processes
    for n in range(examples(1_000)):
        (writer, reader), name = (both if n % 2 else both[::-1]), f"Telno {n}"
        await reader.post("/graphql", json={"query": NAME})  # is kept there
        version = await rename(writer, editor, name)
        way = n // 2 % 4
        if way == 0:
            read = await reader.post(
                "/graphql", json={"query": NAME}, headers={HEADER: str(version)}
            )
            found = read.json()["data"]["party"]["name"]
        elif way == 1:
            body = {"query": NAME, "extensions": {"minDataVersion": version}}
            read = await reader.post("/graphql", json=body)
            assert read.json()["extensions"] == {"dataVersion": int(read.headers[TOLD])}
            found = read.json()["data"]["party"]["name"]
        elif way == 2:
            read = await reader.get(
                "/graphql", params={"query": NAME}, headers={HEADER: str(version)}
            )
            found = read.json()["data"]["party"]["name"]
        else:
            read = await reader.get(
                "/parties/telno",
                headers={HEADER: str(version), "accept": "application/json"},
            )
            found = read.json()["party"]["name"]
        assert found == name
        assert int(read.headers[TOLD]) >= version


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that hears of no write, and takes what it first heard for what the data has."""

    async def hear_nothing_new(database: Database, version: DataVersion, *_: object) -> None:
        first = await Reader(database).load_data_version()
        while True:
            version.confirm(first)
            await asyncio.sleep(0.05)

    monkeypatch.setattr(feed, "_listen", hear_nothing_new)


async def ask_name(client: httpx.AsyncClient, **headers: str) -> Any:
    """The party's name, and the headers of the answer."""
    response = await client.post("/graphql", json={"query": NAME}, headers=headers)
    return response.json()["data"]["party"]["name"], response.headers


@pytest.mark.usefixtures("deaf")
async def test_a_process_that_heard_nothing_asks_for_the_version(
    started: Started, editor: dict[str, str], database: Database
) -> None:
    async with started(database=database.name) as client:
        await asyncio.sleep(0.1)
        assert (await ask_name(client))[0] == "Telno"
        version = await rename(client, editor, "Telno plc")
        # The counter-proof: without the version it gives what it kept.
        assert (await ask_name(client))[0] == "Telno"
        name, told = await ask_name(client, **{HEADER: str(version)})
        assert (name, told[TOLD]) == ("Telno plc", str(version))


async def test_a_merge_is_read_as_done_by_who_asks_for_its_version(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_AT_ONCE", 3)
    promises = [commitment(f"k{n}") for n in range(8)]
    await write(database, *store(), party("telco"), *promises)
    reader, cache = Reader(database), ResponseCache(1_000_000)
    refresh = partial(reader.unsettled.refresh, database)
    versions = Versions(reader, DataVersion(), cache, refresh, seconds=0)
    await versions.ask()
    assert not reader.unsettled
    await write(database, party("telno", mergedInto="telco"))
    await versions.reach(2)
    assert reader.unsettled.living("telno") == "telco"


@pytest.mark.parametrize("answers", ["fast", "strict", "off"])
async def test_a_version_is_told_to_who_asks_for_none_in_particular(
    started: Started, database: Database, editor: dict[str, str], answers: str
) -> None:
    """In the header, and in `extensions` beside the cost, whether or not the answer was kept."""
    async with started(database=database.name, answers=answers) as client:
        for _ in range(2):
            body = {"query": NAME, "extensions": {"minDataVersion": 0, "cost": True}}
            response = await client.post("/graphql", json=body)
            told = response.json()["extensions"]
            assert (told["dataVersion"], told["cost"]["cost"]) == (1, 1)
            assert response.headers[TOLD] == "1"
        plain = await client.post("/graphql", json={"query": NAME})
        assert plain.json() == {"data": {"party": {"name": "Telno"}}}
        assert TOLD not in plain.headers


async def test_a_document_named_by_its_id_is_told_the_version_as_well(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    await TrustedDocuments(database).register([NAME])
    body = {"documentId": document_id(NAME), "extensions": {"minDataVersion": 1}}
    async with started(database=database.name) as client:
        response = await client.post("/graphql", json=body)
    assert response.json() == {
        "data": {"party": {"name": "Telno"}},
        "extensions": {"dataVersion": 1},
    }


async def test_a_mutation_tells_a_version_that_has_what_it_wrote(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    async with started(database=database.name) as client:
        body = {
            "query": RENAME,
            "variables": {"name": "Telno plc"},
            "extensions": {"minDataVersion": 1},
        }
        response = await client.post("/graphql", json=body, headers=editor)
    answer = response.json()
    assert answer["data"]["updateParty"]["dataVersion"] == 2
    assert answer["extensions"] == {"dataVersion": 2}
    assert response.headers[TOLD] == "2"


ADDRESSES = (
    "/graphql?query={__typename}",
    "/graphql/stream?query={__typename}",
    "/parties/telno",
    "/export/commitments.csv",
)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_request_waits_for_a_version_that_is_yet_to_come(
    started: Started, database: Database, editor: dict[str, str], address: str
) -> None:
    async with started(database=database.name, version_wait_seconds=20) as client:
        waiting = asyncio.create_task(client.get(address, headers={HEADER: "2"}))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await rename(client, editor, "Telno plc")
        response = await waiting
    assert (response.status_code, response.headers[TOLD]) == (200, "2")


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_version_that_does_not_come_is_an_error_after_the_wait(
    started: Started, database: Database, editor: dict[str, str], address: str
) -> None:
    async with started(database=database.name, version_wait_seconds=0.2) as client:
        response = await client.get(address, headers={HEADER: "7"})
    (error,) = response.json()["errors"]
    assert response.status_code == 412
    assert error["extensions"] == {
        "code": "DATA_VERSION_NOT_REACHED",
        "dataVersion": 1,
        "minDataVersion": 7,
    }
    assert "did not reach 7 within 0.2 s" in error["message"]
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("given", ["", "-1", "1.5", "seven", "\u0667", "9" * 19])
@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_header_that_is_no_version_is_refused(
    started: Started, database: Database, address: str, given: str
) -> None:
    async with started(database=database.name) as client:
        response = await client.get(address, headers={HEADER: given.encode()})  # type: ignore[dict-item]
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert error["message"].startswith("x-followthrough-min-data-version: send the number")


async def test_two_versions_in_one_request_are_refused(
    started: Started, database: Database
) -> None:
    async with started(database=database.name) as client:
        headers = [(HEADER, "0"), (HEADER, "7")]
        response = await client.get(ADDRESSES[0], headers=headers)
    assert response.status_code == 400
    assert "x-followthrough-min-data-version: send the number" in response.text


async def test_an_answer_over_server_sent_events_tells_its_version(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    async with started(database=database.name) as client:
        body = {
            "query": RENAME,
            "variables": {"name": "Telno plc"},
            "extensions": {"minDataVersion": 1},
        }
        response = await client.post("/graphql/stream", json=body, headers=editor)
    data = response.text.split("data: ")[1].split("\n")[0]
    assert response.headers[TOLD] == "2"
    assert orjson.loads(data)["extensions"] == {"dataVersion": 2}


@pytest.mark.parametrize("given", [-1, 1.5, "7", True, 10**18, [1]])
async def test_a_member_that_is_no_version_is_refused(
    started: Started, database: Database, given: object
) -> None:
    async with started(database=database.name) as client:
        body = {"query": NAME, "extensions": {"minDataVersion": given}}
        response = await client.post("/graphql", json=body)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert error["message"].startswith("minDataVersion: send the number")


async def test_a_304_has_the_version_that_was_asked_for(
    started: Started, database: Database, editor: dict[str, str]
) -> None:
    async with started(database=database.name) as client:
        params = {"query": NAME}
        etag = (await client.get("/graphql", params=params)).headers["etag"]
        same = {HEADER: "1", "if-none-match": etag}
        kept = await client.get("/graphql", params=params, headers=same)
        assert (kept.status_code, kept.headers[TOLD]) == (304, "1")
        version = await rename(client, editor, "Telno plc")
        changed = await client.get("/graphql", params=params, headers=same)
        assert (changed.status_code, int(changed.headers[TOLD])) == (200, version)


async def test_reads_go_to_the_primary_whatever_the_address_says(mongodb_url: str) -> None:
    mark = "&" if "?" in mongodb_url else "?"
    url = f"{mongodb_url}{mark}readPreference=secondary"
    log = CommandLog()
    database = Database.connect(url, "any", log=log)
    try:
        await database.find("articles", {})
    finally:
        database.close()
    (command,) = log.commands
    assert "$readPreference" not in command
