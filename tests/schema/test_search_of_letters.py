"""Search, names and order by one folding of letters; and beginnings of words."""

from collections.abc import AsyncIterator

import pytest
from graphql import GraphQLSchema

from schema import search
from store import layout
from store.mongodb.collections import VOCABULARY
from store.mongodb.driver import CommandLog, Database, DeleteOne
from store.mongodb.keys import new_key
from store.writes.rebuild import Difference, differences, rebuild
from tests.conftest import Dataset
from tests.store.samples import article, record, write

PARTIES = {
    "lodz": "Miasto Łódź",
    "aero": "Ærø Kommune",
    "ostby": "Østby",
    "zara": "Zara",
    "lukasz": "Łukasz",
    "kilic": "Kılıçdaroğlu",
    "karachi": "کراچی بلدیہ",
    "meti": "経済産業省",
    "science": "과학기술정보통신부",
    "bhumjai": "พรรคภูมิใจไทย",
    "trust": "Jamaʿat Trust",
    "brien": "O’Brien",
    "un": "U.N. Human Rights Council",
    "roads": "Ministry of Roads",
}
TEXTS = {
    "a1": "The viruses spread; movies; ties; buses; vetoes; caches; crises; children.",
    "a2": "AIDS and the news.",
    "a3": "国家主席习近平发表讲话，承诺扩大开放。",
    "a4": "Meta \u2764\ufe0f Pakistan",
}


@pytest.fixture(scope="module")
async def dataset(mongodb_url: str, schema: GraphQLSchema) -> AsyncIterator[Dataset]:
    """Parties and articles whose letters are the matter."""
    log = CommandLog()
    database = Database.connect(mongodb_url, f"test-{new_key()}", log=log)
    await layout.prepare(database)
    named = {"kind": "COMPANY"}
    await write(
        database,
        *(record("parties", key, name=name, **named) for key, name in PARTIES.items()),
        *(article(key, text=text) for key, text in TEXTS.items()),
    )
    yield Dataset(database, log, schema)
    await database.drop()
    database.close()


async def _hits(dataset: Dataset, query: str, arguments: str = "") -> dict[str, list[str]]:
    """Keys of what is found, and what is marked of it."""
    data = await dataset.ask(
        f"query Q($q: String!) {{ search(query: $q, first: 100{arguments}) {{ nodes {{"
        " item { ... on Record { key } } highlights { text matches { start end } } } } }",
        q=query,
    )
    return {
        hit["item"]["key"]: [
            piece["text"][match["start"] : match["end"]]
            for piece in hit["highlights"]
            for match in piece["matches"]
        ]
        for hit in data["search"]["nodes"]
    }


@pytest.mark.parametrize(
    ("typed", "key", "marked"),
    [
        ("Lodz", "lodz", ["Łódź"]),
        ("Aero", "aero", ["Ærø"]),
        ("KILICDAROGLU", "kilic", ["Kılıçdaroğlu"]),
        ("كراچي", "karachi", ["کراچی"]),
        ("経済産業", "meti", ["経済産業"]),
        ("省", "meti", ["省"]),
        ("과학기술", "science", ["과학기술"]),
        ("ภูมิใจ", "bhumjai", ["ภูมิใจ"]),
        ("Jamaat", "trust", ["Jamaʿat"]),
        ("Jama'at", "trust", ["Jamaʿat"]),
        ("OBrien", "brien", ["O’Brien"]),
        ("UN Human", "un", ["U.N", "Human"]),
        ("习近平", "a3", ["习近平"]),
        ('"Meta Pakistan"', "a4", ["Meta \u2764\ufe0f Pakistan"]),
        *((word, "a1", [f"{word}es"]) for word in ("virus", "bus", "veto")),
        ("movie", "a1", ["movies"]),
        ("tie", "a1", ["ties"]),
        ("cache", "a1", ["caches"]),
        ("crisis", "a1", ["crises"]),
        ("child", "a1", ["children"]),
        ("aids", "a2", ["AIDS"]),
    ],
)
async def test_what_is_found_is_marked(
    dataset: Dataset, typed: str, key: str, marked: list[str]
) -> None:
    assert await _hits(dataset, typed) == {key: marked}


