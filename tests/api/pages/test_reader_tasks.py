"""The tasks at which the first readers of the pages gave up, done as they would: by what they see.

With FOLLOWTHROUGH_TASKS=<file> each task adds a line there: its name, the clicks and the seconds.
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter

import pytest
from playwright.async_api import Locator, Page, expect

from tests.api.browsing import in_a_browser, until

pytestmark = in_a_browser

LIST = ".commitments li"
TASKS = os.environ.get("FOLLOWTHROUGH_TASKS")


class Reader:
    """Somebody at a page, whose clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.start = perf_counter()

    async def open(self, path: str) -> None:
        """Comes to a page by its address; the time runs from there."""
        await self.page.goto(path)
        self.start = perf_counter()

    async def click(self, what: Locator) -> None:
        self.clicks += 1
        await what.click()

    async def follow(self, name: str | re.Pattern[str], within: str = "body") -> None:
        await self.click(self.page.locator(within).get_by_role("link", name=name).first)


@pytest.fixture
async def reader(page: Page, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    reader = Reader(page)
    yield reader
    if TASKS:
        note(
            f"{request.node.name}\t{reader.clicks} clicks\t{perf_counter() - reader.start:.1f} s\n"
        )


def note(line: str) -> None:
    with Path(str(TASKS)).open("a") as file:
        file.write(line)


# --- A newspaper reader --------------------------------------------------------------------------


async def test_what_is_this(reader: Reader) -> None:
    await reader.open("/")
    main = reader.page.locator("main")
    await expect(main).to_contain_text(re.compile(r"Followed through \d+ articles that report"))
    await expect(main).to_contain_text("The latest article is of")
    await reader.follow("How to read this", "main")
    await expect(reader.page.locator("main")).to_contain_text("What is recorded")


async def test_which_were_broken_or_kept(reader: Reader) -> None:
    await reader.open("/")
    score = reader.page.locator(".score")
    await expect(score.locator("li", has_text="Broken")).to_contain_text("0")
    await reader.click(score.get_by_role("link", name=re.compile("^In progress")))
    await expect(reader.page.locator(LIST)).not_to_have_count(0)
    await expect(reader.page.get_by_label("Status")).to_have_value("IN_PROGRESS")


async def test_which_are_silent_longest(reader: Reader) -> None:
    await reader.open("/")
    section = reader.page.get_by_role("region", name="Longest without news")
    await expect(section.locator("li").first).to_contain_text("Nothing recorded for at least")
    await reader.click(section.get_by_role("link", name=re.compile("^All ")))
    await expect(reader.page.get_by_label("Order")).to_have_value("silent")


async def test_who_promised_and_how_did_they_do(reader: Reader) -> None:
    await reader.open("/commitments")
    await reader.follow("Meta", LIST)
    await expect(reader.page.locator("h1")).to_have_text("Meta")
    await expect(reader.page.get_by_role("region", name="What it promised")).to_be_visible()
    await expect(reader.page.locator(".score").first).to_contain_text("Broken")


async def test_half_a_word_says_why_it_finds_nothing(reader: Reader) -> None:
    await reader.open("/commitments")
    await reader.page.get_by_role("searchbox", name="Search").fill("communit")
    await expect(reader.page.get_by_text("Only whole words are found")).to_be_visible()
    await reader.page.get_by_role("searchbox", name="Search").fill("community lab")
    await expect(reader.page.locator(LIST)).to_have_count(1)


async def test_share_with_a_picture(reader: Reader) -> None:
    await reader.open("/commitments/K03")
    await reader.click(reader.page.get_by_text("Use this page"))
    await reader.click(reader.page.get_by_role("button", name="Copy: Link"))
    await expect(reader.page.get_by_role("button", name="Copy: Link")).to_have_text("Copied")
    image = reader.page.locator('meta[property="og:image"]')
    address = str(await image.get_attribute("content"))
    assert (await (await reader.page.request.get(address)).body()).startswith(b"\x89PNG")


async def test_see_the_evidence_in_its_article(reader: Reader) -> None:
    await reader.open("/commitments/K01")
    await reader.follow("where in the source", "main")
    await expect(reader.page).to_have_url(re.compile(r"/articles/A1#at-\d+$"))
    await expect(reader.page.locator("mark").first).to_be_visible()
    fragment = reader.page.url.partition("#")[2]
    await expect(reader.page.locator(f"[id='{fragment}']")).to_be_in_viewport()
    await expect(reader.page.locator("main")).to_contain_text("in our words")


async def test_what_contested_and_uncertain_mean(reader: Reader) -> None:
    await reader.open("/commitments/K01")
    await reader.follow("Contested", ".standing")
    await expect(reader.page.locator("#Status-contested")).to_be_in_viewport()
    for anchor in ("StatusValue-NO_FOLLOW_UP", "DateCertainty-UNCERTAIN"):
        await expect(reader.page.locator(f"#{anchor} dd")).not_to_be_empty()


async def test_tap_on_a_phone_tells_first(reader: Reader) -> None:
    await reader.page.set_viewport_size({"width": 390, "height": 844})
    await reader.open("/commitments/K01")
    mark = reader.page.locator('[data-mark][aria-label^="K04"]').first
    await mark.scroll_into_view_if_needed()
    before = await reader.page.evaluate("scrollY")
    await reader.click(mark)
    await expect(reader.page.locator(".timeline-details")).to_contain_text("K04")
    assert reader.page.url.endswith("/commitments/K01")  # it did not leave
    assert abs(float(await reader.page.evaluate("scrollY")) - float(before)) < 500


async def test_keyboard_skips_the_menu(reader: Reader) -> None:
    await reader.open("/commitments")
    await reader.page.keyboard.press("Tab")
    await expect(reader.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await reader.page.keyboard.press("Enter")
    await until(reader.page, "document.activeElement.id === 'main'")


# --- A data journalist ---------------------------------------------------------------------------


async def test_list_as_a_table_for_a_spreadsheet(reader: Reader) -> None:
    await reader.open("/commitments?contested=true")
    await reader.click(reader.page.get_by_text("Use this page"))
    async with reader.page.expect_download() as download:
        await reader.follow("CSV", ".use-this")
    table = (await (await download.value).path()).read_text(encoding="utf-8-sig")
    assert table.startswith("key,") and len(table.splitlines()) == 3


async def test_chart_of_statuses_with_its_source(reader: Reader) -> None:
    await reader.open("/")
    chart = reader.page.locator(".changed-over-time")
    await chart.scroll_into_view_if_needed()
    async with reader.page.expect_download() as download:
        await reader.click(chart.get_by_role("button", name="SVG", exact=True))
    picture = (await (await download.value).path()).read_text(encoding="utf-8")
    assert "Source: Followthrough" in picture and "What became of each promise?" in picture


async def test_follow_by_a_feed(reader: Reader) -> None:
    await reader.open("/parties/meta")
    await reader.click(reader.page.get_by_text("Use this page"))
    feed = reader.page.locator(".use-this").get_by_role("link", name="What happens (Atom)")
    answer = await reader.page.request.get(str(await feed.get_attribute("href")))
    assert answer.status == 200 and "<entry>" in await answer.text()
    for address in ("/sitemap.xml", "/robots.txt"):
        assert (await reader.page.request.get(address)).status == 200


async def test_cite_in_a_form_that_gives_the_same_again(reader: Reader) -> None:
    await reader.open("/commitments/K05")
    await reader.click(reader.page.get_by_text("Use this page"))
    await reader.click(reader.page.get_by_role("button", name="Copy: Cite"))
    cited = str(await reader.page.evaluate("navigator.clipboard.readText()"))
    await reader.page.goto(cited.split()[-1])
    await expect(reader.page.get_by_role("note")).to_contain_text("As recorded by")
