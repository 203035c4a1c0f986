"""Look-ups: by id, key and address; many at once; what was merged; what is not there."""

from typing import Any

import pytest

from tests.conftest import PROPOSER


async def test_an_id_finds_what_gave_it(meta_pakistan: Any) -> None:
    # F19 is proposed.
    meta_pakistan = meta_pakistan.seen_by(PROPOSER)
    for noun, key in (("commitment", "K01"), ("party", "meta"), ("article", "A3"),
                      ("meeting", "M2"), ("request", "R01"), ("followUp", "F19")):  # fmt: skip
        found = await meta_pakistan.ask(f'{{ it: {noun}(by: {{key: "{key}"}}) {{ id url key }} }}')
        identity, url = found["it"]["id"], found["it"]["url"]
        again = await meta_pakistan.ask(
            f'{{ a: {noun}(by: {{id: "{identity}"}}) {{ key }}'
            f' b: {noun}(by: {{url: "https://example.org{url}?asOf=2024-01-01"}}) {{ key }}'
            f' c: node(id: "{identity}") {{ ... on Record {{ key }} }} }}'
        )
        assert again == {"a": {"key": key}, "b": {"key": key}, "c": {"key": key}}


async def test_nodes_keep_order_and_say_null_for_a_miss(meta_pakistan: Any) -> None:
    data = await meta_pakistan.ask(
        '{ a: commitment(by: {key: "K02"}) { id } b: party(by: {key: "pta"}) { id } }'
    )
    ids = [data["b"]["id"], "Y29tbWl0bWVudHM6bm8tc3VjaA", data["a"]["id"], data["b"]["id"]]
    found = await meta_pakistan.ask(
        "query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Record { key } } }", ids=ids
    )
    pta = {"__typename": "Organization", "key": "pta"}
    assert found["nodes"] == [pta, None, {"__typename": "Commitment", "key": "K02"}, pta]
    assert sorted(meta_pakistan.commands) == ["find commitments", "find parties"]


async def test_what_is_not_there_is_null(meta_pakistan: Any) -> None:
    assert await meta_pakistan.ask('{ meeting(by: {key: "no-such"}) { key } }') == {"meeting": None}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ node(id: "%%%") { id } }', "id: this is not an id"),
        ('{ node(id: "") { id } }', "id: this is not an id"),
        ('{ node(id: "bm9ib2R5OngK") { id } }', "id: this is not an id"),
        (
            '{ commitment(by: {id: "cGFydGllczptZXRh"}) { key } }',
            "by.id: this names one of parties; one of commitments is wanted",
        ),
        ('{ commitment(by: {url: "/parties/meta"}) { key } }', "by.url: this names one of parties"),
        ('{ commitment(by: {url: "/"}) { key } }', "by.url: a record's address ends in"),
    ],
)
async def test_what_is_no_id_is_bad_user_input(
    meta_pakistan: Any, query: str, message: str
) -> None:
    (error,) = (await meta_pakistan.execute(query))["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_what_is_no_id_leaves_the_rest_of_the_answer(meta_pakistan: Any) -> None:
    good = (await meta_pakistan.ask('{ it: commitment(by: {key: "K01"}) { id } }'))["it"]["id"]
    result = await meta_pakistan.execute(
        "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } commitments(first: 1) { nodes { key } } }",
        {"ids": [good, "x"]},
    )
    (error,) = result["errors"]
    assert error["message"].startswith("ids[1]: this is not an id")
    assert (error["path"], error["extensions"]["code"]) == (["nodes"], "BAD_USER_INPUT")
    assert result["data"] == {"nodes": None, "commitments": {"nodes": [{"key": "K01"}]}}


@pytest.mark.parametrize(
    "url",
    ["http://[", "//[", "http://[::1", "http://a]b/commitments/K01", "http://℀/commitments/K"],
)
async def test_address_whose_host_cannot_be_read(
    meta_pakistan: Any, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    literal = f'{{ commitment(by: {{url: "{url}"}}) {{ key }} }}'
    in_variable = "query($url: URL!) { commitment(by: {url: $url}) { key } }"
    for query, variables in ((literal, {}), (in_variable, {"url": url})):
        (error,) = (await meta_pakistan.execute(query, variables))["errors"]
        assert error["message"].startswith("by.url: a record's address ends in")
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "by.url"}
    assert not caplog.records


async def test_at_most_a_hundred_ids(meta_pakistan: Any) -> None:
    result = await meta_pakistan.execute(
        "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["x"] * 101}
    )
    assert result["errors"][0]["message"] == "ids: at most 100 ids at a time"


@pytest.mark.parametrize("by", ["{}", '{key: "K01", id: "x"}', "{key: null}"])
async def test_exactly_one_way_to_look_up(meta_pakistan: Any, by: str) -> None:
    result = await meta_pakistan.execute(f"{{ commitment(by: {by}) {{ key }} }}")
    assert "data" not in result and result["errors"]


async def test_what_was_merged_leads_to_the_survivor(invented: Any) -> None:
    data = await invented.ask(
        '{ party(by: {key: "v-water-office"}) { key redirectedFrom }'
        ' other: party(by: {key: "v-water"}) { key redirectedFrom } }'
    )
    assert data["party"] == {"key": "v-water", "redirectedFrom": "v-water-office"}
    assert data["other"] == {"key": "v-water", "redirectedFrom": None}
