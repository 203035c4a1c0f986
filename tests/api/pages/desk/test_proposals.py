"""What a proposer does, and what becomes of it: handed in, changed and accepted, commented."""

from pathlib import Path

from playwright.async_api import expect

from store.viewers import Role
from tests.api.browsing import in_a_browser
from tests.api.pages.desk.conftest import Desk, SignIn, select_words
from tests.store.samples import ASKED, TEXTS

pytestmark = in_a_browser


async def test_proposal_is_made_handed_in_changed_and_accepted(sign_in: SignIn, desk: Desk) -> None:
    paula = await sign_in(Role.PROPOSER, "Paula", "/desk/articles/a1")
    await select_words(paula, ASKED)
    await paula.keyboard.press("r")
    await paula.get_by_label("Title").fill("A help desk")
    await paula.locator("[data-path='input.gist'] textarea").fill("A help desk was asked for.")
    asked = paula.get_by_role("combobox", name="Asked of")
    await asked.fill("telno")
    await expect(paula.locator(".picker [role=option]").first).to_contain_text("Telno")
    await paula.keyboard.press("Enter")
    asker = paula.get_by_role("combobox", name="Asked by")
    await asker.fill("office")
    await expect(paula.locator(".picker [role=option]").first).to_contain_text("Office")
    await paula.keyboard.press("Enter")
    await paula.keyboard.press("Control+Enter")
    await expect(paula.get_by_text("The request is proposed")).to_be_visible()
    (stored,) = await desk.database.find("requests", {"title": "A help desk"})
    assert (stored["curation"], stored["askers"]) == ("PROPOSED", ["office"])
    # It stands at once in the text, as something that is not accepted.
    await expect(paula.locator("mark.on-requests.waiting")).to_have_text(ASKED)

    await paula.goto(f"/desk/review/requests/{stored['_id']}")
    await paula.get_by_label("Say something").fill("Is it one request or two?")
    await paula.get_by_role("button", name="Comment").click()
    await expect(paula.locator(".comments")).to_contain_text("one request or two")
    await paula.get_by_role("button", name="Hand in for review").click()
    await expect(paula.locator(".kicker")).to_contain_text("being reviewed")

    edith = await sign_in(Role.EDITOR, "Edith", f"/desk/review/requests/{stored['_id']}")
    await expect(edith.locator(".comments")).to_contain_text("one request or two")
    await expect(edith.locator(".quote mark")).to_have_text(ASKED)
    await edith.keyboard.press("e")
    await edith.get_by_label("Title").fill("A help desk in Sarn")
    await edith.get_by_role("button", name="Save and accept").click()
    await expect(edith.locator(".kicker")).to_contain_text("accepted")
    (stored,) = await desk.database.find("requests", {"_id": stored["_id"]})
    assert (stored["curation"], stored["title"]) == ("ACCEPTED", "A help desk in Sarn")


async def test_mention_says_whom_a_name_means(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(path="/desk/articles/a2")
    await select_words(page, "River Watch")
    await page.keyboard.press("p")
    found = page.get_by_role("combobox", name="The party")
    await found.fill("River Watch")
    await page.get_by_role("option", name="Make a new party").click()
    await page.locator(".new-party select").select_option("CIVIL_SOCIETY")
    await page.get_by_role("button", name="Make the party").click()
    await expect(page.get_by_text("“River Watch” means River Watch")).to_be_visible()
    (mention,) = (await desk.find("articles", "a2"))["mentions"]
    assert (mention["surface"], mention["judgement"]) == ("River Watch", "POSITIVE")
    span = TEXTS["a2"].index("River Watch")
    assert mention["span"]["start"] == span
    await expect(page.locator("mark.on-parties")).to_have_count(0)  # evidence lies over it
    await expect(page.locator("mark.named")).to_have_text("River Watch")


async def test_near_duplicate_is_shown_before_it_is_stored(sign_in: SignIn, tmp_path: Path) -> None:
    file = tmp_path / "pasted.txt"
    file.write_text(f"{TEXTS['a1']} Subscribe to our newsletter.", encoding="utf-8")
    page = await sign_in(path="/desk/articles/new")
    await page.get_by_label("A plain text file").set_input_files(file)
    await expect(page.get_by_label("Text", exact=True)).to_have_value(
        file.read_text(encoding="utf-8")
    )
    await expect(page.locator(".notice.alarming")).to_contain_text("is here already")
    await expect(page.locator(".notice.alarming a")).to_have_attribute("href", "/desk/articles/a1")


async def test_i_looked_and_found_nothing(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(path="/desk?view=silent")
    row = page.locator(".rows li", has_text="Promise c2")
    await expect(row).to_contain_text("looked for some time in 2022")
    await row.get_by_role("button", name="I looked").click()
    await expect(page.locator(".notices")).to_contain_text("found nothing: Promise c2")
    await expect(row).to_contain_text("by Edith")
    found = await desk.database.find("check_logs", {"checkedBy": "Edith"})
    assert [(log["trackable"], log["found"], log["curation"]) for log in found] == [
        ("c2", 0, "ACCEPTED")
    ]
