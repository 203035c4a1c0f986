"""Records at their addresses: in which form, where they are, and what an address freezes."""

import json
import re
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic.alias_generators import to_camel
from rdflib import Graph, URIRef

from api.records import json_ld
from api.records.representations import NOUNS
from api.settings import Settings
from store.mongodb.driver import Database
from store.records.nouns import noun_of
from tests.api.conftest import application
from tests.conftest import Dataset
from tests.store import samples

JSON, LINKED, HTML = "application/json", "application/ld+json", "text/html"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FROZEN = "/commitments/K05?asOf=2025-07-09&knownAt=2025-07-09T23:59:59Z"


@pytest.fixture
async def invented_client(mongodb_url: str, invented: Dataset) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on the invented country."""
    async with application(_settings(mongodb_url, invented.database)) as client:
        yield client


@pytest.fixture
async def samples_client(mongodb_url: str, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on a small store that a test may write to."""
    await samples.write(database, *samples.store())
    async with application(_settings(mongodb_url, database)) as client:
        yield client


TELNO_TWO = samples.record("parties", "telno", kind="COMPANY", name="Telno Two", country="BB")


def _settings(mongodb_url: str, database: Database) -> Settings:
    return Settings(mongodb_url=mongodb_url, database=database.name, answers="strict")


async def get(client: httpx.AsyncClient, path: str, accept: str = JSON) -> httpx.Response:
    return await client.get(path, headers={"accept": accept})


def error_of(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    (error,) = response.json()["errors"]
    return dict(error)


# --- Addresses -----------------------------------------------------------------------------------


async def test_every_record_answers_at_its_address(
    invented_client: httpx.AsyncClient, invented: Dataset
) -> None:
    fields = [to_camel(noun.collection) for noun in NOUNS]
    lists = " ".join(f"{name}(first: 100) {{ nodes {{ key url }} }}" for name in fields)
    data = await invented.ask(f"{{ {lists} }}")
    found = {name: data[name]["nodes"] for name in fields}
    assert all(found.values())
    for records in found.values():
        for record in records:
            response = await get(invented_client, record["url"])
            assert response.status_code == 200, record
            (shown,) = (part for name, part in response.json().items() if name != "citation")
            assert (shown["key"], shown["url"]) == (record["key"], record["url"])


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", JSON),
        ("*/*", JSON),
        (BROWSER, HTML),
        (f"{LINKED}, {JSON};q=0.5", LINKED),
        (f"{JSON}, {LINKED}", JSON),
        ("application/*;q=0.5, text/html;q=0.1", JSON),
    ],
)
async def test_form_that_is_wanted_most_is_sent(
    client: httpx.AsyncClient, accept: str, answered: str
) -> None:
    response = await get(client, "/commitments/K03", accept)
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"
    languages = ", Accept-Language, Accept-Encoding" if answered == HTML else ""
    assert response.headers["vary"] == f"Accept{languages}, Authorization"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_form_that_there_is_not_is_refused(client: httpx.AsyncClient) -> None:
    response = await get(client, "/commitments/K03", "image/png")
    assert response.status_code == 406
    assert LINKED in error_of(response)["message"]
    response = await get(client, "/follow-ups/F01", LINKED)
    assert response.status_code == 406
    assert LINKED not in error_of(response)["message"]


@pytest.mark.parametrize(
    "accept", ["application/json;q=0.9, text/html", "text/html, application/json;q=nan", BROWSER]
)
async def test_weights_decide(client: httpx.AsyncClient, accept: str) -> None:
    response = await get(client, "/commitments/K03", accept)
    assert response.headers["content-type"] == f"{HTML}; charset=utf-8"


async def test_accept_on_two_lines_is_one_list(client: httpx.AsyncClient) -> None:
    headers = [("accept", "image/png"), ("accept", HTML)]
    response = await client.get("/commitments/K03", headers=headers)
    assert response.headers["content-type"] == f"{HTML}; charset=utf-8"


@pytest.mark.parametrize("path", [noun.path for noun in NOUNS])
@pytest.mark.parametrize("key", ["nobody", "K03:x", "%00", "x" * 5000, "%F0%9F%90%8E"])
async def test_record_that_there_is_not(client: httpx.AsyncClient, path: str, key: str) -> None:
    response = await get(client, f"/{path}/{key}")
    assert response.status_code == 404
    assert error_of(response)["extensions"]["code"] == "NOT_FOUND"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [noun.path for noun in NOUNS])
