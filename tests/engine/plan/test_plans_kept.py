"""Documents are kept with their plans, and only so many of either."""

import gc
from collections import Counter

import pytest
from graphql import DocumentNode, FieldNode, GraphQLSchema

from engine.plan.codegen import Assembly
from engine.plan.plan import Plan
from engine.requests import prepared
from engine.requests.answer import Tier
from engine.requests.prepared import MOST_PLANS, Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.reads.reader import Reader
from tests.conftest import Dataset

NAMES = [f"v{n}" for n in range(7)]
QUERY = (
    f"query ({', '.join(f'${name}: Boolean!' for name in NAMES)}) "
    '{ commitment(by: { key: "K01" }) { title '
    + " ".join(f"{name}: gist @include(if: ${name})" for name in NAMES)
    + " } }"
)


async def test_documents_are_bounded_in_all(
    meta_pakistan: Dataset, schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "LARGEST_SHARE", 1)
    service = Service(schema, COLLECTIONS)
    service.documents.kept.most = 40_000
    for number in range(40):
        query = f"{{ a{number}: __typename }} # {'x' * (number * 5)}"
        answer = await service.answer(
            Request(query), make_operation(Reader(meta_pakistan.database))
        )
        assert answer is not None and answer.body == {"data": {f"a{number}": "Query"}}
        kept = list(service.documents.kept)
        assert kept[-1] == query and service.documents.kept.taken <= 40_000
    assert 2 < len(kept) < 10


async def test_choices_do_not_pile_up(meta_pakistan: Dataset, schema: GraphQLSchema) -> None:
    service = Service(schema, COLLECTIONS)
    for number in range(2 ** len(NAMES)):
        chosen = {name: bool(number >> place & 1) for place, name in enumerate(NAMES)}
        answer = await service.answer(
            Request(QUERY, None, chosen), make_operation(Reader(meta_pakistan.database))
        )
        assert answer is not None and answer.tier is Tier.PLAN
        shown = answer.body["data"]["commitment"]
        assert set(shown) == {"title", *(name for name in NAMES if chosen[name])}
    (checked,) = service.documents.kept.values()
    (operation_,) = checked.chosen.values()
    assert len(operation_.plans) == MOST_PLANS


async def test_what_is_dropped_does_not_wait_for_the_collector(
    meta_pakistan: Dataset, schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "LARGEST_SHARE", 1)
    service = Service(schema, COLLECTIONS)
    service.documents.kept.most = 40_000  # for one of them

    async def ask(number: int) -> None:
        query = f'{{ a{number}: commitment(by: {{key: "K01"}}) {{ title madeAt {{ key }} }} }}'
        answer = await service.answer(
            Request(query), make_operation(Reader(meta_pakistan.database))
        )
        assert answer is not None and answer.tier is Tier.PLAN
        assert len(service.documents.kept) == 1

    await ask(0)
    gc.collect()
    gc.disable()
    try:
        before = _living()
        for number in range(1, 9):
            await ask(number)
        assert not _living() - before  # what other tests left may go meanwhile
    finally:
        gc.enable()


def _living() -> Counter[str]:
    """The documents, plans and generated functions that there are."""
    kinds = (DocumentNode, FieldNode, Plan, Assembly)
    return Counter(type(found).__name__ for found in gc.get_objects() if type(found) in kinds)
