"""What moves an answer that was cited, and that the answer says so."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.settings import Settings
from store.mongodb.driver import Database
from store.records.base import Curation, Record
from store.viewers import ANONYMOUS, Viewer
from store.writes.writer import Draft, Writer, WriteRefused
from tests.api.conftest import application
from tests.conftest import PROPOSER
from tests.store import edits, samples

CITED = "/commitments/c1?asOf=2024-01-01&knownAt=2025-06-01T00:00:00Z"
AFTER = datetime(2025, 7, 1, tzinfo=UTC)

CORRECTIONS: dict[str, tuple[Record, list[str]]] = {
    "name": (
        samples.record("parties", "telno", kind="COMPANY", name="Telno Two", country="BB"),
        ["/parties/telno"],
    ),
    "headline": (samples.article("a2", headline="Prices", publisher="gov"), ["/articles/a2"]),
    "title of the meeting": (
        samples.record(
            "meetings",
            "m1",
            title="Other talks",
            kind="BILATERAL",
            date="2020-01-10",
            evidence=[samples.evidence("a1", samples.PROMISED)],
        ),
        ["/meetings/m1"],
    ),
    "retraction": (
        samples.follow_up("f1", curation="RETRACTED"),
        ["/follow-ups/f1"],
    ),
    "correction of a follow-up": (samples.follow_up("f1", on="2021-05-04"), ["/follow-ups/f1"]),
    "assessment retracted": (
        samples.assessment("s1", "c1", curation="RETRACTED"),
        ["/assessments/s1"],
    ),
    "merge of a party": (
        samples.party("telno", mergedInto="gov", country="BB"),
        ["/parties/telno"],
    ),
    "merge into it": (
        samples.commitment("c2", term="STANDING", mergedInto="c1"),
        ["/commitments/c2"],
    ),
    "follow-up of another": (samples.follow_up("f1", "c2"), ["/follow-ups/f1"]),
    "assessment of another": (samples.assessment("s1", "c2"), ["/assessments/s1"]),
    "record itself": (samples.commitment("c1", title="Cheaper"), ["/commitments/c1"]),
    "fact of the past": (
        samples.follow_up("f9", kind="STALLED", on="2022-01-01", recordedAt="2025-05-31T00:00Z"),
        ["/follow-ups/f9"],
    ),
}
QUIET: dict[str, Record] = {
    "fact of later": samples.follow_up("f9", kind="STALLED", recordedAt="2025-06-02T00:00Z"),
    "another party": samples.party("stranger"),
    "another commitment": samples.commitment("c2", title="Other", term="STANDING"),
}


@pytest.fixture
async def filled(mongodb_url: str, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on a small store that a test may write to."""
    await samples.write(database, *samples.store(), samples.follow_up("f8", "c2"))
    settings = Settings(mongodb_url=mongodb_url, database=database.name, answers="strict")
    async with application(settings) as client:
        yield client


async def _write(database: Database, record: Record, at: datetime = AFTER) -> None:
    await Writer(database, clock=lambda: at).write([Draft(record)], samples.TESTER)


async def _cited(client: httpx.AsyncClient) -> tuple[dict[str, Any], str]:
    response = await client.get(CITED)
    assert response.status_code == 200, response.text
    return response.json(), response.headers["etag"]


@pytest.mark.parametrize("what", CORRECTIONS)
async def test_what_moves_a_cited_answer_is_told_in_it(
    filled: httpx.AsyncClient, database: Database, what: str
) -> None:
    before, etag = await _cited(filled)
    assert before["citation"]["changedSince"] == []
    record, wanted = CORRECTIONS[what]
    await _write(database, record)
    after, moved = await _cited(filled)
    told = after["citation"]["changedSince"]
    assert [change["url"] for change in told] == wanted
    assert {change["at"] for change in told} == {"2025-07-01T00:00:00.000Z"}
    assert after["commitment"] != before["commitment"] and moved != etag
    page = (await filled.get(CITED, headers={"accept": "text/html"})).text
    assert "Changed since" in page and wanted[0] in page


@pytest.mark.parametrize("what", QUIET)
async def test_what_an_answer_does_not_show_does_not_move_it(
    filled: httpx.AsyncClient, database: Database, what: str
) -> None:
    before = await _cited(filled)
    await _write(database, QUIET[what])
    assert await _cited(filled) == before


async def test_answer_of_now_has_nothing_to_tell(
    filled: httpx.AsyncClient, database: Database
) -> None:
    await _write(database, CORRECTIONS["name"][0])
    answer = (await filled.get("/commitments/c1")).json()
    assert answer["citation"]["changedSince"] == []
    cited = (await filled.get(answer["citation"]["url"])).json()
    assert cited["citation"] == answer["citation"]


def _as_reviewed(before: Record | None, after: Record) -> Record:
    """The draft as review would have it: what was accepted is retracted, and readers are told. An
    import can have it rejected or proposed again, and then they see nothing of it, ever.
    """
    left = before is not None and before.curation is Curation.ACCEPTED is not after.curation
    return samples.changed(after, curation="RETRACTED") if left else after


@pytest.mark.slow
@pytest.mark.parametrize("viewer", [ANONYMOUS, PROPOSER], ids=["reader", "proposer"])
@pytest.mark.parametrize("seed", range(1, 5))
async def test_no_answer_moves_without_a_word(
    mongodb_url: str, database: Database, seed: int, viewer: Viewer
) -> None:
    """Whatever is edited in whatever order: another body only with another change that is told."""
    chance = random.Random(seed)
    held = {f"{type(r).__name__}/{r.key}": r for r in samples.store()}
    await samples.write(database, *samples.store())
    chosen = Settings(mongodb_url=mongodb_url, database=database.name, answers="strict")
    moved = 0
    async with application(chosen, viewer) as client:
        last = await client.get(CITED)
        for number in range(60):
            drawn = edits.drafts(chance, held)
            if viewer is ANONYMOUS:
                drawn = {name: _as_reviewed(held.get(name), one) for name, one in drawn.items()}
            writer = Writer(database, clock=lambda at=AFTER + timedelta(days=number): at)  # type: ignore[misc]
            try:
                await writer.write([Draft(record) for record in drawn.values()], samples.TESTER)
            except WriteRefused:
                continue
            held |= drawn
            now = await client.get(CITED)
            if now.status_code == last.status_code == 200:
                before, after = last.json(), now.json()
                if after["commitment"] != before["commitment"]:
                    moved += 1
                    told = after["citation"]["changedSince"]
                    assert told != before["citation"]["changedSince"], drawn
            last = now
    # For a reader it may be a notice soon, which does not move.
    assert moved or viewer is ANONYMOUS
