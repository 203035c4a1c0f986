"""The application in this process, without a network; and as a browser sees it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.settings import Settings
from store.mongodb.driver import Database
from store.tokens import Tokens
from store.viewers import ANONYMOUS, Viewer
from tests.api.browsing import ARGUMENTS, CHROMIUM, MISSING, visiting
from tests.conftest import Dataset

Started = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@asynccontextmanager
async def application(
    settings: Settings, viewer: Viewer = ANONYMOUS, **replaced: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application with these settings, which it asks as this viewer, and by the
    name `test` where they name no hosts; members of its state can be replaced.
    """
    if settings.allowed_hosts is None:
        settings = settings.model_copy(update={"allowed_hosts": "test"})
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            state_of = {**(state or {}), **replaced}
            await app({**scope, "state": state_of}, receive, send)

        headers = {}
        if viewer is not ANONYMOUS:
            tokens = Tokens((state or {})["database"])
            text, _ = await tokens.create(viewer.name or "", viewer.role, datetime.now(UTC))
            headers["authorization"] = f"Bearer {text}"
        transport = httpx.ASGITransport(with_state, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers
        ) as client:
            yield client


@pytest.fixture(scope="session")
def started(mongodb_url: str, meta_pakistan: Dataset) -> Started:
    """Starts the application on the five articles; settings and members of its state can be
    replaced.
    """

    def start(**replaced: Any) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        # `database` is both: the name in the settings, and the member of the state.
        named = [n for n, v in replaced.items() if not isinstance(v, Database)]
        chosen = {n: replaced.pop(n) for n in named if n in Settings.model_fields}
        database = meta_pakistan.database.name
        settings = Settings(mongodb_url=mongodb_url, **{"database": database, **chosen})
        return application(settings, **replaced)

    return start


@pytest.fixture(scope="module")
async def running_application(started: Started) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application as it is, started once for the tests of a file."""
    async with started() as client:
        yield client


@pytest.fixture
def client(running_application: httpx.AsyncClient) -> Iterator[httpx.AsyncClient]:
    """The same, with the headers of a client that was made just now, and no cookies."""
    headers = running_application.headers.copy()
    yield running_application
    running_application.headers = headers
    running_application.cookies.clear()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium that reaches only this machine."""
    assert not MISSING, MISSING
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def context(browser: Browser, live_server: str) -> AsyncIterator[BrowserContext]:
    """A visit by somebody who has never been here."""
    async with visiting(browser, live_server) as context:
        yield context


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    """A page of that visit, with nothing in it yet."""
    return await context.new_page()
