"""Whole articles at the desk: what is here already, another text, and all of one taken back."""

from playwright.async_api import Page, expect

from tests.api.browsing import in_a_browser
from tests.api.pages.desk.conftest import Desk, SignIn, select_words
from tests.store.samples import article, commitment, evidence, party, write

pytestmark = in_a_browser

NOTICE = ".notices p"
PROMISE = "Telno promised the residents of Sarn considerably cheaper telephone connections."
REST = "Representatives of neighbouring municipalities welcomed the announcement immediately."
WIRE = f"{PROMISE} {REST}"


async def paste(page: Page, text: str) -> None:
    """Fills in a new article that may be published."""
    await page.get_by_label("Text", exact=True).fill(text)
    await page.get_by_label("Date published", exact=True).first.fill("2024-05-02")
    await page.get_by_role("radio", name="Full text").check()


async def give_reason(page: Page, reason: str) -> None:
    await page.get_by_label("Reason").fill(reason)
    await page.keyboard.press("Control+Enter")


async def test_same_report_is_told_and_merged_when_ticked(sign_in: SignIn, desk: Desk) -> None:
    await write(desk.database, article("printed", text=WIRE, headline="Cheaper calls in Sarn"))
    page = await sign_in(path="/desk/articles/new")
    await paste(page, f"Sarn Gazette\n\n{WIRE}")
    told = page.locator(".alarming")
    await expect(told).to_contain_text("Cheaper calls in Sarn")
    assert await desk.database.find("articles", {"datePublished.edtf": "2024-05-02"}) == []
    await told.get_by_role("checkbox", name="It is the same report").check()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(NOTICE).last).to_contain_text("merged into the report")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cheaper calls in Sarn")
    assert page.url.endswith("/desk/articles/printed")
    (merged,) = await desk.database.find("articles", {"datePublished.edtf": "2024-05-02"})
    assert merged["mergedInto"] == "printed"


async def test_whose_statement_is_relayed_is_proposed(sign_in: SignIn, desk: Desk) -> None:
    agency = party("ana", "MEDIA", names=[{"value": "ANA", "kind": "ACRONYM"}])
    await write(desk.database, agency, article("wired", text=f"First. {WIRE}", relays="office"))
    page = await sign_in(path="/desk/articles/new")
    await paste(page, f"Cheaper calls\n\nSARN, Jan 10 (ANA): {WIRE}")
    proposed = page.locator(".notice", has_text="Does it rest on somebody")
    await expect(proposed).to_contain_text("as the same words do elsewhere")
    await expect(proposed).to_contain_text("the dateline has “ANA”")
    await proposed.get_by_role("button", name="On that of Office").click()
    await expect(proposed).to_have_count(0)
    await expect(page.locator("[data-path='input.relays'] .chip")).to_contain_text("Office")


async def test_text_is_replaced_after_what_loses_its_words_was_told(
    sign_in: SignIn, desk: Desk
) -> None:
    kept, lost = "Telno keeps its word.", "Telno opens an office."
    await write(
        desk.database,
        article("retold", text=f"{kept} {lost}"),
        commitment("kept", evidence=[evidence("retold", kept)]),
        commitment("lost", evidence=[evidence("retold", lost)]),
    )
    page = await sign_in(path="/desk/articles/retold")
    await page.get_by_role("link", name="replace its text").click()
    text = page.get_by_label("Text", exact=True)
    await text.fill(f"At last: {kept} Telno opens a desk.")
    told = page.get_by_role("form", name="The new text").get_by_role("status")
    await expect(told).to_contain_text("One passage is not found again")
    await expect(told.get_by_role("link")).to_have_text("Promise lost")
    assert (await desk.find("articles", "retold"))["text"] == f"{kept} {lost}"
    # What is typed survives a closed tab.
    await page.reload()
    await expect(text).to_have_value(f"At last: {kept} Telno opens a desk.")
    await page.get_by_label("Why it is replaced").fill("The newspaper corrected it.")
    await page.get_by_role("button", name="Replace the text").click()
    await expect(page.locator(NOTICE)).to_contain_text("Look at what lost its words")
    await expect(page.locator(".article-text")).to_contain_text("At last")
    (span,) = (await desk.find("commitments", "kept"))["evidence"]
    assert span["selector"]["start"] == len("At last: ")


async def test_article_is_retracted_with_all_that_rests_on_it_alone(
    sign_in: SignIn, desk: Desk
) -> None:
    words, more = "Telno will answer every letter.", "Telno will pave a road."
    await write(
        desk.database,
        article("false", text=f"{words} {more}"),
        commitment("alone", evidence=[evidence("false", words)]),
        commitment("open", curation="PROPOSED", evidence=[evidence("false", more)]),
        commitment("both", evidence=[evidence("false", words), evidence("a2", "Telno lowered")]),
    )
    page = await sign_in(path="/desk/articles/false")
    await page.get_by_role("link", name="retract…").click()
    await expect(page.get_by_role("checkbox", name="Promise both")).not_to_be_checked()
    await expect(page.locator(".effects")).to_contain_text(
        "Promise alone: no status is shown any more"
    )
    await page.get_by_label("The article itself").uncheck()
    await page.get_by_role("button", name="Retract…").click()
    await give_reason(page, "The newspaper took it back.")
    await expect(page.locator(NOTICE).last).to_contain_text("1 record retracted")
    stages = {
        key: (await desk.find("commitments", key))["curation"] for key in ("alone", "open", "both")
    }
    assert stages == {"alone": "RETRACTED", "open": "REJECTED", "both": "ACCEPTED"}
    assert (await desk.find("articles", "false"))["curation"] == "ACCEPTED"


async def test_meeting_keeps_what_another_report_says_of_its_day(
    sign_in: SignIn, desk: Desk
) -> None:
    page = await sign_in(path="/desk/articles/a1")
    await select_words(page, "Sarn, 10 January")
    meeting = page.locator(".resting li", has_text="Talks")
    await meeting.get_by_role("button", name="Change").click()
    form = page.get_by_role("form", name="Change the meeting")
    await form.get_by_text("More:", exact=False).last.click()
    claims = form.locator("[data-path='input.claims']")
    await claims.get_by_role("button", name="Add one").click()
    claim = claims.get_by_role("group", name="Where reports differ 1")
    await claim.get_by_label("Date", exact=True).first.fill("2020-01-11")
    await claim.get_by_role("button", name="Take the selected words").click()
    await expect(claim.locator("blockquote")).to_have_text("Sarn, 10 January")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(NOTICE)).to_contain_text("Saved")
    (stored,) = (await desk.find("meetings", "m1"))["claims"]
    assert stored["date"]["edtf"] == "2020-01-11"
    assert stored["evidence"]["selector"]["exact"] == "Sarn, 10 January"
