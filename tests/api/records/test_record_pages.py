"""What the page of a record must say of it before any script runs, to readers and to engines."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.records import html
from api.settings import Settings
from store.mongodb.driver import Database
from store.records.base import Record
from store.writes.writer import Author, Draft, Writer
from tests.api.conftest import application
from tests.conftest import PROPOSER
from tests.store import samples

HTML = {"accept": "text/html"}
URDU = "کراچی میں نیا Karachi Hospital (ہسپتال) بنایا جائے گا"


@pytest.fixture
async def client(mongodb_url: str, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    await samples.write(database, *samples.store())
    settings = Settings(mongodb_url=mongodb_url, database=database.name, answers="strict")
    async with application(settings) as client:
        yield client


@pytest.fixture
async def proposer(
    mongodb_url: str, database: Database, client: httpx.AsyncClient
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same store for who sees all."""
    settings = Settings(mongodb_url=mongodb_url, database=database.name, answers="strict")
    async with application(settings, viewer=PROPOSER) as client:
        yield client


async def write(database: Database, *records: Record, why: str) -> None:
    author = Author(by="Ida", why=why)
    writer = Writer(database, clock=lambda: datetime(2026, 11, 28, 9, tzinfo=UTC))
    await writer.write([Draft(record) for record in records], author)


async def words_of(client: httpx.AsyncClient, path: str) -> str:
    """What the page says between its menu and its footer, without its markup."""
    page = (await client.get(path, headers=HTML)).text
    body = page.partition("<main")[2].partition("</main>")[0]
    text = unescape(re.sub(r"<[^>]*>", "", re.sub(r"</(p|h\d|li|dd|dt|div|a)>", " ", body)))
    return " ".join(text.split())


async def test_retracted_record_is_a_notice_for_readers(
    client: httpx.AsyncClient, database: Database
) -> None:
    gone = samples.commitment("c2", term="STANDING", curation="RETRACTED")
    await write(database, gone, why="wrongly <read>")
    response = await client.get("/commitments/c2", headers=HTML)
    assert (response.status_code, response.headers["x-robots-tag"]) == (410, "noindex")
    assert '<meta name="robots" content="noindex">' in response.text
    assert "<title>Retracted: commitment c2 \u2013 Followthrough</title>" in response.text
    words = await words_of(client, "/commitments/c2")
    assert "Retracted on 28 November 2026: wrongly <read>" in words
    assert "Ida" not in response.text and "Promise c2" not in response.text


