"""Searches inside filters, and lists in the order of relevance, beside the root field `search`."""

from typing import Any

import pytest
from graphql import GraphQLSchema

from engine.lists import search_filter
from engine.lists.cursors import encode
from store.mongodb.driver import CommandLog, Database
from tests.conftest import Dataset
from tests.store.samples import commitment, store, write

NOUNS = ("articles", "parties", "meetings", "commitments", "requests")
TYPES = {
    "articles": "ArticleFilter",
    "parties": "PartyFilter",
    "meetings": "MeetingFilter",
    "commitments": "CommitmentFilter",
    "requests": "RequestFilter",
}
SEARCHES = ("facebook", "meta safety", '"online safety"', "pakistan -ministry", "Mínistry")
BEST = "orderBy: [{field: RELEVANCE, direction: DESC}]"


async def _found(dataset: Dataset, noun: str, text: str) -> list[str]:
    """What the root field finds, best first."""
    data = await dataset.ask(
        f"query Q($q: String!) {{ search(query: $q, types: [{noun.upper()}], first: 100) {{"
        " nodes { item { ... on Record { key } } } } }",
        q=text,
    )
    return [node["item"]["key"] for node in data["search"]["nodes"]]


async def _listed(
    dataset: Dataset, noun: str, filter_: dict[str, Any], arguments: str = "first: 100"
) -> list[str]:
    data = await dataset.ask(
        f"query Q($f: {TYPES[noun]}) {{ it: {noun}({arguments}, filter: $f) {{ nodes {{ key }} }}"
        " }",
        f=filter_,
    )
    return [node["key"] for node in data["it"]["nodes"]]


async def _refusal(dataset: Dataset, query: str, **variables: Any) -> str:
    result = await dataset.execute(query, variables)
    (error,) = result["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    return str(error["message"])


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("text", SEARCHES)
async def test_the_best_come_first_as_in_the_root_field(
    meta_pakistan: Dataset, noun: str, text: str
) -> None:
    best = await _found(meta_pakistan, noun, text)
    searched = {"search": text}
    assert await _listed(meta_pakistan, noun, searched, f"first: 100, {BEST}") == best
    worst = "orderBy: [{field: RELEVANCE, direction: ASC}]"
    assert await _listed(meta_pakistan, noun, searched, f"first: 100, {worst}") == best[::-1]


@pytest.mark.parametrize("noun", NOUNS)
async def test_a_search_alone_leaves_the_order_as_it_is(meta_pakistan: Dataset, noun: str) -> None:
    whole = await _listed(meta_pakistan, noun, {})
    found = await _found(meta_pakistan, noun, "facebook")
    listed = await _listed(meta_pakistan, noun, {"search": "facebook"})
    assert listed == [key for key in whole if key in found]


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize(
    "order", [BEST, "orderBy: [{field: RELEVANCE}, {field: MADE_ON, direction: DESC}]"]
)
async def test_pages_are_the_whole_list(meta_pakistan: Dataset, size: int, order: str) -> None:
    searched = {"search": "meta"}
    whole = await _listed(meta_pakistan, "commitments", searched, f"first: 100, {order}")
    assert len(whole) == 12
    for way, cut, at, more in (
        ("first", "after", "endCursor", "hasNextPage"),
        ("last", "before", "startCursor", "hasPreviousPage"),
    ):
        walked: list[str] = []
        beyond = ""
        while True:
            data = await meta_pakistan.ask(
                f"query Q($f: CommitmentFilter) {{ commitments({way}: {size}, filter: $f, {order}"
                f"{beyond}) {{ totalCount pageInfo {{ {at} {more} }} nodes {{ key }} }} }}",
                f=searched,
            )
            page = data["commitments"]
            assert page["totalCount"] == len(whole)
            keys = [node["key"] for node in page["nodes"]]
            walked = [*walked, *keys] if way == "first" else [*keys, *walked]
            if not page["pageInfo"][more]:
                break
            beyond = f', {cut}: "{page["pageInfo"][at]}"'
        assert walked == whole


async def test_terms_after_relevance_order_what_fits_equally_well(
    database: Database, schema: GraphQLSchema
) -> None:
    made = {"c5": "2020-03-01", "c6": "2020-01-05", "c7": "2020-02-01"}
    await write(database, *store(), *(commitment(key, madeOn=day) for key, day in made.items()))
    dataset = Dataset(database, CommandLog(), schema)
    keys = {"search": "prices", "key": {"in": [*made]}}
    for terms, wanted in (
        ("{field: RELEVANCE}", ["c5", "c6", "c7"]),
        ("{field: RELEVANCE, direction: DESC}", ["c7", "c6", "c5"]),
        ("{field: RELEVANCE, direction: DESC}, {field: MADE_ON}", ["c6", "c7", "c5"]),
        ("{field: MADE_ON, direction: DESC}, {field: RELEVANCE}", ["c5", "c7", "c6"]),
    ):
        assert await _listed(dataset, "commitments", keys, f"orderBy: [{terms}]") == wanted


async def test_each_partys_list_is_in_its_own_order(meta_pakistan: Dataset) -> None:
    data = await meta_pakistan.ask(
        '{ parties(filter: {key: {in: ["meta", "pta", "moitt"]}}) { nodes { key'
        f' commitments(first: 3, filter: {{search: "safety"}}, {BEST}) {{'
        " totalCount nodes { key } } } } }"
    )
    commands = meta_pakistan.commands
    best = await _found(meta_pakistan, "commitments", "safety")
    for party in data["parties"]["nodes"]:
        of_party = await _listed(meta_pakistan, "commitments", {"party": {"eq": party["key"]}})
        wanted = [key for key in best if key in of_party]
        assert [node["key"] for node in party["commitments"]["nodes"]] == wanted[:3]
        assert party["commitments"]["totalCount"] == len(wanted)
    # The parties, and whether their keys are of merged ones; what is found; per list what
    # matches, how many, and the documents.
    assert len(commands) == 6


async def test_a_search_is_asked_once_however_often_it_is_given(meta_pakistan: Dataset) -> None:
    await meta_pakistan.ask(
        '{ a: commitments(filter: {or: [{search: "Safety"}, {not: {search: "safety"}}]}) {'
        " totalCount facets(by: [TOPIC, STATUS]) { facet } nodes { key } }"
        ' b: commitmentStats(filter: {search: "safety"}) { total { count } } }'
    )
    assert meta_pakistan.commands.count("find entries") == 1


async def test_counts_facets_and_statistics_are_of_what_was_found(meta_pakistan: Dataset) -> None:
    found = await _found(meta_pakistan, "commitments", "safety")
    data = await meta_pakistan.ask(
        '{ commitments(filter: {search: "safety"}) { totalCount'
        " facets(by: [TERM]) { values { count } } }"
        ' commitmentStats(filter: {search: "safety"}) { total { count } }'
        ' statusSeries(from: "2025-06-01", to: "2025-07-09", filter: {search: "safety"}) {'
        " count } }"
    )
    assert data["commitments"]["totalCount"] == len(found) > 0
    (facet,) = data["commitments"]["facets"]
    assert sum(value["count"] for value in facet["values"]) == len(found)
    assert data["commitmentStats"]["total"]["count"] == len(found)
    assert data["statusSeries"][-1]["count"] == len(found)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('"; {"$where": "1"}', "where 1"),
        ('meta" -"', "meta"),
        ("\\ meta", "meta"),
        ("{$meta: -{}}", "meta"),
        ("meta $ne -{", "meta ne"),
        ("$regex .*", "regex"),
    ],
)
@pytest.mark.parametrize("noun", NOUNS)
async def test_what_is_typed_is_never_an_operator(
    meta_pakistan: Dataset, noun: str, text: str, plain: str
) -> None:
    found = await _found(meta_pakistan, noun, plain)
    assert bool(found) is (plain == "meta")
    assert await _found(meta_pakistan, noun, text) == found
    assert sorted(await _listed(meta_pakistan, noun, {"search": text})) == sorted(found)


