"""No address shows a reader what is hidden: records, exports, `/graphql`; and what is retracted is
a notice there.
"""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from api.exports.tables import TABLES
from api.records.representations import NOUNS as ADDRESSED
from api.sharing.subjects import NOUNS as SHARED
from store import layout
from store.mongodb.driver import CommandLog, Database
from store.mongodb.keys import new_key
from store.records.base import Curation
from store.viewers import ANONYMOUS, Viewer
from tests.api.conftest import Started
from tests.conftest import PROPOSER
from tests.schema import hidden
from tests.schema.hidden import HIDDEN, key, marker

FORMS = ("application/json", "application/ld+json", "text/html")
LINKED = {noun.collection for noun in ADDRESSED if noun.linked is not None}


@pytest.fixture(scope="module")
async def store(mongodb_url: str) -> AsyncIterator[str]:
    """The name of the database with what is hidden in it."""
    name = f"test-{new_key()}"
    database = Database.connect(mongodb_url, name, log=CommandLog())
    await layout.prepare(database)
    await hidden.fill(database)
    yield name
    await database.drop()
    database.close()


def asking(started: Started, store: str, **as_: Any) -> AbstractAsyncContextManager[Any]:
    return started(database=store, **as_)


def address(noun: str, state: Curation) -> str:
    return f"/{noun.replace('_', '-')}/{key(noun, state)}"


async def test_a_hidden_record_has_no_address_for_readers(started: Started, store: str) -> None:
    async with asking(started, store) as client:
        for noun in LINKED | {"requests", "follow_ups", "assessments", "check_logs"}:
            for state in HIDDEN:
                if state is Curation.RETRACTED:
                    continue
                for form in FORMS if noun in LINKED else (FORMS[0], FORMS[2]):
                    there = await client.get(address(noun, state), headers={"accept": form})
                    nowhere = await client.get(f"/{noun.replace('_', '-')}/no-such-record",
                                               headers={"accept": form})  # fmt: skip
                    assert there.status_code == nowhere.status_code == 404
                    assert "zq" not in there.text


@pytest.mark.parametrize("query", ["", "?asOf=2024-01-01&knownAt=2025-01-02T00:00:00Z"])
async def test_what_is_retracted_is_a_notice_at_its_address(
    started: Started, store: str, query: str
) -> None:
    async with asking(started, store) as client:
        for noun in ADDRESSED:
            if query and not noun.stands:
                continue
            url = address(noun.collection, Curation.RETRACTED)
            for form in FORMS if noun.collection in LINKED else (FORMS[0], FORMS[2]):
                found = await client.get(url + query, headers={"accept": form})
                assert found.status_code == 410, found.text
                assert "zq" not in found.text and hidden.REASON in found.text
                assert found.headers["x-robots-tag"] == "noindex" and "link" not in found.headers
            body = (await client.get(url + query)).json()
            assert body["retraction"] == {"at": "2025-01-01T12:00:00Z", "why": hidden.REASON}
            record = body[noun.name]
            assert record["url"] == url and record["curation"] == "RETRACTED"
            assert body.keys() == {"retraction", noun.name}


async def test_a_notice_in_linked_data_says_when_and_why(started: Started, store: str) -> None:
    async with asking(started, store) as client:
        url = address("commitments", Curation.RETRACTED)
        found = (await client.get(url, headers={"accept": FORMS[1]})).json()
    assert found == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": f"http://test{url}",
        "identifier": key("commitments", Curation.RETRACTED),
        "url": f"http://test{url}",
        "creativeWorkStatus": "Retracted",
        "correction": {
            "@type": "CorrectionComment",
            "datePublished": "2025-01-01T12:00:00Z",
            "text": hidden.REASON,
        },
    }


