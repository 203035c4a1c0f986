"""The reading pages at work, in a real browser."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.api.browsing import (
    expect_statuses,
    fits_its_width,
    in_a_browser,
    serious_violations,
)
from tests.api.pages.test_graphiql import QUERY, settled

pytestmark = in_a_browser

FIRST_VIEW = 150_000  # bytes, compressed
LIST = ".commitments li"
DRAWN = ("/commitments/K01", "/requests/R01")
KINDS = (
    *("/", "/how-to-read", "/commitments", "/requests", "/parties", "/meetings", "/articles"),
    *("/follow-ups", "/topics", *DRAWN, "/parties/meta", "/meetings/M1", "/articles/A1"),
    *("/follow-ups/F05", "/topics/online-safety"),
)
"""A page of each kind."""


async def test_first_view_is_small(page: Page) -> None:
    sizes: dict[str, int] = {}
    page.on("response", lambda response: sizes.__setitem__(response.url, 0))
    await page.goto("/commitments")
    await expect(page.locator(LIST)).to_have_count(14)
    await page.wait_for_load_state("networkidle")  # the icon may come last
    for url in [*sizes]:
        if "/graphql" in url:
            continue  # an answer, not the page
        response = await page.request.get(url, headers={"accept-encoding": "gzip"})
        sizes[url] = int(response.headers["content-length"])
        if "/assets/" in url:
            assert "immutable" in response.headers["cache-control"]
            assert re.search(r"-[\w-]{8}\.\w+$", url), "named by its content"
    assert 0 < sum(sizes.values()) < FIRST_VIEW, sizes


async def test_list_says_where_each_stands(page: Page) -> None:
    await page.goto("/commitments?asOf=2025-07-09")
    lab = page.locator(LIST, has_text="community lab")
    await expect(lab).to_contain_text("No follow-up")
    await expect(lab).to_contain_text("Nothing recorded for at least 1,236 days")
    contested = page.locator(LIST, has=page.get_by_text("Contested", exact=True))
    await expect(contested).to_have_count(2)


async def test_search(page: Page) -> None:
    await page.goto("/commitments")
    await page.get_by_role("searchbox", name="Search").fill("community lab")
    await expect(page.locator(LIST)).to_have_count(1)
    await expect(page.locator(LIST)).to_contain_text("community lab")
    assert page.url.endswith("/commitments?q=community+lab")
    await page.reload()
    await expect(page.locator(LIST)).to_have_count(1)
    await page.get_by_role("searchbox", name="Search").fill("")
    await expect(page.locator(LIST)).to_have_count(14)
    assert page.url.endswith("/commitments")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("incubator", "Look into a community lab"),  # in its gist
        ("Facebook", "Removal of fake accounts"),  # the promisor's former name
    ],
)
async def test_search_finds_what_no_row_shows(page: Page, words: str, title: str) -> None:
    await page.goto("/commitments")
    await expect(page.locator(LIST)).to_have_count(14)
    await page.get_by_role("searchbox", name="Search").fill(words)
    await expect(page.locator(LIST, has_text=title)).to_have_count(1)
    assert words.lower() not in (await page.locator(".commitments").inner_text()).lower()


async def test_filters_narrow_a_search(page: Page) -> None:
    await page.goto("/commitments?q=facebook")
    await expect(page.locator(LIST).first).to_be_visible()
    await page.get_by_label("Contested only").check()
    await expect(page.locator(LIST)).to_have_count(2)
    assert page.url.endswith("/commitments?q=facebook&contested=true")


async def test_search_says_when_nothing_matches(page: Page) -> None:
    await page.goto("/commitments?q=nothing+like+this")
    await expect(page.locator(".count")).to_contain_text("0 commitments")
    await expect(page.get_by_text("Nothing has all these words")).to_be_visible()
    await expect(page.locator(LIST)).to_have_count(0)


async def test_search_says_what_it_cannot_look_for(page: Page) -> None:
    expect_statuses(page, 400)
    await page.goto("/commitments?q=-lab")
    await expect(page.get_by_role("alert")).to_contain_text("at least one word to look for")
    await page.get_by_role("searchbox", name="Search").fill("lab")
    await expect(page.locator(LIST)).to_have_count(1)
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_filters_are_kept_in_the_address(page: Page) -> None:
    await page.goto("/commitments")
    await page.get_by_label("Contested only").check()
    await expect(page.locator(LIST)).to_have_count(2)
    await page.get_by_label("Status").select_option(label="In progress (1)")
    await expect(page.locator(LIST)).to_have_count(1)
    await page.reload()
    await expect(page.locator(LIST)).to_have_count(1)
    await expect(page.get_by_label("Status")).to_have_value("IN_PROGRESS")
    await page.goto("/commitments")
    await page.get_by_label("Promised by").select_option("meta")
    await expect(page.locator(LIST)).to_have_count(11)
    await page.get_by_label("Order").select_option("newest")
    await expect(page.locator(LIST).first).to_contain_text("8 July 2025")


async def test_commitment_is_told_with_its_trail_and_evidence(page: Page) -> None:
    await page.goto("/commitments?asOf=2025-07-09")
    await page.get_by_role("link", name="Safe platform true to its own standards").click()
    await expect(page).to_have_title(re.compile("Safe platform"))
    assert page.url.endswith("/commitments/K01?asOf=2025-07-09")
    standing = page.locator(".standing")
    await expect(standing).to_contain_text("Reaffirmed")
    await expect(standing).to_contain_text("without recorded progress")
    followed = page.locator(".trail > li")
    await expect(followed).to_have_count(7)
    restated = page.locator("#F02")
    await expect(restated).to_contain_text("between 1 and 19 February 2022")
    await expect(restated.locator(".digest")).to_contain_text("safe, free and open")
    await expect(restated.locator("figcaption")).to_contain_text("P7")
    await restated.get_by_role("link", name="Work with government").click()
    await expect(page).to_have_url(re.compile(r"/commitments/K04\?asOf=2025-07-09$"))


async def test_commitment_is_drawn(page: Page) -> None:
    await page.goto("/commitments/K05")
    progress = page.locator('[data-mark][aria-label^="F07: Progressed, some time in 2024"]')
    await expect(progress.locator(".timeline-range")).to_be_visible()
    await progress.focus()
    await page.keyboard.press("Enter")
    await page.locator(".timeline-details").get_by_role("link", name="Go there").press("Enter")
    await expect(page.locator("#F07")).to_be_in_viewport()
    await expect(page.locator("#F07")).to_be_focused()


async def test_as_it_stood_on_a_day(page: Page) -> None:
    await page.goto("/commitments/K02?asOf=2022-12-31")
    await expect(page.locator(".standing")).to_contain_text("As of 31 December 2022")
    await expect(page.locator(".trail > li")).to_have_count(1)  # what came later is left out


async def test_query_of_a_page_opens_in_graphiql(page: Page) -> None:
    await page.goto("/commitments/K03")
    await page.get_by_role("link", name="See the query of this page").click()
    await settled(page)
    await expect(page.locator(QUERY)).to_contain_text("query Commitment(")


async def test_keyboard_reaches_all(page: Page) -> None:
    await page.goto("/commitments")
    await expect(page.locator(LIST)).to_have_count(14)
    reached = []
    at = "(document.activeElement.closest('label, a') ?? document.activeElement).textContent"
    for _ in range(30):  # the links of the masthead come first
        await page.keyboard.press("Tab")
        reached.append(str(await page.evaluate(at)))
    said = " ".join(reached)
    for name in ("Search", "Status", "Promised by", "Topic", "As of", "Order", "Contested only"):
        assert name in said
    first = page.locator(LIST).first.get_by_role("link").first
    assert await first.inner_text() in said


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_are_accessible(page: Page, path: str, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(path)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(
        page.locator("[aria-busy=true], .drawn [role=status]:text('Drawing')")
    ).to_have_count(0)
    assert await serious_violations(page) == []


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("width", [390, 1600])
async def test_pages_fit(page: Page, path: str, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(path)
    shown = page.locator(".timeline-lanes" if path in DRAWN else "h1")
    await expect(shown.first).to_be_visible()
    assert await fits_its_width(page)
