"""Plans are kept with their document, and only so many of them."""

from graphql import GraphQLSchema

from schema.build import operation
from schema.collections import COLLECTIONS
from schema.service import MOST_PLANS, Request, Service, Tier
from store.reader import Reader
from tests.conftest import Dataset

NAMES = [f"v{n}" for n in range(7)]
QUERY = (
    f"query ({', '.join(f'${name}: Boolean!' for name in NAMES)}) "
    '{ commitment(by: { key: "K01" }) { title '
    + " ".join(f"{name}: gist @include(if: ${name})" for name in NAMES)
    + " } }"
)


async def test_choices_do_not_pile_up(meta_pakistan: Dataset, schema: GraphQLSchema) -> None:
    service = Service(schema, COLLECTIONS)
    for number in range(2 ** len(NAMES)):
        chosen = {name: bool(number >> place & 1) for place, name in enumerate(NAMES)}
        answer = await service.answer(
            Request(QUERY, None, chosen), operation(Reader(meta_pakistan.database))
        )
        assert answer is not None and answer.tier is Tier.PLAN
        shown = answer.body["data"]["commitment"]
        assert set(shown) == {"title", *(name for name in NAMES if chosen[name])}
    (checked,) = service._checked.values()
    (operation_,) = checked.chosen.values()
    assert len(operation_.plans) == MOST_PLANS
