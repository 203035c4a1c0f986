"""The work of the desk from end to end: an article, a meeting, two promises, a follow-up."""

import asyncio
from collections.abc import Callable
from typing import Any

from playwright.async_api import Locator, Page, Route, expect

from store.viewers import Role
from tests.api.browsing import in_a_browser
from tests.api.pages.desk.conftest import Desk, SignIn, select_words
from tests.store.samples import article, write

pytestmark = in_a_browser

MOST_ACTIONS = 60

HEADLINE = "Telno promises cheaper calls"
MET = "Telno met the Office on Monday."
LOWER = "Telno will lower its call prices by the end of 2024."
HELP = "We will open a help desk in every town"
DONE = "Telno lowered some prices in April."
TEXT = f"{HEADLINE}\n\nSARN: {MET} {LOWER}\n“{HELP},” Telno said.\n{DONE}"


class Hands:
    """A curator: counts clicks and keys that are no text, as the bar of the desk does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    async def press(self, key: str) -> None:
        self.actions += 1
        await self.page.keyboard.press(key)

    async def click(self, locator: Locator) -> None:
        self.actions += 1
        await locator.click()

    async def select(self, words: str) -> None:
        """Draws the mouse over words."""
        self.actions += 1
        await select_words(self.page, words)

    async def write(self, label: str, text: str, within: Locator | None = None) -> None:
        """Clicks into a field and types."""
        self.actions += 1
        await (within or self.page).get_by_label(label, exact=True).first.fill(text)

    async def find(self, label: str, words: str, found: str) -> None:
        """Clicks into a picker, types, and takes the first that is found."""
        await self.write(label, words)
        await expect(self.page.locator(".picker [role=option]").first).to_contain_text(found)
        await self.press("Enter")

    async def choose(self, value: str) -> None:
        """Clicks on a value with its definition."""
        await self.click(self.page.get_by_role("radio", name=value))

    async def pick(self, label: str, value: str) -> None:
        """Opens a list and clicks on a value."""
        self.actions += 2
        await self.page.get_by_label(label, exact=True).select_option(label=value)

    async def save(self, said: str) -> None:
        """Sends the form."""
        await self.press("Control+Enter")
        await expect(self.page.get_by_text(said).last).to_be_visible()
        await expect(self.page.locator(".record-form")).to_have_count(0)


async def test_an_article_is_recorded_in_sixty_actions(
    sign_in: SignIn, desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    page = await sign_in(Role.EDITOR, "Edith")
    hands = Hands(page)

    await hands.press("n")
    await hands.write("Text", TEXT)
    await expect(page.get_by_label("Headline")).to_have_value(HEADLINE)
    await expect(page.get_by_label("Dateline")).to_have_value("SARN")
    await hands.find("Publisher", "gov", "Gov")
    await hands.write("Date published", "2 May 2024")
    await expect(page.locator("[data-path='input.datePublished'] .understood")).to_contain_text(
        "2024-05-02"
    )
    await hands.choose("Full text")
    await hands.save("The article is saved")
    await expect(page.locator(".article-text")).to_contain_text(LOWER)

    await hands.select(MET)
    await hands.press("m")
    await expect(page.get_by_label("Title")).to_be_focused()
    await page.keyboard.type("Talks of Telno and the Office")
    await hands.pick("Kind", "Bilateral")
    await hands.write("Date", "last Monday")
    await expect(page.locator("[data-path='input.date'] .understood")).to_contain_text(
        "29 April 2024"
    )
    took_part = page.locator("[data-path='input.participations'] .chip")
    await expect(took_part).to_contain_text(["Telno", "Office"])
    await hands.save("The meeting is saved and accepted")

    for words, title, strength in (
        (LOWER, "Lower call prices", "Specific"),
        (HELP, "A help desk in every town", "Pledged"),
    ):
        await hands.select(words)
        await hands.press("c")
        await expect(page.get_by_label("Title")).to_be_focused()
        await page.keyboard.type(title)
        await hands.write("What it says *", f"Telno promised: {title}.")
        await hands.choose(strength)
        await hands.choose("One off")
        await expect(page.get_by_text(f"{title}: begins as No follow-up")).to_be_visible()
        await hands.save("The commitment is saved and accepted")

    await hands.select(DONE)
    await hands.press("f")
    await expect(page.get_by_role("combobox", name="What it follows up")).to_be_focused()
    await page.keyboard.type("promise c2")
    await expect(page.locator(".picker [role=option]").first).to_contain_text("Promise c2")
    await hands.press("Enter")
    await hands.pick("Kind", "Progressed")
    await hands.choose("Third party")
    await hands.choose("High")
    await expect(page.get_by_text("Promise c2: No follow-up becomes In progress")).to_be_visible()
    await hands.save("The follow-up is saved and accepted")

    record_property("actions", hands.actions)  # --junit-xml has it
    assert hands.actions <= MOST_ACTIONS, hands.actions
    await _check_stored(desk)


async def test_whom_the_text_names_is_filled_in_when_it_is_found_after_the_form_was_opened(
    sign_in: SignIn, desk: Desk
) -> None:
    await write(desk.database, article("a9", text=TEXT))
    page = await sign_in(Role.EDITOR, "Edith")
    found = asyncio.Event()

    async def hold(route: Route) -> None:
        if "PartiesCalled" in (route.request.post_data or ""):
            await found.wait()
        await route.continue_()

    await page.route("**/graphql", hold)
    await page.goto("/desk/articles/a9")
    await expect(page.locator(".article-text")).to_contain_text(LOWER)
    await select_words(page, MET)
    await page.keyboard.press("m")
    await expect(page.get_by_label("Title")).to_be_focused()
    await page.keyboard.type("Talks")
    took_part = page.locator("[data-path='input.participations'] .chip")
    await expect(took_part).to_have_count(0)
    found.set()
    await expect(took_part).to_contain_text(["Telno", "Office"])
    # What was typed meanwhile stays.
    await expect(page.get_by_label("Title")).to_have_value("Talks")

    # Nothing is filled in again that somebody took out.
    await took_part.first.get_by_role("button").click()
    await expect(took_part).to_contain_text(["Office"])


async def _check_stored(desk: Desk) -> None:
    async def find(noun: str, **query: Any) -> dict[str, Any]:
        (found,) = await desk.database.find(noun, query)
        assert found["curation"] == "ACCEPTED"
        return found

    article = await find("articles", headline=HEADLINE)
    assert (article["publisher"], article["datePublished"]["edtf"]) == ("gov", "2024-05-02")
    meeting = await find("meetings", title="Talks of Telno and the Office")
    assert meeting["date"]["edtf"] == "2024-04-29"
    assert [p["party"] for p in meeting["participations"]] == ["telno", "office"]
    promise = await find("commitments", title="A help desk in every town")
    (evidence,) = promise["evidence"]
    assert (evidence["selector"]["exact"], evidence["mode"]) == (HELP, "DIRECT_QUOTE")
    assert (promise["madeAt"], promise["madeOn"]["edtf"]) == (meeting["_id"], "2024-04-29")
    assert promise["promisors"] == [{"party": "telno", "attribution": "SELF_QUOTED"}]
    follow_up = await find("follow_ups", target="c2", kind="PROGRESSED")
    assert follow_up["evidence"][0]["article"] == article["_id"]
    status = await desk.send(
        await desk.make_token("Otto", Role.PROPOSER),
        '{ commitment(by: {key: "c2"}) { status { value } } }',
    )
    assert status["commitment"]["status"]["value"] == "IN_PROGRESS"
