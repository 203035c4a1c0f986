"""A server of its own for the desk, with the sample store, and people who sign in there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from store import layout
from store.mongodb.driver import Database
from store.mongodb.keys import new_key
from store.tokens import Tokens
from store.viewers import Role
from tests.api.browsing import visiting
from tests.conftest import served
from tests.store.samples import store, write


@dataclass(frozen=True)
class Desk:
    """A running server, its store, and how to sign in."""

    base: str
    database: Database

    async def make_token(self, name: str, role: Role, lives: timedelta | None = None) -> str:
        """The token of somebody new."""
        now = datetime.now(UTC)
        until = now + lives if lives else None
        text, _ = await Tokens(self.database).create(name, role, now, until)
        return text

    async def revoke(self, token: str) -> None:
        """From now on, it opens nothing; the server may take it for some seconds more."""
        await Tokens(self.database).revoke(token.split("_")[1], datetime.now(UTC))

    async def send(self, token: str, query: str, **variables: Any) -> Any:
        """The data of an answer, as a program asks beside the desk."""
        async with httpx.AsyncClient(base_url=self.base) as client:
            body = {"query": query, "variables": variables}
            headers = {"authorization": f"Bearer {token}"}
            answer = (await client.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def do(self, token: str, name: str, /, **given: Any) -> Any:
        """The payload of a mutation that has nothing wrong."""
        capital = name[0].upper() + name[1:]
        query = (
            f"mutation ($input: {capital}Input!) {{ {name}(input: $input) "
            "{ dataVersion userErrors { path message } } }"
        )
        payload = (await self.send(token, query, input=given))[name]
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    async def find(self, noun: str, key: str) -> dict[str, Any]:
        """A record as it is stored."""
        (found,) = await self.database.find(noun, {"_id": key})
        return found


@asynccontextmanager
async def running_desk(mongodb_url: str, *options: str) -> AsyncIterator[Desk]:
    """A server with these options on a store of its own, which holds the sample."""
    database = Database.connect(mongodb_url, f"desk-{new_key()}")
    await layout.prepare(database)
    await write(database, *store())
    try:
        async with served(mongodb_url, database.name, *options) as base:
            yield Desk(base, database)
    finally:
        await database.drop()
        database.close()


@pytest.fixture(scope="module")
async def desk(mongodb_url: str) -> AsyncIterator[Desk]:
    """One for all tests of a module: each uses records of its own."""
    async with running_desk(mongodb_url) as desk:
        yield desk


SignIn = Callable[..., Awaitable[Page]]


@pytest.fixture
async def sign_in(browser: Browser, desk: Desk) -> AsyncIterator[SignIn]:
    """Opens the desk as somebody new, by a link with their token, in a browser of their own."""
    async with AsyncExitStack() as stack:

        async def sign_in(
            role: Role = Role.EDITOR, name: str = "Edith", path: str = "/desk", token: str = ""
        ) -> Page:
            token = token or await desk.make_token(name, role)
            context = await stack.enter_async_context(visiting(browser, desk.base))
            page = await context.new_page()
            await page.goto(f"{path}#token={token}")
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            return page

        yield sign_in


async def select_words(page: Page, words: str) -> None:
    """Selects words in the text of the article, as a mouse that is drawn over them does."""
    await page.locator(".article-text").evaluate(
        """(text, words) => {
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          const nodes = [];
          while (walker.nextNode()) nodes.push(walker.currentNode);
          const whole = nodes.map((node) => node.data).join("");
          const start = whole.indexOf(words);
          if (start < 0) throw new Error(`no ${words} in ${whole}`);
          const place = (unit) => {
            let at = 0;
            for (const node of nodes) {
              if (unit <= at + node.length) return [node, unit - at];
              at += node.length;
            }
          };
          const range = document.createRange();
          range.setStart(...place(start));
          range.setEnd(...place(start + words.length));
          document.getSelection().removeAllRanges();
          document.getSelection().addRange(range);
        }""",
        words,
    )
    await expect(page.get_by_text("characters selected")).to_be_visible()
