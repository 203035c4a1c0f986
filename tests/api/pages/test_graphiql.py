"""GraphiQL at work, in a real browser that reaches nothing but our own origin.

Its Timeline and Table panes are test_workbench_panes'. What goes wrong beside a test fails it
too, see browsing.py.
"""

import json
import re
import shlex

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.api.browsing import expect_lost_answers, expect_statuses, in_a_browser

pytestmark = in_a_browser

QUERY = ".graphiql-query-editor .view-lines"
VARIABLES = '[aria-label="Variables"] .graphiql-editor:not(.hidden) .view-lines'
RESPONSE = ".graphiql-response .view-lines"
TABS = ".graphiql-tab"
PANE = ".graphiql-plugin"


@pytest.fixture
async def page(page: Page) -> Page:
    """The workbench on a first visit, 1280 by 800."""
    await page.goto("/graphql")
    await settled(page)
    return page


async def settled(page: Page) -> None:
    """The editor is there and knows the schema."""
    await expect(page.locator(QUERY)).to_be_visible()
    await expect(page.locator(".graphiql-sidebar .graphiql-spin, .graphiql-spinner")).to_have_count(
        0
    )


async def run(page: Page) -> None:
    await page.get_by_role("button", name="Execute query").click()


async def test_opening_query_is_run(page: Page) -> None:
    await expect(page).to_have_title("Followthrough")
    await expect(page.locator(QUERY)).to_contain_text("#")
    # By itself: half the window would be grey.
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')
    await expect(page.locator(RESPONSE)).not_to_contain_text('"errors"')


async def test_example_opens_in_a_tab_of_its_own(page: Page) -> None:
    examples = await (await page.request.get("/workbench/queries.json")).json()
    example = next((each for each in examples if each["variables"]), examples[-1])
    await page.locator(PANE).get_by_role("button", name=example["title"]).click()
    await expect(page.locator(TABS)).to_have_count(2)
    await expect(page.locator(QUERY)).to_contain_text(example["title"].split()[0])
    for name in example["variables"]:
        await expect(page.locator(VARIABLES)).to_contain_text(name)
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')
    await expect(page.locator(RESPONSE)).not_to_contain_text('"errors"')


async def test_editor_completes_and_marks_what_is_wrong(page: Page, live_server: str) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.type("{ __typ", delay=30)
    await page.locator(".suggest-widget").get_by_label("__typename").first.click()
    await expect(page.locator(QUERY)).to_contain_text("__typename")
    await page.keyboard.type(" nonsense ", delay=30)
    await expect(page.locator(".squiggly-error")).not_to_have_count(0)
    # Its workers did that, and each of them is a file of ours: no blob, no other host.
    assets = f"{live_server}/assets/"
    workers = {worker.url.removeprefix(assets).split("-")[0] for worker in page.workers}
    assert workers == {"editor.worker", "graphql.worker", "json.worker"}


async def test_every_pane_opens(page: Page) -> None:
    for button, words in {
        "Documentation Explorer": "Root Types",
        "GraphiQL Explorer": "Explorer",
        "History": "History",
        "Timeline": "Timeline",
        "Statuses over time": "counts no statuses",
        "Table": "Rows of",
        "Explain": "How the query in the editor is run",
        "Examples": "Examples",
    }.items():
        await page.locator(".graphiql-sidebar").get_by_role("button", name=button).click()
        await expect(page.locator(PANE)).to_contain_text(words)


async def test_prettify(page: Page) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text("{__typename}")
    await page.get_by_role("button", name="Prettify").click()
    await expect(page.locator(f"{QUERY} .view-line")).to_have_count(4)


async def test_tabs_are_kept_and_none_is_added(page: Page) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text("query Mine { __typename }")
    await expect(page.locator(TABS)).to_contain_text(["", "Mine"])
    # GraphiQL stores its tabs half a second after the last change. (Playwright's own waiting
    # for a condition in the page would need eval, which the policy refuses.)
    await page.wait_for_timeout(1000)
    await page.reload()
    await settled(page)
    await expect(page.locator(TABS)).to_have_count(2)
    await expect(page.locator(QUERY)).to_contain_text("Mine")


@pytest.mark.parametrize(
    "storage",
    [
        "get() { throw new DOMException('blocked', 'SecurityError') }",
        "value: null",
    ],
    ids=["blocked", "none"],
)
async def test_works_where_the_browser_keeps_nothing(context: BrowserContext, storage: str) -> None:
    for name in ("localStorage", "sessionStorage"):
        await context.add_init_script(f"Object.defineProperty(window, '{name}', {{ {storage} }})")
    page = await context.new_page()
    await page.goto("/graphql")
    await settled(page)
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')
    for button in ("GraphiQL Explorer", "History", "Timeline", "Table"):
        await page.locator(".graphiql-sidebar").get_by_role("button", name=button).click()
        await expect(page.locator(PANE)).to_be_visible()
    await page.get_by_role("button", name="New tab").click()
    await expect(page.locator(TABS)).to_have_count(2)


async def test_dark(page: Page) -> None:
    await page.emulate_media(color_scheme="dark")
    background = await page.locator(".graphiql-container").evaluate(
        "element => getComputedStyle(element).backgroundColor"
    )
    red, green, blue = map(int, re.findall(r"\d+", background)[:3])
    assert max(red, green, blue) < 100


