"""What others change, as the desk hears of it: over a WebSocket, and where none gets through."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.async_api import Page, Request, WebSocket, WebSocketRoute, expect

from store.viewers import Role
from tests.api.browsing import expect_statuses, in_a_browser
from tests.api.pages.desk.conftest import Desk, SignIn, running_desk
from tests.store.samples import commitment, write

pytestmark = in_a_browser

HINT = ".changed-by"
ROWS = ".rows li"
GRAPHQL = re.compile(r"/graphql$")


async def propose(desk: Desk, key: str) -> None:
    await write(desk.database, commitment(key, curation="PROPOSED"))


async def change(desk: Desk, name: str, key: str) -> None:
    """Somebody changes a commitment, beside the desk."""
    token = await desk.make_token(name, Role.EDITOR)
    await desk.do(token, "updateCommitment", key=key, gist="In other words.")


async def until(happened: Callable[[], object]) -> None:
    """Waits until it is so."""
    async with asyncio.timeout(30):
        while not happened():
            await asyncio.sleep(0.05)


@dataclass
class Socket:
    """A WebSocket that a page opened, and what it sent over it."""

    url: str
    sent: list[str] = field(default_factory=list)
    is_closed: bool = False

    def send(self, message: str | bytes) -> None:
        self.sent.append(str(message))

    def close(self, _: WebSocket) -> None:
        self.is_closed = True


def sockets_of(page: Page) -> list[Socket]:
    """The WebSockets that the page opens from now on."""
    sockets: list[Socket] = []

    def watch(opened: WebSocket) -> None:
        socket = Socket(opened.url)
        opened.on("framesent", socket.send)
        opened.on("close", socket.close)
        sockets.append(socket)

    page.on("websocket", watch)
    return sockets


def lists_asked(page: Page) -> list[Request]:
    """The requests, from now on, by which the list of changes is asked at intervals."""
    asked: list[Request] = []
    page.on(
        "request",
        lambda request: (
            asked.append(request) if "ChangesAfter" in (request.post_data or "") else None
        ),
    )
    return asked


async def test_change_is_told_over_a_websocket(sign_in: SignIn, desk: Desk) -> None:
    await propose(desk, "told")
    page = await sign_in()
    asked = lists_asked(page)
    await page.goto("about:blank")
    sockets = sockets_of(page)
    await page.goto("/desk/review/commitments/told")
    await expect(page.get_by_role("heading", name="Promise told")).to_be_visible()
    await until(lambda: [sent for one in sockets for sent in one.sent if "subscribe" in sent])
    assert "ft_" not in sockets[0].url
    await change(desk, "Otto", "told")
    await expect(page.locator(HINT)).to_contain_text("Otto changed this just now")
    words = page.get_by_text("In other words.")
    await expect(words).to_have_count(0)  # what one reads stays
    await page.get_by_role("button", name="Show it").click()
    await expect(words.first).to_be_visible()
    await expect(page.locator(HINT)).to_have_count(0)
    assert asked == []


async def test_one_connection_serves_all_screens_and_ends_with_the_sign_in(
    sign_in: SignIn, desk: Desk
) -> None:
    await propose(desk, "screens")
    page = await sign_in()
    await page.goto("about:blank")
    sockets = sockets_of(page)
    await page.goto("/desk/find")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.get_by_role("link", name="Inbox").click()
    await page.locator(ROWS, has_text="Promise screens").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", name="Promise screens")).to_be_visible()
    await until(lambda: sockets)
    assert not sockets[0].is_closed
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
    await until(lambda: sockets[0].is_closed)
    assert len(sockets) == 1


async def test_what_was_written_during_a_break_is_told(sign_in: SignIn, desk: Desk) -> None:
    await propose(desk, "broken")
    page = await sign_in()
    await page.goto("about:blank")
    routes: list[WebSocketRoute] = []
    begun_after: list[str | None] = []

    def connect(route: WebSocketRoute) -> None:
        routes.append(route)
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            read = json.loads(message)
            if read["type"] == "subscribe":
                begun_after.append(read["payload"]["variables"]["after"])
            server.send(message)

        route.on_message(pass_on)

    await page.route_web_socket(GRAPHQL, connect)
    async with page.expect_request(lambda r: "query Who" in (r.post_data or "")) as placing:
        await page.goto("/desk/review/commitments/broken")
    answer = await (await (await placing.value).response()).json()
    await expect(page.get_by_role("heading", name="Promise broken")).to_be_visible()
    await until(lambda: begun_after)
    await routes[0].close(code=1012)
    await change(desk, "Otto", "broken")
    await expect(page.locator(HINT)).to_contain_text("Otto changed this just now")
    assert begun_after[0] == answer["data"]["changes"]["pageInfo"]["endCursor"]


async def test_whose_token_is_revoked_while_connected_signs_in_again(
    sign_in: SignIn, desk: Desk
) -> None:
    await propose(desk, "revoked")
    token = await desk.make_token("Edith", Role.EDITOR)
    page = await sign_in(token=token)
    await page.goto("about:blank")
    expect_statuses(page, 401)
    sockets = sockets_of(page)
    await page.goto("/desk/review/commitments/revoked")
    await until(lambda: [sent for one in sockets for sent in one.sent if "subscribe" in sent])
    await desk.revoke(token)
    again = page.get_by_role("dialog", name="Sign in again to go on")
    await expect(again).to_be_visible()
    assert sockets[0].is_closed
    await again.get_by_label("Token").fill(await desk.make_token("Edith", Role.EDITOR))
    await page.keyboard.press("Enter")
    await expect(again).to_have_count(0)
    await change(desk, "Otto", "revoked")
    await expect(page.locator(HINT)).to_contain_text("Otto changed this just now")


async def test_what_one_saves_oneself_is_loaded_once(sign_in: SignIn, desk: Desk) -> None:
    await propose(desk, "once")
    page = await sign_in(path="/desk/review/commitments/once")
    await expect(page.get_by_role("button", name="Accept")).to_be_enabled()
    await page.wait_for_load_state("networkidle")
    loads: list[Request] = []
    page.on(
        "request",
        lambda r: loads.append(r) if "query ArticlePage" in (r.post_data or "") else None,
    )
    await page.goto("/desk/articles/a1")
    await expect(page.locator(".article-text")).to_be_visible()
    resting = page.locator(".resting li", has_text="Promise once")
    await resting.get_by_role("button", name="Accept").click()
    await expect(page.get_by_text("1 record accepted")).to_be_visible()
    await asyncio.sleep(2)  # what the log tells comes within a second
    assert len(loads) == 2  # when it was opened, and after it was accepted


async def test_list_is_asked_where_no_websocket_gets_through(sign_in: SignIn, desk: Desk) -> None:
    await propose(desk, "blocked")
    page = await sign_in()
    asked = lists_asked(page)
    await page.route_web_socket(GRAPHQL, lambda route: route.close(code=1006))
    await page.goto("/desk/review/commitments/blocked")
    await expect(page.get_by_role("heading", name="Promise blocked")).to_be_visible()
    await change(desk, "Otto", "blocked")
    await expect(page.locator(HINT)).to_contain_text("Otto changed this just now")
    assert asked


async def test_rows_stay_while_they_are_in_use(sign_in: SignIn, desk: Desk) -> None:
    await propose(desk, "mine")
    await propose(desk, "theirs")
    page = await sign_in(path="/desk?noun=COMMITMENTS")
    theirs = page.locator(ROWS, has_text="Promise theirs")
    mine = page.locator(ROWS, has_text="Promise mine")
    await mine.get_by_role("checkbox").check()
    token = await desk.make_token("Otto", Role.EDITOR)
    rejected = [{"noun": "COMMITMENTS", "key": "theirs"}]
    await desk.do(token, "review", records=rejected, action="REJECT", reason="Not so.")
    await expect(page.locator(HINT)).to_contain_text("Otto changed something just now")
    await expect(theirs).to_be_visible()
    await page.get_by_role("button", name="Show it").click()
    await expect(theirs).to_have_count(0)
    await expect(mine.get_by_role("checkbox")).to_be_checked()


async def test_cursor_of_another_store_is_left(
    sign_in: SignIn, desk: Desk, mongodb_url: str
) -> None:
    async with running_desk(mongodb_url) as other:
        token = await other.make_token("Olga", Role.EDITOR)
        answer = await other.send(token, "{ changes(last: 1) { pageInfo { endCursor } } }")
    await propose(desk, "restored")
    page = await sign_in()
    await page.goto("about:blank")
    begun: list[str] = []
    routes: list[WebSocketRoute] = []

    def connect(route: WebSocketRoute) -> None:
        routes.append(route)
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            read = json.loads(message)
            if read["type"] == "subscribe":
                begun.append(read["id"])
                if len(begun) == 2:
                    read["payload"]["variables"]["after"] = answer["changes"]["pageInfo"][
                        "endCursor"
                    ]
            server.send(json.dumps(read))

        route.on_message(pass_on)

    await page.route_web_socket(GRAPHQL, connect)
    await page.goto("/desk/review/commitments/restored")
    await expect(page.get_by_role("heading", name="Promise restored")).to_be_visible()
    await until(lambda: begun)
    await routes[0].close(code=1012)
    await expect(page.locator(HINT)).to_contain_text("Somebody changed this")
    await page.get_by_role("button", name="Show it").click()
    await change(desk, "Otto", "restored")
    await expect(page.locator(HINT)).to_contain_text("Otto changed this")
