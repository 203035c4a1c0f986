"""Proposals as a bundle: what is missing is asked for, and what is completed is imported."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from intake.drafting import list_copied, write_draft
from intake.kinds import ProposalKind
from intake.known import gather_known
from intake.proposals import make_proposals
from intake.reading import read_article
from store.bundles.importing import BundleRefused, import_bundle
from store.mongodb.driver import Database
from store.records.evidence import digest
from store.records.own_words import find_copied
from store.writes.writer import Author
from tests.intake.conftest import ARTICLES, known_of, read_article_file

ARTICLE = next(file for file in ARTICLES if file.stem == "headline-tail")
HEARD = next(file for file in ARTICLES if file.stem == "second-report-of-hearing")
NOTHING = gather_known([])
AUTHOR = Author("test")


def _draft() -> dict[str, Any]:
    reading = read_article(read_article_file(ARTICLE)["text"], NOTHING)
    proposals = make_proposals(reading, NOTHING, "a1")
    found: dict[str, Any] = yaml.safe_load(write_draft(reading, proposals, NOTHING, "a1"))
    return found


def _complete(bundle: dict[str, Any]) -> dict[str, Any]:
    """The bundle as a curator might complete it."""
    for commitment in bundle["commitments"]:
        commitment |= {
            "title": "Refunds",
            "gist": "Passengers get their money back.",
            "term": "ONE_OFF",
            "promisors": [{"party": "brevo", "attribution": "COUNTERPART_CLAIM"}],
        }
    for meeting in bundle["meetings"]:
        meeting["title"] = "Minister and carrier"
        meeting.setdefault("date", {"edtf": "2021-05-12"})
    return bundle


async def _import(database: Database, folder: Path, bundle: dict[str, Any]) -> dict[str, int]:
    file = folder / "draft.yaml"
    file.write_text(yaml.safe_dump(bundle, allow_unicode=True), encoding="utf-8")
    return (await import_bundle(database, [file], AUTHOR)).created


async def test_a_draft_is_refused_until_somebody_writes_what_is_missing(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(BundleRefused) as refused:
        await _import(database, tmp_path, _draft())
    asked = {str(fault).split(": ", 1)[1].split(": ")[0] for fault in refused.value.faults}
    wanted = {
        f"commitments/{c['key']} {m}" for c in _draft()["commitments"] for m in ("title", "gist")
    }
    assert wanted <= asked
    assert await database.find("commitments", {}) == []


async def test_a_completed_draft_is_imported_and_public_to_nobody(
    database: Database, tmp_path: Path
) -> None:
    created = await _import(database, tmp_path, _complete(_draft()))
    assert created["articles"] == 1 and created["commitments"] == 2
    assert {p["_id"] for p in await database.find("parties", {})} >= {"brevo", "ilka-soren"}
    for noun in created:
        assert {d["curation"] for d in await database.find(noun, {})} == {"PROPOSED"}
    (article,) = await database.find("articles", {})
    assert article["textAccess"] == "WITHHELD"
    for commitment in await database.find("commitments", {}):
        for evidence in commitment["evidence"]:
            selector = evidence["selector"]
            words = article["text"][selector["start"] : selector["end"]]
            assert selector["exactSha256"] == digest(words)


def test_every_span_has_the_hash_of_its_words() -> None:
    for file in ARTICLES:
        reading = read_article(read_article_file(file)["text"], NOTHING)
        for proposal in make_proposals(reading, NOTHING, "a1"):
            assert proposal.reasons, file
            for span in proposal.spans:
                words = reading.segments.text[span.start : span.end]
                assert words.strip() and span.exact_sha256 == digest(words), file


def test_a_party_that_is_not_stored_is_named_and_no_key_is_made_up() -> None:
    reading = read_article(read_article_file(ARTICLE)["text"], NOTHING)
    promised = [
        p for p in make_proposals(reading, NOTHING, "a1") if p.kind is ProposalKind.COMMITMENT
    ]
    assert [p.unresolved for p in promised] == [("Brevo",), ("Brevo",)]
    assert all(p.members["promisors"] == [] for p in promised)


def test_a_day_without_a_date_in_the_text_is_not_made_up() -> None:
    text = read_article_file(HEARD)["text"].removeprefix("date 2019-03-06 ")
    reading = read_article(text.replace("Monday, 4 March 2019", "Monday"), known_of("invented"))
    assert reading.published is None
    assert all("madeOn" not in p.members for p in make_proposals(reading, NOTHING, "a1"))


def test_eight_words_in_a_row_of_the_source_are_noticed() -> None:
    source = "The mill will clean the river by spring, its owner said, and plant trees."
    assert find_copied("It said: the mill will clean the river BY SPRING!", source)
    assert find_copied("The mill will clean the river by summer", source) is None
    assert find_copied("", source) is None


def test_copied_gists_of_a_draft_are_listed_by_record() -> None:
    text = read_article_file(ARTICLE)["text"]
    bundle = _complete(_draft())
    assert list_copied(yaml.safe_dump(bundle), text) == []
    bundle["commitments"][0]["gist"] = "The airline Brevo has told the government that it will pay."
    ((where, row),) = list_copied(yaml.safe_dump(bundle), text)
    assert where == f"commitments/{bundle['commitments'][0]['key']} gist"
    assert row == "the airline brevo has told the government that"
