"""Assessments and checks at the desk: made, changed, ended; and where the record disagrees."""

from playwright.async_api import expect

from tests.api.browsing import in_a_browser
from tests.api.pages.desk.conftest import Desk, SignIn
from tests.store.samples import assessment, commitment, write

pytestmark = in_a_browser

NOTICE = ".notices p"


async def test_assessment_is_made_changed_and_ended(sign_in: SignIn, desk: Desk) -> None:
    await write(desk.database, commitment("judged"))
    page = await sign_in(path="/desk/review/commitments/judged")
    await page.get_by_role("link", name="Assess…").click()
    await expect(page.locator("[data-path='input.trackable'] .chip")).to_contain_text("judged")
    await page.get_by_label("Which status", exact=True).select_option(label="Broken")
    await page.get_by_label("Why", exact=False).first.fill("Nobody saw a lower price.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(NOTICE)).to_contain_text("The assessment is saved and accepted")
    (made,) = await desk.database.find("assessments", {"trackable": "judged"})
    assert (made["value"], made["assessor"]) == ("BROKEN", "Edith")
    await expect(page.get_by_role("link", name="Change")).to_be_visible()
    await page.keyboard.press("e")
    await page.get_by_label("Which status", exact=True).select_option(label="Stalled")
    await page.get_by_role("button", name="Publish the change").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Stalled")
    await page.get_by_role("button", name="Withdraw…").click()
    await page.get_by_label("Reason").fill("It was too early to judge.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(NOTICE).last).to_contain_text("holds no longer")
    await expect(page.get_by_role("button", name="Withdraw…")).to_have_count(0)
    stored = await desk.find("assessments", made["_id"])
    assert stored["value"] == "STALLED" and stored["withdrawnAt"]


async def test_check_is_recorded_with_what_was_looked_at(sign_in: SignIn, desk: Desk) -> None:
    await write(desk.database, commitment("checked"))
    page = await sign_in(path="/desk/review/commitments/checked")
    await page.get_by_role("link", name="Record a check…").click()
    await page.get_by_label("How many were found").fill("2")
    await page.get_by_label("Note", exact=True).fill("Two notes, neither of them news.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(NOTICE)).to_contain_text("The check is saved and accepted")
    await expect(page.get_by_role("link", name="Change")).to_be_visible()
    await page.keyboard.press("e")
    await page.get_by_label("How many were found").fill("3")
    await page.get_by_role("button", name="Publish the change").click()
    await expect(page.locator(NOTICE).last).to_contain_text("Saved")
    (made,) = await desk.database.find("check_logs", {"trackable": "checked"})
    assert (made["found"], made["checkedBy"]) == (3, "Edith")


async def test_inbox_lists_where_the_record_disagrees(sign_in: SignIn, desk: Desk) -> None:
    await write(
        desk.database, commitment("differs"), assessment("s9", "differs", value="FULFILLED")
    )
    page = await sign_in(path="/desk?view=conflicting")
    differs = page.locator("section", has_text="An assessment differs")
    await expect(differs).to_contain_text("Promise differs")
    await expect(differs).to_contain_text("Ida Exempla judges: fulfilled")