async def test_retracted_record_is_shown_as_such(
    proposer: httpx.AsyncClient, database: Database
) -> None:
    client = proposer
    gone = samples.commitment("c2", term="STANDING", curation="RETRACTED")
    await write(database, gone, why="wrongly read")
    response = await client.get("/commitments/c2", headers=HTML)
    assert response.headers["x-robots-tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.text
    assert "<title>Retracted: Promise c2 \u2013 Followthrough</title>" in response.text
    words = await words_of(client, "/commitments/c2")
    assert "Retracted on 28 November 2026: wrongly read (Ida). Kept for the record." in words
    for of_status in ("Where it stands", "Nothing recorded", "Overdue", "No follow-up"):
        assert of_status not in words
    answer = (await client.get("/commitments/c2")).json()
    assert answer["retraction"]["why"] == "wrongly read"


@pytest.mark.parametrize(
    ("curation", "said"),
    [
        ("PROPOSED", "Proposed, not reviewed."),
        ("IN_REVIEW", "Being reviewed, not accepted."),
        ("REJECTED", "Reviewed and not accepted."),
        ("RETRACTED", "Retracted; recorded so on 28 November 2026: found twice (Ida)."),
    ],
)
async def test_record_that_never_counted_is_shown_as_such(
    proposer: httpx.AsyncClient, database: Database, curation: str, said: str
) -> None:
    client = proposer
    records = [
        samples.commitment("c3", curation=curation),
        samples.request("r3", curation=curation),
        samples.party("firm", curation=curation),
        samples.follow_up("f9", curation=curation),
    ]
    await write(database, *records, why="found twice")
    for path in ("/commitments/c3", "/requests/r3", "/parties/firm", "/follow-ups/f9"):
        response = await client.get(path, headers=HTML)
        words = await words_of(client, path)
        assert said in words
        assert 'content="noindex"' in response.text
        assert "Where it stands" not in words


async def test_accepted_record_has_no_such_notice(client: httpx.AsyncClient) -> None:
    response = await client.get("/commitments/c1", headers=HTML)
    assert "x-robots-tag" not in response.headers and "noindex" not in response.text
    words = await words_of(client, "/commitments/c1")
    assert "Kept for the record" not in words and "Where it stands" in words


async def test_digest_is_not_called_a_quotation(
    client: httpx.AsyncClient, database: Database
) -> None:
    said = {"mode": "DIRECT_QUOTE", "saidBy": "telno"}
    own = samples.article("a3", text=f"He said: {samples.PROMISED}", textKind="FULL_TEXT")
    ours = samples.evidence("a1", samples.PROMISED, **said)
    theirs = samples.evidence("a3", samples.PROMISED, **said)
    records = [
        own,
        samples.commitment("c4", evidence=[ours]),
        samples.commitment("c5", evidence=[theirs]),
    ]
    await write(database, *records, why="new")
    digest = await words_of(client, "/commitments/c4")
    assert f"{samples.PROMISED} Our summary of a direct quotation in" in digest
    assert "Direct quotation" not in digest and "in our words" in digest
    full = await words_of(client, "/commitments/c5")
    assert f"\u201c{samples.PROMISED}\u201d" in full and "Direct quotation in" in full


async def test_frozen_page_says_so(client: httpx.AsyncClient) -> None:
    path = "/commitments/c1?asOf=2025-02-01&knownAt=2025-02-02T23:59:59Z"
    page = (await client.get(path, headers=HTML)).text
    assert "As recorded by 2 February 2025, 23:59 UTC." in page
    assert '<a href="/commitments/c1">See today' in page
    assert "As recorded by" not in (await client.get("/commitments/c1", headers=HTML)).text


async def test_frozen_answer_links_to_nothing_that_was_recorded_later(
    client: httpx.AsyncClient, database: Database
) -> None:
    """Even where an earlier record is corrected to name a later one."""
    later = {"recordedAt": "2025-03-01T00:00:00Z"}
    told = [samples.evidence("a1", samples.PROMISED), samples.evidence("a9", "It said so.")]
    records = [
        samples.article("a9", text="It said so.", **later),
        samples.commitment("c9", title="The later one", **later),
        samples.commitment("c1", evidence=told),
        samples.follow_up("f1", kind="REAFFIRMED", restatedAs="c9"),
    ]
    await write(database, *records, why="corrected")
    frozen = "/commitments/c1?asOf=2025-02-01&knownAt=2025-02-02T00:00:00Z"
    then = (await client.get(frozen)).json()["commitment"]
    now = (await client.get("/commitments/c1")).json()["commitment"]
    links = [
        [n["restatedAs"] for n in c["followUps"]["nodes"] if n["key"] == "f1"] for c in (then, now)
    ]
    assert links[0] == [None] and links[1][0]["key"] == "c9"
    assert [e["article"]["key"] for e in then["evidence"]] == ["a1"]
    assert [e["article"]["key"] for e in now["evidence"]] == ["a1", "a9"]
    for words in ("The later one", "It said so."):
        assert words not in await words_of(client, frozen)


async def test_text_from_right_to_left_stands_as_it_is_written(
    client: httpx.AsyncClient, database: Database
) -> None:
    turned = f"{URDU}\u202eevil\u202c"
    records = [
        samples.record("parties", "belda", kind="COMPANY", name="کراچی بلدیہ"),
        samples.article("a8", text=URDU, inLanguage="ur"),
        samples.commitment(
            "c8",
            title=URDU,
            gist=turned,
            addressees=["belda"],
            evidence=[samples.evidence("a8", URDU)],
        ),
    ]
    await write(database, *records, why="new")
    page = (await client.get("/commitments/c8", headers=HTML)).text
    shown, _, data = page.partition("</main>")
    assert f'<h1 dir="auto">{URDU}</h1>' in shown
    assert f'<p class="gist" dir="auto">{URDU}evil</p>' in shown
    assert "<bdi>کراچی بلدیہ</bdi>" in shown
    assert f'<p class="digest" dir="auto" lang="ur">{URDU}</p>' in shown
    assert "\u202e" not in shown.partition("<main")[2] and "\u202e" not in data


@given(
    st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\u202e\u202a\u2066\u2069<&"))
)
def test_no_text_turns_what_stands_around_it(text: str) -> None:
    answer = {"party": {"key": "p", "curation": "ACCEPTED", "url": "/parties/p", "name": text}}
    page = html.render_page("party", answer, None).decode()
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    assert page.count("<h1") == 1 and "<script" not in page
