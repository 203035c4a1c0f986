"""Importing a bundle: all of it or nothing, once or many times, in batches of any size."""

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.bundles.importing import BundleRefused, Imported, import_bundle
from store.bundles.stage import _after_what_they_wait_for
from store.layout import prepare
from store.mongodb.driver import Database
from store.records.nouns import noun_of
from store.writes.loading import FILLED
from store.writes.rebuild import Difference, differences
from tests.store.samples import TESTER, TEXTS, contents, store
from tests.tiers import examples

FIXTURES = Path(__file__).parents[3] / "fixtures"
BOOKKEEPING = ("createdAt", "updatedAt", "recordedAt", "changes", "meta")

Members = dict[str, Any]


def sample() -> dict[str, list[Members]]:
    """The sample store as a bundle has it."""
    bundle: dict[str, list[Members]] = {}
    for record in store():
        members = record.model_dump(mode="json", by_alias=True, exclude_unset=True)
        bundle.setdefault(noun_of(record), []).append(members)
    return bundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample store as a folder of files of every kind."""
    for noun, records in sample().items():
        if noun in ("parties", "requests"):
            lines = "\n".join(json.dumps(members) for members in records)
            (tmp_path / f"{noun}.jsonl").write_text(lines)
        elif noun == "articles":
            (tmp_path / f"{noun}.json").write_text(json.dumps({noun: records}))
        else:
            (tmp_path / f"{noun}.yaml").write_text(yaml.safe_dump({noun: records}))
    return tmp_path


async def load(database: Database, *paths: Path, **options: Any) -> Imported:
    return await import_bundle(database, paths, TESTER, **options)


async def refusal(database: Database, *paths: Path, **options: Any) -> list[str]:
    """The faults for which a bundle is refused; nothing of it may have been written."""
    before = await contents(database)
    with pytest.raises(BundleRefused) as refused:
        await load(database, *paths, **options)
    assert await contents(database) == before
    faults = refused.value.faults
    assert str(refused.value) == "\n".join(map(str, faults))
    return [
        f"{Path(f.place.file).name}:{f.place.line}: {f.path}: {f.message}".replace(": : ", ": ")
        for f in faults
    ]


async def test_every_kind_of_file_is_imported(database: Database, folder: Path) -> None:
    imported = await load(database, folder)
    assert imported.created == {noun: len(records) for noun, records in sample().items()}
    assert (imported.updated, imported.unchanged, imported.total) == ({}, {}, len(store()))
    assert not [d async for d in differences(database) if isinstance(d, Difference)]


@pytest.mark.parametrize("bundle", ["meta-pakistan", "invented"])
async def test_the_same_import_twice_changes_nothing(database: Database, bundle: str) -> None:
    first = await load(database, FIXTURES / bundle)
    before = await contents(database)
    second = await load(database, FIXTURES / bundle)
    assert await contents(database) == before
    assert (second.created, second.updated) == ({}, {})
    assert second.unchanged == first.created


@pytest.mark.slow
@pytest.mark.parametrize("bundle", ["meta-pakistan", "invented"])
async def test_batches_of_any_size_give_the_same_store(
    database: Database, mongodb_url: str, bundle: str
) -> None:
    await load(database, FIXTURES / bundle)
    whole = await contents(database, ignoring=BOOKKEEPING)
    await database.drop()
    await prepare(database)
    await load(database, FIXTURES / bundle, batch=3)
    split = await contents(database, ignoring=BOOKKEEPING)
    for found in (whole, split):
        forget_moments(found)
    assert split == whole


def forget_moments(value: Any) -> None:
    """Takes out when the store learned of what has no `recordedAt` of its own."""
    if isinstance(value, dict):
        value.pop("recordedAt", None)
        for member in value.values():
            forget_moments(member)
    elif isinstance(value, list):
        for item in value:
            forget_moments(item)


async def test_a_change_comes_in_by_importing_again(database: Database, folder: Path) -> None:
    await load(database, folder)
    bundle = sample()["parties"]
    bundle[2]["note"] = "Listed."
    (folder / "parties.jsonl").write_text("\n".join(json.dumps(members) for members in bundle))
    imported = await load(database, folder)
    assert (imported.created, imported.updated) == ({}, {"parties": 1})
    assert imported.total == len(store())


async def test_texts_and_spans_may_change_in_one_bundle_of_many_batches(
    database: Database, folder: Path
) -> None:
    await load(database, folder)
    bundle = sample()
    bundle["articles"][1]["text"] = "It came later. " + TEXTS["a2"]
    bundle["commitments"].append(deepcopy(bundle["commitments"][1]) | {"key": "c9"})
    for follow_up in bundle["follow_ups"]:
        follow_up["target"] = "c9"
    (folder / "articles.json").write_text(json.dumps({"articles": bundle["articles"]}))
    for noun in ("commitments", "follow_ups"):
        (folder / f"{noun}.yaml").write_text(yaml.safe_dump({noun: bundle[noun]}))
    imported = await load(database, folder, batch=2)
    assert imported.updated == {"articles": 1, "follow_ups": 3}
    assert (imported.created, imported.total) == ({"commitments": 1}, len(store()) + 1)
    assert not [d async for d in differences(database) if isinstance(d, Difference)]


async def test_defaults_give_way_to_what_a_record_says(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "b.yaml"
    file.write_text(
        "defaults: {parties: {kind: GROUP, curation: ACCEPTED}}\n"
        "parties:\n- {key: a, name: A}\n- {key: b, name: B, kind: MEDIA}\n"
    )
    await load(database, file)
    found = await database.find("parties", {}, sort=[("_id", 1)])
    assert [(p["kind"], p["curation"]) for p in found] == [
        ("GROUP", "ACCEPTED"),
        ("MEDIA", "ACCEPTED"),
    ]


async def test_progress_is_told_of_every_step(database: Database, folder: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    await load(database, folder, batch=10, progress=lambda *step: told.append(step))
    total = len(store())
    # Of a first load two batches are under way at once: either may be done first.
    assert told.pop(3) in {("Loading", 10, total), ("Loading", total - 10, total)}
    assert told[:4] == [
        ("Reading", total, total),
        ("Checking", 10, total),
        ("Checking", total, total),
        ("Loading", total, total),
    ]
    collections = len(FILLED)
    assert told[4:] == [("Indexing", n, collections) for n in range(1, collections + 1)]


async def test_progress_of_a_later_import_is_told(database: Database, folder: Path) -> None:
    await load(database, folder)
    told: list[tuple[str, int, int | None]] = []
    await load(database, folder, batch=10, progress=lambda *step: told.append(step))
    total = len(store())
    assert told[3:] == [("Writing", 10, total), ("Writing", total, total)]


# --- Versions ------------------------------------------------------------------------------------


async def test_an_older_version_refuses_the_whole_bundle(database: Database, folder: Path) -> None:
    await load(database, folder)
    bundle = sample()
    bundle["check_logs"][0] |= {"version": 1, "note": "Looked."}
    path = folder / "check_logs.yaml"
    path.write_text(yaml.safe_dump(bundle["check_logs"]).join(("check_logs:\n", "")))
    await load(database, folder)
    bundle["check_logs"][0]["note"] = "Looked twice."
    path.write_text(yaml.safe_dump({"check_logs": bundle["check_logs"]}))
    parties = [{**members, "note": "New."} for members in bundle["parties"]]
    (folder / "parties.jsonl").write_text("\n".join(map(json.dumps, parties)))
    (fault,) = await refusal(database, folder, batch=2)
    assert fault.startswith("check_logs.yaml:14: check_logs/l1 version: expected version 1, the st")


async def test_what_did_not_change_may_have_any_version(database: Database, folder: Path) -> None:
    await load(database, folder)
    bundle = [{**members, "version": 7} for members in sample()["parties"]]
    (folder / "parties.jsonl").write_text("\n".join(map(json.dumps, bundle)))
    assert (await load(database, folder)).updated == {}


# --- Faults --------------------------------------------------------------------------------------

FAULTY = """\
parties:
  - {key: a, kind: KING, name: A}
  - key: b
    kind: COMPANY
    name: B
    colour: red
    memberships:
      - {organization: nobody, start: 2020-13}
  - {key: "no key", kind: PERSON, name: N}
  - {kind: GROUP}
