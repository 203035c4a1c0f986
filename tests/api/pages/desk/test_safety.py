"""Nothing that is typed at the desk is lost: a conflict, a closed tab, a lost connection."""

from playwright.async_api import Route, expect

from store.viewers import Role
from tests.api.browsing import expect_lost_answers, in_a_browser
from tests.api.pages.desk.conftest import Desk, SignIn, select_words
from tests.store.samples import PROMISED

pytestmark = in_a_browser


async def test_conflict_shows_both_and_loses_neither(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(path="/desk/edit/commitments/c1")
    await page.get_by_label("Title").fill("Mine")
    await page.get_by_label("Done when").fill("My test.")
    other = await desk.make_token("Otto", Role.EDITOR)
    await desk.do(other, "updateCommitment", key="c1", title="Theirs", gist="Their gist.")
    await page.get_by_role("button", name="Publish the change").click()
    conflict = page.locator(".conflict")
    await expect(conflict).to_contain_text("Otto changed it while you did")
    await expect(conflict).to_be_focused()
    await expect(conflict).to_be_in_viewport()
    await expect(conflict).to_contain_text("Taken over from them: what it says")
    await expect(conflict.locator("del")).to_have_text("Theirs")
    await expect(conflict.locator("ins")).to_have_text("Mine")
    await page.get_by_label("Take theirs").check()
    await page.get_by_role("button", name="Go on with this").click()
    await expect(page.get_by_label("Title")).to_have_value("Theirs")
    await expect(page.get_by_label("Done when")).to_have_value("My test.")
    await page.get_by_role("button", name="Publish the change").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    stored = await desk.find("commitments", "c1")
    assert (stored["title"], stored["gist"], stored["test"]) == (
        "Theirs",
        "Their gist.",
        "My test.",
    )


async def test_draft_of_an_older_version_is_a_conflict(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(path="/desk/edit/requests/r1")
    await page.get_by_label("Title").fill("Drafted")
    await page.wait_for_timeout(500)
    other = await desk.make_token("Otto", Role.EDITOR)
    await desk.do(other, "updateRequest", key="r1", gist="What Otto wrote.")
    await page.reload()
    await expect(page.get_by_label("Title")).to_have_value("Drafted")
    await page.get_by_role("button", name="Publish the change").click()
    await expect(page.locator(".conflict")).to_contain_text("Taken over from them: what it says")
    await page.get_by_role("button", name="Go on with this").click()
    await page.get_by_role("button", name="Publish the change").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    stored = await desk.find("requests", "r1")
    assert (stored["title"], stored["gist"]) == ("Drafted", "What Otto wrote.")


async def test_draft_survives_a_closed_tab(sign_in: SignIn, desk: Desk) -> None:
    token = await desk.make_token("Edith", Role.EDITOR)
    page = await sign_in(token=token, path="/desk/articles/a1")
    await select_words(page, PROMISED)
    await page.keyboard.press("c")
    await page.get_by_label("Title").fill("Half a thought")
    await page.wait_for_timeout(500)
    again = await page.context.new_page()
    await page.close()
    await again.goto(f"/desk/articles/a1#token={token}")
    await again.get_by_role("button", name="Go on with the commitment").click()
    await expect(again.get_by_label("Title")).to_have_value("Half a thought")
    await expect(again.locator(".item blockquote")).to_have_text(PROMISED)
    # It is that of whoever typed it.
    other = await again.context.new_page()
    await other.goto(f"/desk/articles/a1#token={await desk.make_token('Otto', Role.EDITOR)}")
    await expect(other.get_by_role("heading", name="What rests on it")).to_be_visible()
    await expect(other.get_by_role("button", name="Go on with the commitment")).to_have_count(0)
    await again.get_by_role("button", name="Discard it").click()
    await expect(again.get_by_label("Title")).to_have_value("")


async def test_lost_connection_loses_nothing_and_writes_once(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(path="/desk/articles/new")
    await page.get_by_label("Text", exact=True).fill("A headline\n\nTelno promised it again.")
    await page.get_by_label("Date published", exact=True).fill("2024-05-02")
    await page.get_by_role("radio", name="Digest").check()
    expect_lost_answers(page)
    sent = 0

    async def lose_the_first_answer(route: Route) -> None:
        nonlocal sent
        body = route.request.post_data or ""
        sent += "mutation CreateArticle" in body and "dryRun" not in body
        if sent == 1 and "mutation CreateArticle" in body and "dryRun" not in body:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/graphql", lose_the_first_answer)
    await page.get_by_role("button", name="Save and accept").click()
    await expect(page.locator(".ending .problem")).to_contain_text("cannot be reached")
    await expect(page.get_by_label("Text", exact=True)).to_have_value(
        "A headline\n\nTelno promised it again."
    )
    await page.get_by_role("button", name="Save and accept").click()
    await expect(page.locator(".article-text")).to_contain_text("Telno promised it again.")
    assert sent == 2
    assert len(await desk.database.find("articles", {"headline": "A headline"})) == 1


async def test_every_fault_stands_at_its_member(sign_in: SignIn) -> None:
    page = await sign_in(path="/desk/articles/a1")
    await select_words(page, PROMISED)
    await page.keyboard.press("c")
    await page.get_by_label("Title").fill("A title")
    await page.keyboard.press("Control+Enter")
    for path, remedy in (
        ("input.strength", "choose one"),
        ("input.term", "choose one"),
    ):
        await expect(page.locator(f"[data-path='{path}'] .fault")).to_contain_text(remedy)
    await expect(page.locator(".ending .fault")).to_contain_text("need another look")
    await page.get_by_role("radio", name="Specific").check()
    await expect(page.locator("[data-path='input.strength'] .fault")).to_have_count(0)
    await page.get_by_role("radio", name="One off").check()
    made = page.get_by_label("Made on", exact=True)
    await made.fill("03/04/2019")
    await expect(page.locator("[data-path='input.madeOn']")).to_contain_text(
        "can mean 3 April 2019 or 4 March 2019"
    )
    await page.get_by_role("button", name="4 March 2019").click()
    await expect(made).to_have_value("2019-03-04")
    # A rule of the domain, told by the server: it is due before it was made.
    await page.get_by_label("Due on", exact=True).fill("2018")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("[data-path='input.dueOn'] .fault")).to_be_visible()


async def test_no_second_party_of_one_name_by_accident(sign_in: SignIn, desk: Desk) -> None:
    page = await sign_in(path="/desk/edit/commitments/c2")
    found = page.get_by_role("combobox", name="Promised to")
    await found.fill("Telno Holding")
    await page.get_by_role("option", name="Make a new party").click()
    near = page.locator(".new-party .notice")
    await expect(near).to_contain_text("Telno")
    await near.get_by_role("button", name="Use Telno").click()
    await expect(page.locator("[data-path='input.addressees'] .chip")).to_have_count(2)
    await found.fill("Hills Cooperative")
    await page.get_by_role("option", name="Make a new party").click()
    await page.locator(".new-party select").select_option("COMPANY")
    await page.get_by_role("button", name="Make the party").click()
    await expect(page.locator("[data-path='input.addressees'] .chip")).to_have_count(3)
    assert len(await desk.database.find("parties", {"name": "Hills Cooperative"})) == 1