@pytest.mark.parametrize("key", ["nobody", "%3Cscript%3E", "x" * 5000])
async def test_browser_sees_a_page_where_there_is_no_record(
    client: httpx.AsyncClient, path: str, key: str
) -> None:
    response = await get(client, f"/{path}/{key}", BROWSER)
    assert response.status_code == 404
    assert response.headers["content-type"] == f"{HTML}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    page = Elements(response.text)
    assert "here is no" in page.heading and "/" in page.links
    assert "<script>" not in response.text
    assert "<main" in response.text  # and no dump of JSON


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/commitments/K03?asOf=banana", 400, "YYYY-MM-DD"),
        ("/commitments/K03?asOf=2025-02-30", 400, "YYYY-MM-DD"),
        ("/requests/R1?knownAt=2999-01-01T00:00:00Z", 400, "leave it out"),
        ("/commitments/K13?knownAt=2025-07-09T23:59:59Z", 404, "2025-07-10"),
        ("/commitments/K03?asOf=%3Cb%3E", 400, "YYYY-MM-DD"),
    ],
)
async def test_browser_sees_what_is_wrong_with_an_address(
    client: httpx.AsyncClient, address: str, status: int, said: str
) -> None:
    response = await get(client, address, BROWSER)
    assert response.status_code == status
    assert response.headers["content-type"] == f"{HTML}; charset=utf-8"
    assert Elements(response.text).heading
    assert said in response.text and "<b>" not in response.text


TRACKED = "fbclid=IwAR0&gclid=1&utm_source=x&utm_medium=y&_=1&mc_cid=2&msclkid=3&fbclid=again"


@pytest.mark.parametrize("accept", [JSON, LINKED, BROWSER])
@pytest.mark.parametrize("path", ["/commitments/K05", "/articles/A1", "/parties/meta"])
async def test_what_networks_add_to_a_link_is_passed_over(
    client: httpx.AsyncClient, path: str, accept: str
) -> None:
    response = await get(client, f"{path}?{TRACKED}", accept)
    assert response.status_code == 200, response.text
    assert "fbclid" not in response.text + response.headers.get("link", "")


async def test_what_networks_add_changes_nothing(client: httpx.AsyncClient) -> None:
    response = await get(client, f"{FROZEN}&{TRACKED}")
    assert response.content == (await get(client, FROZEN)).content
    rows = await client.get(f"/export/commitments.jsonl?asOf=2025-07-09&{TRACKED}")
    assert rows.content == (await client.get("/export/commitments.jsonl?asOf=2025-07-09")).content


async def test_page_opens_whatever_else_its_address_says(client: httpx.AsyncClient) -> None:
    response = await get(client, "/commitments/K03?asof=2025-07-09&ref=newsletter", BROWSER)
    assert response.status_code == 200
    assert (await get(client, "/commitments/K03?ref=newsletter")).status_code == 400


@pytest.mark.parametrize("accept", [JSON, LINKED, HTML])
async def test_merged_record_leads_to_its_survivor(
    invented_client: httpx.AsyncClient, accept: str
) -> None:
    response = await get(invented_client, "/parties/v-water-office", accept)
    assert response.status_code == 308
    assert response.headers["location"] == "/parties/v-water"
    # A merge can be undone, and a redirect that was kept for good could not.
    assert response.headers["cache-control"] == "no-cache"


async def test_every_noun_redirects_to_the_survivor(
    samples_client: httpx.AsyncClient, database: Database
) -> None:
    held = {noun_of(record): record for record in reversed(samples.store())}
    merged = {noun: record.model_copy(update={"key": "gone"}) for noun, record in held.items()}
    # A commitment and a request share no key, and what follows this one is to follow it still.
    merged["requests"] = merged["requests"].model_copy(update={"key": "gone-r"})
    gone = [r.model_copy(update={"merged_into": held[n].key}) for n, r in merged.items()]
    await samples.write(database, *gone)
    assert len(gone) == len(NOUNS)
    for noun in NOUNS:
        key = merged[noun.collection].key
        response = await get(samples_client, f"/{noun.path}/{key}")
        assert response.status_code == 308
        survivor = f"/{noun.path}/{held[noun.collection].key}"
        assert response.headers["location"] == survivor
        answer = (await get(samples_client, survivor)).json()[noun.name]
        if "mergedFrom" in answer:
            assert [one["key"] for one in answer["mergedFrom"]] == [key]