@pytest.mark.parametrize("typed", ["aid", "new", "産経", "ภูมใจ"])
async def test_other_words_are_not_found(dataset: Dataset, typed: str) -> None:
    assert await _hits(dataset, typed) == {}


async def test_an_emoji_is_no_word(dataset: Dataset) -> None:
    result = await dataset.execute('{ search(query: "\u2708\ufe0f") { totalCount } }')
    (error,) = result["errors"]
    assert error["message"].startswith("query: at least one word to look for, of letters or digits")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("miasto lodz", "lodz"),
        ("AERO kommune", "aero"),
        ("كراچي بلديه", "karachi"),
        ("obrien", "brien"),
        ("UN Human Rights Council", "un"),
        ("Jamaat Trust", "trust"),
    ],
)
async def test_a_party_is_found_by_a_name_in_other_letters(
    dataset: Dataset, name: str, key: str
) -> None:
    data = await dataset.ask(
        "query Q($n: String) { parties(filter: {name: $n}) { nodes { key } } }", n=name
    )
    assert data["parties"]["nodes"] == [{"key": key}]


async def test_names_stand_where_people_look_for_them(dataset: Dataset) -> None:
    data = await dataset.ask(
        '{ parties(filter: {key: {in: ["aero", "ostby", "zara", "lukasz", "roads"]}},'
        " orderBy: [{field: NAME}]) { nodes { key } } }"
    )
    keys = [node["key"] for node in data["parties"]["nodes"]]
    assert keys == ["aero", "lukasz", "roads", "ostby", "zara"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("minis", {"roads": ["Ministry"]}),
        ("ministri", {"roads": ["Ministry"]}),
        ("roads MINI", {"roads": ["Ministry", "Roads"]}),
        ("childr", {"a1": ["children"]}),
        ("ministry of roa", {"roads": ["Ministry", "of", "Roads"]}),
        ("mini roads", {}),
        ("trust mini", {}),
        ("inistry", {}),
        ("lod", {"lodz": ["Łódź"]}),
        ("كرا", {"karachi": ["کراچی"]}),
        ("経済", {"meti": ["経済"]}),
        ("mini -roads", {}),
        ('"human rig', {"un": ["Human Rights"]}),
    ],
)
async def test_the_last_word_may_be_a_beginning(
    dataset: Dataset, typed: str, found: dict[str, list[str]]
) -> None:
    assert await _hits(dataset, typed, ", prefix: true") == found


@pytest.mark.parametrize("arguments", ["", ", prefix: false", ", prefix: null"])
async def test_without_being_asked_words_are_whole(dataset: Dataset, arguments: str) -> None:
    assert await _hits(dataset, "minis", arguments) == {}


async def test_every_beginning_of_a_word_finds_it(dataset: Dataset) -> None:
    for word in TEXTS["a1"].replace(";", "").replace(".", "").split():
        for length in range(1, len(word) + 1):
            assert "a1" in await _hits(dataset, word[:length], ", prefix: true"), word[:length]


async def test_a_beginning_costs_one_command_more(dataset: Dataset) -> None:
    await _hits(dataset, "roads")
    commands = len(dataset.commands)
    await _hits(dataset, "roa", ", prefix: true")
    assert len(dataset.commands) == commands + 1


async def test_a_beginning_of_too_many_words_is_refused(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_COMPLETIONS", 2)
    result = await dataset.execute('{ search(query: "c", prefix: true) { totalCount } }')
    (error,) = result["errors"]
    assert error["message"] == "query: more than 2 words begin with 'c'; write more of it"
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["most"] == 2
    assert await _hits(dataset, "cri", ", prefix: true") == {"a1": ["crises"]}


async def test_a_word_that_the_vocabulary_lacks_is_told_and_made_again(dataset: Dataset) -> None:
    database = dataset.database
    await database.write(VOCABULARY, [DeleteOne({"_id": "movie"})])
    missing = [found async for found in differences(database) if isinstance(found, Difference)]
    assert missing == [Difference(VOCABULARY, "movie", ("_id",))]
    async for _ in rebuild(database):
        pass
    assert await _hits(dataset, "mov", ", prefix: true") == {"a1": ["movies"]}
