"""What readers do with a page: cite it, embed it, print it, draw it. In a real browser.

Each is a task at which data journalists gave up before there was a box for it.
"""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator

import bibtexparser
import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.api.browsing import fits_its_width, in_a_browser, serious_violations, until

pytestmark = in_a_browser

DAY = "?asOf=2025-07-09"
LISTS = [
    "/commitments",
    "/requests",
    "/follow-ups",
    "/meetings",
    "/parties",
    "/articles",
    "/topics",
]
PATHS = ["/", *LISTS, "/commitments/K03", "/parties/meta", "/articles/A1", "/meetings/M1"]


async def open_use(page: Page, path: str) -> None:
    await page.goto(path)
    await page.get_by_text("Use this page").click()


# --- The box -------------------------------------------------------------------------------------


async def test_link_and_citation_are_copied(page: Page, live_server: str) -> None:
    await open_use(page, f"/commitments/K03{DAY}")
    await page.get_by_role("button", name="Copy: Link").click()
    await expect(page.get_by_role("button", name="Copy: Link")).to_have_text("Copied")
    copied = str(await page.evaluate("navigator.clipboard.readText()"))
    assert copied == f"{live_server}/commitments/K03{DAY}"
    cited = await page.get_by_label("Cite", exact=True).input_value()
    assert "Followthrough. As of 2025-07-09, recorded by " in cited
    # The address in it gives the same again.
    address = cited.split()[-1]
    assert "knownAt=" in address
    answer = await page.request.get(address, headers={"accept": "text/html"})
    assert answer.status == 200


@pytest.mark.parametrize("path", PATHS)
async def test_every_link_of_the_box_leads_somewhere(page: Page, path: str) -> None:
    await open_use(page, path)
    links = page.locator(".use-links a")
    hrefs = [str(await link.get_attribute("href")) for link in await links.all()]
    assert len(hrefs) >= 3
    for href in hrefs:
        answer = await page.request.get(href)
        assert answer.status == 200, href
        if ".bib" in href:
            assert not bibtexparser.parse_string(await answer.text()).failed_blocks