people: []
meetings:
  - key: m
    title: " "
    kind: CALL
    date: "2020-1"
    participations:
      - {nameAsStated: N}
      - {capacity: KING}
    recordedAt: "0001-01-01T00:00:00+14:00"
"""


async def test_every_fault_is_told_with_file_line_and_path(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(FAULTY)
    (tmp_path / "b.json").write_text('{"parties": [{"key": "a", "kind": 3, "name": "A"}]')
    (tmp_path / "c.jsonl").write_text("{}\n[]\n")
    faults = await refusal(database, tmp_path, tmp_path / "d.yaml", tmp_path / "e.csv")
    begins = [
        "a.yaml:2: parties/a kind: 'KING' is none of PERSON, GOVERNMENT,",
        "a.yaml:8: parties/b memberships[0].start: date '2020-13'",
        "a.yaml:6: parties/b colour: there is no such member; correct its name, or leave it out: ",
        "a.yaml:9: parties/no key key: 'no key' is no key; write 1 to 128 letters",
        "a.yaml:10: parties/? key: is missing; write a key: 1 to 128 letters",
        "a.yaml:10: parties/? name: is missing",
        "a.yaml:11: people: no noun; use one of parties,",
        "a.yaml:14: meetings/m title: is empty; write some words",
        "a.yaml:16: meetings/m date: date '2020-1'",
        "a.yaml:19: meetings/m participations[1].nameAsStated: is missing",
        "a.yaml:19: meetings/m participations[1].capacity: 'KING' is none of ORGANIZER,",
        "a.yaml:20: meetings/m recordedAt: 0001-01-01T00:00:00+14:00 has no date in UTC",
        "b.json:1: parties/a kind: 3 is none of PERSON, GOVERNMENT,",
        "b.json:1: not JSON of a bundle: a comma, or the end of the object is wanted here",
        "c.jsonl:1: noun: 'c' is no noun; use one of parties,",
        "c.jsonl:2: a record is wanted on each line, as a JSON object",
        "d.yaml:1: cannot be read: No such file or directory",
        "e.csv:1: not a kind of file that can be read; use .yaml, .yml, .json, .jsonl",
    ]
    for begin in begins:
        assert any(fault.startswith(begin) for fault in faults), (begin, faults)
    assert len(faults) == len(begins), faults


async def test_faults_of_form_and_broken_rules_are_told_together(
    database: Database, folder: Path
) -> None:
    """What names a record that could not be read is not at fault itself."""
    bundle = sample()
    unread = bundle["parties"][0]["key"]
    bundle["parties"][0]["kind"] = "KING"
    bundle["follow_ups"][1]["target"] = "nothing"
    (folder / "parties.jsonl").write_text("\n".join(map(json.dumps, bundle["parties"])))
    (folder / "follow_ups.yaml").write_text(yaml.safe_dump({"follow_ups": bundle["follow_ups"]}))
    shape, rule = await refusal(database, folder)
    assert shape.startswith(f"parties.jsonl:1: parties/{unread} kind: 'KING' is none of")
    assert "follow_ups/f2 target: no record 'nothing'" in rule


async def test_rules_are_checked_for_the_whole_bundle_before_any_of_it_is_written(
    database: Database, folder: Path
) -> None:
    bundle = sample()
    bundle["follow_ups"][0]["evidence"][0]["selector"]["exact"] = "Not in the text."
    bundle["follow_ups"][1]["target"] = "nothing"
    bundle["follow_ups"][2]["answers"] = "f1"
    bundle["check_logs"][0]["articles"] = ["a1", "a9"]
    for noun in ("follow_ups", "check_logs"):
        (folder / f"{noun}.yaml").write_text(yaml.safe_dump({noun: bundle[noun]}))
    faults = await refusal(database, folder, batch=2)
    assert [fault.partition(":")[0] for fault in faults] == ["follow_ups.yaml"] * 3 + [
        "check_logs.yaml"
    ]
    paths = [fault.split(": ")[1] for fault in faults]
    assert sorted(paths) == [
        "check_logs/l1 articles[1]",
        "follow_ups/f1 evidence[0].selector",
        "follow_ups/f2 target",
        "follow_ups/f3 answers",
    ]
    assert "article a2: the text does not hold 'Not in the text.'" in "".join(faults)


async def test_what_is_stored_may_be_broken_by_no_bundle(database: Database, folder: Path) -> None:
    await load(database, folder)
    only = folder / "only"
    only.mkdir()
    articles = [{**members, "text": "Another text."} for members in sample()["articles"]]
    (only / "a.json").write_text(json.dumps({"articles": articles}))
    faults = await refusal(database, only)
    assert "(in the store):0: follow_ups/f1 evidence[0].selector: article a2:" in "".join(faults)
    assert len({fault.split(": ")[1].split(" ")[0] for fault in faults}) == 8


async def test_a_record_in_two_files_is_refused_with_both_places(
    database: Database, tmp_path: Path
) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("parties:\n- {key: a, kind: GROUP, name: A}\n")
    (fault,) = await refusal(database, tmp_path)
    assert fault == (
        f"b.yaml:2: parties/a key: parties/a stands already at {tmp_path / 'a.yaml'}:2; keep one"
    )


@pytest.mark.parametrize("member", ["parent", "mergedInto"])
async def test_circles_are_refused(database: Database, tmp_path: Path, member: str) -> None:
    ring = [{"key": f"p{i}", member: f"p{(i + 1) % 5}"} for i in range(5)]
    records = [{**r, "kind": "GROUP", "name": "P"} for r in [*ring, {"key": "z", member: "z"}]]
    (tmp_path / "a.json").write_text(json.dumps({"parties": records}))
    faults = await refusal(database, tmp_path, batch=2)
    assert {fault.split(": ")[1].split(" ")[0] for fault in faults} >= {
        *(f"parties/p{i}" for i in range(5)),
        "parties/z",
    }


async def test_a_follow_up_may_not_answer_itself(database: Database, folder: Path) -> None:
    bundle = sample()
    bundle["follow_ups"][2]["answers"] = "f3"
    (folder / "follow_ups.yaml").write_text(yaml.safe_dump({"follow_ups": bundle["follow_ups"]}))
    (fault,) = await refusal(database, folder)
    assert "follow_ups/f3 answers: f3 is ANSWERED" in fault


async def test_a_folder_without_files_is_refused(database: Database, tmp_path: Path) -> None:
    assert await refusal(database, tmp_path) == ["(nothing):0: no file to import was found"]


async def test_faults_end_at_a_thousand(database: Database, tmp_path: Path) -> None:
    (tmp_path / "parties.jsonl").write_text("[]\n" * 1_200)
    with pytest.raises(BundleRefused, match=r"and more; these first$") as refused:
        await load(database, tmp_path)
    assert len(refused.value.faults) == 1_000


async def test_numbers_that_no_store_keeps_are_refused(database: Database, folder: Path) -> None:
    bundle = sample()
    bundle["check_logs"][0] |= {"found": 10**30, "version": 2**31}
    (folder / "check_logs.yaml").write_text(yaml.safe_dump({"check_logs": bundle["check_logs"]}))
    faults = await refusal(database, folder)
    assert [fault.split(": ")[1] for fault in faults] == [
        "check_logs/l1 version",
        "check_logs/l1 found",
    ]


async def test_a_file_name_that_is_no_text_can_be_shown(database: Database, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml"))
    path.write_text(
        "parties:\n- {key: a, kind: GROUP, name: A}\n- {key: a, kind: GROUP, name: A}\n"
    )
    (fault,) = await refusal(database, path)
    assert "\ufffd.yaml:2; keep one" in fault


# --- Anything at all -----------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("a1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(p for name, item in inner for p in paths_of(item, (*path, name)))]


PLACES = [path for path in paths_of(sample()) if len(path) > 2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(200))
@given(st.sampled_from(PLACES), ANYTHING, st.sampled_from([None, "madeOn", "key", "x", ""]))
async def test_any_bundle_is_written_or_refused(
    database: Database, tmp_path: Path, place: tuple[Any, ...], value: Any, name: str | None
) -> None:
    """Whatever stands at any place of a good bundle, nothing but BundleRefused is raised."""
    bundle: Any = sample()
    at = bundle
    for step in place[:-1]:
        at = at[step]
    if isinstance(at, dict) and name is not None:
        at[name] = value
    else:
        at[place[-1]] = value
    (tmp_path / "b.json").write_text(json.dumps(bundle))
    before = await database.find("meta", {"_id": "data"})
    try:
        await load(database, tmp_path, batch=6)
    except BundleRefused:
        assert await database.find("meta", {"_id": "data"}) == before


TREES = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefgz")), max_size=12)


@given(TREES)
def test_records_come_after_those_that_they_wait_for(waiting: list[tuple[str, str]]) -> None:
    waits_for: dict[str, list[str]] = {key: [] for key in "abcdefg"}
    for key, first in waiting:
        waits_for[key].append(first)
    ordered = list(_after_what_they_wait_for(waits_for))
    assert sorted(ordered) == sorted(waits_for)
    for key, firsts in waits_for.items():
        for first in firsts:
            if first in waits_for and not reaches(waits_for, first, key):
                assert ordered.index(first) < ordered.index(key)


def reaches(waits_for: dict[str, list[str]], start: str, end: str) -> bool:
    seen, todo = set(), [start]
    while todo:
        key = todo.pop()
        if key == end:
            return True
        if key not in seen:
            seen.add(key)
            todo += waits_for.get(key, [])
    return False
