"""Who is signed in at the desk, how, and what they may do there."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from store.viewers import Role
from tests.api.browsing import expect_statuses, in_a_browser, visiting
from tests.api.pages.desk.conftest import Desk, SignIn
from tests.store.samples import commitment, write

pytestmark = in_a_browser

FIRST_VIEW = 200_000  # bytes, compressed


@pytest.fixture
async def stranger(browser: Browser, desk: Desk) -> AsyncIterator[Page]:
    """Somebody who is not signed in."""
    async with visiting(browser, desk.base) as context:
        yield await context.new_page()


async def test_first_view_is_small(stranger: Page, desk: Desk) -> None:
    sizes: dict[str, int] = {}
    stranger.on("response", lambda response: sizes.__setitem__(response.url, 0))
    token = await desk.make_token("Edith", Role.EDITOR)
    await stranger.goto(f"/desk#token={token}")
    await expect(stranger.get_by_role("heading", name="Inbox")).to_be_visible()
    await stranger.wait_for_load_state("networkidle")
    for url in [*sizes]:
        if "/graphql" in url:
            continue  # an answer, not the page
        response = await stranger.request.get(url, headers={"accept-encoding": "gzip"})
        sizes[url] = len(await response.body())
        if "content-length" in response.headers:
            sizes[url] = int(response.headers["content-length"])
    assert 0 < sum(sizes.values()) < FIRST_VIEW, sizes


async def test_link_signs_in_and_leaves_the_address(sign_in: SignIn) -> None:
    page = await sign_in(name="Edith")
    await expect(page.get_by_text("Edith, editor")).to_be_visible()
    assert "token" not in page.url
    await page.reload()
    await expect(page.get_by_text("Edith, editor")).to_be_visible()


async def test_pasted_token_is_kept_for_the_tab_alone(stranger: Page, desk: Desk) -> None:
    token = await desk.make_token("Paula", Role.PROPOSER)
    await stranger.goto("/desk")
    await stranger.get_by_label("Token").fill(token)
    await stranger.keyboard.press("Enter")
    await expect(stranger.get_by_text("Paula, proposer")).to_be_visible()
    other = await stranger.context.new_page()
    await other.goto("/desk")
    await expect(other.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
    assert await stranger.evaluate("JSON.stringify({...localStorage})") == "{}"
    assert await stranger.evaluate("document.cookie") == ""
    await stranger.get_by_role("button", name="Sign out").click()
    await stranger.reload()
    await expect(stranger.get_by_label("Token")).to_be_visible()


async def test_token_that_opens_nothing_says_what_to_do(stranger: Page, desk: Desk) -> None:
    expect_statuses(stranger, 401)
    await stranger.goto("/desk")
    await stranger.get_by_label("Token").fill("ft_abcdefghij_wrong")
    await stranger.keyboard.press("Enter")
    await expect(stranger.get_by_role("alert")).to_contain_text("followthrough token create")
    reader = await desk.make_token("Rita", Role.READER)
    await stranger.get_by_label("Token").fill(reader)
    await stranger.keyboard.press("Enter")
    await expect(stranger.get_by_role("alert")).to_contain_text("ask an admin for the role")


async def test_proposer_has_no_button_that_is_not_theirs(sign_in: SignIn, desk: Desk) -> None:
    await write(desk.database, commitment("theirs", curation="PROPOSED"))
    page = await sign_in(Role.PROPOSER, "Paula")
    await expect(page.locator(".rows li")).not_to_have_count(0)
    names = ("Accept", "Reject", "Retract", "Merge", "Go back", "Save and accept")
    for path in (
        "/desk",
        "/desk/review/commitments/theirs",
        "/desk/review/commitments/c1",
        "/desk/history/commitments/c1",
        "/desk/articles/a1",
        "/desk/articles/new",
    ):
        await page.goto(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await page.wait_for_load_state("networkidle")
        for name in names:
            await expect(page.get_by_role("button", name=name)).to_have_count(0)
            await expect(page.get_by_role("link", name=name)).to_have_count(0)
    # The same screens have them for an editor, so the names are those that stand there.
    editor = await sign_in(Role.EDITOR, "Edith", "/desk/review/commitments/theirs")
    await expect(editor.get_by_role("button", name="Accept")).to_be_visible()
    await expect(editor.get_by_role("link", name="Merge")).to_be_visible()


async def test_whose_token_expires_signs_in_again_and_goes_on(sign_in: SignIn, desk: Desk) -> None:
    short = await desk.make_token("Edith", Role.EDITOR, timedelta(seconds=6))
    page = await sign_in(token=short, path="/desk/edit/commitments/c2")
    expect_statuses(page, 401)
    title = page.get_by_label("Title")
    await title.fill("Typed before it expired")
    await page.wait_for_timeout(7_000)
    await page.get_by_role("button", name="Publish the change").click()
    again = page.get_by_role("dialog", name="Sign in again to go on")
    await expect(again).to_contain_text("expired")
    await expect(title).to_have_value("Typed before it expired")
    await again.get_by_label("Token").fill(await desk.make_token("Edith", Role.EDITOR))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert (await desk.find("commitments", "c2"))["title"] == "Typed before it expired"
