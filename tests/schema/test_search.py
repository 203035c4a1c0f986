"""Search: what is found, in which order, with which highlights, and what is refused."""

from typing import Any

import pytest

from store.mongodb.driver import CommandLog
from store.records.articles import TextAccess
from store.writes.writer import Author, Draft, Writer
from tests.conftest import Dataset
from tests.store import samples

EVERYTHING = "[ARTICLES, PARTIES, MEETINGS, COMMITMENTS, REQUESTS]"


async def _found(dataset: Any, query: str, arguments: str = "first: 100") -> list[str]:
    data = await dataset.ask(
        f"query Q($q: String!) {{ search(query: $q, {arguments}) {{ nodes {{ item {{"
        " ... on Record { key } } } } }",
        q=query,
    )
    return [node["item"]["key"] for node in data["search"]["nodes"]]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Facebook", "meta"),
        ("FACEBOOK parent", "meta"),
        ("facebook", "facebook"),
        ("NSMCWG", "nsmcwg"),
        ("Tabeer", "ather"),
        ("TabeerAther", "ather"),
        ("Hafeez-ur-Rehman", "rehman"),
        ("Mínistry of ÎT", "moitt"),
    ],
)
async def test_a_party_is_found_by_any_of_its_names(
    meta_pakistan: Any, name: str, key: str
) -> None:
    assert key in await _found(meta_pakistan, name, "types: [PARTIES]")


async def test_a_commitment_is_found_by_its_promisors_former_name(meta_pakistan: Any) -> None:
    assert "K02" in await _found(meta_pakistan, "facebook fake accounts", "types: [COMMITMENTS]")


async def test_all_words_are_wanted_phrases_together_and_some_not_at_all(
    meta_pakistan: Any,
) -> None:
    lab = await _found(meta_pakistan, '"community lab"', "types: [COMMITMENTS]")
    assert lab == ["K03"]
    assert await _found(meta_pakistan, '"lab community"') == []
    assert await _found(meta_pakistan, "lab academia", "types: [COMMITMENTS]") == ["K03"]
    assert await _found(meta_pakistan, "lab no-such-word") == []
    assert await _found(meta_pakistan, "lab -academia", "types: [COMMITMENTS]") == []


async def test_a_phrase_is_of_whole_words(meta_pakistan: Any) -> None:
    assert await _found(meta_pakistan, '"ommunity la"') == []
    assert await _found(meta_pakistan, "communities lab") == await _found(
        meta_pakistan, "community labs"
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("$lab", "lab"),
        ("{$community: {lab}}", "community lab"),
        ('lab" -"', "lab"),
        ('"" lab', "lab"),
        ("lab $ne -{", "lab ne"),
        ("$where", "where"),
        ('"; {"$where": "1"}', "where 1"),
    ],
)
async def test_what_is_typed_is_never_an_operator(
    meta_pakistan: Any, text: str, plain: str
) -> None:
    assert await _found(meta_pakistan, text) == await _found(meta_pakistan, plain)
    assert await _found(meta_pakistan, "lab") and await _found(meta_pakistan, "where")


@pytest.mark.parametrize("text", ["\\", "$", '{"": {}}', '-"$where"'])
async def test_what_has_no_word_to_look_for_is_refused(meta_pakistan: Any, text: str) -> None:
    query = "query Q($q: String!) { search(query: $q) { totalCount } }"
    (error,) = (await meta_pakistan.execute(query, {"q": text}))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "query"}


async def _found_or_refused(dataset: Any, text: str) -> None:
    result = await dataset.execute(
        "query Q($q: String!) { search(query: $q) { totalCount } }", {"q": text}
    )
    codes = {error["extensions"]["code"] for error in result.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "query: at least one word"),
        ("-lab", "query: at least one word"),
        ("x" * 301, "query: at most 300 characters"),
        (" ".join(f"w{i}" for i in range(21)), "query: at most 20 words"),
    ],
)
async def test_what_cannot_be_searched_is_refused(
    meta_pakistan: Any, query: str, said: str
) -> None:
    result = await meta_pakistan.execute(
        "query Q($q: String!) { search(query: $q) { totalCount } }", {"q": query}
    )
    (error,) = result["errors"]
    assert error["message"].startswith(said)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("query", ["meta", "facebook safety", "pakistan", "ministry -law"])
