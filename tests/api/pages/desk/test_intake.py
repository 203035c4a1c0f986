"""An article is pasted, read, and decided about: by mouse, and by keyboard alone."""

import re

from playwright.async_api import Page, expect

from store.viewers import Role
from tests.api.browsing import fits_its_width, in_a_browser, serious_violations
from tests.api.intakes.conftest import find_text
from tests.api.pages.desk.conftest import Desk, SignIn
from tests.store.samples import article, write

pytestmark = in_a_browser

TEXT = find_text("watchdog-and-airline")
OTHER = find_text("broken-promise")
PROMISE = "within seven days"
NOTICE = ".notices p"
PROPOSAL = ".resting li"


async def have_read(page: Page, text: str) -> None:
    """Pastes a text, and waits until it was read."""
    await page.goto("/desk/intake/new")
    await page.get_by_label("Text", exact=True).fill(text)
    await expect(page.get_by_text("Then the text leaves this house")).to_be_visible()
    await expect(page.get_by_label("Send the text to")).not_to_be_checked()
    await page.get_by_role("button", name="Have it read").click()
    await expect(page.get_by_role("heading", name="Proposals")).to_be_visible(timeout=90_000)


async def test_pasted_article_becomes_records_by_decisions(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in()
    await have_read(page, TEXT)
    assert await desk.database.find("articles", {"headline": re.compile("Airline")}) == []
    await expect(page.get_by_text("Its text stayed on this server.")).to_be_visible()
    await expect(page.locator(".article-text mark.on-commitments.waiting").first).to_be_visible()
    promise = page.locator(PROPOSAL, has_text=PROMISE).filter(has_text="New commitment").first
    await expect(promise).to_contain_text("Skylark")
    await expect(promise).to_contain_text("confidence")
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 800})
        assert await serious_violations(page) == [], (scheme, width)
        assert await fits_its_width(page), width
    await page.set_viewport_size({"width": 1280, "height": 800})

    # The text tells no day, so it is asked for before anything is written.
    await promise.get_by_role("button", name="Accept…").click()
    await expect(page.get_by_role("alert").first).to_contain_text("does not tell the day")
    await page.get_by_label("Date published", exact=True).fill("2 May 2024")
    await expect(page.locator("[data-path='input.datePublished'] .understood")).to_contain_text(
        "2024-05-02"
    )
    await promise.get_by_role("button", name="Accept…").click()
    form = page.get_by_role("form", name="Proposed commitment")
    await expect(form).to_contain_text("in your own words")
    gist = form.locator("[data-path='input.gist'] textarea")
    await expect(gist).to_have_value("")
    await expect(form.locator("blockquote").first).to_contain_text(PROMISE)
    await form.get_by_label("Title").fill("Refunds in a week")
    copied = "it had secured commitments from budget carrier Skylark to refund customers"
    await gist.fill(f"The watchdog says {copied}.")
    await form.get_by_role("radio", name="One off").check()
    await expect(form.locator("[data-path='input.gist'] .fault")).to_contain_text("your own words")
    await gist.fill("Skylark will pay passengers back in a week.")
    await expect(form.get_by_text("Refunds in a week: begins as No follow-up")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(NOTICE).last).to_contain_text("saved and accepted")
    (stored,) = await desk.database.find("commitments", {"title": "Refunds in a week"})
    assert stored["curation"] == "ACCEPTED"
    (source,) = await desk.database.find("articles", {"_id": stored["evidence"][0]["article"]})
    assert (source["datePublished"]["edtf"], source["textAccess"]) == ("2024-05-02", "WITHHELD")
    await expect(promise).to_contain_text("Accepted by Edith")

    # One is refused with a reason, taken up again, and all of it stands in the inbox.
    refused = page.locator(PROPOSAL, has_text="call centre").first
    await refused.get_by_role("button", name="Reject…").click()
    await page.get_by_label("Reason").fill("It is told again further down.")
    await page.keyboard.press("Control+Enter")
    await expect(refused).to_contain_text("Rejected by Edith: It is told again")
    await refused.get_by_role("button", name="Open it again").click()
    await expect(refused.get_by_role("button", name="Reject…")).to_be_visible()
    await page.goto("/desk?view=read")
    await expect(page.locator(".rows li").first).to_contain_text("proposals are open")


async def test_proposal_is_taken_by_keyboard_alone(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in()
    keys = page.keyboard
    await keys.press("u")
    await expect(page.get_by_label("Text", exact=True)).to_be_focused()
    await keys.insert_text(OTHER)
    await page.get_by_role("button", name="Have it read").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="Proposals")).to_be_visible(timeout=90_000)
    await keys.press("l")
    for _ in range(60):
        focused = await page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
        if focused.startswith("New party"):
            break
        await keys.press("j")
    else:
        raise AssertionError("no party is proposed")
    await keys.press("x")
    await keys.type("Everybody knows it by another name.")
    await keys.press("Control+Enter")
    await expect(page.locator(f"{PROPOSAL}.decided")).to_contain_text("Rejected by Edith")


async def test_text_that_is_here_already_is_told(sign_in: SignIn, desk: Desk) -> None:
    twice = find_text("dam-compensation")
    await write(desk.database, article("here", text=twice, headline="Money for the valley"))
    page = await sign_in()
    await have_read(page, f"{twice}\nIt was printed again.")
    await expect(page.locator(".alarming")).to_contain_text("Money for the valley")


async def test_what_cannot_be_read_says_why(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(Role.PROPOSER, "Paula", "/desk/intake/new")
    german = "Das Ministerium und die Firma trafen sich am Montag. " * 20
    await page.get_by_label("Text", exact=True).fill(german)
    await page.get_by_role("button", name="Have it read").click()
    told = page.get_by_role("alert")
    await expect(told).to_contain_text("English", timeout=90_000)
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
    await expect(page.get_by_role("link", name="Add it by hand")).to_be_visible()
