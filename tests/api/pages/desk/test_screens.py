"""Every screen of the desk: by keys alone, in each colour scheme, narrow, from right to left."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from store.viewers import Role
from tests.api.browsing import fits_its_width, in_a_browser, serious_violations
from tests.api.pages.desk.conftest import Desk, SignIn
from tests.store.intake_samples import intake, keep, proposal
from tests.store.samples import article, commitment, evidence, write

pytestmark = in_a_browser

PROMISED_IN_URDU = "ٹیلنو نے وعدہ کیا کہ 2024 کے آخر تک قیمتیں کم ہوں گی"
URDU = f"اسلام آباد: {PROMISED_IN_URDU}. Telno said so in May 2024."

SCREENS = {
    "sign in": "",
    "inbox": "/desk",
    "overdue": "/desk?view=overdue",
    "long without news": "/desk?view=silent",
    "conflicting": "/desk?view=conflicting",
    "read for you": "/desk?view=read",
    "keys": "/desk",
    "have it read": "/desk/intake/new",
    "proposals": "/desk/intake/read",
    "form of a proposal": "/desk/intake/read",
    "unreadable": "/desk/intake/unreadable",
    "delete": "/desk/intake/unreadable",
    "find": "/desk/find",
    "add an article": "/desk/articles/new",
    "article": "/desk/articles/a1",
    "article in Urdu": "/desk/articles/urdu",
    "form": "/desk/articles/urdu",
    "faults": "/desk/articles/urdu",
    "mention": "/desk/articles/urdu",
    "replace the text": "/desk/articles/urdu/text",
    "retract": "/desk/articles/a1/retract",
    "assess": "/desk/new/assessments?about=c1",
    "check": "/desk/new/check-logs?about=c1",
    "topic": "/desk/new/concepts?about=prices.calls",
    "party": "/desk/new/parties",
    "nowhere": "/desk/nowhere",
    "review": "/desk/review/commitments/waits",
    "change": "/desk/edit/commitments/waits",
    "history": "/desk/history/commitments/c1",
    "merge": "/desk/merge/parties/telno",
}


@pytest.fixture(scope="module", autouse=True)
async def filled(desk: Desk) -> AsyncIterator[None]:
    """Something that waits, and an article from right to left."""
    urdu = article("urdu", text=URDU, inLanguage="ur", textKind="FULL_TEXT")
    proof = [evidence("urdu", PROMISED_IN_URDU, saidBy="telno")]
    await write(
        desk.database,
        urdu,
        commitment("waits", curation="PROPOSED", evidence=proof, title="قیمتیں"),
    )
    failure = {"code": "LANGUAGE_NOT_SUPPORTED", "message": "It is not in English; add it by hand."}
    await keep(
        desk.database,
        intake("read", articleMembers={"headline": URDU[:40]}),
        intake("unreadable", "FAILED", failure=failure),
        proposals=(proposal("read", 0), proposal("read", 1, state="REJECTED", reason="No.")),
    )
    yield


async def open_screen(page: Page, desk: Desk, screen: str) -> None:
    """Goes to a screen and waits until all of it stands there."""
    if screen == "sign in":
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_label("Token")).to_be_visible()
        return
    await page.goto(SCREENS[screen])
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    if screen in ("form", "faults", "mention"):
        await page.locator(".article-text").focus()
        await page.keyboard.press("Control+a")
        await expect(page.get_by_text("characters selected")).to_be_visible()
        await page.keyboard.press("p" if screen == "mention" else "c")
        await expect(page.locator(".record-form")).to_be_visible()
    if screen == "faults":
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("another look")).to_be_visible()
    if screen == "keys":
        await page.keyboard.press("?")
    if screen == "form of a proposal":
        await page.get_by_label("Date published", exact=True).fill("2 May 2024")
        await expect(page.get_by_text("2024-05-02").first).to_be_visible()
        await page.get_by_role("button", name="Accept…").click()
        await expect(page.get_by_role("form", name="Proposed commitment")).to_be_visible()
    if screen == "delete":
        await page.get_by_role("button", name="Delete…").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    await expect(page.get_by_text("Loading…")).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
async def test_screen_is_accessible_and_fits(sign_in: SignIn, desk: Desk, screen: str) -> None:
    page = await sign_in(Role.EDITOR, "Edith")
    await open_screen(page, desk, screen)
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 800})
        assert await serious_violations(page) == [], (scheme, width)
        assert await fits_its_width(page), width
    await page.emulate_media(forced_colors="active")
    assert await serious_violations(page) == []


async def test_promise_is_recorded_by_keyboard_alone(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(Role.EDITOR, "Edith", "/desk/articles/urdu")
    keys = page.keyboard
    await expect(page.locator(".article-text")).to_be_visible()
    await keys.press("t")
    await keys.press("Control+Home")
    await keys.press("Shift+End")
    await expect(page.get_by_text("characters selected")).to_be_visible()
    await keys.press("c")
    await expect(page.get_by_label("Title")).to_be_focused()
    await keys.type("Lower prices by keys")
    await keys.press("Tab")
    await keys.type("Telno will lower its prices.")
    await expect(page.locator(".member.list .chip")).to_contain_text("Telno")
    # Another one is found by words and Enter.
    await to_member(page, "input.addressees")
    await keys.type("office")
    await expect(page.locator(".picker [role=option]").first).to_contain_text("Office")
    await keys.press("Enter")
    await expect(page.locator("[data-path='input.addressees'] .chip")).to_contain_text("Office")
    await to_member(page, "input.strength")
    await keys.press("Space")
    await keys.press("ArrowDown")
    await to_member(page, "input.term")
    await keys.press("Space")
    await keys.press("Control+Enter")
    await expect(page.get_by_text("The commitment is saved and accepted")).to_be_visible()
    (stored,) = await desk.database.find("commitments", {"title": "Lower prices by keys"})
    assert (stored["strength"], stored["term"]) == ("ACKNOWLEDGED", "ONE_OFF")
    assert URDU.startswith(stored["evidence"][0]["selector"]["exact"])
    # What rests on the text can be walked and is said.
    await keys.press("Control+Home")
    await keys.press("[")
    await keys.press("]")
    await expect(page.locator(".text-side .said")).to_have_text(
        "commitment, proposed, not reviewed: قیمتیں"
    )


async def to_member(page: Page, path: str) -> None:
    """Tabs on until the focus is in this member of the form."""
    inside = "document.activeElement.closest('[data-path]')?.dataset.path"
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate(inside) == path:
            return
    raise AssertionError(f"{path} cannot be reached")


async def test_keys_are_listed_and_can_be_turned_off(sign_in: SignIn) -> None:
    page = await sign_in(Role.EDITOR, "Edith")
    await page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keys")
    await expect(listed).to_contain_text("Add an article")
    await listed.get_by_label("Single keys do something").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await asyncio.sleep(0.3)
    assert page.url.endswith("/desk")
    await page.keyboard.press("?")
    await listed.get_by_label("Single keys do something").check()
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await expect(page.get_by_role("heading", name="Add an article")).to_be_visible()


async def test_inbox_is_worked_through_by_keys(sign_in: SignIn, desk: Desk) -> None:
    for key in ("first", "second"):
        await write(desk.database, commitment(key, curation="PROPOSED", title=f"Keyed {key}"))
    page = await sign_in(path="/desk?noun=COMMITMENTS")
    row = page.locator(".rows li", has_text="Keyed second")
    await expect(row).to_be_visible()
    for _ in range(4):
        if await row.evaluate("row => row.classList.contains('current')"):
            break
        await page.keyboard.press("j")
    await page.keyboard.press("s")
    await expect(page.locator(".count")).to_contain_text("1 selected")
    await page.keyboard.press("a")
    await expect(row).to_have_count(0)
    assert (await desk.find("commitments", "second"))["curation"] == "ACCEPTED"
    assert (await desk.find("commitments", "first"))["curation"] == "PROPOSED"
