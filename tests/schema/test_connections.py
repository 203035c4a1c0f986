"""Connections: sizes, directions, totals, orders and filters, over GraphQL."""

from typing import Any

import pytest
from graphql import GraphQLSchema

from schema.registry import COLLECTIONS
from store.mongodb.driver import CommandLog, Database
from store.records.base import Curation
from store.records.nouns import NOUNS
from tests.conftest import Dataset
from tests.store.samples import article, commitment, party, record, store, write

ALL = [f"K{n:02}" for n in range(1, 15)]


async def _keys(meta_pakistan: Any, arguments: str) -> list[str]:
    data = await meta_pakistan.ask(f"{{ commitments{arguments} {{ nodes {{ key }} }} }}")
    return [node["key"] for node in data["commitments"]["nodes"]]


async def _refusal(meta_pakistan: Any, arguments: str) -> dict[str, Any]:
    result = await meta_pakistan.execute(f"{{ commitments{arguments} {{ nodes {{ key }} }} }}")
    (error,) = result["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    return dict(error)


async def test_forwards_page_by_page(meta_pakistan: Any) -> None:
    found, after = [], ""
    while True:
        data = await meta_pakistan.ask(
            f"{{ commitments(first: 4{after}) {{ edges {{ cursor node {{ key }} }} totalCount"
            " pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
        )
        page = data["commitments"]
        info = page["pageInfo"]
        assert page["totalCount"] == 14
        assert info["hasPreviousPage"] is bool(found)
        assert info["startCursor"] == page["edges"][0]["cursor"]
        found += [edge["node"]["key"] for edge in page["edges"]]
        if not info["hasNextPage"]:
            break
        after = f', after: "{info["endCursor"]}"'
    assert sorted(found) == ALL and len(found) == 14


async def test_backwards_gives_the_same_order(meta_pakistan: Any) -> None:
    whole = await _keys(meta_pakistan, "(first: 100)")
    data = await meta_pakistan.ask(
        "{ commitments(last: 5) { nodes { key }"
        " pageInfo { startCursor hasPreviousPage hasNextPage } } }"
    )
    page = data["commitments"]
    assert [node["key"] for node in page["nodes"]] == whole[-5:]
    assert page["pageInfo"]["hasPreviousPage"] and not page["pageInfo"]["hasNextPage"]
    before = page["pageInfo"]["startCursor"]
    assert await _keys(meta_pakistan, f'(last: 5, before: "{before}")') == whole[-10:-5]


async def test_twenty_unless_told_and_none_if_asked(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask("{ followUps { nodes { key } } parties { nodes { key } } }")
    assert len(data["followUps"]["nodes"]) == 18
    assert len(data["parties"]["nodes"]) == 20
    assert await _keys(meta_pakistan, "(first: 0)") == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("(first: 101)", "first: a page holds 0 to 100"),
        ("(first: -1)", "first: a page holds 0 to 100"),
        ("(last: 101)", "last: a page holds 0 to 100"),
        ("(first: 1, last: 1)", "last: not together with first"),
        ('(first: 1, before: "x")', "before: not together with first"),
        ('(last: 1, after: "x")', "after: not together with last"),
        ('(after: "x", before: "x")', "before: not together with after"),
        ('(after: "x")', "after: this is not a cursor"),
        (
            '(filter: {madeOn: {from: "2024-01-01", to: "2023-01-01"}})',
            "filter.madeOn: the range is reversed",
        ),
        (
            '(filter: {topic: {eq: ".*"}})',
            "filter.topic.eq: a topic is a path of slugs, such as online-safety/child-safety",
        ),
        ('(filter: {not: {topic: {in: ["a", "B"]}}})', "filter.not.topic.in[1]: a topic is"),
        ('(filter: {country: "pk"})', "filter.country: a country is an ISO 3166-1 code"),
        ('(filter: {party: {country: "Pakistan"}})', "filter.party.country: a country is"),
        (
            "(filter: {or: [{}, {status: {silentFor: -1}}]})",
            "filter.or[1].status.silentFor: a silence lasts 0 days or more",
        ),
        (
            "(filter: {not: {not: {not: {not: {not: {not: {contested: true}}}}}}})",
            "filter.not.not.not.not.not.not: and, or and not nest at most 5 deep",
        ),
    ],
)
async def test_bad_arguments_are_named(meta_pakistan: Any, arguments: str, named: str) -> None:
    error = await _refusal(meta_pakistan, arguments)
    assert error["message"].startswith(named)
    # What is too much is refused before anything is run, so at no path.
    before = arguments in ("(first: 101)", "(last: 101)")
    assert error.get("path") == (None if before else ["commitments"])


