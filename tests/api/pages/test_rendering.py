"""The reading pages as the server renders them, before any script runs."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.http import compression
from api.pages import rendering
from api.pages.reading import ReadingPages, Site
from api.pages.rendering import CannotRender, Renderer, compose
from api.pages.routes import DIST
from tests.api.conftest import Started
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    not (DIST / "server" / "reading.js").exists(), reason="the pages are not built: make workbench"
)

HTML = {"accept": "text/html"}
GIVEN = {"language": "en", "site": {"name": "Ours & theirs"}, "address": {"path": "/"}}

KINDS = {
    "/": "What became of each promise?",
    "/how-to-read": "How to read this",
    "/commitments": "Commitments",
    "/requests": "Requests",
    "/parties": "Parties",
    "/meetings": "Meetings",
    "/articles": "Articles",
    "/follow-ups": "Follow-ups",
    "/topics": "Topics",
    "/topics/online-safety": "Online safety",
    "/commitments/K01": "Safe platform true to its own standards",
    "/parties/meta": "Meta",
    "/meetings/M1": "Interior minister and a vice president of Facebook",
    "/articles/A1": "A report of 7 July 2017",
    "/follow-ups/F05": "Reaffirmed",
}


@pytest.fixture
def client(client: httpx.AsyncClient) -> httpx.AsyncClient:
    client.headers.update(HTML)
    return client


def data_of(page: str) -> dict[str, object]:
    """What the server put into the page for its script."""
    (text,) = re.findall(r'<script type="application/json" id="given">(.*?)</script>', page)
    data: dict[str, object] = json.loads(text)
    return data


@pytest.mark.parametrize(("path", "heading"), KINDS.items())
async def test_page_is_whole_before_any_script_runs(
    client: httpx.AsyncClient, path: str, heading: str
) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    (shown,) = re.findall(r"<h1[^>]*>(.*?)</h1>", response.text)
    assert heading in shown
    assert data_of(response.text)["isRendered"] is True
    # The policy allows neither.
    assert ' style="' not in response.text and ' onclick="' not in response.text


async def test_page_that_is_held_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/commitments")
    assert first.headers["vary"] == "Accept, Accept-Language, Accept-Encoding, Authorization"
    again = await client.get("/commitments", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_page_is_rendered_once_while_the_data_does_not_change(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0

    async def counting(self: Renderer, asked: object) -> object:
        nonlocal steps
        steps += 1
        return await stepping(self, asked)  # type: ignore[arg-type]

    stepping = Renderer.step
    monkeypatch.setattr(Renderer, "step", counting)
    async with started() as client:
        one = await client.get("/commitments", headers=HTML)
        rendered = steps
        other = await client.get("/commitments?fbclid=1", headers=HTML)
    assert rendered > 1 and steps == rendered
    assert one.content == other.content


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/commitments/k1", 404, 'href="/commitments/K01"'),
        ("/commitments/F05", 404, 'href="/follow-ups/F05"'),
        ("/parties/Metta", 404, "There is no party Metta"),
        ("/meetins", 404, 'href="/meetings"'),
        ("/nothing/at/all", 404, "There is nothing at this address"),
        ("/topics/no-such", 404, "There is no topic no-such"),
        ("/commitments?asOf=banana", 400, "banana"),
        ("/commitments?status=BANANA", 400, "BANANA"),
        ("/parties/meta?asOf=banana", 400, "banana"),
    ],
)
async def test_wrong_address_is_a_page_with_what_may_be_meant(
    client: httpx.AsyncClient, path: str, status: int, said: str
) -> None:
    response = await client.get(path)
    assert response.status_code == status
    assert said in response.text.partition("<main")[2].partition("</main>")[0]
    assert 'content="noindex"' in response.text


async def test_list_is_a_form_and_links_without_a_script(client: httpx.AsyncClient) -> None:
    page = (await client.get("/commitments?status=NO_FOLLOW_UP&q=lab")).text
    (form,) = re.findall(r"<form[^>]*>", page)
    assert 'method="get"' in form and 'action="/commitments"' in form
    assert 'name="q"' in page and 'type="submit"' in page
    assert page.count('<li><h2><a href="/commitments/') == 1


async def test_programs_are_told_where_the_data_is(client: httpx.AsyncClient) -> None:
    response = await client.get("/parties", headers={"accept": "application/json"})
    assert response.status_code == 406
    assert "/graphql" in response.json()["errors"][0]["message"]


async def test_browsers_render_where_the_server_cannot(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Renderer, "_start", _refuse)
    async with started() as client:
        list_ = (await client.get("/commitments", headers=HTML)).text
        record = (await client.get("/commitments/K01", headers=HTML)).text
    assert '<div id="reading"></div>' in list_ and data_of(list_)["isRendered"] is False
    # A record can be read all the same.
    assert "Safe platform true to its own standards" in record.partition("<noscript>")[2]


def _refuse(_self: Renderer) -> None:
    raise CannotRender("no V8 here")


async def test_lack_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    renderer = Renderer(tmp_path / "nothing.js")
    for _ in range(2):
        with pytest.raises(CannotRender):
            await renderer.step({})
    assert len(caplog.records) == 1 and "nothing.js" in caplog.text
    renderer.close()


@pytest.mark.parametrize(
    "script",
    [
        "const reading = { step: (text) => { if (text !== '{}') while (true); return '{}' } }",
        "const reading = { step: (text) => { if (text !== '{}') throw Error('no'); return '{}' } }",
        "const reading = { step(text) { const all = [];"
        " while (text !== '{}') all.push(new Array(1e5).fill(1.5)); return '{}' } }",
    ],
    ids=["endless", "failing", "greedy"],
)
async def test_isolate_that_fails_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(rendering, "SECONDS", 2.0)
    bundle = tmp_path / "reading.js"
    bundle.write_text(script)
    renderer = Renderer(bundle)
    assert await renderer.step({}) == {}
    with pytest.raises(CannotRender):
        await renderer.step({"bad": True})
    assert await renderer.step({}) == {}
    renderer.close()


SEVERAL_ISOLATES = """
import asyncio, sys
from pathlib import Path
from api.pages.rendering import Renderer

