"""Decisions at the desk: of many, by two persons, undone, merged, and while others decide."""

import re

from playwright.async_api import Browser, Page, expect

from store.viewers import Role
from tests.api.browsing import in_a_browser, visiting
from tests.api.pages.desk.conftest import Desk, SignIn, running_desk
from tests.store.samples import NOON, commitment, party, write

pytestmark = in_a_browser

ROWS = ".rows li"
NOTICE = ".notices p"


async def give_reason(page: Page, reason: str) -> None:
    await page.get_by_label("Reason").fill(reason)
    await page.keyboard.press("Control+Enter")


async def curation(desk: Desk, key: str, noun: str = "commitments") -> str:
    return str((await desk.find(noun, key))["curation"])


async def test_two_hundred_are_accepted_at_once_and_taken_back(sign_in: SignIn, desk: Desk) -> None:
    token = await desk.make_token("Bulk", Role.PROPOSER)
    for n in range(200):
        await desk.do(token, "createParty", key=f"bulk{n}", kind="COMPANY", name=f"Bulk {n}")
    page = await sign_in(path="/desk?by=Bulk")
    await expect(page.locator(".count")).to_contain_text("200 wait")
    await page.get_by_label("Kind").select_option("PARTIES")
    assert "noun=PARTIES" in page.url and "by=Bulk" in page.url
    await page.get_by_role("button", name="Select all").click()
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator(NOTICE)).to_contain_text("200 records accepted")
    await expect(page.locator(".count")).to_contain_text("Nothing waits")
    stored = await desk.database.find("parties", {"_id": re.compile("^bulk")})
    assert [p["curation"] for p in stored] == ["ACCEPTED"] * 200
    await page.keyboard.press("z")
    await expect(page.locator(NOTICE)).to_contain_text("Taken back: they are retracted")


async def test_rejection_needs_a_reason_and_is_undone_for_ten_seconds(
    sign_in: SignIn, desk: Desk
) -> None:
    await write(desk.database, commitment("refused", curation="PROPOSED"))
    page = await sign_in(path="/desk/review/commitments/refused")
    await page.keyboard.press("x")
    await page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    assert await curation(desk, "refused") == "PROPOSED"  # no reason, no rejection
    await give_reason(page, "It is no promise.")
    await expect(page.locator(NOTICE)).to_contain_text("1 record rejected")
    assert await curation(desk, "refused") == "REJECTED"
    await page.keyboard.press("z")
    await expect(page.locator(NOTICE)).to_contain_text("it is opened again")
    assert await curation(desk, "refused") == "IN_REVIEW"


async def test_undo_goes_after_ten_seconds_and_the_history_stays(
    sign_in: SignIn, desk: Desk
) -> None:
    page = await sign_in(path="/desk/edit/parties/gov")
    await page.locator("[data-path='input.name'] input").fill("The Government")
    await page.get_by_label("Why it is changed").fill("As it calls itself.")
    await page.get_by_role("button", name="Publish the change").click()
    await expect(page.get_by_role("heading", name="The Government")).to_be_visible()
    await expect(page.locator(NOTICE)).to_have_count(0, timeout=20_000)
    # Any later day, the history goes back to what it said.
    await page.goto("/desk/history/parties/gov")
    await expect(page.locator(".difference del")).to_have_text("Gov")
    await expect(page.locator(".difference ins")).to_have_text("The Government")
    await expect(page.locator("table")).to_contain_text("As it calls itself.")
    await page.get_by_role("button", name="Go back to 1").click()
    await give_reason(page, "It was right before.")
    await expect(page.locator("caption")).to_have_text("3 versions, the newest first")
    assert (await desk.find("parties", "gov"))["name"] == "Gov"


async def test_history_takes_back_what_was_written_long_ago(sign_in: SignIn, desk: Desk) -> None:
    # At noon of a day that is long over: no notice of it can be on any screen.
    await write(desk.database, party("aged", note="Old"))
    await write(desk.database, party("aged", note="New"))
    changes = await desk.database.find("changes", {"record": "aged"})
    assert [change["at"] for change in changes] == [NOON, NOON]
    page = await sign_in(path="/desk/history/parties/aged")
    await expect(page.locator(".difference ins")).to_have_text("New")
    await expect(page.locator(NOTICE)).to_have_count(0)
    await page.get_by_role("button", name="Go back to 1").click()
    await give_reason(page, "It was right before.")
    await expect(page.locator("caption")).to_have_text("3 versions, the newest first")
    assert (await desk.find("parties", "aged"))["note"] == "Old"


