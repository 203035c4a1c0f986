"""Feeds as a reader of feeds takes them: what they tell, of what, to whom, page by page."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import feedparser
import httpx
import orjson
import pytest

from api.feeds import routes
from api.news import scopes
from api.settings import Settings
from store.mongodb.driver import Database
from store.records.base import Record
from store.writes.writer import Author, Draft, Writer
from tests.api.conftest import application
from tests.conftest import PROPOSER
from tests.store import samples

ATOM = "{http://www.w3.org/2005/Atom}"
CORRECTING = Author("Zora Scribens", why="Read again.", correction=True)
WRITING = Author("Zora Scribens", why="For us alone.")


@pytest.fixture
async def client(mongodb_url: str, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on a small store that a test may write to."""
    await samples.write(database, *samples.store())
    settings = Settings(mongodb_url=mongodb_url, database=database.name, answers="strict")
    async with application(settings) as client:
        yield client


async def write(
    database: Database, *records: Record, author: Author = WRITING, now: datetime | None = None
) -> None:
    writer = Writer(database, clock=lambda: now or datetime.now(UTC))
    await writer.write([Draft(record) for record in records], author)


async def read(client: httpx.AsyncClient, address: str) -> Any:
    """The feed at an address, as feedparser reads it; what RFC 4287 demands of it is checked."""
    response = await client.get(address)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    check_form(response.content)
    found = feedparser.parse(response.content)
    assert not found.bozo, found
    assert found.version == "atom10"
    return found


def check_form(document: bytes) -> None:
    """What must be in a feed once, in an entry once, and that links and moments are whole."""
    feed = ElementTree.fromstring(document)
    assert feed.tag == f"{ATOM}feed"
    assert len(feed.findall(f"{ATOM}author/{ATOM}name")) == 1
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            (one,) = element.findall(f"{ATOM}{name}")
            assert one.text
        links = [(link.get("rel"), link.get("href", "")) for link in element.findall(f"{ATOM}link")]
        assert all(href.startswith(("http://", "https://")) for _, href in links)
        for rel in ("self", "next", "alternate"):
            assert sum(found == rel for found, _ in links) <= 1
        moment = element.findtext(f"{ATOM}updated") or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment)
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    assert len({*ids}) == len(ids) and all(id_.startswith("urn:uuid:") for id_ in ids)


async def read_all(client: httpx.AsyncClient, address: str) -> list[Any]:
    """The entries of a feed on all its pages."""
    entries: list[Any] = []
    following: str | None = address
    while following is not None:
        found = await read(client, following)
        entries += found.entries
        following = next((link.href for link in found.feed.links if link.rel == "next"), None)
        assert len(entries) < 2_000
    return entries


async def titles(client: httpx.AsyncClient, address: str) -> list[str]:
    return [entry.title for entry in (await read(client, address)).entries]


async def test_it_tells_in_a_sentence_what_happened(
    client: httpx.AsyncClient, database: Database
) -> None:
    today = datetime.now(UTC).date().isoformat()
    progressed = samples.follow_up("f9", "c2", on=today, rationale="It began.")
    await write(database, progressed)
    await write(database, samples.changed(progressed, rationale="So it began."), author=CORRECTING)
    await write(database, samples.commitment("c3", madeOn=today))
    await write(database, samples.commitment("c3", madeOn=today, mergedInto="c1"))
    await write(database, samples.changed(progressed, curation="RETRACTED"))
    found = (await read(client, "/feeds/changes.atom")).entries
    assert [entry.title for entry in found[:6]] == [
        "Follow-up f9 retracted: c2: In progress → No follow-up",
        "Commitment c3 merged into c1",
        "Commitment c3 recorded",
        "Check l1 recorded",
        "Concept prices recorded",
        "c1: In progress → Broken (assessed)",
    ]
    assert found[0].summary == "Reason: For us alone.\ncuration: ACCEPTED → RETRACTED"
    assert {tag.term for tag in found[0].tags} == {"follow-ups", "retracted", "status-change"}
    assert found[0].link == "http://test/follow-ups/f9"