async def main() -> None:
    first = Renderer(Path(sys.argv[1]))
    await first.step({})
    for _ in range(40):
        other = Renderer(Path(sys.argv[1]))
        await other.step({})
        other.close()
        await first.step({})

asyncio.run(main())
"""


def test_several_threads_may_have_an_isolate(tmp_path: Path) -> None:
    bundle = tmp_path / "reading.js"
    # Enough code that V8 compiles it as it runs.
    work = "const work = (n) => n < 2 ? n : work(n - 1) + work(n - 2);"
    bundle.write_text(f'{work} var reading = {{ step: () => {{ work(22); return "{{}}" }} }}')
    command = [sys.executable, "-X", "faulthandler", "-c", SEVERAL_ISOLATES, str(bundle)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[:2_000]


async def test_others_are_answered_while_a_page_is_rendered(tmp_path: Path) -> None:
    bundle = tmp_path / "reading.js"
    bundle.write_text(
        "const reading = { step() { const end = Date.now() + 700;"
        " while (Date.now() < end); return '{}' } }"
    )
    renderer = Renderer(bundle)
    rendering_ = asyncio.create_task(renderer.step({}))
    turns = 0
    while not rendering_.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert await rendering_ == {} and turns > 10
    renderer.close()


def test_no_text_ends_the_script_or_the_title() -> None:
    evil = "</script></title><script>alert(1)</script>"
    page = {"title": evil, "description": evil, "html": "", "isUnlisted": False, "status": 200}
    page |= {"direction": "ltr", "given": {**GIVEN, "data": evil}}
    template = (DIST / "reading.html").read_text(encoding="utf-8")
    written = compose(template, GIVEN, page, "").decode()
    assert "alert(1)</script>" not in written and "<script>" not in written
    assert "Ours &amp; theirs" in written


async def test_settings_are_printed(started: Started) -> None:
    said = {
        "site_name": "Promises of Telno",
        "site_subject": "Kept by <us>.",
        "site_contact": "desk@example.org",
        "data_licence": "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/",
    }
    async with started(**said) as client:
        page = (await client.get("/", headers=HTML)).text
    assert "Promises of Telno</title>" in page and "Kept by &lt;us&gt;." in page
    assert 'href="mailto:desk@example.org"' in page
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page


async def test_pages_that_are_not_built_name_the_remedy(started: Started, tmp_path: Path) -> None:
    renderer = Renderer(tmp_path / "nothing.js")
    unbuilt = ReadingPages(None, renderer, Site("", "", "", ""), tmp_path)  # type: ignore[arg-type]
    async with started(pages=unbuilt) as client:
        response = await client.get("/", headers=HTML)
    assert response.status_code == 503 and "make workbench" in response.text
    renderer.close()


@pytest.mark.parametrize("path", ["/", "/parties/meta"])
async def test_page_of_a_day_has_nothing_later_in_any_part(
    client: httpx.AsyncClient, path: str
) -> None:
    page = (await client.get(path, params={"asOf": "2023-06-30"})).text
    html = page.partition('<script type="application/json"')[0].partition("<main")[2]
    said = re.sub("<[^>]*>", " ", html.partition("</main>")[0])
    assert "as of 30 June 2023" in said
    assert not re.findall(r"\b202[4-9]\b", said), said
    # What leads on leads to the same day.
    lists = re.findall(r'href="(/commitments\?[^"]*)"', html)
    assert lists and all("asOf=2023-06-30" in one for one in lists), lists


async def test_page_is_compressed_for_those_who_take_it(client: httpx.AsyncClient) -> None:
    for path in ("/", "/commitments/K01"):
        plain = await client.get(path, headers={"accept-encoding": "identity"})
        coded = await client.get(path, headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert coded.headers["content-encoding"] == "gzip"
        assert int(coded.headers["content-length"]) * 3 < int(plain.headers["content-length"])
        assert "Accept-Encoding" in coded.headers["vary"]
        held = await client.get(path, headers={"if-none-match": coded.headers["etag"]})
        assert held.status_code == 304


async def test_page_that_is_kept_is_compressed_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [await client.get(path) for path in ("/parties/meta", "/commitments")]
    monkeypatch.setattr(compression.gzip, "compress", _refuse_coding)
    again = [await client.get(path) for path in ("/parties/meta", "/commitments")]
    assert all(one.headers["content-encoding"] == "gzip" for one in again)
    assert [one.content for one in again] == [one.content for one in first]


def _refuse_coding(*_arguments: object, **_options: object) -> bytes:
    raise AssertionError("coded anew")
