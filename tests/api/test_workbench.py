"""GraphiQL at work, in a real browser that reaches nothing but our own origin.

The fixture `page` fails a test for what goes wrong beside it as well: an error on the console,
an uncaught exception, a violated policy, an answer of 400 or more, a request to another host.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    async_playwright,
    expect,
)

from api.pages import DIST

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = [
    *([] if CHROMIUM else ["no chromium on PATH"]),
    *([] if (DIST / "index.html").exists() else ["the page is not built: make workbench"]),
]
REQUIRED = os.environ.get("FOLLOWTHROUGH_REQUIRE_BROWSER") == "1"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING) and not REQUIRED, reason="; ".join(MISSING)),
]

ARGUMENTS = [
    "--no-sandbox",  # without it Chromium does not start as root, which containers are
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (violation) => console.error(
  "violated:", violation.violatedDirective, violation.blockedURI));
"""

QUERY = ".graphiql-query-editor .view-lines"
VARIABLES = '[aria-label="Variables"] .graphiql-editor:not(.hidden) .view-lines'
RESPONSE = ".graphiql-response .view-lines"
TABS = ".graphiql-tab"
PANE = ".graphiql-plugin"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    assert not MISSING, MISSING
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, live_server: str) -> AsyncIterator[Page]:
    """The workbench on a first visit, 1280 by 800."""
    context = await browser.new_context(
        base_url=live_server, viewport={"width": 1280, "height": 800}
    )
    problems = watch(context, live_server)
    page = await context.new_page()
    await page.goto("/graphql")
    await settled(page)
    yield page
    await context.close()
    assert problems == []


def watch(context: BrowserContext, origin: str) -> list[str]:
    """What goes wrong in any page of this context, from now on."""
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(message.text)

    def on_exception(error: WebError) -> None:
        problems.append(str(error.error))

    def on_request(request: Request) -> None:
        if not request.url.startswith((origin, "data:")):
            problems.append(f"left our origin: {request.url}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            problems.append(f"{response.status} {response.url}")

    context.on("console", on_console)
    context.on("weberror", on_exception)
    context.on("request", on_request)
    context.on("response", on_response)
    return problems


async def settled(page: Page) -> None:
    """The editor is there and knows the schema."""
    await expect(page.locator(QUERY)).to_be_visible()
    await expect(page.locator(".graphiql-sidebar .graphiql-spin, .graphiql-spinner")).to_have_count(
        0
    )


async def run(page: Page) -> None:
    await page.get_by_role("button", name="Execute query").click()


async def test_opening_query_runs(page: Page) -> None:
    await expect(page).to_have_title("Followthrough")
    await expect(page.locator(QUERY)).to_contain_text("#")
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')
    await expect(page.locator(RESPONSE)).not_to_contain_text('"errors"')


async def test_example_opens_in_a_tab_of_its_own(page: Page) -> None:
    examples = await (await page.request.get("/workbench/queries.json")).json()
    example = next((each for each in examples if each["variables"]), examples[-1])
    await page.locator(PANE).get_by_role("button", name=example["title"]).click()
    await expect(page.locator(TABS)).to_have_count(2)
    await expect(page.locator(QUERY)).to_contain_text(example["title"].split()[0])
    for name in example["variables"]:
        await expect(page.locator(VARIABLES)).to_contain_text(name)
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')
    await expect(page.locator(RESPONSE)).not_to_contain_text('"errors"')


async def test_editor_completes_and_marks_what_is_wrong(page: Page, live_server: str) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.type("{ __typ", delay=30)
    await page.locator(".suggest-widget").get_by_label("__typename").first.click()
    await expect(page.locator(QUERY)).to_contain_text("__typename")
    await page.keyboard.type(" nonsense ", delay=30)
    await expect(page.locator(".squiggly-error")).not_to_have_count(0)
    # Its workers did that, and each of them is a file of ours: no blob, no other host.
    assets = f"{live_server}/workbench/assets/"
    workers = {worker.url.removeprefix(assets).split("-")[0] for worker in page.workers}
    assert workers == {"editor.worker", "graphql.worker", "json.worker"}


async def test_every_pane_opens(page: Page) -> None:
    for button, words in {
        "Documentation Explorer": "Root Types",
        "GraphiQL Explorer": "Explorer",
        "History": "History",
        "Examples": "Examples",
    }.items():
        await page.locator(".graphiql-sidebar").get_by_role("button", name=button).click()
        await expect(page.locator(PANE)).to_contain_text(words)


async def test_prettify(page: Page) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text("{__typename}")
    await page.get_by_role("button", name="Prettify").click()
    await expect(page.locator(f"{QUERY} .view-line")).to_have_count(4)


async def test_tabs_are_kept_and_none_is_added(page: Page) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text("query Mine { __typename }")
    await expect(page.locator(TABS)).to_contain_text(["", "Mine"])
    # GraphiQL stores its tabs half a second after the last change. (Playwright's own waiting
    # for a condition in the page would need eval, which the policy refuses.)
    await page.wait_for_timeout(1000)
    await page.reload()
    await settled(page)
    await expect(page.locator(TABS)).to_have_count(2)
    await expect(page.locator(QUERY)).to_contain_text("Mine")


async def test_dark(page: Page) -> None:
    await page.emulate_media(color_scheme="dark")
    background = await page.locator(".graphiql-container").evaluate(
        "element => getComputedStyle(element).backgroundColor"
    )
    red, green, blue = map(int, re.findall(r"\d+", background)[:3])
    assert max(red, green, blue) < 100


async def test_narrow_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.locator(PANE).get_by_role("button").first.click()
    await expect(page.locator(PANE)).to_be_hidden()  # it lay over the editors

    query = await page.locator(".graphiql-editors").bounding_box()
    response = await page.locator(".graphiql-response").bounding_box()
    assert query and response
    assert response["y"] >= query["y"] + query["height"]
    assert min(query["width"], response["width"]) > 300
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text("{")