@pytest.mark.parametrize("path", ["/meetings?year=2024", "/parties?country=PK", "/articles"])
async def test_table_of_a_list_has_the_rows_that_are_shown(page: Page, path: str) -> None:
    await open_use(page, path)
    shown = await page.locator("main .rows > li").count()
    async with page.expect_download() as download:
        await page.locator(".use-this").get_by_role("link", name="CSV").click()
    table = (await (await download.value).path()).read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(table)))) == shown > 0


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_box_is_accessible(page: Page, path: str, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await open_use(page, path)
    assert await serious_violations(page, ".use-this") == []
    await page.set_viewport_size({"width": 390, "height": 844})
    # A drawing is measured anew a moment after the window has become narrower.
    narrow = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    await until(page, narrow)


async def test_box_is_of_use_without_javascript(live_server: str) -> None:
    async with httpx.AsyncClient(base_url=live_server, headers={"accept": "text/html"}) as client:
        html = (await client.get(f"/commitments/K03{DAY}")).text
    assert '<details class="use-this">' in html
    assert f"/cite/commitments/K03.bib{DAY}" in html
    assert "&lt;iframe src=" in html


async def test_box_speaks_urdu(page: Page) -> None:
    await page.goto(f"/commitments/K03{DAY}&lang=ur")
    await page.get_by_text("یہ صفحہ استعمال کریں").click()
    await expect(page.get_by_label("حوالہ دیں", exact=True)).to_be_visible()
    assert await serious_violations(page, ".use-this") == []


# --- Previews ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
async def test_link_preview_has_a_picture(live_server: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=live_server, headers={"accept": "text/html"}) as client:
        html = (await client.get(path)).text
        tags = dict(re.findall(r'<meta property="(og:[a-z:_]+)" content="([^"]*)"', html))
        assert tags.keys() >= {"og:title", "og:type", "og:url", "og:image", "og:site_name"}
        assert tags["og:url"] == f"{live_server}{path}"
        assert f'<link rel="canonical" href="{live_server}{path}">' in html
        assert 'name="twitter:card" content="summary_large_image"' in html
        picture = await client.get(tags["og:image"])
        assert picture.content.startswith(b"\x89PNG")
        if path.count("/") > 1:
            found = re.search(r'type="application/json\+oembed" href="([^"]*)"', html)
            assert found
            answer = await client.get(found[1].replace("&amp;", "&"))
            assert answer.json()["type"] == "rich"


async def test_description_of_a_record_is_its_own(live_server: str) -> None:
    async with httpx.AsyncClient(base_url=live_server, headers={"accept": "text/html"}) as client:
        said = {
            re.search(r'og:description" content="([^"]*)"', (await client.get(path)).text)
            for path in ("/commitments/K03", "/commitments/K05")
        }
    texts = {found[1] for found in said if found}
    assert len(texts) == 2


# --- Frames --------------------------------------------------------------------------------------


@pytest.fixture
async def newsroom(page: Page, browser: Browser) -> AsyncIterator[Page]:
    """A page of another origin (another port is one), with the snippet of a page of ours."""
    await page.goto(f"/commitments/K03{DAY}")
    snippet = await page.get_by_label("Embed", exact=True).input_value()
    body = f"<!doctype html><title>A newsroom</title><p>Before</p>{snippet}<p>After</p>".encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + body)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    context = await browser.new_context()
    elsewhere = await context.new_page()
    await elsewhere.goto(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    yield elsewhere
    await context.close()
    server.close()


async def test_snippet_shows_a_frame_as_high_as_its_content(newsroom: Page) -> None:
    frame = newsroom.frame_locator("iframe")
    await expect(frame.locator("h1")).to_be_visible()
    await expect(frame.locator(".badge").first).to_be_visible()
    await until(newsroom, "document.querySelector('iframe').style.height !== ''")
    heights = await newsroom.evaluate("document.querySelector('iframe').offsetHeight")
    inside = await frame.locator("html").evaluate("html => html.getBoundingClientRect().height")
    assert abs(float(heights) - float(inside)) < 8


async def test_frame_draws_the_timeline_when_asked(page: Page) -> None:
    await page.goto(f"/embed/commitments/K01{DAY}&timeline=1")
    await expect(page.locator(".timeline-lanes")).to_be_visible()
    assert await serious_violations(page) == []


@pytest.mark.parametrize("path", ["/embed/commitments/K01", "/embed/commitments"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_frame_is_accessible(page: Page, path: str, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": 320, "height": 480})
    await page.goto(path)
    assert await serious_violations(page) == []
    assert await fits_its_width(page)


# --- Statuses over time --------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/parties/meta"])
async def test_statuses_over_time_are_drawn(page: Page, path: str) -> None:
    await page.goto(path)
    await page.locator(".changed-over-time").scroll_into_view_if_needed()
    chart = page.locator(".series-drawing")
    await expect(chart).to_be_visible()
    await expect(chart).to_have_attribute("aria-valuetext", re.compile("commitments"))
    assert await serious_violations(page, ".changed-over-time") == []


async def test_chart_moves_nothing_when_it_comes(page: Page) -> None:
    await page.add_init_script(
        "window.shifts = 0; new PerformanceObserver((list) => {"
        " for (const one of list.getEntries()) window.shifts += one.value; })"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    await page.goto("/")
    await expect(page.locator(".series-drawing")).to_be_visible()
    assert float(await page.evaluate("window.shifts")) < 0.05


# --- Timeline ------------------------------------------------------------------------------------


async def test_first_tap_tells_and_the_link_takes_the_focus_along(page: Page) -> None:
    await page.goto("/commitments/K01")
    mark = page.locator('[data-mark][aria-label^="F02"]')
    before = await page.evaluate("scrollY")
    await mark.click()
    await expect(page.locator(".timeline-details")).to_contain_text("F02")
    assert abs(float(await page.evaluate("scrollY")) - float(before)) < 500  # it did not jump away
    await page.locator(".timeline-details").get_by_role("link", name="Go there").click()
    await expect(page.locator("#F02")).to_be_in_viewport()
    await until(page, "document.activeElement.id === 'F02'")


async def test_picture_has_title_day_source_and_address(page: Page, live_server: str) -> None:
    await page.goto(f"/commitments/K03{DAY}")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="SVG", exact=True).click()
    picture = (await (await download.value).path()).read_text(encoding="utf-8")
    title = await page.locator("h1").inner_text()
    for words in (
        title.split()[0],
        "9 July 2025",
        "Followthrough",
        f"{live_server}/commitments/K03",
    ):
        assert words in picture


# --- On paper ------------------------------------------------------------------------------------


async def test_paper_has_address_day_and_citation_and_no_buttons(
    page: Page, live_server: str
) -> None:
    await page.goto(f"/commitments/K03{DAY}")
    await expect(page.locator(".timeline-lanes")).to_be_visible()
    await page.emulate_media(media="print")
    paper = page.locator(".on-paper")
    await expect(paper).to_be_visible()
    await expect(paper).to_contain_text(f"{live_server}/commitments/K03{DAY}")
    await expect(paper).to_contain_text("Printed on")
    await expect(paper).to_contain_text("knownAt=")
    for hidden in ("button", "nav", "form", ".use-this", "input"):
        assert await page.locator(f"{hidden}:visible").count() == 0, hidden
    # The drawing ends where the paper does.
    await page.set_viewport_size({"width": 640, "height": 900})
    assert await fits_its_width(page)
