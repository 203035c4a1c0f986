"""An export that is edited and read back, of every noun: what is changed, added and deleted."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from store.bundles.exporting import FORMATS, export_bundle
from store.bundles.importing import import_bundle
from store.bundles.sources import Source
from store.mongodb.driver import Database
from store.records.nouns import NOUNS
from tests.conftest import FIXTURES
from tests.store.samples import TESTER

WORDS = {
    "parties": "note",
    "articles": "byline",
    "meetings": "title",
    "commitments": "title",
    "requests": "title",
    "follow_ups": "rationale",
    "assessments": "rationale",
    "check_logs": "note",
    "concepts": "note",
}
"""A member with words of each noun, which no other record rests on."""


def read(folder: Path, noun: str, format_: str) -> list[dict[str, Any]]:
    text = (folder / f"{noun}.{format_}").read_text(encoding="utf-8")
    if format_ == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    records: list[dict[str, Any]] = yaml.safe_load(text)[noun]
    return records


def save(folder: Path, noun: str, format_: str, records: list[dict[str, Any]]) -> None:
    file = folder / f"{noun}.{format_}"
    if format_ == "jsonl":
        file.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    else:
        file.write_text(yaml.safe_dump({noun: records}), encoding="utf-8")


def test_every_noun_is_edited() -> None:
    assert [*WORDS] == [*NOUNS]


@pytest.mark.parametrize("format_", FORMATS)
async def test_what_is_changed_added_and_deleted_of_every_noun(
    database: Database, tmp_path: Path, format_: str
) -> None:
    await import_bundle(database, [FIXTURES / "invented"], TESTER)
    folder = tmp_path / "out"
    await export_bundle(database, folder, format=format_)
    source = Source(database, "edited")
    again = await import_bundle(database, [folder], TESTER, source=source)
    assert not again.created and not again.updated

    for noun, member in WORDS.items():
        records = read(folder, noun, format_)
        changed, *rest, deleted = records
        added = deepcopy(changed)
        added |= {"key": f"{changed['key']}-2", "curation": "PROPOSED"}
        for own in ("recordedAt", "createdAt", "updatedAt", "version", "mergedInto"):
            added.pop(own, None)
        changed[member] = f"Other words of {noun}"
        save(folder, noun, format_, [changed, *rest, added])
        file = folder / f"{noun}.{format_}"
        done = await import_bundle(database, [file], TESTER, source=source)
        assert (dict(done.created), dict(done.updated)) == ({noun: 1}, {noun: 1}), noun
        (stored,) = await database.find(noun, {"_id": changed["key"]})
        assert stored[member] == f"Other words of {noun}"
        (new,) = await database.find(noun, {"_id": added["key"]})
        assert new["curation"] == "PROPOSED"
        # What is deleted in the file stays, and is told to whoever asks.
        (kept,) = await database.find(noun, {"_id": deleted["key"]})
        assert kept["curation"] == deleted["curation"]
        assert deleted["key"] in {one.key for one in done.vanished if one.noun == noun}
