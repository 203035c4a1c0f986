"""How each kind of page looks to everybody: that axe-core finds nothing by any rule of WCAG 2.2 AA,
and that nothing makes the page scroll sideways; light, dark, on a phone, in Urdu.

With FOLLOWTHROUGH_PICTURES=<folder> it leaves a picture of each there, to be looked at, and what it
found.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.api.browsing import expect_statuses, fits_its_width, in_a_browser, violations, visiting
from tests.api.pages import every_kind
from tests.conftest import empty_dataset, served

pytestmark = in_a_browser

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PICTURES = os.environ.get("FOLLOWTHROUGH_PICTURES")


@pytest.fixture(scope="module")
async def origin(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[str]:
    async with empty_dataset(mongodb_url, "looks", schema) as data:
        await every_kind.fill(data.database)
        async with served(mongodb_url, data.database.name) as origin:
            yield origin


@pytest.fixture
async def context(browser: Browser, origin: str) -> AsyncIterator[BrowserContext]:
    async with visiting(browser, origin) as context:
        yield context


async def open_drawn(page: Page, path: str) -> None:
    """Opens a page, and waits until all that is drawn by a script was drawn."""
    await page.goto(path)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    for drawn in await page.locator(".drawing, .changed-over-time").all():
        await drawn.scroll_into_view_if_needed()
        await expect(drawn.get_by_role("status").filter(has_text="…")).to_have_count(0)
    await page.evaluate("scrollTo(0, 0)")


async def look(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it is."""
    found = [f"{name}: {one}" for one in await violations(page)]
    if not await fits_its_width(page):
        found.append(f"{name}: it scrolls sideways")
    if PICTURES:
        file = Path(PICTURES) / f"{name.replace('/', '_').replace('?', '-')}.png"
        await page.screenshot(path=file, full_page=True)
        if found:
            file.with_suffix(".txt").write_text("\n".join(found))
    return found


@pytest.mark.parametrize("path", every_kind.PAGES)
async def test_nothing_is_wrong_with_how_it_looks(page: Page, path: str) -> None:
    if (status := every_kind.TROUBLES.get(path)) is not None:
        expect_statuses(page, status)
    found: list[str] = []
    for language, wide, narrow in (("en", "light", "dark"), ("ur", "dark", "light")):
        await page.emulate_media(color_scheme=wide)
        await page.set_viewport_size(WIDE)
        await open_drawn(page, f"{path}{'&' if '?' in path else '?'}lang={language}")
        found += await look(page, f"{path} {language} {wide} wide")
        await page.emulate_media(color_scheme=narrow)
        await page.set_viewport_size(NARROW)
        await page.wait_for_timeout(200)  # a drawing is measured anew
        found += await look(page, f"{path} {language} {narrow} narrow")
    assert found == []