async def test_a_status_change_names_both_statuses_and_an_address_that_stays(
    client: httpx.AsyncClient, database: Database
) -> None:
    today = datetime.now(UTC).date().isoformat()
    await write(database, samples.follow_up("f9", "c2", on=today, rationale="It began."))
    (first, *_) = (await read(client, "/feeds/commitments/c2.atom")).entries
    assert first.title == "c2: No follow-up → In progress (self-reported)"
    assert first.summary.startswith("By c2: progressed, follow-up f9.\nAbout c2: Promise c2\n")
    assert f"Happened: {today}. Written on {today}." in first.summary
    (frozen,) = [link.href for link in first.links if link.rel == "related"]
    record = (await client.get(frozen, headers={"accept": "application/json"})).json()["commitment"]
    assert record["status"]["value"] == "IN_PROGRESS" and record["status"]["asOf"] == today
    assert first.updated == first.published and first.updated.startswith(today)


async def test_what_happened_long_ago_is_marked_as_recorded_late(
    client: httpx.AsyncClient, database: Database
) -> None:
    await write(database, samples.follow_up("f9", "c2", on="2021-05-03"))
    await write(database, samples.commitment("c3"))
    newest, older = (await read(client, "/feeds/changes.atom")).entries[:2]
    assert older.title == "c2: No follow-up → In progress (self-reported), recorded late"
    assert newest.title == "Commitment c3 recorded late: Promise c3"
    for entry in (newest, older):
        assert "recorded-late" in {tag.term for tag in entry.tags}
        assert "recorded late, so this is not news" in entry.summary


async def test_texts_of_others_cannot_break_it(
    client: httpx.AsyncClient, database: Database
) -> None:
    hostile = "]]></title><script>alert(1)</script>&amp;<![CDATA[ \u202etxt\u0001 \ufffe \U0001f600"
    await write(database, samples.commitment("c3", title=hostile, madeOn="2026-01"))
    (entry, *_) = (await read(client, "/feeds/changes.atom")).entries
    shown = "]]></title><script>alert(1)</script>&amp;<![CDATA[ txt  \U0001f600"
    raw = (await client.get("/feeds/changes.atom")).content
    titled = ElementTree.fromstring(raw).findtext(f"{ATOM}entry/{ATOM}title") or ""
    assert titled.endswith(f": {shown}")
    assert "script" not in raw.decode().replace("&lt;script", "").replace("&lt;/script", "")
    assert entry.id.startswith("urn:uuid:")


async def test_long_texts_are_cut(client: httpx.AsyncClient, database: Database) -> None:
    long = {"title": "t" * 1_000, "gist": "g" * 20_000}
    await write(database, samples.commitment("c2", term="STANDING", **long), author=CORRECTING)
    (entry, *_) = (await read(client, "/feeds/changes.atom")).entries
    assert len(entry.title) == 300 and len(entry.summary) < 4_000


async def test_it_is_given_again_only_if_something_happened(
    client: httpx.AsyncClient, database: Database
) -> None:
    first = await client.get("/feeds/commitments/c2.atom")
    assert first.headers["cache-control"] == "no-cache"
    conditional = {"if-none-match": first.headers["etag"]}
    again = await client.get("/feeds/commitments/c2.atom", headers=conditional)
    assert (again.status_code, again.content) == (304, b"")
    # What does not concern it leaves it as it is.
    await write(database, samples.party("stranger"))
    again = await client.get("/feeds/commitments/c2.atom", headers=conditional)
    assert again.status_code == 304
    head = await client.head("/feeds/commitments/c2.atom")
    assert head.status_code == 200 and head.headers["etag"] == first.headers["etag"]
    await write(database, samples.follow_up("f9", "c2"))
    again = await client.get("/feeds/commitments/c2.atom", headers=conditional)
    assert again.status_code == 200 and again.headers["etag"] != first.headers["etag"]


async def test_pages_hold_every_change_once(client: httpx.AsyncClient, database: Database) -> None:
    await write(database, *(samples.party(f"p{number}") for number in range(120)))
    entries = await read_all(client, "/feeds/changes.atom")
    changes = await database.find("changes", {}, sort=[("dataVersion", -1), ("sequence", -1)])
    assert [entry.id for entry in entries] == [f"urn:uuid:{change['_id']}" for change in changes]
    first, second = await read(client, "/feeds/changes.atom"), None
    links = {link.rel: link.href for link in first.feed.links}
    assert links["self"] == first.feed.id == "http://test/feeds/changes.atom"
    second = await read(client, links["next"])
    assert second.feed.id == first.feed.id
    assert {link.rel: link.href for link in second.feed.links}["first"] == links["self"]


