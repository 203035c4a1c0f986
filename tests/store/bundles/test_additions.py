"""Evidence that a bundle adds to what is stored, and says nothing else of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.bundles.additions import TAKING
from store.bundles.importing import BundleRefused, Imported, import_bundle, try_bundle
from store.bundles.reader import SECTIONS
from store.bundles.sources import Source
from store.mongodb.driver import Database
from tests.store.samples import ASKED, DOUBTED, LATER, PROMISED, TESTER, contents, store, write

ARTICLE = {
    "key": "a9",
    "curation": "ACCEPTED",
    "datePublished": "2021-06-01",
    "textKind": "DIGEST",
    "text": "Prices are lower now. The office confirms it.",
}


@pytest.fixture
async def filled(database: Database) -> Database:
    await write(database, *store())
    return database


def evidence(exact: str, article: str = "a1", **members: Any) -> dict[str, Any]:
    return {"article": article, "selector": {"exact": exact}, "mode": "PARAPHRASE", **members}


def bundle(folder: Path, *additions: tuple[str, Any], **records: Any) -> Path:
    file = folder / "more.json"
    said = [{"to": to, "evidence": [given]} for to, given in additions]
    file.write_text(json.dumps({**records, "evidence": said}))
    return file


async def load(database: Database, file: Path, source: str | None = None) -> Imported:
    by = Source(database, source) if source else None
    return await import_bundle(database, [file], TESTER, source=by)


async def find_spans(database: Database, noun: str, key: str) -> list[tuple[str, str]]:
    (document,) = await database.find(noun, {"_id": key})
    return [(e["article"], e["selector"].get("exact")) for e in document["evidence"]]


async def refusals(database: Database, file: Path) -> list[str]:
    before = await contents(database)
    with pytest.raises(BundleRefused) as refused:
        await load(database, file)
    assert await contents(database) == before
    return [f"{fault.path}: {fault.message}" for fault in refused.value.faults]


@pytest.mark.parametrize("to", ["meetings/m1", "commitments/c1", "requests/r1", "follow_ups/f1"])
async def test_it_is_added_once_and_all_else_stays(
    filled: Database, tmp_path: Path, to: str
) -> None:
    noun, _, key = to.partition("/")
    (before,) = await filled.find(noun, {"_id": key})
    exact, article = (DOUBTED, "a2") if noun == "follow_ups" else (ASKED, "a1")
    words = evidence(exact, article, stance="CONTEXT")
    file = bundle(tmp_path, (to, words))
    done = await load(filled, file)
    assert done.updated == {noun: 1}
    (after,) = await filled.find(noun, {"_id": key})
    assert await find_spans(filled, noun, key) == [
        *[(e["article"], e["selector"].get("exact")) for e in before["evidence"]],
        (article, exact),
    ]
    bookkeeping = {"version", "updatedAt", "evidence", "derived", "history"}
    assert {n: v for n, v in after.items() if n not in bookkeeping} == {
        n: v for n, v in before.items() if n not in bookkeeping
    }
    again = await load(filled, file)
    assert (again.updated, again.unchanged) == ({}, {noun: 1})


def test_every_noun_with_evidence_takes_more() -> None:
    assert TAKING == ("meetings", "commitments", "requests", "follow_ups")
    assert SECTIONS[-1] == "evidence"


async def test_it_may_point_into_an_article_of_the_same_bundle(
    filled: Database, tmp_path: Path
) -> None:
    words = evidence("Prices are lower now.", "a9")
    file = bundle(tmp_path, ("follow_ups/f1", words), articles=[ARTICLE])
    tried = await try_bundle(filled, [file], TESTER)
    assert (tried.would.created, tried.would.updated) == ({"articles": 1}, {"follow_ups": 1})
    assert await filled.find("articles", {"_id": "a9"}) == []
    await load(filled, file)
    assert ("a9", "Prices are lower now.") in await find_spans(filled, "follow_ups", "f1")


async def test_of_one_span_what_says_something_else_is_added(
    filled: Database, tmp_path: Path
) -> None:
    said = evidence(PROMISED, saidBy="ann")
    twice = bundle(tmp_path, ("commitments/c1", said), ("commitments/c1", said))
    assert (await load(filled, twice)).updated == {"commitments": 1}
    assert await find_spans(filled, "commitments", "c1") == [("a1", PROMISED)] * 2
    position = {"start": TEXT.index(PROMISED), "end": TEXT.index(PROMISED) + len(PROMISED)}
    located = {**said, "selector": {**position, "exact": PROMISED}}
    assert (await load(filled, bundle(tmp_path, ("commitments/c1", located)))).updated == {}


TEXT = next(r.text for r in store() if r.key == "a1")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("commitments/c9", "evidence/commitments/c9: is not stored; correct the key"),
        ("c1", "'c1' is no name of a record with evidence; write one of meetings, commitments"),
        ("parties/gov", "'parties/gov' is no name of a record with evidence"),
    ],
)
async def test_what_it_cannot_be_added_to_is_told(
    filled: Database, tmp_path: Path, to: str, told: str
) -> None:
    (fault,) = await refusals(filled, bundle(tmp_path, (to, evidence(ASKED))))
    assert told in fault


async def test_words_that_the_article_has_not_are_told_at_their_place(
    filled: Database, tmp_path: Path
) -> None:
    (fault,) = await refusals(filled, bundle(tmp_path, ("commitments/c1", evidence("Nobody."))))
    assert fault.startswith("commitments/c1 evidence[1].selector: article a1: the text does not")


async def test_no_article_and_no_member_are_told_once(filled: Database, tmp_path: Path) -> None:
    (fault,) = await refusals(filled, bundle(tmp_path, ("commitments/c1", evidence("x", "a7"))))
    assert "a7" in fault
    wrong = evidence(ASKED) | {"selectr": {}}
    (fault,) = await refusals(filled, bundle(tmp_path, ("commitments/c1", wrong)))
    assert fault.startswith("evidence/commitments/c1 evidence[0].selectr: there is no such member")


async def test_what_stands_in_the_bundle_or_was_set_aside_takes_none(
    filled: Database, tmp_path: Path
) -> None:
    whole = next(r for r in store() if r.key == "c2").model_dump(
        mode="json", by_alias=True, exclude_unset=True
    )
    file = bundle(tmp_path, ("commitments/c2", evidence(ASKED)), commitments=[whole])
    (fault,) = await refusals(filled, file)
    assert "stands in this bundle itself" in fault
    aside = {"l": json.dumps(whole | {"curation": "RETRACTED"})}
    (tmp_path / "commitments.jsonl").write_text(aside["l"])
    await load(filled, tmp_path / "commitments.jsonl")
    (fault,) = await refusals(filled, bundle(tmp_path, ("commitments/c2", evidence(ASKED))))
    assert "is RETRACTED" in fault


async def test_what_it_was_added_to_does_not_vanish_with_its_source(
    filled: Database, tmp_path: Path
) -> None:
    await load(filled, bundle(tmp_path, ("commitments/c1", evidence(ASKED))), "a list")
    other = bundle(tmp_path, ("requests/r1", evidence(PROMISED)))
    done = await import_bundle(filled, [other], TESTER, source=Source(filled, "a list"))
    assert done.vanished == []


async def test_it_is_read_from_json_lines_and_yaml(filled: Database, tmp_path: Path) -> None:
    one = {"noun": "evidence", "to": "commitments/c1", "evidence": [evidence(ASKED)]}
    (tmp_path / "more.jsonl").write_text(json.dumps(one))
    assert (await load(filled, tmp_path / "more.jsonl")).updated == {"commitments": 1}
    (tmp_path / "more.yaml").write_text(
        "evidence:\n"
        "  - to: follow_ups/f2\n"
        "    evidence:\n"
        f"      - {{article: a2, selector: {{exact: {LATER}}}, mode: QUOTED}}\n"
    )
    with pytest.raises(BundleRefused) as refused:
        await load(filled, tmp_path / "more.yaml")
    assert refused.value.faults[0].place.line == 4
