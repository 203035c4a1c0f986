"""Errors in GraphQL: their codes, the status they come with, and what they do not say."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
from graphql import GraphQLSchema, build_schema

from engine.plan.selection import NotPlanned
from engine.requests import document, prepared
from engine.requests.answer import Answer
from engine.requests.limits import Limits
from engine.requests.service import Service
from store.mongodb.driver import Busy, Database, Unreachable
from store.reads.reader import Reader
from store.viewers import Sight
from tests.conftest import Dataset
from tests.engine.requests.floods import FLOODS

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
SECRET = "mongodb://root:hunter2@db.internal said: disk /var/lib full"


class Faulty:
    """A reader that cannot read one collection, or none."""

    sight = Sight.PUBLISHED

    def __init__(self, reader: Reader, error: Exception, broken: str | None = None) -> None:
        self._reader, self._error, self._broken = reader, error, broken

    def track_reads(self, _reads: Any) -> "Faulty":
        return self

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._reader, name)

        async def read(collection: str, *arguments: Any, **named: Any) -> Any:
            if self._broken in (None, collection):
                raise self._error
            return await method(collection, *arguments, **named)

        return read


def one_field(type_: str, resolve: Any, limits: Limits = Limits()) -> Service:  # noqa: B008
    """A service whose query has one field, `it`."""
    schema: GraphQLSchema = build_schema(f"enum Size {{ SMALL }} type Query {{ it: {type_} }}")
    assert schema.query_type is not None
    schema.query_type.fields["it"].resolve = resolve
    return Service(schema, {}, limits=limits)


@pytest.fixture
def unplanned(monkeypatch: pytest.MonkeyPatch) -> None:
    """graphql-core runs everything, because `one_field` declares nothing."""

    def no_plan(*_: Any, **__: Any) -> None:
        raise NotPlanned("not in this test")

    monkeypatch.setattr(prepared, "plan_of", no_plan)


async def ask(
    client: httpx.AsyncClient, query: str, *, accept: str = JSON, **members: Any
) -> httpx.Response:
    return await client.post(
        "/graphql", json={"query": query, **members}, headers={"accept": accept}
    )


# --- What a client did wrong ---------------------------------------------------------------------

NEEDS = "query($n: Int!, $c: String) { commitments(first: $n, after: $c) { totalCount } }"
REFUSED = [
    ("{", {}, "GRAPHQL_PARSE_FAILED"),
    ("{ commitments { nodes { key } }", {}, "GRAPHQL_PARSE_FAILED"),
    ('{ commitment(by: {key: "}) { key } }', {}, "GRAPHQL_PARSE_FAILED"),
    ("{ " + "a " * document.MOST_TOKENS + "}", {}, "GRAPHQL_PARSE_FAILED"),
    ("{ nonsense }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("{ commitments }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("{ commitment { key } }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("mutation { x }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("subscription { x }", {}, "OPERATION_RESOLUTION_FAILURE"),
    (NEEDS, {}, "BAD_USER_INPUT"),
    (NEEDS, {"variables": {"n": None}}, "BAD_USER_INPUT"),
    (NEEDS, {"variables": {"n": "ten"}}, "BAD_USER_INPUT"),
    (NEEDS, {"variables": {"n": 2**40}}, "BAD_USER_INPUT"),
    (NEEDS, {"variables": {"n": 1, "c": {"x": 1}}}, "BAD_USER_INPUT"),
    (
        "query($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }",
        {"variables": {"f": {"nonsense": 1}}},
        "BAD_USER_INPUT",
    ),
    (
        "query($b: By!) { commitment(by: $b) { key } }",
        {"variables": {"b": {}}},
        "BAD_USER_INPUT",
    ),
    ("query A { __typename } query B { __typename }", {}, "OPERATION_RESOLUTION_FAILURE"),
    ("{ __typename } { __typename }", {}, None),
    ("query A { __typename }", {"operationName": "Z"}, "OPERATION_RESOLUTION_FAILURE"),
    ("{ __typename }", {"operationName": "A"}, "OPERATION_RESOLUTION_FAILURE"),
    ("fragment F on Query { __typename }", {}, None),
]


@pytest.mark.parametrize(
    ("query", "members", "code"), REFUSED, ids=lambda value: str(value)[:50] or "none"
)
async def test_request_that_is_not_executed(
    client: httpx.AsyncClient, query: str, members: dict[str, Any], code: str | None
) -> None:
    plain = await ask(client, query, **members)
    newer = await ask(client, query, accept=GRAPHQL, **members)
    # For plain JSON the status says only that a GraphQL server answered; see the specification.
    assert (plain.status_code, newer.status_code) == (200, 400)
    for response in (plain, newer):
        assert "data" not in response.json()
        errors = response.json()["errors"]
        assert errors
        for error in errors:
            assert code in (None, error["extensions"]["code"])
            assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR"


async def test_asking_again_is_answered_alike(client: httpx.AsyncClient) -> None:
    # Documents are kept once they were checked, refused ones too.
    for query in ("{ nonsense }", "{", "query($n: Int!) { commitments(first: $n) { totalCount } }"):
        first, second = await ask(client, query), await ask(client, query)
        assert first.content == second.content


async def test_errors_are_counted_out(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ " + " ".join(f"wrong{i}" for i in range(200)) + " }")
    assert len(response.json()["errors"]) <= document.MOST_ERRORS + 1


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ commitments(first: 1000) { totalCount } }", {}),
        ("{ commitments(first: -1) { totalCount } }", {}),
        ('{ node(id: "nonsense") { id } }', {}),
        ("query($n: Int = 1) { commitments(first: $n) { totalCount } }", {"n": 1000}),
        # Null is taken where a default stands, and is found out only when it reaches the argument.
        ('query($i: ID = "x") { node(id: $i) { id } }', {"i": None}),
        ("{ commitment(by: {}) { key } }", {}),
    ],
)
async def test_argument_that_does_not_fit_is_the_client_s(
    client: httpx.AsyncClient, query: str, variables: dict[str, Any]
) -> None:
    response = await ask(client, query, accept=GRAPHQL, variables=variables)
    assert response.status_code in (200, 400)
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] in ("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED")
    assert error["locations"]


# --- What we did wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError(SECRET), KeyError(SECRET), RecursionError(SECRET)])
async def test_fault_of_ours_is_logged_and_not_told(
    started: Any, meta_pakistan: Dataset, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    reader = Faulty(Reader(meta_pakistan.database), error)
    async with started(reader=reader) as client:
        response = await ask(client, "{ commitments { nodes { key } } }", accept=GRAPHQL)
    assert response.status_code == 200  # it was executed
    (shown,) = response.json()["errors"]
    assert shown["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert shown["path"][0] == "commitments"

    log_id = shown["extensions"]["logId"]
    assert log_id in shown["message"]
    assert "hunter2" not in response.text and type(error).__name__ not in response.text
    (record,) = [r for r in caplog.records if log_id in r.getMessage()]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is error


@pytest.mark.parametrize("error", [Unreachable(SECRET), Busy(SECRET)])
@pytest.mark.parametrize("where", ["commitments", "parties"])
async def test_mongodb_that_is_away_is_no_fault_of_ours(
    started: Any,
    meta_pakistan: Dataset,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    where: str,
) -> None:
    reader = Faulty(Reader(meta_pakistan.database), error, where)
    query = "{ commitments { nodes { key promisors { party { name } } } } }"
    async with started(reader=reader) as client:
        response = await ask(client, query, accept=GRAPHQL)
        plain = await ask(client, query)
    assert (response.status_code, plain.status_code) == (503, 200)
    assert response.headers["retry-after"] == plain.headers["retry-after"] == "5"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body["data"] is None
    assert body["errors"][0]["extensions"] == {"code": "UNAVAILABLE", "retryAfter": 5}
    assert "hunter2" not in response.text
    told = [r for r in caplog.records if "UNAVAILABLE" in r.getMessage()]
    assert len(told) == 2 and not any(record.exc_info for record in caplog.records)


async def test_mongodb_that_is_away_at_other_addresses(started: Any, mongodb_url: str) -> None:
    away = Database.connect("mongodb://127.0.0.1:1/?directConnection=true", "a", timeout_ms=50)
    async with started(reader=Reader(away)) as client:
        for path in ("/commitments/K03", "/export/commitments.csv"):
            response = await client.get(path)
            assert response.status_code == 503, path
            assert response.headers["retry-after"] == "5"
            assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    away.close()


async def test_relation_that_fails_leaves_the_rest(started: Any, meta_pakistan: Dataset) -> None:
    query = "{ commitments { nodes { key promisors { attribution party { name } } } } }"
    reader = Faulty(Reader(meta_pakistan.database), RuntimeError(SECRET), "parties")
    async with started(reader=reader) as client:
        body = (await ask(client, query)).json()

    commitments = body["data"]["commitments"]["nodes"]
    assert [c["key"] for c in commitments] == [f"K{n:02d}" for n in range(1, 15)]
    for commitment in commitments:
        for promisor in commitment["promisors"]:
            assert promisor["attribution"]
            assert promisor["party"] is None
    assert body["errors"][0]["path"] == ["commitments", "nodes", 0, "promisors", 0, "party"]
    codes = {error["extensions"]["code"] for error in body["errors"]}
    assert codes == {"INTERNAL_SERVER_ERROR"}
    assert len(body["errors"]) <= document.MOST_ERRORS


@pytest.mark.usefixtures("unplanned")
async def test_value_that_does_not_fit_the_schema_is_ours(
    started: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(service=one_field("Size", lambda *_: SECRET)) as client:
        response = await ask(client, "{ it }")
    assert response.json()["data"] == {"it": None}
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "hunter2" not in response.text
    assert error["extensions"]["logId"] in caplog.text


async def test_fault_outside_of_graphql_is_masked_too(
    started: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def answer(self, *_: Any, **__: Any) -> None:
            raise RuntimeError(SECRET)

    async with started(service=Broken()) as client:
        response = await ask(client, "{ __typename }")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "hunter2" not in response.text
    assert error["extensions"]["logId"] in caplog.text


# --- Too much ------------------------------------------------------------------------------------


def nested(opening: str, inside: str, closing: str, times: int) -> str:
    return opening * times + inside + closing * times


@pytest.mark.parametrize(
    "query",
    [
        nested("{a", "", "}", 700),
        "{ nodes(ids: " + nested("[", "", "]", 700) + ") { id } }",
        "{ commitments(filter: " + nested("{not:", "{}", "}", 400) + ") { totalCount } }",
        "query($a: " + nested("[", "Int", "]", 700) + ") { __typename }",
        "{ ...f0 } "
        + "".join(f"fragment f{i} on Query {{ ...f{i + 1} }} " for i in range(180))
        + "fragment f180 on Query { __typename }",
    ],
    ids=["selections", "list", "filter", "type", "fragments"],
)
async def test_document_that_nests_deep(client: httpx.AsyncClient, query: str) -> None:
    response = await ask(client, query)
    assert response.status_code == 200
    for error in response.json().get("errors", []):
        assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
    assert (await ask(client, "{ __typename }")).json() == {"data": {"__typename": "Query"}}


async def test_recursion_while_checking(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(*_: Any, **__: Any) -> None:
        raise RecursionError(SECRET)

    monkeypatch.setattr(document, "validate", too_deep)
    async with started() as client:
        response = await ask(client, "{ __typename }")
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert "hunter2" not in response.text


async def test_variables_that_nest_deep(client: httpx.AsyncClient) -> None:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"not": deep}
    query = "query($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }"
    response = await ask(client, query, variables={"f": deep})
    assert response.status_code == 200
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_answer_that_nests_too_deep_to_be_written(started: Any) -> None:
    class Deep:
        async def answer(self, *_: Any, **__: Any) -> Answer:
            data: dict[str, Any] = {}
            for _level in range(300):
                data = {"it": data}
            return Answer({"data": data}, executed=True)

    async with started(service=Deep()) as client:
        response = await ask(client, "{ __typename }")
    assert response.status_code == 200
    assert response.json()["data"] is None
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"


@pytest.mark.usefixtures("unplanned")
async def test_query_that_takes_too_long(started: Any) -> None:
    ended = asyncio.Event()

    async def forever(*_: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    service = one_field("Int", forever, Limits(seconds=0.05))
    async with started(service=service) as client:
        response = await ask(client, "query Slow { it }", accept=GRAPHQL)
    assert response.status_code == 200
    assert response.json()["data"] is None
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "TIMEOUT"
    assert "0.05 s" in error["message"]
    assert ended.is_set()


@pytest.mark.parametrize(
    "query",
    [
        '{ commitment(by: {key: "K01"}) { status(asOf: "2024") { value } } }',
        '{ commitment(by: {key: "K01"}) { status(knownAt: "2024") { value } } }',
        '{ commitments(filter: {madeOn: {from: "2024-13-01"}}) { totalCount } }',
        '{ commitment(by: {url: "x"}) { key } }',
    ],
)
async def test_a_literal_that_is_none_of_its_scalar_is_the_clients_fault(
    meta_pakistan: Dataset, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    (error,) = (await meta_pakistan.execute(query))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    said = ("is written", "write one that it has", "an address starts")
    assert any(remedy in error["message"] for remedy in said)
    assert not caplog.records


# --- Limits and cost -----------------------------------------------------------------------------

TWO_PAGES = "commitments(first: $n) { nodes { followUps(first: $n) { nodes { key } } } }"
TOO_MUCH = [
    ("{ " + " ".join(f"a{i}: __typename" for i in range(31)) + " }", {}, "aliases"),
    (f"query($n: Int) {{ {TWO_PAGES} }}", {"n": 100}, "cost"),
    (
        "query($f: CommitmentFilter) { commitments(filter: $f) { totalCount } }",
        {"f": {"or": [{}] * 5_000}},
        "values in variables",
    ),
]


@pytest.mark.parametrize(("query", "variables", "limit"), TOO_MUCH)
async def test_too_much_is_refused_before_it_is_run(
    client: httpx.AsyncClient, query: str, variables: dict[str, Any], limit: str
) -> None:
    response = await ask(client, query, accept=GRAPHQL, variables=variables)
    assert response.status_code == 400
    assert "data" not in response.json()
    for error in response.json()["errors"]:
        assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
        assert error["extensions"]["value"] > error["extensions"]["most"]
    assert limit in [error["extensions"]["limit"] for error in response.json()["errors"]]


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("size", [30, 150, 1_000])
async def test_floods_are_answered_with_what_is_wrong(
    client: httpx.AsyncClient, flood: str, size: int
) -> None:
    response = await ask(client, FLOODS[flood](size), accept=GRAPHQL)
    assert response.status_code in (200, 400)
    for error in response.json().get("errors", []):
        assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
        assert "nests too deep to be written" not in error["message"]


async def test_fields_selected_too_often_are_refused(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ " + "commitments { totalCount } " * 300 + "}", accept=GRAPHQL)
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert "select each once" in error["message"]


@pytest.mark.parametrize("answers", ["off", "strict"])
async def test_cost_is_told_on_request(started: Any, answers: str) -> None:
    query = "query($n: Int) { commitments(first: $n) { nodes { key } } }"
    wanted = {"extensions": {"cost": True}, "variables": {"n": 30}}
    async with started(answers=answers) as client:
        for _ in range(2):
            priced = (await ask(client, query, **wanted)).json()
            assert priced["extensions"] == {"cost": {"cost": 30, "most": 5_000}}
            plain = (await ask(client, query, variables={"n": 30})).json()
            assert plain == {"data": priced["data"]}


async def test_limits_are_settings(started: Any) -> None:
    query = "{ commitments(first: 30) { nodes { key } } }"
    async with started(most_cost=29) as client:
        (error,) = (await ask(client, query)).json()["errors"]
        assert (error["extensions"]["limit"], error["extensions"]["most"]) == ("cost", 29)
    async with started(most_depth=2) as client:
        (error,) = (await ask(client, query)).json()["errors"]
        assert (error["extensions"]["limit"], error["extensions"]["most"]) == ("depth", 2)


# --- The newer draft's statuses ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "plain", "newer"),
    [
        ("{ __typename }", 200, 200),
        ('{ commitments(after: "x") { totalCount } parties { totalCount } }', 200, 294),
        ("{", 400, 400),
        ("{ nonsense }", 400, 422),
        ("query($n: Int!) { commitments(first: $n) { totalCount } }", 400, 422),
        ("query A { __typename } query B { __typename }", 400, 422),
        ("{ commitments(first: 101) { totalCount } }", 400, 422),
    ],
)
async def test_statuses_of_the_newer_draft(
    started: Any, query: str, plain: int, newer: int
) -> None:
    for draft, status in ((False, plain), (True, newer)):
        async with started(draft_statuses=draft) as client:
            assert (await ask(client, query, accept=GRAPHQL)).status_code == status
            assert (await ask(client, query)).status_code == 200


async def test_fault_in_one_list_leaves_the_others(client: httpx.AsyncClient) -> None:
    query = '{ bad: commitments(after: "x") { totalCount } parties(first: 1) { nodes { key } } }'
    body = (await ask(client, query)).json()
    assert body["data"]["bad"] is None
    assert len(body["data"]["parties"]["nodes"]) == 1
    assert [error["path"] for error in body["errors"]] == [["bad"]]
