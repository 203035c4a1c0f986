"""That each kind of page says what its records say: as the server renders it, without a script."""

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from graphql import GraphQLSchema

from api.pages.routes import DIST
from api.settings import Settings
from tests.api.conftest import application
from tests.api.pages import every_kind
from tests.conftest import Dataset, empty_dataset

pytestmark = pytest.mark.skipif(
    not (DIST / "server" / "reading.js").exists(), reason="the pages are not built: make workbench"
)


@pytest.fixture(scope="module")
async def dataset(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    async with empty_dataset(mongodb_url, "kinds", schema) as data:
        await every_kind.fill(data.database)
        yield data


@pytest.fixture
async def client(mongodb_url: str, dataset: Dataset) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(mongodb_url=mongodb_url, database=dataset.database.name)
    async with application(settings) as client:
        client.headers.update({"accept": "text/html"})
        yield client


async def words_of(client: httpx.AsyncClient, path: str) -> str:
    """What the page says between its menu and its footer, without its markup."""
    response = await client.get(path)
    assert response.status_code == 200
    body = response.text.partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<[^>]*>", "", re.sub(r"</(p|h\d|li|dd|dt|div|a|option|span)>", " ", body))
    return " ".join(unescape(text).split())


@pytest.mark.parametrize(
    ("path", "said"),
    [
        # Topics by their labels, in the reader's language, else by their paths.
        ("/topics", "Health and care"),
        ("/topics?lang=ur", "صحت"),
        ("/topics/health?lang=ur", "صحت"),
        ("/commitments/untold", "Topics Health and care"),
        ("/commitments", "Health and care (2)"),
        ("/topics/online-safety", "Online safety"),
        # Evidence by title alone.
        ("/articles/v-a6", "The title alone"),
        ("/articles/v-a6", "only the title is on file"),
        ("/follow-ups/v-f31", "The title alone in"),
        # Numbers.
        ("/commitments/untold", "In numbers books: 3 of 12.5 books a year"),
        ("/commitments/untold", "In numbers: books opened: 4 books"),
        ("/follow-ups/done", "In numbers: books opened: 4 books"),
        ("/commitments/v-k2", "In numbers: score of the tracker: 2 of 5 points"),
        # An assessment that news came after.
        ("/commitments/untold", "Broken News since the assessment"),
        ("/commitments/untold", "From the follow-ups alone: In progress."),
        ("/commitments?q=open+books", "Broken News since the assessment"),
        # What the source does not tell.
        ("/commitments/untold", "(the source does not tell how it is known )"),
        (
            "/commitments/untold",
            "Wording the source tells neither how binding it is nor for how long",
        ),
        ("/commitments/untold", "\u201cThe office will keep the books open.\u201d"),
        ("/follow-ups/v-f31", "Confidence Not stated"),
        # How requests were answered.
        ("/requests/v-r3", "Answer Declined"),
        ("/requests/v-r4", "Answer Noted"),
        ("/requests", "Declined"),
        # Who carries it out did not promise.
        ("/commitments/untold", "(lead)"),
        ("/commitments/untold", "(supporting)"),
        ("/parties/long", "What it is to carry out"),
        # What came before a promise.
        ("/follow-ups/v-f30", "Context"),
        # Meetings that were not held.
        ("/meetings/off", "State Cancelled"),
        ("/meetings/ahead", "State Announced"),
        ("/meetings", "(cancelled)"),
        ("/meetings", "(announced)"),
    ],
)
async def test_page_says_it(client: httpx.AsyncClient, path: str, said: str) -> None:
    words = await words_of(client, path)
    assert said in words, words


async def test_what_came_before_is_told_apart_in_the_trail(client: httpx.AsyncClient) -> None:
    page = (await client.get("/commitments/v-k5")).text
    (item,) = re.findall(r'<li id="v-f30".*?</li>', page, re.DOTALL)
    assert "Context" in item and "Background: it tells what came before" in item


async def test_request_that_was_declined_is_no_open_one(client: httpx.AsyncClient) -> None:
    words = await words_of(client, "/requests/v-r3")
    assert "Nothing recorded for" not in words
    assert "Declined" in words
    # In a list it is told once, and told of those whose status is another word.
    listed = await words_of(client, "/requests")
    assert "Answer: Noted" in listed and "Answer: Declined" not in listed


async def test_meeting_that_is_announced_says_nobody_was_there(client: httpx.AsyncClient) -> None:
    assert "Who was there" in await words_of(client, "/meetings/M1")
    words = await words_of(client, "/meetings/off")
    assert "Who was expected there" in words and "Who was there" not in words
    assert "It was announced, and not held." in words