@pytest.mark.parametrize(
    ("filter_", "said"),
    [
        ({"search": ""}, "filter.search: at least one word"),
        ({"or": [{}, {"search": "-lab"}]}, "filter.or[1].search: at least one word"),
        ({"not": {"search": "x" * 301}}, "filter.not.search: at most 300 characters"),
        ({"and": [{"search": f"w{i}"} for i in range(21)]}, "filter.and[20].search: at most 20 d"),
    ],
)
async def test_what_cannot_be_searched_is_refused(
    meta_pakistan: Dataset, filter_: Any, said: str
) -> None:
    query = "query Q($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }"
    assert (await _refusal(meta_pakistan, query, f=filter_)).startswith(said)


async def test_a_search_that_finds_too_much_is_refused(
    meta_pakistan: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_filter, "MOST_FOUND", 10)
    for order in ("", BEST):
        searched = f'first: 1, filter: {{search: "meta"}}, {order}'
        said = await _refusal(meta_pakistan, f"{{ commitments({searched}) {{ nodes {{ key }} }} }}")
        assert said.startswith("filter.search: more than 10 have these words")


@pytest.mark.parametrize("filter_", ["{}", "{search: null}", '{and: [{search: "lab"}]}'])
async def test_there_is_no_relevance_without_a_search(meta_pakistan: Dataset, filter_: str) -> None:
    order = "orderBy: [{field: KEY}, {field: RELEVANCE}]"
    said = await _refusal(
        meta_pakistan, f"{{ commitments(filter: {filter_}, {order}) {{ totalCount }} }}"
    )
    assert said.startswith("orderBy[1].field: only what was searched for has a relevance")


@pytest.mark.parametrize(
    ("score", "left"),
    [(None, 0), (-1.5, 0), (7_000_000, 12), ("text", 12), ({"at": "2020-01-01T00:00Z"}, 12)],
)
async def test_a_cursor_may_hold_anything(meta_pakistan: Dataset, score: Any, left: int) -> None:
    cursor = encode((("score", -1), ("_id", -1)), {"score": score, "_id": "K02"})
    after = f'{BEST}, after: "{cursor}", first: 100'
    listed = await _listed(meta_pakistan, "commitments", {"search": "meta"}, after)
    assert len(listed) == left