async def test_redirect_keeps_the_question(
    samples_client: httpx.AsyncClient, database: Database
) -> None:
    await samples.write(database, samples.commitment("c2", mergedInto="c1"))
    response = await get(samples_client, "/commitments/c2?asOf=2022-01-01")
    assert response.headers["location"] == "/commitments/c1?asOf=2022-01-01"


@pytest.mark.parametrize(
    ("address", "argument", "remedy"),
    [
        ("/commitments/K03?asOf=yesterday", "asOf", "YYYY-MM-DD"),
        ("/commitments/K03?asOf=2025-02-30", "asOf", "YYYY-MM-DD"),
        ("/requests/R1?knownAt=2025-07-09T10:00:00", "knownAt", "with its zone"),
        ("/commitments/K03?asof=2025-07-09", "asof", "there are: asOf, knownAt"),
        ("/commitments/K03?id=x", "id", "there are: asOf, knownAt"),
        ("/articles/A1?asOf=2025-07-09", "asOf", "there are: none"),
        ("/commitments/K05?knownAt=2999-01-01T00:00:00Z", "knownAt", "leave it out"),
        ("/requests/R1?knownAt=9999-12-31T23:59:59%2B00:00", "knownAt", "leave it out"),
    ],
)
async def test_wrong_parameter_is_named_with_a_remedy(
    client: httpx.AsyncClient, address: str, argument: str, remedy: str
) -> None:
    response = await get(client, address)
    assert response.status_code == 400
    error = error_of(response)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    assert remedy in error["message"]


# --- Frozen answers ------------------------------------------------------------------------------


async def test_frozen_answer_says_what_it_holds_for(client: httpx.AsyncClient) -> None:
    response = await get(client, FROZEN)
    body = response.json()
    known_at = "2025-07-09T23:59:59.000Z"
    url = f"http://test/commitments/K05?asOf=2025-07-09&knownAt={known_at}"
    frozen = {"url": url, "asOf": "2025-07-09", "knownAt": known_at, "changedSince": []}
    assert body["citation"] == frozen
    assert response.headers["link"] == f'<{url}>; rel="cite-as"'
    assert int(response.headers["x-followthrough-data-version"]) > 0
    assert body["commitment"]["status"]["asOf"] == "2025-07-09"
    # F15 and the article behind it were recorded on the day after.
    keys = [follow_up["key"] for follow_up in body["commitment"]["followUps"]["nodes"]]
    assert "F07" in keys and "F15" not in keys
    assert len(keys) == body["commitment"]["followUps"]["totalCount"]
    assert (await get(client, url)).content == response.content


async def test_any_answer_names_the_address_that_freezes_it(client: httpx.AsyncClient) -> None:
    before = datetime.now(UTC)
    response = await get(client, "/commitments/K05")
    body = response.json()
    assert datetime.fromisoformat(body["citation"]["knownAt"]).date() >= before.date()
    frozen = (await get(client, body["citation"]["url"])).json()
    assert frozen["citation"] == body["citation"]
    for answer in (body, frozen):
        answer["commitment"]["status"].pop("knownAt")
    assert frozen == body


async def test_frozen_answer_stays(samples_client: httpx.AsyncClient, database: Database) -> None:
    address = "/commitments/c1?asOf=2024-01-01&knownAt=2025-06-01T00:00:00Z"
    forms = (JSON, LINKED, HTML)
    first = {form: await get(samples_client, address, form) for form in forms}
    late = samples.follow_up(
        "f9", kind="FULFILLED", on="2023-01-01", recordedAt="2025-06-02T00:00Z"
    )
    await samples.write(database, late)
    for form in forms:
        again = await get(samples_client, address, form)
        assert again.content == first[form].content
        assert again.headers["etag"] == first[form].headers["etag"]
    versions = [r.headers["x-followthrough-data-version"] for r in (first[JSON], again)]
    assert int(versions[0]) < int(versions[1])
    now = (await get(samples_client, "/commitments/c1?asOf=2024-01-01")).json()
    assert now["commitment"]["followUps"]["totalCount"] == 4
    # Somebody remembers now what the store knew then.
    early = {"on": "2023-01-01", "recordedAt": "2025-05-31T00:00Z"}
    await samples.write(database, samples.follow_up("f8", kind="STALLED", **early))
    changed = await get(samples_client, address)
    assert changed.headers["etag"] != first[JSON].headers["etag"]
    followed = changed.json()["commitment"]["followUps"]["nodes"]
    assert [follow_up["key"] for follow_up in followed] == ["f1", "f2", "f3", "f8"]