async def test_narrow_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.locator(PANE).get_by_role("button").first.click()
    await expect(page.locator(PANE)).to_be_hidden()  # it lay over the editors

    query = await page.locator(".graphiql-editors").bounding_box()
    response = await page.locator(".graphiql-response").bounding_box()
    assert query and response
    assert response["y"] >= query["y"] + query["height"]
    assert min(query["width"], response["width"]) > 300
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text("{")


async def test_headers_are_sent_and_not_kept(page: Page) -> None:
    await page.get_by_role("button", name="Headers").click()
    await page.locator('[aria-label="Headers"] .graphiql-editor:not(.hidden) .view-lines').click()
    await page.keyboard.insert_text('{"authorization": "Bearer secret"}')
    expect_statuses(page, 401)
    async with page.expect_request("**/graphql") as sent:
        await run(page)
    assert (await (await sent.value).all_headers())["authorization"] == "Bearer secret"
    await expect(page.locator(RESPONSE)).to_contain_text("UNAUTHENTICATED")
    await page.wait_for_timeout(1000)  # after which GraphiQL has stored what it stores
    assert "secret" not in str(await page.evaluate("JSON.stringify(localStorage)"))


async def test_link_brings_a_query(page: Page) -> None:
    await page.goto("about:blank")
    await page.goto('/graphql#{"query":"query Sent{__typename}","variables":{"key":"K03"}}')
    await settled(page)
    await expect(page.locator(QUERY)).to_contain_text("query Sent")
    await expect(page.locator(VARIABLES)).to_contain_text("K03")
    assert page.url.endswith("/graphql")
    # What a program wrote is shown as people write, and is not run before somebody read it.
    await expect(page.locator(f"{QUERY} .view-line")).to_have_count(4)
    await expect(page.locator(RESPONSE)).not_to_contain_text("data")


async def test_link_that_is_pasted_into_an_open_page_opens_a_tab(page: Page) -> None:
    await page.evaluate('location.hash = \'{"query":"query Pasted{__typename}"}\'')
    await expect(page.locator(TABS)).to_have_count(2)
    await expect(page.locator(QUERY)).to_contain_text("query Pasted")


async def test_copied_link_opens_the_same_query(page: Page) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text("query Mine { __typename }")
    await page.get_by_role("button", name="Copy a link to this query").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = str(await page.evaluate("navigator.clipboard.readText()"))
    await page.goto("about:blank")
    await page.goto(link)
    await settled(page)
    await expect(page.locator(QUERY)).to_contain_text("query Mine")


async def test_copied_command_asks_the_same(page: Page, live_server: str) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text('query Mine { commitment(by: {key: "K03"}) { key } }')
    await page.get_by_role("button", name="Copy as curl").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    command = shlex.split(str(await page.evaluate("navigator.clipboard.readText()")))
    assert command[:2] == ["curl", f"{live_server}/graphql"]
    body = json.loads(command[command.index("--data-raw") + 1])
    answer = await page.request.post(command[1], data=body)
    assert (await answer.json()) == {"data": {"commitment": {"key": "K03"}}}


async def test_tab_in_use_is_in_sight(page: Page) -> None:
    for _ in range(9):
        await page.get_by_role("button", name="New tab").click()
    await expect(page.locator(TABS)).to_have_count(10)
    await expect(page.locator(".graphiql-tab-active")).to_be_in_viewport()


async def test_examples_that_this_store_cannot_answer_are_not_shown(page: Page) -> None:
    """It has no editors' assessments; the invented store has."""
    pane = page.locator(PANE)
    await expect(
        pane.get_by_role("button", name="How did the safety promise of 2017 fare")
    ).to_be_visible()
    await expect(pane.get_by_role("button", name="assessment differ")).to_have_count(0)
    assert "`" not in await pane.inner_text()


async def test_query_is_explained_in_a_pane(page: Page) -> None:
    await page.locator(".graphiql-sidebar").get_by_role("button", name="Explain").click()
    await page.get_by_role("button", name="Explain the query").click()
    pane = page.locator(PANE)
    await expect(pane).to_contain_text("MongoDB command")
    await expect(pane.locator(".explain-figures")).to_contain_text("Cost")
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text("{ nothing }")
    expect_statuses(page, 400)
    await page.get_by_role("button", name="Explain the query").click()
    await expect(pane).to_contain_text("nothing")


async def test_docs_open_on_what_the_schema_is_about(page: Page) -> None:
    await (
        page.locator(".graphiql-sidebar")
        .get_by_role("button", name="Documentation Explorer")
        .click()
    )
    await expect(page.locator(PANE)).to_contain_text("Public commitments, and what became of each")


async def test_server_that_is_away_is_told_in_a_sentence(page: Page) -> None:
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')
    expect_lost_answers(page)
    await page.route("**/graphql", lambda route: route.abort())
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text("the server cannot be reached")
    await page.unroute("**/graphql")
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"data"')


async def test_the_page_begins_to_show_before_the_editor_is_there(page: Page) -> None:
    answer = await page.request.get("/graphql", headers={"accept": "text/html"})
    scripts = re.findall(r"/assets/([\w.]+)-[\w-]+\.js", await answer.text())
    assert "index" in scripts
    assert not {"editor.api", "monaco", "mouseTarget"} & set(scripts)
