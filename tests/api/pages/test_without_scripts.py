"""The reading pages where no script runs: read, filtered, searched, in the reader's language."""

import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.api.browsing import expect_statuses, in_a_browser, visiting
from tests.api.pages import every_kind
from tests.conftest import empty_dataset, served

pytestmark = in_a_browser

LIST = ".commitments li"


@pytest.fixture(scope="module")
async def origin(mongodb_url: str, schema: object) -> AsyncIterator[str]:
    async with empty_dataset(mongodb_url, "unscripted", schema) as data:  # type: ignore[arg-type]
        await every_kind.fill(data.database)
        # More than a page of them, so that there is a next one.
        await every_kind.fill_list(data.database, 110)
        async with served(mongodb_url, data.database.name) as origin:
            yield origin


@pytest.fixture
async def page(browser: Browser, origin: str) -> AsyncIterator[Page]:
    async with visiting(browser, origin, has_scripts=False) as context:
        yield await context.new_page()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


async def test_reader_walks_from_the_front_page_to_a_party_and_back(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("link", name="Commitments", exact=True).click()
    await page.get_by_label("Promised by").select_option("meta")
    await page.get_by_role("button", name="Apply").click()
    assert asked(page)["promisor"] == ["meta"]
    await expect(page.locator(LIST)).to_have_count(11)
    await expect(page.get_by_label("Promised by")).to_have_value("meta")
    await page.get_by_role("link", name="Safe platform true to its own standards").click()
    await expect(page.locator("h1")).to_have_text("Safe platform true to its own standards")
    await expect(page.locator(".trail > li")).to_have_count(7)
    await expect(page.get_by_text("all that it shows is told below")).to_be_visible()
    await expect(page.get_by_text("Drawing…")).to_be_hidden()
    await page.locator("#facts ~ dl, .facts").get_by_role("link", name="Meta").first.click()
    await expect(page.locator("h1")).to_have_text("Meta")
    await page.go_back()
    await page.go_back()
    await expect(page.locator(LIST)).to_have_count(11)
    assert asked(page)["promisor"] == ["meta"]


async def test_reader_searches_and_turns_the_page(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("searchbox", name="Search").fill("community lab")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator(LIST)).to_have_count(1)
    await page.get_by_role("searchbox", name="Search").fill("brook")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.locator(LIST)).to_have_count(50)
    await page.get_by_role("link", name="Show more").click()
    await expect(page.locator(LIST)).to_have_count(50)
    assert asked(page)["q"] == ["brook"]
    await page.get_by_role("link", name="All", exact=True).click()
    await expect(page.locator(LIST)).to_have_count(50)


async def test_reader_asks_for_a_day(page: Page) -> None:
    await page.goto("/commitments/K02")
    await page.get_by_label("Another day").fill("2022-12-31")
    await page.get_by_role("button", name="Show", exact=True).click()
    assert asked(page) == {"asOf": ["2022-12-31"]}
    await expect(page.get_by_role("note")).to_contain_text("as of 31 December 2022")
    await expect(page.locator(".trail > li")).to_have_count(1)
    await page.get_by_role("link", name="Commitments", exact=True).first.click()
    assert asked(page) == {"asOf": ["2022-12-31"]}
    await page.get_by_label("Contested only").check()
    await page.get_by_role("button", name="Apply").click()
    assert asked(page)["asOf"] == ["2022-12-31"] and asked(page)["contested"] == ["true"]
    await page.get_by_role("link", name="See today").click()
    assert "asOf" not in asked(page) and asked(page)["contested"] == ["true"]


@pytest.mark.parametrize("path", ["/meetings", "/articles", "/follow-ups", "/parties", "/requests"])
async def test_lists_are_filtered_by_their_forms(page: Page, path: str) -> None:
    await page.goto(f"{path}?asOf=2024-12-31&lang=en")
    choice = page.locator(".filters select").first
    value = await choice.locator("option").nth(1).get_attribute("value")
    assert value is not None
    await choice.select_option(value)
    await page.get_by_role("button", name="Apply").click()
    assert value in [one for values in asked(page).values() for one in values]
    assert asked(page)["asOf"] == ["2024-12-31"] and asked(page)["lang"] == ["en"]
    assert await page.locator("main li").count() > 0


async def test_reader_learns_what_a_badge_means_and_changes_the_language(page: Page) -> None:
    await page.goto("/commitments/K01")
    await page.locator(".standing .badge").first.click()
    await expect(page).to_have_url(re.compile(r"/how-to-read#StatusValue-REAFFIRMED$"))
    await expect(page.locator("#StatusValue-REAFFIRMED dd")).to_be_visible()
    await page.get_by_role("link", name="اردو").click()
    assert asked(page)["lang"] == ["ur"]
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await page.locator(".masthead nav a").first.click()
    assert asked(page)["lang"] == ["ur"]


async def test_wrong_address_says_what_may_be_meant(page: Page) -> None:
    expect_statuses(page, 404)
    await page.goto("/commitments/k1")
    await page.get_by_role("link", name="Safe platform true to its own standards").click()
    await expect(page.locator("h1")).to_have_text("Safe platform true to its own standards")


async def test_what_is_used_is_there_to_be_selected(page: Page) -> None:
    await page.goto("/commitments/K03?asOf=2025-07-09")
    await page.get_by_text("Use this page").click()
    await expect(page.get_by_label("Link", exact=True)).to_have_value(re.compile("K03"))
    await expect(page.get_by_role("link", name="CSV")).to_be_visible()
