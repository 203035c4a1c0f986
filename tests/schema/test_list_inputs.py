"""What the inputs of all lists share: each noun has it, in the same place, meaning its own."""

from collections.abc import Sequence

import pytest
from graphql import GraphQLInputObjectType, GraphQLSchema

from engine.lists.filters import filters_of
from schema.registry import COLLECTIONS
from store.records.nouns import NOUNS

LAST = {
    **dict.fromkeys(NOUNS, ("curation", "updatedSince", "and", "or", "not")),
    **dict.fromkeys(("search", "timeline"), ("curation", "and", "or", "not")),
    **dict.fromkeys(("changes", "intakes", "proposals"), ("and", "or", "not")),
}


def test_every_list_is_looked_at() -> None:
    assert LAST.keys() == COLLECTIONS.keys()


@pytest.mark.parametrize(("name", "last"), LAST.items(), ids=LAST)
def test_filters_end_in_what_all_have(
    schema: GraphQLSchema, name: str, last: Sequence[str]
) -> None:
    filter_name = COLLECTIONS[name].filter_name
    input_type = schema.type_map[filter_name]
    assert isinstance(input_type, GraphQLInputObjectType)
    assert tuple(input_type.fields)[-len(last) :] == last
    types = {member: str(input_type.fields[member].type) for member in ("and", "or", "not")}
    assert types == {"and": f"[{filter_name}!]", "or": f"[{filter_name}!]", "not": filter_name}


@pytest.mark.parametrize("noun", NOUNS)
def test_filters_of_nouns_begin_with_its_own_keys(schema: GraphQLSchema, noun: str) -> None:
    collection = COLLECTIONS[noun]
    input_type = schema.type_map[collection.filter_name]
    assert isinstance(input_type, GraphQLInputObjectType)
    assert next(iter(input_type.fields)) == "key"
    given = {"key": {"eq": "a"}, "not": {"key": {"in": ["b"]}}}
    assert [*filters_of(collection, schema).list_records(given)] == [(noun, "a"), (noun, "b")]


@pytest.mark.parametrize("name", [name for name, c in COLLECTIONS.items() if c.order is not None])
def test_orders_are_a_field_and_a_direction(schema: GraphQLSchema, name: str) -> None:
    assert schema.query_type is not None
    orders = {
        type_name: type_
        for type_name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLInputObjectType) and type_name.endswith("Order")
    }
    (order,) = (o for n, o in orders.items() if n in str(COLLECTIONS[name].order))
    assert {m: str(member.type).rstrip("!") for m, member in order.fields.items()} == {
        "field": f"{order.name}Field",
        "direction": "Direction",
    }