async def test_a_cursor_of_another_order_is_refused(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask("{ commitments(first: 1) { pageInfo { endCursor } } }")
    cursor = data["commitments"]["pageInfo"]["endCursor"]
    error = await _refusal(meta_pakistan, f'(after: "{cursor}", orderBy: [{{field: TITLE}}])')
    assert "another order" in error["message"]


async def test_orders(meta_pakistan: Any) -> None:
    keys = await _keys(meta_pakistan, "(orderBy: [{field: KEY, direction: DESC}])")
    assert keys == ALL[::-1]
    by_count = await _keys(
        meta_pakistan, "(orderBy: [{field: FOLLOW_UP_COUNT, direction: DESC}, {field: KEY}])"
    )
    assert by_count[:2] == ["K01", "K05"]


async def test_case_says_nothing_of_a_language(meta_pakistan: Any) -> None:
    async def keys(language: str) -> Any:
        asked = '{ articles(filter: {inLanguage: "%s"}) { nodes { key inLanguage } } }'
        return (await meta_pakistan.ask(asked % language))["articles"]["nodes"]

    found = await keys("en")
    assert found and found == await keys("EN") == await keys("eN")
    assert await keys("en-gb") == []
    asked = '{ articles(filter: {inLanguage: "zz!!"}) { totalCount } }'
    (error,) = (await meta_pakistan.execute(asked))["errors"]
    assert error["extensions"]["argument"] == "filter.inLanguage"
    assert "a BCP 47 tag, such as ur" in error["message"]


async def test_no_silence_is_shorter_than_none(meta_pakistan: Any) -> None:
    asked = '{ commitment(by: {key: "K01"}) { status { value stale(after: %d) } } }'
    (error,) = (await meta_pakistan.execute(asked % -1))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "after"}
    assert (await meta_pakistan.ask(asked % 0))["commitment"]["status"]["stale"] is True


@pytest.mark.parametrize(
    ("filter_", "keys"),
    [
        ("{}", ALL),
        ("{key: {in: []}}", []),
        ("{or: []}", []),
        ("{and: []}", ALL),
        ('{or: [{key: {eq: "K01"}}, {key: {eq: "K02"}}]}', ["K01", "K02"]),
        ('{and: [{key: {in: ["K01", "K02"]}}, {not: {key: {eq: "K01"}}}]}', ["K02"]),
        ('{key: {eq: "K01", in: ["K02"]}}', []),
        ("{contested: true}", ["K01", "K02"]),
        ("{strengthAtLeast: SPECIFIC}", []),
        ("{presupposesEarlier: true}", ["K01", "K11", "K13"]),
        ("{hasFollowUp: false}", ["K03", "K06", "K07", *ALL[9:]]),
        ('{status: {asOf: "2022-12-31", in: [REAFFIRMED]}}', ["K01"]),
        ('{status: {asOf: "2022-12-31", contested: true}}', ["K01", "K02"]),
        ("{attribution: {all: [HEADLINE_ONLY]}}", ["K14"]),
        ("{status: {silentFor: 2147483647}}", []),
        ("{party: {}}", ALL),
        ("{party: {role: []}}", []),
        ('{party: {eq: "meta", role: PROMISOR, kind: MINISTRY}}', []),
        ('{promisor: {eq: "gov-pk"}}', ["K08"]),
        (
            '{promisor: {eq: "gov-pk", includeSubordinates: true}}',
            ["K03", "K05", "K06", "K08", "K11", "K12", "K13", "K14"],
        ),
        ("{meetingKind: [WORKSHOP]}", ["K13", "K14"]),
        ('{publisher: {eq: "business-recorder"}}', ["K09"]),
        ("{followedBy: [CHALLENGED]}", ["K01", "K02"]),
        ("{hasFollowUp: true, notFollowedBy: [PROGRESSED, MENTIONED]}", ["K01", "K04"]),
        ("{orderUncertain: true}", ["K01", "K09"]),
        ("{status: {silentFor: 1236}}", ["K03", "K06", "K07"]),
        ("{status: {silentFor: 1237}}", []),
        ('{status: {asOf: "2024-06-30", certainty: POSSIBLE}}', ["K04", "K05", "K08", "K09"]),
        ("{status: {verificationAtLeast: COUNTERPART_REPORTED}}", ["K02", "K09"]),
        ('{key: null, article: {eq: "A5"}}', ["K13", "K14"]),
        ("{curation: null}", ALL),
        ("{and: [{curation: null}]}", ALL),
        ('{dueOn: {from: "0001-01-01"}}', []),
        ('{dueOn: {to: "9999-12-31"}}', []),
        ("{dueOn: {}}", []),
        ("{not: {dueOn: {}}}", ALL),
    ],
)
async def test_filters(meta_pakistan: Any, filter_: str, keys: list[str]) -> None:
    assert sorted(await _keys(meta_pakistan, f"(filter: {filter_})")) == keys


