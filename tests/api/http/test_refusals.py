"""What a refusal says: not more than it must, and which limit, with how to stay under it."""

import json
import re
from typing import Any

import httpx
import pytest

from engine.requests import error_format
from tests.api.http.test_graphql_errors import ask

LONG = "L" * 100_000
ECHOES = [
    (
        f"query {LONG * 2}({' '.join(f'$v{i}: Int' for i in range(40))}) {{ __typename }}",
        {},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    ("{ __typename }", {"operationName": LONG}, "OPERATION_RESOLUTION_FAILURE"),
    (f"{{ {LONG} }}", {}, "GRAPHQL_VALIDATION_FAILED"),
    (
        "query($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }",
        {"variables": {"f": {LONG: 1}}},
        "BAD_USER_INPUT",
    ),
    (
        "query($f: [CommitmentDimension!]!) { commitmentStats(groupBy: $f) { groupCount } }",
        {"variables": {"f": [LONG]}},
        "BAD_USER_INPUT",
    ),
    # Each is refused for its alias, which would come back as a path, too.
    (
        "{ " + LONG + ": commitmentStats(first: -1) { asOf } "
        + " ".join(f'{LONG[:50_000]}{i}: parties(after: "x") {{ totalCount }}' for i in (1, 2))
        + " }",
        {},
        "QUERY_TOO_COMPLEX",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "members", "code"), ECHOES, ids=["name", "chosen", "field", "member", "value", "path"]
)
async def test_errors_are_short_however_long_the_request(
    client: httpx.AsyncClient, query: str, members: dict[str, Any], code: str
) -> None:
    body = (await ask(client, query, **members)).json()
    errors = body["errors"]
    assert {error["extensions"]["code"] for error in errors} == {code}
    assert all(len(error["message"]) <= error_format.LONGEST_MESSAGE for error in errors)
    *first, _last = errors
    assert len(json.dumps(first)) <= len(LONG) + error_format.MOST_BYTES
    if "data" not in body:
        assert len(json.dumps(errors)) <= error_format.MOST_BYTES


VALUED = """
query($n: Int!, $c: String, $f: CommitmentFilter, $o: [TrackableOrder!], $b: By = {key: "K01"}) {
  commitments(first: $n, after: $c, filter: $f, orderBy: $o) { totalCount }
  commitment(by: $b) { key }
}
"""


@pytest.mark.parametrize(
    "misfit",
    [
        {"n": None},
        {"n": True},
        {"n": ["Y29t"]},
        {"n": 1, "c": True},
        {"n": 1, "f": ["Y29t"]},
        {"n": 1, "f": {"nonsense": None}},
        {"n": 1, "f": {"searh": True}},
        {"n": 1, "f": {"and": [None]}},
        {"n": 1, "o": [{"field": True}]},
        {"n": 1, "o": [{"direction": None}]},
        {"n": 1, "b": {"key": True}},
    ],
    ids=str,
)
async def test_values_of_variables_are_not_shown_as_python_has_them(
    client: httpx.AsyncClient, misfit: dict[str, Any]
) -> None:
    errors = (await ask(client, VALUED, variables=misfit)).json()["errors"]
    for error in errors:
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["message"].startswith("Variable '$") and error["message"].endswith((".", "?"))
        assert not {"None", "True", "Y29t"} & set(re.findall(r"\w+", error["message"]))


def nested(opening: str, inside: str, closing: str, times: int) -> str:
    return opening * times + inside + closing * times


FILTERED = "query($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }"
SEARCHES = ", ".join(f'{{search: "word{i}"}}' for i in range(21))
DEEP: dict[str, Any] = {}
for _ in range(150):
    DEEP = {"not": DEEP}
BEYOND = [
    ("{ " + "a " * 2_000 + "}", {}, "GRAPHQL_PARSE_FAILED", ("tokens", 1_500, None)),
    (
        "{ " + "commitments { totalCount } " * 300 + "}",
        {},
        "QUERY_TOO_COMPLEX",
        ("comparisons", 20_000, None),
    ),
    (nested("{a", "", "}", 101), {}, "QUERY_TOO_COMPLEX", ("nesting", 100, 101)),
    (nested("{a", "", "}", 600), {}, "QUERY_TOO_COMPLEX", ("nesting", 100, None)),
    (FILTERED, {"f": DEEP}, "BAD_USER_INPUT", ("nesting of variables", 100, 101)),
    (
        f"{{ commitments(filter: {nested('{not:', '{}', '}', 6)}) {{ totalCount }} }}",
        {},
        "BAD_USER_INPUT",
        ("filters", 5, 6),
    ),
    (
        f"{{ commitments(filter: {{or: [{SEARCHES}]}}) {{ totalCount }} }}",
        {},
        "BAD_USER_INPUT",
        ("searches in filters", 20, None),
    ),
    (
        "{ commitments(first: -1) { nodes { key } } }",
        {},
        "BAD_USER_INPUT",
        ("page size", 100, -1),
    ),
]


@pytest.mark.parametrize(
    ("query", "variables", "code", "wanted"), BEYOND, ids=lambda value: str(value)[:30]
)
async def test_refusal_names_the_limit_and_what_to_do(
    client: httpx.AsyncClient,
    query: str,
    variables: dict[str, Any],
    code: str,
    wanted: tuple[str, int, int | None],
) -> None:
    (error,) = (await ask(client, query, variables=variables)).json()["errors"]
    said, message = error["extensions"], error["message"]
    assert said["code"] == code
    assert (said["limit"], said["most"], said.get("value")) == wanted
    assert str(said["most"]) in message and str(said.get("value", "")) in message
    assert message.partition("; ")[2]


@pytest.mark.parametrize("depth", [6, 90, 150, 240, 600, 900])
async def test_export_with_a_filter_that_nests(client: httpx.AsyncClient, depth: int) -> None:
    params = {"filter": nested('{"not":', "{}", "}", depth)}
    response = await client.get("/export/commitments.jsonl", params=params)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
