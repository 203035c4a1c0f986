"""The bytes of an answer are bounded, and counted while it is written."""

from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema
from hypothesis import given
from hypothesis import strategies as st

from engine.requests import bounded_json
from engine.requests.bounded_json import FEW, SLICE, TooLarge, write_json
from engine.requests.limits import Limits
from engine.requests.prepared import Request
from engine.requests.response_cache import ResponseCache
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.reads.reader import Reader
from tests.conftest import Dataset

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3 * SLICE)
        | st.dictionaries(st.text(max_size=3), below, max_size=4)
    ),
    max_leaves=80,
)


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4), st.sampled_from([0, FEW + 1]))
def test_it_is_what_orjson_writes(body: dict[str, Any], records: int) -> None:
    whole = orjson.dumps(body)
    assert write_json(body, len(whole), records) == whole
    with pytest.raises(TooLarge):
        write_json(body, len(whole) - 1, records)


def test_what_is_too_large_is_not_written_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    def dumps(value: Any) -> bytes:
        found = orjson.dumps(value)
        written.append(len(found))
        return found

    monkeypatch.setattr(bounded_json, "orjson", type("counted", (), {"dumps": staticmethod(dumps)}))
    rows = [{"gist": "x" * 1_000, "of": [{"key": "y" * 100}] * 3} for _ in range(5_000)]
    with pytest.raises(TooLarge):
        write_json({"data": {"commitments": {"nodes": rows}}}, 100_000, 5_000)
    assert sum(written) < 100_000 + SLICE * 2_000


GISTS = "{ commitments(first: 100) { nodes { key gist title } } }"


@pytest.mark.parametrize("kept", [False, True])
async def test_the_refusal_names_limit_and_remedy(
    meta_pakistan: Dataset, schema: GraphQLSchema, kept: bool
) -> None:
    reader = Reader(meta_pakistan.database)
    more: dict[str, Any] = {}
    if kept:
        more = {"cache": ResponseCache(1_000_000, reader.load_data_version)}
    service = Service(schema, COLLECTIONS, limits=Limits(answer=2_000), **more)
    for _ in range(2):
        answer = await service.answer(Request(GISTS), make_operation(reader))
        assert answer is not None and answer.executed and answer.payload is not None
        assert orjson.loads(answer.payload) == answer.body
        (error,) = answer.body["errors"]
        assert answer.body["data"] is None
        assert error["extensions"] == {
            "code": "QUERY_TOO_COMPLEX",
            "limit": "bytes of the answer",
            "most": 2_000,
        }
        assert "ask for smaller pages (first)" in error["message"]
    few = await service.answer(Request(GISTS.replace("100", "1")), make_operation(reader))
    assert few is not None and "errors" not in few.body