@pytest.mark.parametrize("size", [1, 2, 7])
async def test_pages_are_the_whole_list(meta_pakistan: Any, query: str, size: int) -> None:
    whole = await _found(meta_pakistan, query)
    assert whole
    pages: list[str] = []
    after = ""
    while True:
        data = await meta_pakistan.ask(
            f"query Q($q: String!) {{ search(query: $q, first: {size}{after}) {{ totalCount"
            " pageInfo { hasNextPage endCursor } nodes { item { ... on Record { key } } } } }",
            q=query,
        )
        page = data["search"]
        pages += [node["item"]["key"] for node in page["nodes"]]
        assert page["totalCount"] == len(whole)
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = f', after: "{page["pageInfo"]["endCursor"]}"'
    assert pages == whole
    last = await _found(meta_pakistan, query, "last: 3")
    assert last == whole[-3:]


async def test_best_comes_first(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask(
        '{ search(query: "facebook", first: 100) { nodes { score item { __typename } } } }'
    )
    nodes = data["search"]["nodes"]
    scores = [node["score"] for node in nodes]
    assert scores == sorted(scores, reverse=True)
    assert [node["item"]["__typename"] for node in nodes[:2]] == ["Organization"] * 2


async def test_highlights_are_where_the_words_are(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask(
        '{ search(query: "connectivity labs", types: [COMMITMENTS, ARTICLES]) { nodes {'
        " item { ... on Commitment { title gist } ... on Article { text } }"
        " highlights { field text start matches { start end } } } } }"
    )
    marked = set()
    for node in data["search"]["nodes"]:
        assert 1 <= len(node["highlights"]) <= 4
        for highlight in node["highlights"]:
            whole = node["item"].get(highlight["field"].lower())
            text, start = highlight["text"], highlight["start"]
            assert len(text) <= 260
            assert whole is None or whole[start : start + len(text)] == text
            marked |= {text[m["start"] : m["end"]].lower() for m in highlight["matches"]}
    assert marked == {"connectivity", "lab"}


async def test_filters_and_types_narrow_it(meta_pakistan: Any) -> None:
    at_2022 = 'filter: {date: {from: "2022-01-01", to: "2022-12-31"}}'
    assert set(await _found(meta_pakistan, "meta", f"types: [COMMITMENTS], {at_2022}")) <= {
        f"K{n:02}" for n in range(3, 9)
    }
    assert await _found(meta_pakistan, "meta", "types: []") == []
    by_pta = await _found(meta_pakistan, "meta", 'filter: {party: {eq: "pta"}}')
    assert by_pta and set(by_pta) <= set(await _found(meta_pakistan, "meta"))
    by_state = await _found(meta_pakistan, "meta", 'filter: {within: {eq: "gov-pk"}}')
    assert set(by_pta) < set(by_state)
    assert not await _found(meta_pakistan, "meta", 'filter: {within: {eq: "no-such"}}')


async def test_filters_nest_as_sets_do(meta_pakistan: Any) -> None:
    async def found(filter_: str) -> set[str]:
        return {*await _found(meta_pakistan, "meta", f"filter: {filter_}, first: 100")}

    parts = ['{within: {eq: "gov-pk"}}', '{date: {from: "2022-01-01", to: "2022-12-31"}}']
    everything, (gov, year) = await found("{}"), [await found(part) for part in parts]
    assert gov & year and gov - year and year - gov and everything - gov - year
    both = ", ".join(parts)
    for given, wanted in (
        (f"{{and: [{both}]}}", gov & year),
        (f"{{or: [{both}]}}", gov | year),
        (f"{{not: {parts[0]}}}", everything - gov),
        (f"{{or: [{both}], not: {{and: [{both}]}}}}", gov ^ year),
        ("{or: []}", set()),
        ("{and: []}", everything),
    ):
        assert await found(given) == wanted


async def test_a_withheld_text_is_neither_searched_nor_shown(database: Any, schema: Any) -> None:
    article = samples.article("A1")
    word = article.text.split()[-1].strip(".")
    writer, author = Writer(database), Author(by="tests")
    await writer.write([Draft(article)], author)
    dataset = Dataset(database, CommandLog(), schema)
    assert await _found(dataset, word) == [article.key]
    withheld = article.model_copy(update={"text_access": TextAccess.WITHHELD})
    await writer.write([Draft(withheld)], author)
    assert await _found(dataset, word) == []


@pytest.mark.parametrize("types", [EVERYTHING, "[ARTICLES]"])
async def test_what_it_costs_is_bounded_by_the_sorts_of_hits(
    meta_pakistan: Any, types: str
) -> None:
    await meta_pakistan.ask(
        f'{{ search(query: "meta", first: 100, types: {types}) {{ totalCount nodes {{ item {{'
        " ... on Record { key } } highlights { text } } } }"
    )
    sorts = 5 if types == EVERYTHING else 1
    assert len(meta_pakistan.commands) <= 2 + 2 * sorts
