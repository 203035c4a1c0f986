"""That a page of a day, or as known at a moment, shows nothing later in any part: not in what is
read, not in its head, not in what it carries for its script, not behind its links.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.pages.routes import DIST
from api.settings import Settings
from store.records.base import Record
from tests.api.conftest import application
from tests.conftest import Dataset, empty_dataset
from tests.store import samples

pytestmark = pytest.mark.skipif(
    not (DIST / "server" / "reading.js").exists(), reason="the pages are not built: make workbench"
)

DAY, ON_DAY = "2022-06-30", "30 June 2022"
MOMENT, BY_MOMENT = "2022-06-30T12:00:00Z", "30 June 2022, 12:00 UTC"
KNOWN = {"recordedAt": "2021-12-01T00:00:00Z"}
SINCE = {"recordedAt": "2024-02-01T00:00:00Z"}
LATER, UNKNOWN = "What came later", "What nobody knew"

PAGES = (
    *("/", "/commitments", "/requests", "/parties", "/meetings", "/articles", "/follow-ups"),
    *("/topics", "/topics/prices", "/parties/telno", "/meetings/m2", "/articles/a1"),
    *("/follow-ups/f2", "/commitments/c1", "/requests/r1"),
)
RECORDS = ("/meetings/m2", "/articles/a1", "/follow-ups/f2", "/commitments/c1", "/requests/r1")
"""The pages that go by what was known at a moment."""
CAME_LATER = (
    *("/meetings/m-later", "/articles/a-later", "/follow-ups/f-later", "/commitments/c-later"),
    "/requests/r-later",
)
RECORDED_LATER = tuple(path.replace("later", "unknown") for path in CAME_LATER)


def all_of_it(key: str, title: str, on: str, value: str, **recorded: Any) -> list[Record]:
    """One record of each noun, with this title and of this day; `value` is how `c1` stands."""
    topic = {"topics": ["prices"]}
    at = {"madeOn": on, "madeAt": "m2", **topic, **recorded}
    said = {"evidence": [samples.evidence("a1", samples.PROMISED)], **recorded}
    return [
        samples.article(
            f"a-{key}",
            headline=title,
            text=f"{title}: Telno.",
            datePublished=on,
            mentions=[{"surface": "Telno", "party": "telno", "span": {"exact": "Telno"}}],
            **recorded,
        ),
        samples.record(
            "meetings",
            f"m-{key}",
            title=title,
            kind="BILATERAL",
            date=on,
            participations=[{"party": "telno", "nameAsStated": "Telno"}],
            **topic,
            **said,
        ),
        samples.commitment(f"c-{key}", title=title, **at),
        samples.request(f"r-{key}", title=title, **at),
        samples.follow_up(f"f-{key}", kind="FULFILLED", on=on, rationale=title, **recorded),
        samples.follow_up(f"g-{key}", target="r1", on=on, rationale=title, **recorded),
        samples.follow_up(
            f"h-{key}", kind="ANSWERED", on=on, answers="f2", rationale=title, **recorded
        ),
        samples.assessment(
            f"s-{key}", "c1", value=value, effectiveOn=on, rationale=title, **recorded
        ),
        samples.record(
            "check_logs",
            f"l-{key}",
            trackable="c1",
            checkedOn=on,
            checkedBy="Ida",
            found=0,
            note=title,
            **recorded,
        ),
    ]


def known(record: Record) -> Record:
    return samples.changed(record, **KNOWN)


@pytest.fixture(scope="module")
async def dataset(mongodb_url: str, schema: Any) -> AsyncIterator[Dataset]:
    async with empty_dataset(mongodb_url, "cut", schema) as data:
        base = [known(one) for one in samples.store() if one.key not in ("s1", "l1")]
        long = samples.record(
            "meetings",
            "m2",
            title="Talks without an end",
            kind="BILATERAL",
            date="2021-01/2023-12",
            participations=[{"party": "office", "nameAsStated": "the office"}],
            evidence=[samples.evidence("a1", samples.PROMISED)],
            topics=["prices"],
            **KNOWN,
        )
        about = samples.commitment("c3", topics=["prices"], **KNOWN)
        # What is known from a report that was published later is shown, with a word on it.
        report = samples.article("a3", text=samples.LATER, datePublished="2023-05-05", **KNOWN)
        told = samples.follow_up(
            "f9", target="c2", evidence=[samples.evidence("a3", samples.LATER)], **KNOWN
        )
        later = all_of_it("later", LATER, "2023-03-03", "BROKEN")
        unknown = all_of_it("unknown", UNKNOWN, "2021-10-10", "PARTLY_FULFILLED", **SINCE)
        await samples.write(data.database, *base, long, about, report, told, *later, *unknown)
        yield data


@pytest.fixture
async def client(mongodb_url: str, dataset: Dataset) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(mongodb_url=mongodb_url, database=dataset.database.name)
    async with application(settings) as client:
        client.headers.update({"accept": "text/html"})
        yield client


def links_of(page: str) -> list[str]:
    """The links of a page to its own site, but those that say that they lead to today."""
    body = page.partition("<main")[2].partition("</main>")[0]
    body = re.sub(r'<div class="notice".*?</div>', "", body)
    return re.findall(r'href="(/[^"]*)"', body)


WITHOUT_TITLES = ("/parties", "/topics", "/topics/prices")

OF_A_DAY = re.compile(
    r"/(commitments|requests|parties|meetings|articles|follow-ups|topics)\b|/\?|/$"
)


@pytest.mark.parametrize("path", PAGES)
async def test_page_of_a_day_shows_nothing_later(client: httpx.AsyncClient, path: str) -> None:
    today = (await client.get(path)).text
    assert LATER in today or "3 March 2023" in today or path in WITHOUT_TITLES
    response = await client.get(path, params={"asOf": DAY})
    page = response.text
    assert response.status_code == 200
    assert LATER not in page
    # Not in what its data says without a title, such as a status or a year to filter by.
    assert "2023-03-03" not in page and "3 March 2023" not in page
    assert '"value":"BROKEN"' not in page.replace('"value":"BROKEN","count":0', "")
    assert "badge status-broken" not in page
    assert f"as of {ON_DAY}" in page
    assert f'<a href="{path}">See today' in page
    assert "/feeds/" not in page


@pytest.mark.parametrize("path", PAGES)
async def test_links_of_a_page_of_a_day_keep_it(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path, params={"asOf": DAY, "knownAt": "2025-01-01T00:00:00Z"})).text
    found = [link for link in links_of(page) if OF_A_DAY.match(link) and "at-" not in link]
    assert found
    for link in found:
        assert f"asOf={DAY}" in link and "knownAt=2025-01-01" in link, link


@pytest.mark.parametrize("path", RECORDS)
async def test_page_as_known_shows_nothing_that_was_recorded_later(
    client: httpx.AsyncClient, path: str
) -> None:
    today = (await client.get(path)).text
    assert UNKNOWN in today or "10 October 2021" in today, "a test of nothing"
    response = await client.get(path, params={"asOf": DAY, "knownAt": MOMENT})
    assert response.status_code == 200
    page = response.text
    assert UNKNOWN not in page and "10 October 2021" not in page and "2021-10-10" not in page
    assert not re.search('"value":"(BROKEN|PARTLY_FULFILLED)"|badge status-partly', page)
    assert f"As recorded by {BY_MOMENT}" in page
    assert f'<a href="{path}">See today' in page


@pytest.mark.parametrize("path", [path for path in PAGES if path not in RECORDS])
async def test_page_that_goes_by_now_says_so(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path, params={"knownAt": MOMENT})).text
    assert "goes by what is recorded now" in page and "Leave the moment out" in page


@pytest.mark.parametrize("path", CAME_LATER)
async def test_what_came_later_is_not_told_before(client: httpx.AsyncClient, path: str) -> None:
    assert LATER in (await client.get(path)).text
    response = await client.get(path, params={"asOf": DAY})
    assert response.status_code == 404
    assert LATER not in response.text and "2023" not in response.text
    assert f"It had not come by {ON_DAY}" in response.text
    assert f'<a href="{path}">See today' in response.text


@pytest.mark.parametrize("path", RECORDED_LATER)
async def test_what_was_recorded_later_is_not_told_before(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(path, params={"knownAt": MOMENT})
    assert response.status_code == 404
    assert UNKNOWN not in response.text
    assert f'<a href="{path}">See today' in response.text or "recorded at" in response.text


async def test_report_that_was_published_later_is_marked(client: httpx.AsyncClient) -> None:
    page = (await client.get("/follow-ups/f9", params={"asOf": DAY})).text
    assert "published after this day" in page
    assert 'href="/articles/a3"' in page
    assert "published after this day" not in (await client.get("/follow-ups/f9")).text


@pytest.mark.parametrize("path", ["/meetings/m2", "/articles/a1", "/parties/telno"])
async def test_what_is_used_of_a_page_of_a_day_is_of_that_day(
    client: httpx.AsyncClient, path: str
) -> None:
    page = (await client.get(path, params={"asOf": DAY})).text
    assert "application/ld+json" not in page
    assert f"/data{path}.json" not in page
    for address in (f"/cite{path}.bib?asOf={DAY}", f"/cards{path}.png?asOf={DAY}"):
        assert address in page
        cited = await client.get(address)
        assert cited.status_code == 200 and LATER not in cited.text
    assert f"{path}?asOf={DAY}" in (await client.get(f"/cite{path}.txt?asOf={DAY}")).text
