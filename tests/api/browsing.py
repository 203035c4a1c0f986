"""What tests in a browser share: when they run, what fails them, and what axe-core finds.

The browser reaches nothing but our own origin. Each test fails for what goes wrong beside it as
well: an error on the console, an uncaught exception, a violated policy, an answer of 400 or more, a
request to another host.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    expect,
)

from api.pages.routes import DIST

# A busy machine takes its time to start an editor of 2 MB; what never comes fails all the same.
expect.set_options(timeout=30_000)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
MISSING = [
    *([] if CHROMIUM else ["no chromium on PATH"]),
    *([] if (DIST / "index.html").exists() else ["the pages are not built: make workbench"]),
]
REQUIRED = os.environ.get("FOLLOWTHROUGH_REQUIRE_BROWSER") == "1"

in_a_browser = [
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


@asynccontextmanager
async def visiting(
    browser: Browser, origin: str, *, has_scripts: bool = True
) -> AsyncIterator[BrowserContext]:
    """A reader who has never been here, with a window of 1280 by 800."""
    context = await browser.new_context(
        base_url=origin,
        viewport={"width": 1280, "height": 800},
        java_script_enabled=has_scripts,
        permissions=["clipboard-read", "clipboard-write"],
    )
    problems = watch(context, origin)
    yield context
    await context.close()
    expected = tuple(_EXPECTED.get(context, ()))
    problems = [one for one in problems if not one.startswith(expected)]
    assert not problems, problems


_EXPECTED: WeakKeyDictionary[BrowserContext, set[str]] = WeakKeyDictionary()
_REFUSED = "Failed to load resource: the server responded with a status of "
_LOST = "Failed to load resource: net::ERR_FAILED"


def expect_statuses(page: Page, *statuses: int) -> None:
    """Says that answers of these statuses are meant to come in this visit."""
    told = [f"{before}{status} " for status in statuses for before in ("", _REFUSED)]
    _EXPECTED.setdefault(page.context, set()).update(told)


def expect_lost_answers(page: Page) -> None:
    """Says that answers are meant to be lost on their way in this visit."""
    _EXPECTED.setdefault(page.context, set()).add(_LOST)


def watch(context: BrowserContext, origin: str) -> list[str]:
    """What goes wrong in any page of this context, from now on."""
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # a violated policy is an error there
            problems.append(message.text)

    def on_exception(error: WebError) -> None:
        problems.append(str(error.error))

    def on_request(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            problems.append(f"left our origin: {request.url}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            problems.append(f"{response.status} {response.url}")

    context.on("console", on_console)
    context.on("weberror", on_exception)
    context.on("request", on_request)
    context.on("response", on_response)
    return problems


# Of what passes, axe would work out where it is as well, which takes most of its time.
_ONLY_VIOLATIONS = {"resultTypes": ["violations"]}


async def serious_violations(page: Page, within: str = "body") -> list[str]:
    """The rules of accessibility that axe-core finds seriously broken, and where."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "([within, options]) => axe.run(within, options)", [within, _ONLY_VIOLATIONS]
    )
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


_WCAG = {
    **_ONLY_VIOLATIONS,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Not run by itself yet, although it is a rule of WCAG 2.2 AA.
    "rules": {"target-size": {"enabled": True}},
}


async def violations(page: Page) -> list[str]:
    """What axe-core finds by the rules of WCAG 2.2 AA and its own best practices, and where."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("options => axe.run(document, options)", _WCAG)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


async def until(page: Page, expression: str) -> None:
    """Waits until it is true. Playwright's own wait asks again by eval(), which our policy forbids:
    it fails where the first look is too early.
    """
    async with asyncio.timeout(30):
        while not await page.evaluate(expression):
            await asyncio.sleep(0.05)


async def fits_its_width(page: Page) -> bool:
    """Whether nothing makes the page scroll sideways."""
    element = "document.documentElement"
    return bool(await page.evaluate(f"{element}.scrollWidth <= {element}.clientWidth"))