SCOPES = [
    "/feeds/commitments/c1.atom",
    "/feeds/requests/r1.atom",
    "/feeds/parties/telno.atom",
    "/feeds/topics/prices.atom",
    '/feeds/commitments.atom?filter={"key":{"in":["c2","c4"]}}',
    '/feeds/requests.atom?filter={"asked":{"eq":"telno"}}',
]


async def fill_scopes(database: Database) -> None:
    promised = [{"party": "gov", "attribution": "SELF_PARAPHRASED"}]
    await write(
        database,
        samples.commitment("c4", topics=["prices/mobile"]),
        samples.commitment("c5", promisors=promised, madeAt=None),
    )
    await write(
        database, samples.follow_up("f9", "c4"), samples.follow_up("f8", "c5", actors=["gov"])
    )
    await write(database, samples.follow_up("f9", "c4", kind="STALLED"), author=CORRECTING)
    await write(database, samples.changed(samples.follow_up("f1"), curation="RETRACTED"))


async def test_each_scope_has_what_bears_on_it(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fill_scopes(database)
    told = {scope: await titles(client, scope) for scope in SCOPES}
    assert told["/feeds/topics/prices.atom"] == [
        "c4: stalled, follow-up f9 corrected: c4: In progress → Stalled (self-reported)",
        "c4: No follow-up → In progress (self-reported), recorded late",
        "Commitment c4 recorded late: Promise c4",
    ]
    of_c1 = " ".join(told["/feeds/commitments/c1.atom"])
    # What was retracted is told of, though the list of follow-ups has it no more.
    assert "Follow-up f1 retracted" in of_c1 and "Broken (assessed)" in of_c1 and "f9" not in of_c1
    of_telno = " ".join(told["/feeds/parties/telno.atom"])
    assert "Party telno recorded: Telno" in of_telno and "f9" in of_telno
    assert "c5" not in of_telno and "f8" not in of_telno
    by_filter = " ".join(told[SCOPES[4]])
    assert "c4" in by_filter and "Check l1" in by_filter and "c1" not in by_filter
    assert told["/feeds/requests/r1.atom"] == ["Request r1 recorded late: Request r1"]


@pytest.mark.parametrize("scope", SCOPES)
async def test_of_many_records_it_tells_the_same(
    client: httpx.AsyncClient, database: Database, scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_scopes(database)
    few = [entry.id for entry in await read_all(client, scope)]
    monkeypatch.setattr(scopes, "FEW", 0)
    many = [entry.id for entry in await read_all(client, scope)]
    assert few and few == many


async def test_what_was_merged_leads_to_what_it_lives_on_in(
    client: httpx.AsyncClient, database: Database
) -> None:
    await write(database, samples.commitment("c3"), samples.follow_up("f9", "c3"))
    await write(database, samples.commitment("c3", mergedInto="c1"))
    moved = await client.get("/feeds/commitments/c3.atom")
    assert moved.status_code == 308
    assert moved.headers["location"] == "/feeds/commitments/c1.atom"
    told = " ".join(await titles(client, "/feeds/commitments/c1.atom"))
    assert "Commitment c3 merged into c1" in told and "f9" in told


async def test_of_what_is_retracted_readers_get_the_retraction_alone(
    client: httpx.AsyncClient, database: Database
) -> None:
    await write(database, samples.commitment("c3", title="Never said"))
    gone = samples.commitment("c3", title="Never said", curation="RETRACTED")
    await write(database, gone, author=Author("Zora Scribens", why="Made up."))
    found = await read(client, "/feeds/commitments/c3.atom")
    assert [entry.title for entry in found.entries] == ["Commitment c3 retracted"]
    assert "Reason: Made up." in found.entries[0].summary
    for address in ("/feeds/commitments/c3.atom", "/feeds/changes.atom"):
        text = (await client.get(address)).text
        assert "Never said" not in text and "Zora" not in text


async def test_corrections_say_what_was_wrong(
    client: httpx.AsyncClient, database: Database
) -> None:
    await write(database, samples.party("stranger"))
    wrong = samples.commitment("c2", term="STANDING", title="Prices go down", madeOn="2020-01-11")
    await write(database, wrong, author=CORRECTING)
    (entry,) = (await read(client, "/feeds/corrections.atom")).entries
    assert entry.title == "Commitment c2 corrected: Prices go down"
    assert "Reason: Read again." in entry.summary
    assert "madeOn.edtf: 2020-01-10 → 2020-01-11" in entry.summary
    assert "title: Promise c2 → Prices go down" in entry.summary
    of_articles = '/feeds/corrections.atom?filter={"noun":["ARTICLES"]}'
    assert await titles(client, of_articles) == []


async def test_readers_see_no_proposal_and_proposers_do(
    mongodb_url: str, client: httpx.AsyncClient, database: Database
) -> None:
    draft = samples.commitment("hidden-c", title="Secret draft", curation="PROPOSED")
    await write(database, draft, samples.follow_up("hidden-f", "hidden-c", curation="PROPOSED"))
    for address in ("/feeds/changes.atom", "/feeds/parties/telno.atom", "/feeds/commitments.atom"):
        text = (await client.get(address)).text
        assert "Secret draft" not in text and "hidden" not in text
    assert (await client.get("/feeds/commitments/hidden-c.atom")).status_code == 404
    settings = Settings(mongodb_url=mongodb_url, database=database.name)
    async with application(settings, PROPOSER) as proposer:
        response = await proposer.get("/feeds/changes.atom")
        assert "Commitment hidden-c proposed: Secret draft" in response.text
        assert response.headers["cache-control"].startswith("private")
        assert "Authorization" in response.headers["vary"]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/feeds/commitments/nope.atom", 404, "there is no commitment nope, so no feed"),
        ("/feeds/topics/nope.atom", 400, "nothing is about this topic"),
        ("/feeds/changes.atom?since=2020", 400, "there is no such parameter"),
        ("/feeds/changes.atom?after=x", 400, "not a cursor"),
        ("/feeds/changes.atom?filter={", 400, "not JSON"),
        ('/feeds/changes.atom?filter={"noun":["X"]}', 400, "this is one of"),
        ('/feeds/commitments.atom?filter={"nix":1}', 400, "there is no such member"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_place(
    client: httpx.AsyncClient, address: str, status: int, said: str
) -> None:
    found = await client.get(address)
    assert found.status_code == status and said in found.text
    assert found.headers["cache-control"] == "no-store"


async def test_addresses_are_those_of_the_public(mongodb_url: str, database: Database) -> None:
    await samples.write(database, *samples.store())
    settings = Settings(
        mongodb_url=mongodb_url,
        database=database.name,
        public_url="https://example.org",
        allowed_hosts="test",
    )
    async with application(settings) as client:
        text = (await client.get("/feeds/changes.atom")).text
    assert 'href="https://example.org/feeds/changes.atom"' in text and "http://test" not in text


async def test_where_only_registered_documents_run_no_filter_is_taken(
    mongodb_url: str, database: Database
) -> None:
    await samples.write(database, *samples.store())
    settings = Settings(mongodb_url=mongodb_url, database=database.name, trusted_only=True)
    async with application(settings) as client:
        assert (await client.get("/feeds/changes.atom")).status_code == 200
        refused = await client.get('/feeds/changes.atom?filter={"noun":["PARTIES"]}')
    assert refused.status_code == 403 and orjson.loads(refused.content)["errors"]


async def test_one_that_takes_too_long_is_given_up(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "SECONDS", 0.0)
    found = await client.get("/feeds/changes.atom")
    assert found.status_code == 503 and "TIMEOUT" in found.text
    assert "retry-after" in found.headers


async def test_pages_lead_to_their_feeds(client: httpx.AsyncClient) -> None:
    for url in ("/commitments/c1", "/requests/r1", "/parties/telno"):
        page = (await client.get(url, headers={"accept": "text/html"})).text
        href = f"/feeds{url}.atom"
        assert href in re.findall(r'type="application/atom\+xml"[^>]* href="([^"]+)"', page)
        assert (await client.get(href)).status_code == 200
    page = (await client.get("/articles/a1", headers={"accept": "text/html"})).text
    assert "/feeds/articles" not in page


async def test_feeds_lead_to_the_pages_of_what_they_are_about(client: httpx.AsyncClient) -> None:
    pages = {"/changes": "/", "/commitments": "/"}
    pages |= {page: page for page in ("/commitments/c1", "/requests/r1", "/parties/telno")}
    for feed, page in pages.items():
        found = await read(client, f"/feeds{feed}.atom")
        (alternate,) = [link.href for link in found.feed.links if link.rel == "alternate"]
        assert alternate == f"http://test{page}"
        assert (await client.get(page, headers={"accept": "text/html"})).status_code == 200