async def test_day_of_an_answer_leaves_out_what_came_later(
    samples_client: httpx.AsyncClient,
) -> None:
    body = (await get(samples_client, "/commitments/c1?asOf=2021-05-12")).json()["commitment"]
    assert [f["key"] for f in body["followUps"]["nodes"]] == ["f1", "f2"]
    assert body["status"]["contested"] is True


@pytest.mark.parametrize("accept", [JSON, HTML])
async def test_what_it_links_to_shows_nothing_later(
    samples_client: httpx.AsyncClient, database: Database, accept: str
) -> None:
    late = {"recordedAt": "2025-06-01T00:00:00Z"}
    await samples.write(
        database,
        samples.commitment("later", title="LATER promise", madeOn="2022-03-01"),
        samples.commitment("same", title="MERGED promise", mergedInto="c1", **late),
        samples.follow_up(
            "vague", kind="REAFFIRMED", on="2020-02-01/2022-03-01", restatedAs="later"
        ),
        samples.request("asked", answeredBy=["later"]),
    )
    day = "asOf=2021-06-01"
    for path, moment, shown in (
        ("commitments/c1", "asOf=2022-06-01", {"LATER", "MERGED"}),
        ("commitments/c1", day, {"MERGED"}),
        ("commitments/c1", f"{day}&knownAt=2025-05-31T00:00:00Z", set()),
        ("requests/asked", "asOf=2022-06-01", {"LATER"}),
        ("requests/asked", day, set()),
    ):
        answer = await get(samples_client, f"/{path}?{moment}", accept)
        assert set(re.findall("LATER|MERGED", answer.text)) == shown, (path, moment)
        assert ("vague" in answer.text) == (path == "commitments/c1")


async def test_before_it_was_recorded_there_is_no_answer(client: httpx.AsyncClient) -> None:
    response = await get(client, "/commitments/K13?knownAt=2025-07-09T23:59:59Z")
    assert response.status_code == 404
    assert "2025-07-10" in error_of(response)["message"]
    response = await get(client, "/commitments/K13?knownAt=2025-07-10T00:00:00Z")
    assert response.status_code == 200


async def test_answer_that_is_held_is_not_sent_again(client: httpx.AsyncClient) -> None:
    etag = (await get(client, FROZEN)).headers["etag"]
    for held in (etag, f'W/{etag}, "other"'):
        response = await client.get(FROZEN, headers={"accept": JSON, "if-none-match": held})
        assert (response.status_code, response.content) == (304, b"")
    response = await client.get(FROZEN, headers={"accept": HTML, "if-none-match": etag})
    assert response.status_code == 200


@pytest.mark.parametrize("accept", [JSON, LINKED, HTML])
async def test_answer_of_today_is_not_sent_again_while_it_holds(
    samples_client: httpx.AsyncClient, database: Database, accept: str
) -> None:
    """Though it would be cited by another moment each time."""
    first = await get(samples_client, "/commitments/c1", accept)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    again = {"accept": accept, "if-none-match": etag}
    response = await samples_client.get("/commitments/c1", headers=again)
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == etag
    assert response.headers["link"] != first.headers["link"]
    await samples.write(database, TELNO_TWO)
    response = await samples_client.get("/commitments/c1", headers=again)
    assert response.status_code == 200 and "Telno Two" in response.text


async def test_limits_of_queries_do_not_close_addresses(started: Any) -> None:
    async with started(most_cost=1, most_depth=1, trusted_only=True) as client:
        assert (await get(client, FROZEN)).status_code == 200
        assert (await client.get("/export/commitments.csv")).status_code == 200


# --- Linked data ---------------------------------------------------------------------------------

