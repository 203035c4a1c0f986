"""Requests that nobody wrote: whatever is asked, a fault of ours is never the answer.

A short run each; `FUZZ_CASES=20000` looks harder.
"""

import asyncio
import json
import os
import re
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.global_ids import to_global_id
from engine.lists.cursors import Order, encode
from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import Database
from store.reads.reader import Reader
from tests.conftest import ROOT
from tests.engine.plan.test_oracle import SCHEMA, operations

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("FUZZ_CASES", "150"))
NOW = datetime(2025, 7, 9, 12, tzinfo=UTC)

Codes = Callable[[Request], set[str]]

fuzzed = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@pytest.fixture(scope="module")
def codes(mongodb_url: str, both_sets: str) -> Iterator[Codes]:
    """The codes of a request's errors, in an event loop of this module's own."""
    with asyncio.Runner() as runner:
        database = Database.connect(mongodb_url, both_sets)
        service = Service(SCHEMA, COLLECTIONS)

        async def found(request: Request) -> set[str]:
            answer = await service.answer(request, make_operation(Reader(database), NOW))
            assert answer is not None
            return {error["extensions"]["code"] for error in answer.body.get("errors", ())}

        yield lambda request: runner.run(found(request))
        database.close()


@fuzzed
@given(asked=operations())
def test_operations_of_our_schema(codes: Codes, asked: tuple[str, dict[str, Any]]) -> None:
    query, variables = asked
    assert "INTERNAL_SERVER_ERROR" not in codes(Request(query, variables=variables)), query


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=8,
)


def forged(order: Order, row: Mapping[str, Any]) -> str:
    """A cursor of that order as a client can write one, with numbers that are none of MongoDB's."""
    signature, *_ = json.loads(urlsafe_b64decode(encode(order, {}) + "=="))
    values = [row.get(path) for path, _ in order]
    return urlsafe_b64encode(json.dumps([signature, *values]).encode()).rstrip(b"=").decode()


CURSORS = st.builds(
    forged,
    st.sampled_from(
        [
            (("madeOn.earliest", 1), ("_id", 1)),
            (("title", -1), ("_id", -1)),
            (("derived.latestFollowUpOn", 1), ("_id", 1)),
        ]
    ),
    st.fixed_dictionaries({"_id": st.text(), "title": JSON}),
)
IDS = st.builds(to_global_id, st.sampled_from([*COLLECTIONS, "meta", "counters"]), st.text())
URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["http://", "https://", "//", "/", ""]),
    st.text("[]:@a1.%/?#\u2100\u212a", max_size=5),
    st.sampled_from(["", "/commitments/K01", "/K01"]),
)
"""Addresses, and what looks like some: no reader of addresses takes every host."""
NAMED = st.sampled_from(["K01", "meta", "2024-01-01", "/commitments/K01"])
ANY = JSON | CURSORS | IDS | URLS | NAMED
ARGUMENTS = """
query Q($first: Int, $after: String, $last: Int, $before: String, $filter: CommitmentFilter,
        $orderBy: [TrackableOrder!], $id: ID = "x", $ids: [ID!] = [], $by: By = {key: "K01"}) {
  commitments(first: $first, after: $after, last: $last, before: $before, filter: $filter,
              orderBy: $orderBy) { totalCount edges { cursor node { key } } }
  node(id: $id) { id }
  nodes(ids: $ids) { id }
  commitment(by: $by) { key trail(first: $first, after: $after) { totalCount nodes { depth } } }
}
"""
NAMES = ("first", "after", "last", "before", "filter", "orderBy", "id", "ids", "by")
MEMBERS = st.sampled_from(["id", "key", "url", "eq", "in", "and", "or", "not", "field", "from"])
SHAPED = ANY | st.dictionaries(MEMBERS, ANY | st.lists(ANY, max_size=3), max_size=3)


def test_the_document_for_variables_is_one() -> None:
    assert not validate(SCHEMA, parse(ARGUMENTS))


@fuzzed
@given(variables=st.dictionaries(st.sampled_from(NAMES), SHAPED | st.lists(SHAPED, max_size=3)))
def test_variables_of_any_kind(codes: Codes, variables: dict[str, Any]) -> None:
    asked = Request(ARGUMENTS, variables=variables)
    assert "INTERNAL_SERVER_ERROR" not in codes(asked), variables


@fuzzed
@given(url=URLS)
def test_addresses_of_any_kind(codes: Codes, url: str) -> None:
    literal = f"{{ commitment(by: {{url: {json.dumps(url)}}}) {{ key }} }}"
    for asked in (Request(literal), Request(ARGUMENTS, variables={"by": {"url": url}})):
        assert "INTERNAL_SERVER_ERROR" not in codes(asked), url


@fuzzed
@given(query=st.text() | st.text('{}()[]:$@!."#\\ \n,=|&aQ1-'))
def test_documents_of_any_text(codes: Codes, query: str) -> None:
    assert "INTERNAL_SERVER_ERROR" not in codes(Request(query))


async def test_schemathesis_finds_no_fault_of_ours(live_server: str, tmp_path: Path) -> None:
    hooks = {"SCHEMATHESIS_HOOKS": "tests.api.fuzz_scalars"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{live_server}/graphql"),
        # Nobody is signed in. What mutations make of odd inputs: tests/schema/commands.
        *("--exclude-name-regex", r"^Mutation\."),
        *("--max-examples", str(max(CASES // 50, 3)), "--checks", "not_a_server_error"),
        *("--mode", "all", "--generation-database", "none", "--no-color"),
        cwd=tmp_path,
        env={**os.environ, **hooks, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed = (await process.communicate())[0].decode()
    assert process.returncode == 0, printed
    assert re.search(r"\d+ generated, \d+ passed|No issues found", printed), printed
