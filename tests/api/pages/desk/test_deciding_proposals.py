"""Proposals of an article that was read: accepted and taken back by keys; uploads, waiting."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from store.mongodb.collections import INTAKES, PROPOSALS
from store.mongodb.driver import UpdateOne
from store.viewers import Role
from tests.api.browsing import in_a_browser
from tests.api.intakes.conftest import find_text
from tests.api.pages.desk.conftest import Desk, SignIn
from tests.store.intake_samples import TEXT, intake, keep, proposal
from tests.store.samples import article, write

pytestmark = in_a_browser

NOTICE = ".notices p"
PROPOSAL = ".resting li"


async def keep_read(desk: Desk, key: str, **members: Any) -> None:
    """An intake that was read: a promise of Telno, and evidence of what is stored."""
    about = {"noun": "commitments", "key": "c1"}
    await keep(
        desk.database,
        intake(key, proposalCount=2, openCount=2, **members),
        proposals=(proposal(key, 0), proposal(key, 1, kind="EVIDENCE", about=about)),
    )


async def test_promise_is_accepted_by_keys_alone_and_taken_back(
    sign_in: SignIn, desk: Desk
) -> None:
    await keep_read(desk, "keyed")
    page = await sign_in(path="/desk/intake/keyed")
    keys = page.keyboard
    await expect(page.get_by_role("heading", name="Proposals")).to_be_visible()
    await keys.press("l")
    words = "Telno told the office that it would open a shop in Sarn by May."
    name = f"New commitment of Telno: “{words}”"
    await expect(page.get_by_role("group", name=name, exact=True)).to_be_focused()
    await keys.press("a")
    form = page.get_by_role("form", name="Proposed commitment")
    await expect(form.get_by_label("Title")).to_be_focused()
    await keys.type("A shop in Sarn")
    await keys.press("Tab")
    await keys.type("Telno will open a shop.")
    for _ in range(40):
        await keys.press("Tab")
        inside = "document.activeElement.closest('[data-path]')?.dataset.path"
        if await page.evaluate(inside) == "input.term":
            break
    await keys.press("Space")
    await expect(form.get_by_text("A shop in Sarn: begins as No follow-up")).to_be_visible()
    await keys.press("Control+Enter")
    await expect(page.locator(NOTICE).last).to_contain_text("saved and accepted")
    # What comes next has the focus.
    await expect(page.locator("[id='proposal keyed-001']")).to_be_focused()
    (stored,) = await desk.database.find("commitments", {"title": "A shop in Sarn"})
    assert stored["curation"] == "ACCEPTED"

    await keys.press("z")
    await expect(page.locator(NOTICE).last).to_contain_text("Taken back: it is open again")
    first = page.locator(PROPOSAL).first
    await expect(first.get_by_role("button", name="Accept…")).to_be_visible()
    assert (await desk.find("commitments", stored["_id"]))["curation"] == "RETRACTED"
    assert (await desk.find(PROPOSALS, "keyed-000"))["state"] == "OPEN"


async def test_evidence_is_added_and_taken_back(sign_in: SignIn, desk: Desk) -> None:
    await keep_read(desk, "proof")
    before = await desk.find("commitments", "c1")
    page = await sign_in(path="/desk/intake/proof")
    evidence = page.locator(PROPOSAL, has_text="New evidence")
    await evidence.get_by_role("button", name="Accept").click()
    await expect(evidence).to_contain_text("Accepted by Edith")
    assert len((await desk.find("commitments", "c1"))["evidence"]) == len(before["evidence"]) + 1
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator(NOTICE).last).to_contain_text("Taken back")
    after = await desk.find("commitments", "c1")
    assert after["evidence"] == before["evidence"] and after["curation"] == "ACCEPTED"
    await expect(evidence.get_by_role("button", name="Accept")).to_be_visible()


async def test_rejection_is_taken_back(sign_in: SignIn, desk: Desk) -> None:
    await keep_read(desk, "refused")
    page = await sign_in(path="/desk/intake/refused")
    first = page.locator(PROPOSAL).first
    await expect(first).to_be_visible()
    await page.keyboard.press("l")
    await expect(page.locator("[id='proposal refused-000']")).to_be_focused()
    await page.keyboard.press("x")
    await expect(page.get_by_label("Reason")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("[id='proposal refused-000']")).to_be_focused()
    await page.keyboard.press("x")
    await page.keyboard.type("No promise.")
    await page.keyboard.press("Control+Enter")
    await expect(first).to_contain_text("Rejected by Edith: No promise.")
    await expect(page.locator("[id='proposal refused-001']")).to_be_focused()
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator(NOTICE).last).to_contain_text("It is open again")
    assert (await desk.find(PROPOSALS, "refused-000"))["state"] == "OPEN"


async def test_proposer_cannot_take_back_what_is_not_theirs(sign_in: SignIn, desk: Desk) -> None:
    await keep_read(desk, "others", submittedBy="Otto")
    page = await sign_in(Role.PROPOSER, "Petra", "/desk/intake/others")
    await expect(page.locator(PROPOSAL)).to_have_count(2)
    await expect(page.get_by_role("button", name="Delete…")).to_have_count(0)
    await expect(page.get_by_role("button", name="Propose…")).to_be_visible()


async def test_wrong_text_is_deleted_for_good(sign_in: SignIn, desk: Desk) -> None:
    await keep_read(desk, "wrong", articleMembers={"headline": "A private letter"})
    page = await sign_in(path="/desk/intake/wrong")
    await page.get_by_role("button", name="Delete…").click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text("Nothing was recorded of it.")
    await expect(asked.get_by_role("button", name="Keep it")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name="Proposals")).to_be_visible()
    await page.get_by_role("button", name="Delete…").click()
    await asked.get_by_role("button", name="Delete for good").click()
    await expect(page.locator(NOTICE).last).to_contain_text("is deleted")
    await expect(page).to_have_url(re.compile("view=read"))
    await expect(page.get_by_text("A private letter")).to_have_count(0)
    assert await desk.database.find(INTAKES, {"_id": "wrong"}) == []
    assert await desk.database.find(PROPOSALS, {"intake": "wrong"}) == []


async def test_file_is_uploaded_and_read(sign_in: SignIn, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "dam.txt"
    file.write_text(find_text("dam-compensation"), "utf-8")
    page = await sign_in(path="/desk/intake/new")
    await page.get_by_label("A file").set_input_files(file)
    await page.get_by_label("Send the text to").check()
    await page.get_by_role("button", name="Have it read").click()
    await expect(page.get_by_role("heading", name="Proposals")).to_be_visible(timeout=90_000)
    await expect(page.get_by_text("Its text may be sent to the operator")).to_be_visible()
    key = page.url.rsplit("/", 1)[1]
    kept = await desk.find(INTAKES, key)
    assert (kept["fileName"], kept["toModel"]) == ("dam.txt", True)


async def test_what_waits_is_called_off_and_taken_up_again(sign_in: SignIn, desk: Desk) -> None:
    await keep(desk.database, intake("waiting", "QUEUED", text=None, given=TEXT))
    # A worker that reads it holds it for an hour: it stays RUNNING for the test.
    held = {
        "$set": {
            "state": "RUNNING",
            "step": "READ",
            "by": "w",
            "until": datetime.now(UTC) + timedelta(hours=1),
        }
    }
    await desk.database.write(INTAKES, [UpdateOne({"_id": "waiting"}, held)])
    page = await sign_in(path="/desk/intake/waiting")
    await expect(page.get_by_text("The text is read …")).to_be_visible()
    await page.get_by_role("button", name="Call it off").click()
    await expect(page.get_by_text("It was called off")).to_be_visible()
    assert (await desk.find(INTAKES, "waiting"))["state"] == "CANCELLED"
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert (await desk.find(INTAKES, "waiting"))["state"] != "CANCELLED"


async def test_article_leads_to_what_is_proposed_of_it(sign_in: SignIn, desk: Desk) -> None:
    await write(desk.database, article("linked-article", text=TEXT))
    await keep_read(desk, "linked")
    page = await sign_in(path="/desk/articles/linked-article")
    await page.get_by_role("link", name="2 proposals of the intake wait here").click()
    await expect(page.get_by_role("heading", name="Proposals")).to_be_visible()


async def test_first_key_goes_to_the_first_proposal(sign_in: SignIn, desk: Desk) -> None:
    await keep_read(desk, "begun")
    page = await sign_in(path="/desk/intake/begun")
    await expect(page.locator(PROPOSAL)).to_have_count(2)
    await page.keyboard.press("j")
    await expect(page.locator("[id='proposal begun-000']")).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.locator("[id='proposal begun-001']")).to_be_focused()


def new_party(intake: str, number: int, name: str, state: str = "OPEN") -> dict[str, Any]:
    """A party that is proposed."""
    draft = {"key": f"{intake}-{name.lower()}", "name": name, "kind": "COMPANY"}
    members = {"kind": "PARTY", "noun": "parties", "members": draft}
    return proposal(intake, number, state, **members)


async def test_new_party_is_no_obstacle_and_a_refused_one_is_not_offered(
    sign_in: SignIn, desk: Desk
) -> None:
    offered = [
        {"member": "promisors", "name": name, "noun": "parties", "key": f"names-{name.lower()}"}
        for name in ("Brevo", "Skylark")
    ]
    promise = proposal("names", 2, candidates=offered, needs=["names-000"])
    promise["members"]["promisors"][0]["party"] = "names-brevo"
    promise["unresolved"] = ["Brevo", "Skylark", "Somebody"]
    parties = new_party("names", 0, "Brevo"), new_party("names", 1, "Skylark")
    read = intake("names", proposalCount=3, openCount=3)
    await keep(desk.database, read, proposals=(*parties, promise))
    page = await sign_in(path="/desk/intake/names")
    item = page.locator(PROPOSAL, has_text="New commitment")
    await expect(item).to_contain_text("Brevo (new, made when you accept), or Skylark (new, ")
    await expect(item).to_contain_text("Not stored: Somebody")
    await page.locator(PROPOSAL).nth(1).get_by_role("button", name="Reject…").click()
    await page.get_by_label("Reason").fill("A bird.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(PROPOSAL).nth(1)).to_contain_text("Rejected by Edith: A bird.")
    await expect(item).not_to_contain_text("or Skylark")
    await expect(item).to_contain_text("Refused as a party: Skylark")
    await item.get_by_role("button", name="Accept…").click()
    form = page.get_by_role("form", name="Proposed commitment")
    await form.get_by_role("combobox", name="Promised to").click()
    options = page.locator(".picker [role=option]")
    await expect(options.filter(has_text="Brevo")).to_have_count(1)
    await expect(options.filter(has_text="Skylark")).to_have_count(0)


async def test_publisher_is_asked_for_until_it_is_settled(sign_in: SignIn, desk: Desk) -> None:
    read = {"article": "unsigned-article", "proposalCount": 1, "openCount": 1}
    await keep(
        desk.database,
        intake("unsigned", **read),
        intake("unsigned-again", **read),
        proposals=(new_party("unsigned", 0, "Harbour"), proposal("unsigned-again", 0)),
    )
    page = await sign_in(path="/desk/intake/unsigned")
    await expect(page.get_by_text("who may read its text")).to_be_visible()
    await page.get_by_role("button", name="Accept", exact=True).click()
    await expect(page.locator(PROPOSAL)).to_contain_text("Accepted by Edith")
    asked = page.get_by_role("region", name="The publisher of the article")
    await expect(asked).to_contain_text("nobody has said who published it")
    await asked.get_by_role("button", name="Leave it open").click()
    await expect(asked).to_have_count(0)
    await page.reload()
    await expect(page.locator(PROPOSAL)).to_have_count(1)
    await expect(asked).to_have_count(0)
    # Another reading of the same article asks again.
    await page.goto("/desk/intake/unsigned-again")
    publisher = asked.get_by_role("combobox", name="Publisher")
    await publisher.fill("gov")
    await expect(page.locator(".picker [role=option]").first).to_contain_text("Gov")
    await page.keyboard.press("Enter")
    await asked.get_by_role("button", name="Save the publisher").click()
    await expect(page.locator(NOTICE).last).to_contain_text("has its publisher")
    await expect(asked).to_have_count(0)
    stored = await desk.find("articles", "unsigned-article")
    assert (stored["publisher"], stored["curation"]) == ("gov", "ACCEPTED")


async def test_evidence_is_changed_before_it_is_added(sign_in: SignIn, desk: Desk) -> None:
    await keep_read(desk, "changed")
    before = await desk.find("commitments", "c2")
    about = {"about": {"noun": "commitments", "key": "c2"}}
    change = {"$set": about}
    await desk.database.write(PROPOSALS, [UpdateOne({"_id": "changed-001"}, change)])
    page = await sign_in(path="/desk/intake/changed")
    evidence = page.locator(PROPOSAL, has_text="New evidence")
    await evidence.get_by_role("button", name="Change…").click()
    form = page.get_by_role("form", name="What is added to a commitment")
    await expect(form).to_contain_text("It is added to Promise c2")
    await expect(form.get_by_label("Title")).to_have_count(0)
    # The promise is public, and so is what is added to it, at once.
    await expect(form.get_by_role("button", name="Publish the change")).to_be_visible()
    await expect(form.get_by_role("button", name="Save as a proposal")).to_have_count(0)
    await expect(form.locator("blockquote")).to_contain_text("open a shop in Sarn")
    await form.get_by_role("radio", name="Paraphrase").check()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(NOTICE).last).to_contain_text("It is added")
    after = await desk.find("commitments", "c2")
    (added,) = [one for one in after["evidence"] if one not in before["evidence"]]
    assert (added["article"], added["mode"]) == ("changed-article", "PARAPHRASE")
    assert after["title"] == before["title"]
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator(NOTICE).last).to_contain_text("Taken back")
    assert (await desk.find("commitments", "c2"))["evidence"] == before["evidence"]


async def test_what_would_be_refused_is_said_before(sign_in: SignIn, desk: Desk) -> None:
    proof = proposal("circle", 0)["members"]["evidence"][0] | {"article": "a1"}
    draft = {"target": "c1", "kind": "PROGRESSED", "evidence": [proof]}
    target = {"member": "target", "noun": "commitments", "key": "c1", "name": "Promise c1"}
    follow_up = proposal(
        "circle", 0, kind="FOLLOW_UP", noun="follow_ups", members=draft, candidates=[target]
    )
    read = intake("circle", article="a1", proposalCount=1, openCount=1)
    await keep(desk.database, read, proposals=(follow_up,))
    page = await sign_in(path="/desk/intake/circle")
    hint = page.locator(PROPOSAL).locator(".notice")
    await expect(hint).to_contain_text("As it is, it cannot be saved: “Progressed” may not rest")
    await expect(hint).to_contain_text("add evidence from another article")
