"""`/sandbox/today`: one day for answers, exports, records, pages and effects of writes."""

from datetime import UTC, datetime

import pytest

from tests.api.sandbox.conftest import DAY
from tests.api.sandbox.running import Running

pytestmark = pytest.mark.slow

LAB = '{ commitment(by: {key: "K03"}) { status { asOf daysSilent } } }'
BROKEN = """mutation {
  createArticle(input: {
    key: "X0", headline: "No lab", datePublished: {edtf: "2025-07-20"}, accept: true
    text: "There will be no community lab.", textKind: DIGEST
  }) { userErrors { path message } }
  createFollowUp(input: {
    key: "X1", kind: BROKEN, target: "K03", occurredOn: {edtf: "2025-07-20"}
    independence: THIRD_PARTY, confidence: HIGH, accept: true
    evidence: [{
      article: "X0", selector: {exact: "There will be no community lab."}, mode: PARAPHRASE
    }]
  }) { record { key recordedAt } effects { before after } userErrors { path message } }
}"""


async def days_silent(sandbox: Running) -> int:
    status = (await sandbox.ask(LAB))["commitment"]["status"]
    return int(status["daysSilent"])


async def test_the_day_of_the_start(sandbox: Running) -> None:
    assert (await sandbox.client.get("/sandbox/today")).json() == {"today": DAY, "set": True}
    assert await sandbox.ask(LAB) == {"commitment": {"status": {"asOf": DAY, "daysSilent": 1236}}}


async def test_answers_move_with_the_day_and_back(sandbox: Running) -> None:
    # Asked on each day twice: what is kept of one day is not given on another.
    for day, days in ("2025-07-10", 1237), (DAY, 1236), ("2026-07-09", 1601), ("2025-07-10", 1237):
        assert await sandbox.set_today(day) == {"today": day, "set": True}
        assert [await days_silent(sandbox) for _ in range(2)] == [days, days]
    real = datetime.now(UTC).date().isoformat()
    assert (await sandbox.set_today(None))["set"] is False
    assert (await sandbox.ask(LAB))["commitment"]["status"]["asOf"] >= real
    said = await sandbox.reset()
    assert said["today"] == DAY
    assert await days_silent(sandbox) == 1236


async def test_addresses_and_exports_are_of_the_day(sandbox: Running) -> None:
    await sandbox.set_today("2025-08-01")
    record = (await sandbox.client.get("/commitments/K03")).json()
    assert record["citation"]["asOf"] == "2025-08-01"
    # What had been recorded by then is a matter of the real clock.
    assert record["citation"]["knownAt"] > datetime.now(UTC).isoformat()[:10]
    export = await sandbox.client.get("/export/commitments.csv")
    assert 'filename="commitments-2025-08-01.csv"' in export.headers["content-disposition"]
    assert "2025-08-01" in export.text


async def test_effects_of_a_write_are_of_the_day_and_its_moment_is_real(sandbox: Running) -> None:
    before = (await sandbox.ask(BROKEN, "EDITOR"))["createFollowUp"]
    assert before["userErrors"] == []
    assert before["effects"] == [], "it happens on a later day than today"
    assert before["record"]["recordedAt"] >= datetime.now(UTC).isoformat()[:10]
    await sandbox.reset()
    await sandbox.set_today("2025-07-20")
    after = (await sandbox.ask(BROKEN, "EDITOR"))["createFollowUp"]
    assert after["effects"] == [{"before": "NO_FOLLOW_UP", "after": "BROKEN"}]


@pytest.mark.parametrize("path", ["/", "/commitments/K03", "/graphql"])
async def test_pages_say_the_day_and_are_not_stored(sandbox: Running, path: str) -> None:
    wants_page = {"accept": "text/html"}
    for day in (DAY, "2025-07-10"):
        await sandbox.set_today(day)
        page = await sandbox.client.get(path, headers=wants_page)
        assert page.text.count(f'<meta name="followthrough-today" content="{day}">') == 1
        assert int(page.headers["content-length"]) == len(page.content)
        assert page.headers["cache-control"] == "no-store" and "etag" not in page.headers
    await sandbox.set_today(None)
    assert "followthrough-today" not in (await sandbox.client.get(path, headers=wants_page)).text


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{", b'{"day": "2025-07-09"}', b'{"today": 5}', b'{"today": "2025-02-30"}'),
        *(b'{"today": "20250709"}', b'{"today": "2025-W28-3"}'),
        *(b'{"today": "' + b"9" * 500 + b'"}', b'{"today": "' + b"9" * 5_000 + b'"}'),
    ],
)
async def test_what_is_no_day_is_refused_with_what_is_one(sandbox: Running, body: bytes) -> None:
    answer = await sandbox.client.post("/sandbox/today", content=body)
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "2025-07-09" in error["message"]
    assert (await sandbox.client.get("/sandbox/today")).json()["today"] == DAY
