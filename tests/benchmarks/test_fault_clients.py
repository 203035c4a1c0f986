"""What the campaign of faults asks is valid, and what it counts is what went wrong."""

from itertools import count
from random import Random

import httpx2
import pytest
from graphql import GraphQLSchema, parse, validate

from benchmarks.fault_clients import CHANGES, CREATE, LAST, PARTY, Ledger


@pytest.mark.parametrize("document", [CREATE, PARTY, CHANGES, LAST])
def test_documents_are_valid(document: str, schema: GraphQLSchema) -> None:
    assert validate(schema, parse(document)) == []


def ledger() -> Ledger:
    return Ledger("token", ["http://x"], Random(1), next(count(1)))


def answer(status: int, code: str | None = None, **headers: str) -> httpx2.Response:
    errors = [{"message": "no", "extensions": {"code": code}}]
    body = {"errors": errors} if code else {"data": {"x": 1}}
    return httpx2.Response(status, json=body, headers=headers)


def test_data_is_no_error() -> None:
    found = ledger()
    assert found.note(answer(200)) == {"data": {"x": 1}}
    assert not found.errors and not found.faults


def test_errors_are_counted_by_status_and_code() -> None:
    found = ledger()
    assert found.note(answer(503, "UNAVAILABLE", **{"retry-after": "5"})) is None
    assert found.note(answer(503, "UNAVAILABLE")) is None
    assert found.errors == {"503 UNAVAILABLE": 2}
    assert (found.without_retry, found.faults) == (1, [])


@pytest.mark.parametrize("code", ["INTERNAL_SERVER_ERROR", "GRAPHQL_VALIDATION_FAILED"])
def test_other_codes_are_faults(code: str) -> None:
    found = ledger()
    assert found.note(answer(200, code)) is None
    assert len(found.faults) == 1
