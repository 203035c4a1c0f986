"""That filters beside lists name parties and topics, and show neither a key nor a path for them."""

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from graphql import GraphQLSchema

from api.pages.routes import DIST
from api.settings import Settings
from tests.api.conftest import application
from tests.conftest import Dataset, empty_dataset
from tests.store.samples import commitment, party, record, request, store, write

pytestmark = pytest.mark.skipif(
    not (DIST / "server" / "reading.js").exists(), reason="the pages are not built: make workbench"
)

NOTHING = "q=zqnothing"
"""A search that nothing matches, so that no value is counted beside the list."""


@pytest.fixture(scope="module")
async def dataset(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """A store in which parties have the keys that topics have as paths."""
    async with empty_dataset(mongodb_url, "names-in-filters", schema) as data:
        await write(data.database, *store())
        labels = [
            {"value": "Health and care", "language": "en"},
            {"value": "صحت", "language": "ur"},
        ]
        told = {"topics": ["health", "net/rural"], "madeAt": None}
        await write(
            data.database,
            record("concepts", "health", labels=labels),
            record("parties", "health", kind="MINISTRY", name="Ministry of Health"),
            record("parties", "rural", kind="CIVIL_SOCIETY", name="Rural Voices"),
            party("net"),
            commitment(
                "c9",
                promisors=[{"party": "health", "attribution": "UNSTATED"}],
                addressees=["rural"],
                **told,
            ),
            request("r9", askers=["health"], asked=["rural"], **told),
            record(
                "meetings",
                "m9",
                title="Talks",
                kind="BILATERAL",
                date="2020-01-10",
                topics=["health"],
                evidence=[{"article": "a1", "mode": "PARAPHRASE", "selector": {"exact": "Sarn"}}],
            ),
            record(
                "articles",
                "a9",
                datePublished="2020-01-11",
                text="Sarn.",
                textKind="DIGEST",
                publisher="rural",
            ),
        )
        yield data


@pytest.fixture
async def client(mongodb_url: str, dataset: Dataset) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(mongodb_url=mongodb_url, database=dataset.database.name)
    async with application(settings) as client:
        client.headers.update({"accept": "text/html"})
        yield client


async def options_of(client: httpx.AsyncClient, address: str, field: str) -> dict[str, str]:
    """The options of a filter of a list: what each value is called."""
    response = await client.get(address)
    assert response.status_code == 200
    (select,) = re.findall(rf'<select name="{field}".*?</select>', response.text, re.DOTALL)
    found = re.findall(r'<option value="([^"]+)"[^>]*>(.*?)</option>', select)
    return {value: unescape(re.sub(r"<[^>]*>", "", name)) for value, name in found}


@pytest.mark.parametrize(
    ("path", "field", "value", "name"),
    [
        ("/commitments", "promisor", "health", "Ministry of Health"),
        ("/commitments", "addressee", "rural", "Rural Voices"),
        ("/commitments", "topic", "health", "Health and care"),
        ("/commitments", "topic", "net/rural", "Net \u203a rural"),
        ("/commitments", "topic", "net", "Net"),
        ("/requests", "asker", "health", "Ministry of Health"),
        ("/requests", "asked", "rural", "Rural Voices"),
        ("/requests", "topic", "health", "Health and care"),
        ("/meetings", "topic", "health", "Health and care"),
        ("/articles", "publisher", "rural", "Rural Voices"),
    ],
)
async def test_values_have_names(
    client: httpx.AsyncClient, path: str, field: str, value: str, name: str
) -> None:
    counted = await options_of(client, path, field)
    assert re.fullmatch(rf"{name} \(\d+\)", counted[value])
    # What is chosen is named where nothing has it, too.
    chosen = await options_of(client, f"{path}?{field}={value}&{NOTHING}", field)
    assert chosen[value] in (name, f"{name} (0)")


@pytest.mark.parametrize("path", ["/commitments", "/requests", "/meetings"])
async def test_labels_are_those_of_the_language_of_the_page(
    client: httpx.AsyncClient, path: str
) -> None:
    for address in (f"{path}?lang=ur", f"{path}?lang=ur&topic=health&{NOTHING}"):
        options = await options_of(client, address, "topic")
        assert options["health"].startswith("صحت")


@pytest.mark.parametrize(
    ("address", "field", "name"),
    [
        ("/follow-ups?kind=STALLED", "kind", "Stalled"),
        ("/commitments?status=STALLED&asOf=2019-01-01", "status", "Stalled"),
        ("/parties?country=FR", "country", "France"),
        (f"/articles?language=ur&{NOTHING}", "language", "Urdu"),
        (f"/meetings?kind=SUMMIT&{NOTHING}", "kind", "Summit"),
    ],
)
async def test_other_values_are_in_words_where_nothing_has_them(
    client: httpx.AsyncClient, address: str, field: str, name: str
) -> None:
    value = address.partition(f"{field}=")[2].partition("&")[0]
    assert (await options_of(client, address, field))[value].removesuffix(" (0)") == name


async def test_what_is_no_topic_is_told_in_the_list(client: httpx.AsyncClient) -> None:
    response = await client.get("/commitments?topic=No+Topic%21")
    assert response.status_code == 400 and 'role="alert"' in response.text