WORDS = {
    "NewsArticle": {
        *("headline", "url", "identifier", "publisher", "creditText", "dateline", "datePublished"),
        *("inLanguage", "mentions", "abstract", "articleBody", "creativeWorkStatus"),
    },
    "Event": {
        *("name", "url", "identifier", "startDate", "location", "organizer", "attendee"),
        *("keywords", "subjectOf"),
    },
    "Claim": {
        *("name", "url", "identifier", "abstract", "description", "author", "dateCreated"),
        *("keywords", "appearance", "creativeWorkStatus"),
    },
    "Person": {
        *("name", "url", "identifier", "alternateName", "sameAs", "address", "memberOf"),
        "description",
    },
    "Organization": {
        *("name", "url", "identifier", "alternateName", "sameAs", "address", "memberOf"),
        *("description", "parentOrganization"),
    },
    "OrganizationRole": {"roleName", "startDate", "endDate", "memberOf"},
    "Place": {"name", "address"},
    "PostalAddress": {"addressCountry"},
}
"""What schema.org lets be said of a thing of a type, as far as we say it."""


def _things(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [thing for item in value for thing in _things(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(thing for below in value.values() for thing in _things(below))]


async def test_linked_data_says_only_what_there_are_words_for(
    client: httpx.AsyncClient, meta_pakistan: Dataset
) -> None:
    data = await meta_pakistan.ask(
        "{ articles { nodes { url } } meetings { nodes { url } } commitments { nodes { url } }"
        " parties(first: 100) { nodes { url } } }"
    )
    for page in data.values():
        for record in page["nodes"]:
            whole = (await get(client, record["url"], LINKED)).json()
            assert whole.pop("@context") == "https://schema.org"
            assert whole["@id"] == f"http://test{record['url']}"
            for thing in _things(whole):
                if "@value" in thing:
                    assert thing["@type"] == "http://id.loc.gov/datatypes/edtf/EDTF"
                elif set(thing) != {"name"}:  # a participant of whom nothing is known but a name
                    assert set(thing) - {"@type", "@id"} <= WORDS[thing["@type"]], thing


async def test_linked_data_has_what_merged_records_add(
    samples_client: httpx.AsyncClient, database: Database
) -> None:
    former = [{"value": "Thoroughfares Bureau", "kind": "FORMER"},
              {"value": "Rods Department", "kind": "MISSPELLING"}]  # fmt: skip
    wikidata = [{"scheme": "wikidata", "value": "Q42"}]
    old = {"name": "Roads Department", "names": former, "identifiers": wikidata}
    member = [{"organization": "gov", "role": "Ministry"}, {"organization": "office"}]
    merged = samples.record(
        "parties", "roads", kind="MINISTRY", mergedInto="office", memberships=member, **old
    )
    await samples.write(database, merged)
    linked = (await get(samples_client, "/parties/office", LINKED)).json()
    assert linked["alternateName"] == ["Roads Department", "Thoroughfares Bureau"]
    assert linked["sameAs"] == ["http://www.wikidata.org/entity/Q42"]
    assert [(m["roleName"], m["memberOf"]["name"]) for m in linked["memberOf"]] == [
        ("Ministry", "Gov")
    ]
    seen = samples.evidence("a2", samples.DOUBTED)
    await samples.write(database, samples.commitment("c9", evidence=[seen], mergedInto="c2"))
    linked = (await get(samples_client, "/commitments/c2", LINKED)).json()
    assert [a["@id"] for a in linked["appearance"]] == [
        "http://test/articles/a1", "http://test/articles/a2",
    ]  # fmt: skip


async def test_only_who_spoke_is_an_author(client: httpx.AsyncClient) -> None:
    own = (await get(client, "/commitments/K03", LINKED)).json()
    assert [author["@id"] for author in own["author"]] == [
        "http://test/parties/meta",
        "http://test/parties/nsmcwg",
    ]
    headline_only = (await get(client, "/commitments/K14", LINKED)).json()
    assert "author" not in headline_only


async def test_only_a_stated_place_is_where_it_was(
    client: httpx.AsyncClient, meta_pakistan: Dataset
) -> None:
    data = await meta_pakistan.ask("{ meetings { nodes { url place { name country basis } } } }")
    bases = set()
    for meeting in data["meetings"]["nodes"]:
        event = (await get(client, meeting["url"], LINKED)).json()
        place = meeting["place"]
        bases.add(place["basis"])
        if place["basis"] == "STATED":
            assert event["location"]["address"]["addressCountry"] == place["country"]
            assert event["location"]["name"] == place["name"]
        else:
            assert "location" not in event
    assert bases >= {"STATED", "DATELINE"}


async def test_who_is_known_by_words_alone_has_no_type(client: httpx.AsyncClient) -> None:
    event = (await get(client, "/meetings/M2", LINKED)).json()
    attendees = {attendee["name"]: attendee for attendee in event["attendee"]}
    assert attendees["Meta representatives"] == {"name": "Meta representatives"}
    assert all("@type" in a for a in attendees.values() if "@id" in a)


async def test_dates_are_not_made_more_exact(client: httpx.AsyncClient) -> None:
    edtf = "http://id.loc.gov/datatypes/edtf/EDTF"
    for key, date in {
        "M1": "2017-07-07",
        "M3": "2024",
        "M5": {"@type": edtf, "@value": "2024-12-06?"},
    }.items():
        assert (await get(client, f"/meetings/{key}", LINKED)).json()["startDate"] == date


EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"


def _dated(edtf: str, **bounds: Any) -> dict[str, Any]:
    return {"edtf": edtf, "earliest": "2024-05-01", "latest": "2024-05-01", **bounds}


@pytest.mark.parametrize(
    ("date", "written"),
    [
        (_dated("2024-05-01T10:00:00+05:00"), "2024-05-01T10:00:00+05:00"),
        (_dated("2024-05-01T10:00:00Z"), "2024-05-01T10:00:00Z"),
        (_dated("2024-05-01T10:00:00"), "2024-05-01T10:00:00"),
        (_dated("2024-05"), "2024-05"),
        (_dated("2024-05-01?"), {"@type": EDTF, "@value": "2024-05-01?"}),
        (_dated("2024-05-01/.."), {"@type": EDTF, "@value": "2024-05-01/.."}),
        (_dated("../..", earliest=None, latest=None), None),
    ],
)
def test_times_stay_plain_at_every_place(date: dict[str, Any], written: Any) -> None:
    shown = {
        "key": "x",
        "url": "/x/x",
        "curation": "ACCEPTED",
        "redirectedFrom": None,
        "mergedFrom": [],
    }
    report = {**shown, "headline": None, "sourceUrl": None, "datePublished": date}
    texts = dict.fromkeys(("byline", "dateline", "inLanguage", "text", "publisher", "publishedAt"))
    article = {**report, **texts, "mentions": [], "textKind": "DIGEST"}
    person = {
        **shown,
        "__typename": "Person",
        "name": "Ann",
        "names": [],
        "identifiers": [],
        "country": None,
        "note": None,
        "memberships": [{"role": "Head", "start": date, "end": date, "organization": None}],
    }
    meeting = {
        **shown,
        "title": "Talks",
        "date": date,
        "participations": [],
        "place": None,
        "topics": [],
        "articles": [report],
    }
    promise = {
        **shown,
        "title": "A",
        "gist": "B",
        "promisors": [],
        "topics": [],
        "madeOn": date,
        "status": None,
        "evidence": [{"article": report}],
    }
    claim, event = json_ld.commitment(promise, ""), json_ld.meeting(meeting, "")
    role = json_ld.party(person, "")["memberOf"][0]
    found = [
        json_ld.article(article, "").get("datePublished"),
        *(role.get(name) for name in ("startDate", "endDate")),
        *(event.get("startDate"), event["subjectOf"][0].get("datePublished")),
        *(claim.get("dateCreated"), claim["appearance"][0].get("datePublished")),
    ]
    assert found == [written] * 7


async def test_addresses_in_linked_data_are_iris(
    samples_client: httpx.AsyncClient, database: Database
) -> None:
    url = 'https://news.example/a?q="xy"&r={<z>}^`|'
    await samples.write(database, samples.article("a1", url=url))
    for path in ("/articles/a1", "/commitments/c1"):
        whole = (await get(samples_client, path, LINKED)).json()
        shown = whole["url"] if path.startswith("/a") else whole["appearance"][0]["url"]
        assert shown == "https://news.example/a?q=%22xy%22&r=%7B%3Cz%3E%7D%5E%60%7C"
    record = (await get(samples_client, "/articles/a1")).json()["article"]
    assert record["sourceUrl"] == url


@pytest.mark.slow
async def test_linked_data_is_read_by_others(
    client: httpx.AsyncClient, meta_pakistan: Dataset
) -> None:
    """By rdflib, without a network: the words of schema.org all begin alike."""
    data = await meta_pakistan.ask(
        "{ articles { nodes { url } } meetings { nodes { url } } commitments { nodes { url } }"
        " parties(first: 100) { nodes { url } } }"
    )
    for page in data.values():
        for record in page["nodes"]:
            whole = (await get(client, record["url"], LINKED)).json()
            whole["@context"] = {"@vocab": "https://schema.org/"}
            graph = Graph().parse(data=json.dumps(whole), format="json-ld")
            own = URIRef(f"http://test{record['url']}")
            assert (own, URIRef("https://schema.org/identifier"), None) in graph
            assert all(node.n3() for triple in graph for node in triple)


async def test_withheld_text_stays_withheld(invented_client: httpx.AsyncClient) -> None:
    for accept in (JSON, LINKED, HTML):
        article = await get(invented_client, "/articles/v-a3", accept)
        assert article.status_code == 200 and "monthly figures" in article.text
        assert "articleBody" not in article.text and "abstract" not in article.text
    shown = (await get(invented_client, "/articles/v-a3")).json()["article"]
    assert shown["text"] is None and shown["textAccess"] == "WITHHELD"


async def test_retracted_record_says_so(
    samples_client: httpx.AsyncClient, database: Database
) -> None:
    await samples.write(database, samples.commitment("c2", curation="RETRACTED"))
    claim = (await get(samples_client, "/commitments/c2", LINKED)).json()
    assert claim["creativeWorkStatus"] == "Retracted"


# --- Pages ---------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """What stands in a page: open elements are counted, scripts and links kept."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.heading = ""
        self._stack: list[str] = []
        self._kind = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input"):
            self._stack.append(tag)
        if tag == "a":
            self.links.append(str(dict(attrs)["href"]))
        if tag == "script":
            self._kind = str(dict(attrs)["type"])
            if self._kind == "module":
                assert str(dict(attrs)["src"]).startswith("/assets/")  # the reading page's own
            else:
                assert self._kind in (LINKED, JSON)  # which no browser runs

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stands in it."""

    def handle_endtag(self, tag: str) -> None:
        assert self._stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._stack[-1:] == ["script"]:
            if self._kind == LINKED:
                self.scripts.append(data)
        elif self._stack[-1:] == ["h1"]:
            self.heading += data


async def test_page_shows_the_record_and_its_links(client: httpx.AsyncClient) -> None:
    response = await get(client, FROZEN, BROWSER)
    page = Elements(response.text)
    assert page.heading == "Keep working on content moderation and local law"
    assert {"/parties/meta", "/meetings/M2", "/articles/A2", "/follow-ups/F07"} <= {
        link.partition("?")[0] for link in page.links
    }
    for link in {*page.links}:
        assert (await get(client, link, BROWSER)).status_code == 200, link
    assert json.loads(page.scripts[0])["@type"] == "Claim"
    assert "default-src 'none'" in response.headers["content-security-policy"]


async def test_page_is_not_read_from_disk_where_all_requests_wait(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()

    def noting(path: Path, **how: Any) -> str:
        threads.add(threading.get_ident())
        with path.open(**how) as file:
            return file.read()

    monkeypatch.setattr(Path, "read_text", noting)
    for key, status in (("K03", 200), ("nobody", 404)):
        response = await get(client, f"/commitments/{key}", BROWSER)
        assert response.status_code == status
    assert threads and threading.get_ident() not in threads


async def test_texts_of_others_cannot_become_part_of_the_page(
    samples_client: httpx.AsyncClient, database: Database
) -> None:
    evil = "</script><script>alert(1)</script><h1>\"'&"
    await samples.write(database, samples.commitment("c2", title=evil, gist=evil))
    response = await get(samples_client, "/commitments/c2", HTML)
    page = Elements(response.text)
    assert page.heading == evil
    assert json.loads(page.scripts[0])["name"] == evil
    assert response.text.count(f'<script type="{LINKED}"') == 1
    assert "<script>" not in response.text