async def test_a_notice_is_given_again_only_if_it_changed(started: Started, store: str) -> None:
    async with asking(started, store) as client:
        url = address("articles", Curation.RETRACTED)
        etag = (await client.get(url)).headers["etag"]
        again = await client.get(url, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")


async def test_no_accepted_record_shows_what_is_hidden_at_its_address(
    started: Started, store: str
) -> None:
    async with asking(started, store) as client:
        for noun, own in hidden.ats():
            if own.isupper() or "-" in own:
                continue
            for form in FORMS if noun in LINKED else (FORMS[0], FORMS[2]):
                headers = {"accept": form}
                url = f"/{noun.replace('_', '-')}/{own}"
                for query in ("", "?knownAt=2025-01-02T00:00:00Z" if noun == "commitments" else ""):
                    found = await client.get(url + query, headers=headers)
                    assert found.status_code == 200, found.text
                    assert "zq" not in found.text


CHOOSING_ALL = '?filter={"curation":["PROPOSED","RETRACTED","ACCEPTED"]}'
EXPORTS = [
    f"/export/{noun}.{suffix}{query}"
    for noun in TABLES
    for suffix in ("csv", "jsonl")
    for query in ("", CHOOSING_ALL, "?knownAt=2025-01-02T00:00:00Z")
    if "knownAt" not in query or noun in ("commitments", "requests")
]


@pytest.mark.parametrize("url", EXPORTS)
async def test_no_export_has_what_is_hidden(started: Started, store: str, url: str) -> None:
    async with asking(started, store) as client:
        found = await client.get(url)
        assert found.status_code == 200
        assert len(found.text.splitlines()) > (".csv" in url)  # beside the names of columns
        assert "zq" not in found.text


async def test_a_proposer_finds_it_all_at_the_same_addresses(started: Started, store: str) -> None:
    async with asking(started, store, viewer=PROPOSER) as client:
        for noun in ADDRESSED:
            for state in HIDDEN:
                found = await client.get(address(noun.collection, state))
                assert found.status_code == 200
                assert marker(noun.collection, state) in found.text
        for noun in TABLES:
            rows = await client.get(f"/export/{noun}.csv{CHOOSING_ALL}")
            assert marker(noun.replace("-", "_"), Curation.PROPOSED) in rows.text


@pytest.mark.parametrize("viewer", [ANONYMOUS, PROPOSER])
async def test_a_client_can_ask_who_it_is(started: Started, store: str, viewer: Viewer) -> None:
    async with asking(started, store, viewer=viewer) as client:
        answer = await client.post("/graphql", json={"query": "{ viewer { name role } }"})
    said = {"name": viewer.name, "role": viewer.role.name}
    assert answer.json() == {"data": {"viewer": said}}


async def test_no_feed_shows_what_is_hidden(started: Started, store: str) -> None:
    accepted = [(noun, own) for noun, own in hidden.ats() if not own.isupper() and "-" not in own]
    of_records = [f"/{n}/{k}" for n, k in accepted if n in ("commitments", "requests", "parties")]
    lists = ["/changes", "/corrections", "/commitments", "/requests"]
    assert len(of_records) > 5
    async with asking(started, store) as client:
        for path in (*lists, *of_records):
            found = await client.get(f"/feeds{path}.atom")
            assert found.status_code == 200, found.text
            assert "zq" not in found.text.replace(hidden.REASON, ""), path
            assert not HIDDEN_KEY.search(found.text), path
        for noun in ("commitments", "requests", "parties"):
            for state in HIDDEN:
                found = await client.get(f"/feeds/{noun}/{key(noun, state)}.atom")
                retracted = state is Curation.RETRACTED
                assert found.status_code == (200 if retracted else 404)
                assert "zq" not in found.text
        (topic,) = {marker("commitments", state) for state in HIDDEN[:1]}
        assert (await client.get(f"/feeds/topics/{topic}.atom")).status_code == 400
    async with asking(started, store, viewer=PROPOSER) as client:
        found = await client.get('/feeds/commitments.atom?filter={"curation":["PROPOSED"]}')
        assert marker("commitments", Curation.PROPOSED) in found.text


HIDDEN_KEY = re.compile(r"-(PROPOSED|IN-REVIEW|REJECTED)\b")


@pytest.mark.parametrize("viewer", [ANONYMOUS, PROPOSER])
async def test_nothing_that_is_shared_shows_what_is_hidden(
    started: Started, store: str, viewer: Viewer
) -> None:
    """Whoever asks: a citation, a picture or a frame goes on to readers."""
    async with asking(started, store, viewer=viewer) as client:
        for noun in SHARED:
            for state in HIDDEN:
                path = f"{noun}/{key(noun.replace('-', '_'), state)}"
                for url in (f"/cite/{path}.txt", f"/cards/{path}.png", f"/embed/{path}"):
                    assert (await client.get(url)).status_code == 404, url
                assert (await client.get(f"/oembed?url=http://test/{path}")).status_code == 404
        for noun, own in hidden.ats():
            section = noun.replace("_", "-")
            if section not in SHARED or own.isupper() or "-" in own:
                continue
            for url in (f"/cite/{section}/{own}.json", f"/oembed?url=http://test/{section}/{own}"):
                found = await client.get(url)
                assert found.status_code == 200, found.text
                assert "zq" not in found.text, url
        for noun in SHARED:
            found = await client.get(f"/sitemaps/{noun}-1.xml")
            assert found.status_code == 200 and not HIDDEN_KEY.search(found.text)
            assert f"/{key(noun.replace('-', '_'), Curation.RETRACTED)}<" not in found.text
