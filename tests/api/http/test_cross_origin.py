"""What a real browser lets a page of another origin read of the API, as the setting says."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Error, Page

from tests.api.browsing import in_a_browser
from tests.conftest import Dataset, served

pytestmark = in_a_browser

BLANK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
ASK = """async (url) => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: '{ commitment(by: { key: "K01" }) { key } }' }),
  });
  return [await answer.json(), answer.headers.get("x-request-id")];
}"""


@pytest.fixture
async def elsewhere(browser: Browser) -> AsyncIterator[Page]:
    """An empty page of another origin: another port is one."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(BLANK)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    yield page
    await context.close()
    server.close()


async def test_other_origins_are_refused(elsewhere: Page, live_server: str) -> None:
    with pytest.raises(Error, match="Failed to fetch"):
        await elsewhere.evaluate(ASK, f"{live_server}/graphql")


@pytest.mark.parametrize("named", ["*", "its own", "http://other.example"])
async def test_origins_that_are_named_may_read(
    elsewhere: Page, mongodb_url: str, meta_pakistan: Dataset, named: str
) -> None:
    origin = await elsewhere.evaluate("location.origin")
    allowed = origin if named == "its own" else named
    name = meta_pakistan.database.name
    async with served(mongodb_url, name, "--allowed-origins", allowed) as base:
        if named == "http://other.example":
            with pytest.raises(Error, match="Failed to fetch"):
                await elsewhere.evaluate(ASK, f"{base}/graphql")
        else:
            body, request_id = await elsewhere.evaluate(ASK, f"{base}/graphql")
            assert body == {"data": {"commitment": {"key": "K01"}}} and request_id