@pytest.mark.parametrize("noun", [*NOUNS])
async def test_a_null_state_of_curation_is_as_none(invented: Any, noun: str) -> None:
    """Else whoever clears the choice would be shown what was retracted."""
    first, *rest = noun.split("_")
    root = first + "".join(map(str.title, rest))
    query = f"query Q($f: {COLLECTIONS[noun].filter_name}) {{ it: {root}(filter: $f) {{"
    query += " totalCount nodes { key curation } } }"
    shown = await invented.ask(query, f={})
    assert shown["it"]["totalCount"] > 0
    assert {node["curation"] for node in shown["it"]["nodes"]} == {"ACCEPTED"}
    assert await invented.ask(query, f={"curation": None}) == shown
    others = [state for state in Curation if state is not Curation.ACCEPTED]
    asked = await invented.ask(query, f={"curation": [str(state) for state in others]})
    assert "ACCEPTED" not in {node["curation"] for node in asked["it"]["nodes"]}


async def test_what_has_no_due_date_is_not_due_from_a_day(invented: Any) -> None:
    everything = await invented.ask("{ commitments(first: 100) { nodes { key dueOn { edtf } } } }")
    due = {n["key"] for n in everything["commitments"]["nodes"] if n["dueOn"] is not None}
    assert 0 < len(due) < len(everything["commitments"]["nodes"])
    for filter_ in ('{from: "0001-01-01"}', '{to: "9999-12-31"}', "{}"):
        assert set(await _keys(invented, f"(first: 100, filter: {{dueOn: {filter_}}})")) == due


async def test_a_quoted_operator_is_only_text(meta_pakistan: Any) -> None:
    assert await _keys(meta_pakistan, '(filter: {key: {eq: "$ne"}})') == []


async def test_nested_pages_are_each_their_own(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask(
        '{ commitments(filter: {key: {in: ["K01", "K03", "K05"]}}, orderBy: [{field: KEY}])'
        " { nodes { followUps(first: 2) { totalCount nodes { key } pageInfo { hasNextPage } } } } }"
    )
    pages = [node["followUps"] for node in data["commitments"]["nodes"]]
    assert [page["totalCount"] for page in pages] == [5, 0, 4]
    assert [[n["key"] for n in page["nodes"]] for page in pages] == [
        ["F01", "F02"],
        [],
        ["F07", "F10"],
    ]
    assert [page["pageInfo"]["hasNextPage"] for page in pages] == [True, False, True]


async def test_facets_leave_their_own_choice_out(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask(
        "{ commitments(filter: {term: [ONE_OFF]}) { totalCount facets(by: [TERM, STRENGTH])"
        " { facet values { value count selected } } } }"
    )
    term, strength = data["commitments"]["facets"]
    assert data["commitments"]["totalCount"] == 1
    assert {v["value"]: v["count"] for v in term["values"]} == {
        "STANDING": 9,
        "PROCESS": 4,
        "ONE_OFF": 1,
    }
    assert [v["value"] for v in term["values"] if v["selected"]] == ["ONE_OFF"]
    assert strength["values"] == [{"value": "WILLING", "count": 1, "selected": False}]


NAMES = ["Zvon", "academy", "École 2", "\u201cAbacus\u201d", "ecole 10", "ÉCOLE 1", "Abacus, too"]
SORTED = ["\u201cAbacus\u201d", "Abacus, too", "academy", "ÉCOLE 1", "ecole 10", "École 2", "Zvon"]


@pytest.mark.parametrize(
    ("noun", "field", "member"),
    [
        ("parties", "NAME", "name"),
        ("meetings", "TITLE", "title"),
        ("commitments", "TITLE", "title"),
        ("articles", "HEADLINE", "headline"),
    ],
)
async def test_names_are_in_order_without_case_and_diacritics(
    database: Database, schema: GraphQLSchema, noun: str, field: str, member: str
) -> None:
    make = {
        "parties": lambda key, name: party(key).model_copy(update={"name": name}),
        "meetings": lambda key, title: record(
            "meetings", key, title=title, kind="CALL", date="2020"
        ),
        "commitments": lambda key, title: commitment(key, title=title),
        "articles": lambda key, headline: article(key, headline=headline),
    }[noun]
    drafts = [make(f"x{i}", name) for i, name in enumerate(NAMES)]
    await write(database, *store(), *drafts)
    dataset = Dataset(database, CommandLog(), schema)
    found, after = [], ""
    while after is not None:
        data = await dataset.ask(
            f"{{ it: {noun}(first: 3, orderBy: [{{field: {field}}}]{after}) {{"
            f" pageInfo {{ hasNextPage endCursor }} nodes {{ key {member} }} }} }}"
        )
        found += [n[member] for n in data["it"]["nodes"] if n["key"].startswith("x")]
        info = data["it"]["pageInfo"]
        after = f', after: "{info["endCursor"]}"' if info["hasNextPage"] else None
    assert found == SORTED
