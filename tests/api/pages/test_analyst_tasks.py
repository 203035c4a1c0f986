"""The tasks at which the first analysts gave up in GraphiQL, done as they would: by what they see.

Others of theirs are tests already: copied links and commands, all pages of a list, a plan, and a
server that is away are in test_graphiql.py and test_graphiql_panes.py.
"""

import csv
import io

import pytest
from playwright.async_api import Page, Route, expect

from tests.api.browsing import expect_lost_answers, in_a_browser
from tests.api.pages.test_graphiql import QUERY, RESPONSE, run, settled
from tests.api.pages.test_graphiql_panes import open_pane
from tests.api.pages.test_reader_tasks import LIST, Reader
from tests.api.pages.test_reader_tasks import reader as reader

pytestmark = in_a_browser

VERSION = "x-followthrough-data-version"
NOTE = "Something was recorded since the last run"


async def ask(page: Page, query: str) -> None:
    """Types a query into a tab of its own, and runs it."""
    await page.get_by_role("button", name="New tab").click()
    await page.locator(QUERY).click()
    await page.keyboard.insert_text(query)
    await run(page)
    await expect(page.locator(RESPONSE)).to_contain_text('"nodes"')


@pytest.mark.parametrize(
    ("list_", "rows"),
    [
        ("meetings(first: 1)", 6),
        ('followUps(first: 1, filter: {article: {eq: "A5"}})', 4),
    ],
)
async def test_any_list_is_one_file_and_not_a_page(reader: Reader, list_: str, rows: int) -> None:
    await reader.open("/graphql")
    await settled(reader.page)
    await ask(reader.page, f"{{ all: {list_} {{ totalCount nodes {{ key }} }} }}")
    await open_pane(reader.page, "Table")
    async with reader.page.expect_download() as download:
        await reader.follow("CSV", ".pane-export")
    content = (await (await download.value).path()).read_text("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(content)))
    assert len(table) == rows


async def test_answer_that_has_become_old_says_so(reader: Reader) -> None:
    """Nothing is written in this store: the answer to what the page asks later is made newer."""

    async def later(route: Route) -> None:
        answer = await route.fetch()
        version = str(int(answer.headers[VERSION]) + 1)
        await route.fulfill(response=answer, headers={**answer.headers, VERSION: version})

    await reader.open("/graphql")
    await settled(reader.page)
    await expect(reader.page.locator(RESPONSE)).to_contain_text('"data"')
    come_back = "dispatchEvent(new Event('focus'))"
    async with reader.page.expect_response("**/graphql?query=*"):
        await reader.page.evaluate(come_back)
    await expect(reader.page.get_by_text(NOTE)).to_have_count(0)
    await reader.page.route("**/graphql?query=*", later)
    await reader.page.evaluate(come_back)
    await expect(reader.page.get_by_text(NOTE)).to_be_visible()
    await reader.page.unroute("**/graphql?query=*")
    await reader.click(reader.page.get_by_role("button", name="Run again"))
    await expect(reader.page.get_by_text(NOTE)).to_have_count(0)


async def test_page_says_that_the_server_is_away_and_recovers(reader: Reader) -> None:
    await reader.open("/commitments")
    await expect(reader.page.locator(LIST)).to_have_count(14)
    expect_lost_answers(reader.page)
    await reader.page.route("**/graphql", lambda route: route.abort())
    await reader.click(reader.page.get_by_label("Contested only"))
    main = reader.page.locator("main")
    await expect(main).to_contain_text("could not be loaded: the server cannot be reached.")
    # What was chosen stands in the form, which goes on to be of use.
    await expect(reader.page.get_by_label("Contested only")).to_be_checked()
    await expect(reader.page.locator(LIST)).to_have_count(0)
    await reader.page.unroute("**/graphql")
    await reader.click(reader.page.get_by_role("button", name="Try again"))
    await expect(reader.page.locator(LIST)).to_have_count(2)  # the filter was kept