async def test_acceptance_is_taken_back_by_a_key(sign_in: SignIn, desk: Desk) -> None:
    await write(desk.database, commitment("hasty", curation="PROPOSED"))
    page = await sign_in(path="/desk/review/commitments/hasty")
    await expect(page.locator(".decisions")).to_contain_text(
        "Promise hasty: begins as No follow-up"
    )
    await page.keyboard.press("a")
    await expect(page.locator(NOTICE)).to_contain_text("1 record accepted")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(NOTICE)).to_contain_text("it is retracted")
    assert await curation(desk, "hasty") == "RETRACTED"


async def test_merge_is_previewed_done_and_taken_back(sign_in: SignIn, desk: Desk) -> None:
    await write(desk.database, party("telno-plc", country="CC", note="Once larger."))
    page = await sign_in(path="/desk/merge/parties/telno-plc")
    await page.get_by_role("combobox").fill("telno")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("table")).to_contain_text("Once larger.")
    await expect(page.get_by_text("does not say what the merged one says: note")).to_be_visible()
    assert "mergedInto" not in await desk.find("parties", "telno-plc")
    await page.get_by_role("button", name="Merge…").click()
    await give_reason(page, "One company.")
    await expect(page.locator(NOTICE)).to_contain_text("Telno-Plc lives on in Telno")
    assert (await desk.find("parties", "telno-plc"))["mergedInto"] == "telno"
    await page.keyboard.press("z")
    await expect(page.locator(NOTICE)).to_contain_text("The merge is taken back")
    assert "mergedInto" not in await desk.find("parties", "telno-plc")

    token = await desk.make_token("Otto", Role.EDITOR)
    given = {"noun": "PARTIES", "keys": ["telno-plc"], "into": "telno", "reason": "One."}
    await desk.do(token, "mergeRecords", **given)
    await page.goto("/desk/history/parties/telno-plc")
    await page.get_by_role("button", name="Take the merge back").click()
    await give_reason(page, "They are two.")
    await expect(page.locator(NOTICE)).to_contain_text("It stands for itself again")
    assert "mergedInto" not in await desk.find("parties", "telno-plc")


async def test_what_another_curator_does_shows_and_takes_nothing_away(
    sign_in: SignIn, desk: Desk
) -> None:
    await write(desk.database, commitment("shared", curation="PROPOSED"))
    one = await sign_in(name="Edith", path="/desk?noun=COMMITMENTS")
    other = await sign_in(name="Otto", path="/desk/review/commitments/shared")
    row = one.locator(ROWS, has_text="Promise shared")
    await expect(row).to_be_visible()
    third = await sign_in(name="Olga", path="/desk/review/commitments/shared")
    await third.get_by_label("Say something").fill("Half a sen")
    await other.keyboard.press("a")
    await expect(other.locator(NOTICE)).to_contain_text("accepted")
    await expect(row).to_have_count(0)
    await expect(third.locator(".notice")).to_contain_text("Otto changed this just now")
    await expect(third.get_by_label("Say something")).to_have_value("Half a sen")
    # Who decides about what they have not seen is told so.
    await third.keyboard.press("Escape")
    await third.get_by_role("button", name="Accept").click()
    await expect(third.locator(".decisions .problem")).to_contain_text("by Otto")


async def test_two_persons(browser: Browser, mongodb_url: str) -> None:
    async with running_desk(mongodb_url, "--two-persons", "true") as strict:
        edith = await strict.make_token("Edith", Role.EDITOR)
        otto = await strict.make_token("Otto", Role.EDITOR)
        await strict.do(edith, "createParty", key="hers", kind="COMPANY", name="Hers")
        path = "/desk/review/parties/hers"
        async with visiting(browser, strict.base) as context:
            page = await context.new_page()
            await page.goto(f"{path}#token={edith}")
            refused = page.locator(".decisions .problem")
            await expect(refused).to_contain_text("somebody else accept it")
            other = await context.new_page()
            await other.goto(f"{path}#token={otto}")
            await other.get_by_role("button", name="Accept").click()
            await expect(other.locator(NOTICE)).to_contain_text("1 record accepted")
        assert await curation(strict, "hers", "parties") == "ACCEPTED"
