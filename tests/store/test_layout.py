"""The layout: made once or many times, never by an older program, and true to the models."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store import layout
from store.embedded.binary import find_binary
from store.layout import VERSION, Standalone, TooNew, index_progress, prepare
from store.mongodb import validators
from store.mongodb.collections import CHANGES, COMMANDS, COUNTERS, INTAKE_FILES
from store.mongodb.driver import Database, UpdateOne
from store.mongodb.indexes import INDEXES
from store.mongodb.keys import new_key
from store.mongodb.validators import schema_of
from store.records.base import Curation
from store.records.nouns import NOUNS, TRACKABLES
from store.records.terms import TERMS
from store.writes.rebuild import differences
from tests.store.samples import NOON, commitment, contents, party, store, write


@pytest.fixture
async def bare(mongodb_url: str) -> Any:
    """A database in which nothing was done yet."""
    database = Database.connect(mongodb_url, f"bare-{new_key()}")
    yield database
    await database.drop()
    database.close()


async def state(database: Database) -> dict[str, Any]:
    """Collections with their validators and indexes."""
    listed = await database.command({"listCollections": 1})
    found = {}
    for collection in listed["cursor"]["firstBatch"]:
        indexes = await database.command({"listIndexes": collection["name"]})
        by_name = {index["name"]: index for index in indexes["cursor"]["firstBatch"]}
        found[collection["name"]] = (collection["options"], by_name)
    return found


async def test_preparing_again_changes_nothing(bare: Database) -> None:
    await prepare(bare)
    await write(bare, *store())
    once, held = await state(bare), await contents(bare)
    await prepare(bare)
    assert await state(bare) == once
    assert await contents(bare) == held


async def test_a_validator_of_an_older_version_is_replaced(bare: Database) -> None:
    await prepare(bare)
    for validator in ({}, {"$jsonSchema": {"required": ["gist"]}}):
        await bare.command({"collMod": "commitments", "validator": validator})
        await prepare(bare)
        found = (await state(bare))["commitments"][0]["validator"]
        assert found == {"$jsonSchema": schema_of("commitments")}


async def test_several_programs_may_prepare_at_once(bare: Database) -> None:
    await asyncio.gather(*(prepare(bare) for _ in range(8)))
    found = await state(bare)
    assert set(found) == {
        "meta",
        "counters",
        "queue",
        "webhooks",
        "dead_letters",
        "tokens",
        "sources",
        "trusted_documents",
        "vocabulary",
        *INDEXES,
    }
    assert await layout.load_layout_version(bare) == VERSION
    progress = await index_progress(bare)
    assert progress["ready"] == progress["wanted"]


async def test_a_program_may_prepare_while_another_writes(database: Database) -> None:
    await asyncio.gather(prepare(database), write(database, *store()), prepare(database))
    assert (await database.find("meta", {"_id": "data"}))[0]["version"] == 1


async def test_a_newer_store_is_refused_and_left_alone(bare: Database) -> None:
    later = UpdateOne({"_id": "layout"}, {"$set": {"version": VERSION + 1}}, upsert=True)
    await bare.write("meta", [later])
    before = await state(bare)
    with pytest.raises(TooNew) as refused:
        await prepare(bare)
    assert f"has layout version {VERSION + 1}" in str(refused.value)
    assert f"up to {VERSION}" in str(refused.value)
    assert bare.name in str(refused.value)
    assert await state(bare) == before
    assert await bare.find("meta", {}) == [{"_id": "layout", "version": VERSION + 1}]


async def test_an_unprepared_database_has_version_0(bare: Database) -> None:
    assert await layout.load_layout_version(bare) == 0


async def test_progress_counts_the_indexes_that_are_missing(database: Database) -> None:
    whole = await index_progress(database)
    assert whole == {"wanted": sum(map(len, INDEXES.values())), "ready": whole["wanted"]}
    await database.command({"dropIndexes": "parties", "index": INDEXES["parties"][0].name})
    assert (await index_progress(database))["ready"] == whole["wanted"] - 1
    await prepare(database)
    assert await index_progress(database) == whole


async def test_every_step_to_this_version_is_there() -> None:
    assert sorted(layout.MIGRATIONS) == list(range(1, VERSION + 1))


async def test_entries_of_an_older_store_are_told_when_they_were_recorded(
    database: Database,
) -> None:
    records = store()
    early = datetime(2020, 2, 1, tzinfo=UTC)
    await write(database, *records, commitment("c9", recordedAt=early))
    right = await database.find("entries", {})
    await database.command({"collMod": "entries", "validator": {}})
    older = {"$unset": {"recordedAt": ""}}
    await database.write("entries", [UpdateOne({"_id": e["_id"]}, older) for e in right])
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 3}})])
    assert await database.find("entries", {}) != right
    await prepare(database)
    assert await database.find("entries", {}) == right
    assert {entry["recordedAt"] for entry in right} == {early, NOON}
    assert [d async for d in differences(database) if not isinstance(d, int)] == []


async def test_every_noun_has_a_validator(database: Database) -> None:
    found = await state(database)
    for collection in (*NOUNS, CHANGES):
        validator = found[collection][0]["validator"]
        assert validator == {"$jsonSchema": schema_of(collection)}
    assert schema_of("counters") is None


# --- Indexes beside the models -------------------------------------------------------------------


def test_every_index_has_a_question_and_a_name_of_its_own() -> None:
    for collection, indexes in INDEXES.items():
        assert all(index.question.strip() for index in indexes)
        for unique in ("name", "question", "keys"):
            seen = [getattr(index, unique) for index in indexes]
            assert len(seen) == len(set(seen)), (collection, unique, seen)


def test_no_index_is_the_beginning_of_another() -> None:
    for collection, indexes in INDEXES.items():
        for a in indexes:
            for b in indexes:
                covered = a is not b and b.keys[: len(a.keys)] == a.keys and not b.partial
                assert not covered, (collection, a.name, b.name)


def test_every_state_but_accepted_is_in_the_index_of_those() -> None:
    others = set(Curation) - {Curation.ACCEPTED}
    assert others == {state for state in Curation if state.value > Curation.ACCEPTED.value}


def schema_at(schema: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """The schema of a path, through lists and alternatives; None if there is no such member."""
    if not path:
        return schema
    for alternative in schema.get("anyOf", ()):
        if (found := schema_at(alternative, path)) is not None:
            return found
    if "items" in schema:
        return schema_at(schema["items"], path)
    name, _, rest = path.partition(".")
    member = schema.get("properties", {}).get(name)
    return schema_at(member, rest) if member is not None else None


PATHS = [
    (collection, path)
    for collection, indexes in INDEXES.items()
    if collection not in (COUNTERS, COMMANDS, INTAKE_FILES)
    for index in indexes
    for path in (*index.keys, *index.partial)
]


@pytest.mark.parametrize(("collection", "path"), PATHS)
def test_every_index_is_on_a_path_of_the_model(collection: str, path: str) -> None:
    schema = schema_of(collection)
    assert schema is not None
    path = path.lstrip("-")
    if collection == CHANGES and path.startswith(("before.", "after.")):
        # A record of some noun, as it was, or became.
        _, _, path = path.partition(".")
        assert any(schema_at(schema_of(noun) or {}, path) is not None for noun in NOUNS)
        return
    assert schema_at(schema, path) is not None


def test_a_misspelt_path_would_be_seen() -> None:
    assert schema_at(schema_of("commitments") or {}, "promisors.partie") is None
    assert schema_at(schema_of("commitments") or {}, "promisors.party") is not None


def test_what_both_trackables_have_is_found_in_both() -> None:
    commitments, requests = ({i.keys for i in INDEXES[noun]} for noun in TRACKABLES)
    schema = schema_of("requests") or {}
    shared = {keys for keys in commitments if all(schema_at(schema, path) for path in keys)}
    assert len(shared) > 10
    assert shared <= requests
    terms = {term for term in TERMS["commitments"] if schema_at(schema, term.path)}
    assert len(terms) > 10
    assert terms <= {*TERMS["requests"]}


# --- Validators beside the models ----------------------------------------------------------------

UNDERSTOOD = set(validators._KEPT) | {"type", "const", "$ref", "format"}
WORDS_ONLY = {"title", "description", "default", "$defs"}


def keywords(schema: Any) -> Iterator[str]:
    """Every JSON Schema keyword in use."""
    for name, value in schema.items():
        yield name
        if name in ("properties", "$defs"):
            for member in value.values():
                yield from keywords(member)
        elif name in ("items", "additionalProperties") and isinstance(value, Mapping):
            yield from keywords(value)
        elif name == "anyOf":
            for alternative in value:
                yield from keywords(alternative)


@pytest.mark.parametrize("noun", NOUNS)
def test_no_limit_of_a_model_is_lost_on_the_way_to_its_validator(noun: str) -> None:
    for model in NOUNS[noun]:
        assert set(keywords(model.model_json_schema())) <= UNDERSTOOD | WORDS_ONLY


@pytest.mark.slow
async def test_a_server_that_stands_alone_is_refused(tmp_path: Path) -> None:
    """Transactions need a replica set; without this the first write would say so, in riddles."""
    port = _free_port()
    arguments = ("--dbpath", str(tmp_path), "--port", str(port), "--bind_ip", "127.0.0.1")
    server = await asyncio.create_subprocess_exec(
        str(find_binary(None, tmp_path / "spare")),
        *arguments,
        "--nounixsocket",
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        alone = Database.connect(f"mongodb://127.0.0.1:{port}/", "followthrough")
        with pytest.raises(Standalone, match=r"rs\.initiate\(\)"):
            await prepare(alone)
        assert await alone.list_collections() == {}
        alone.close()
    finally:
        server.terminate()
        await server.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_what_version_4_did_not_derive_is_derived(database: Database) -> None:
    await write(database, *store())
    nouns = ("articles", "follow_ups", "entries")
    right = {noun: await database.find(noun, {}) for noun in nouns}
    for noun in nouns:
        await database.command({"collMod": noun, "validator": {}})
    old_index = {"name": "trackables_date.earliest_date.latest__id", "key": {"trackables": 1}}
    await database.command({"createIndexes": "entries", "indexes": [old_index]})
    for entry in right["entries"]:
        named = {"$set": {"trackables": [concern["key"] for concern in entry["trackables"]]}}
        await database.write("entries", [UpdateOne({"_id": entry["_id"]}, named)])
    for noun, member in (("articles", "topics"), ("follow_ups", "roles")):
        older = {"$unset": {f"derived.{member}": ""}}
        await database.write(noun, [UpdateOne({"_id": d["_id"]}, older) for d in right[noun]])
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 4}})])
    await prepare(database)
    assert {noun: await database.find(noun, {}) for noun in nouns} == right
    listed = await database.command({"listIndexes": "entries"})
    assert old_index["name"] not in {index["name"] for index in listed["cursor"]["firstBatch"]}


async def test_what_version_11_states_and_derives_is_stated_and_derived(database: Database) -> None:
    known = {"identifiers": [{"scheme": "wikidata", "value": "Q42"}]}
    await write(database, *store(), party("old", **known))
    right = {noun: await database.find(noun, {}) for noun in (*NOUNS, "entries")}
    stated = ("identifiers", "implementers", "measures", "state")
    for noun in NOUNS:
        await database.command({"collMod": noun, "validator": {}})
        # Parties had identifiers before; the strength of a commitment is no new member.
        gone = [
            *(name for name in stated if (noun, name) != ("parties", "identifiers")),
            *(("strength",) if noun == "requests" else ()),
            *(f"derived.{name}" for name in ("identifiers", "pages", "answers", "terms")),
        ]
        older = {"$unset": dict.fromkeys(gone, "")}
        await database.write(noun, [UpdateOne({"_id": d["_id"]}, older) for d in right[noun]])
    await database.write("meta", [UpdateOne({"_id": "layout"}, {"$set": {"version": 10}})])
    await prepare(database)
    assert {noun: await database.find(noun, {}) for noun in right} == right
