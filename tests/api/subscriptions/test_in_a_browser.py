"""Subscriptions in a real browser: GraphiQL runs them, and so does a page's own EventSource."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.api.browsing import in_a_browser, visiting
from tests.api.pages.test_graphiql import QUERY, RESPONSE, run, settled
from tests.api.subscriptions.conftest import Server
from tests.store.samples import commitment, write

pytestmark = in_a_browser

SUBSCRIPTION = "subscription Seen { recordChanges { change { key kind } } }"


@pytest.fixture
async def context(browser: Browser, server: Server) -> AsyncIterator[BrowserContext]:
    async with visiting(browser, server.base) as context:
        yield context


async def test_graphiql_shows_events_as_they_come(context: BrowserContext, server: Server) -> None:
    page = await context.new_page()
    await page.goto("/graphql")
    await settled(page)
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text(SUBSCRIPTION)
    async with page.expect_websocket() as opened:
        await run(page)
    socket = await opened.value
    assert socket.url == server.base.replace("http", "ws") + "/graphql"
    writing = asyncio.create_task(write_steadily(server, "graphiql"))
    await expect(page.locator(RESPONSE)).to_contain_text("graphiql-0")
    await expect(page.locator(RESPONSE)).to_contain_text("graphiql-1")
    await page.get_by_role("button", name="Stop query").click()
    writing.cancel()


async def write_steadily(server: Server, prefix: str) -> None:
    await asyncio.sleep(1)
    for n in range(2):
        await write(server.database, commitment(f"{prefix}-{n}"))
        await asyncio.sleep(1.5)


async def test_a_page_follows_by_event_source(context: BrowserContext, server: Server) -> None:
    page = await context.new_page()
    await page.goto("/graphql")
    await page.evaluate(
        """query => new Promise(opened => {
            window.told = [];
            const source = new EventSource("/graphql/stream?query=" + encodeURIComponent(query));
            source.addEventListener("next", event => window.told.push(event.data));
            source.addEventListener("open", opened);
        })""",
        SUBSCRIPTION,
    )
    await write(server.database, commitment("by-event-source"))
    for _ in range(100):
        if found := await page.evaluate("window.told"):
            break
        await asyncio.sleep(0.1)
    assert "by-event-source" in found[0]
