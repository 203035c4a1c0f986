"""Every noun is in every list that is kept by hand; each miss names the noun and the file to edit.

To add a noun, run this file first and go through what it says.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)

from api.records import representations, routes
from engine.fields import Embedded, Link, Stored, declaration_of
from schema.build import build
from schema.changes import Noun
from schema.registry import COLLECTIONS
from store.mongodb.indexes import INDEXES
from store.records.nouns import NOUNS, noun_of
from tests.conftest import FIXTURES
from tests.schema.naive import MEANINGS
from tests.schema.test_indexes import MEMBERS
from tests.store.records.test_references import EVERYTHING
from tests.store.samples import store

SCHEMA: GraphQLSchema = build()

LISTS: Mapping[str, Collection[str]] = {
    "INDEXES in store/mongodb/indexes.py": INDEXES,
    "COLLECTIONS in schema/registry.py": COLLECTIONS,
    "Noun in schema/changes.py": [noun.value for noun in Noun],
    "NOUNS in api/records/representations.py": [noun.collection for noun in representations.NOUNS],
    "the files of api/records/documents/": [
        path.stem for path in routes.DOCUMENTS.glob("*.graphql")
    ],
    "the files of fixtures/invented/": [p.stem for p in (FIXTURES / "invented").glob("*.yaml")],
    "MEANINGS in tests/schema/naive.py": MEANINGS,
    "MEMBERS in tests/schema/test_indexes.py": MEMBERS,
    "EVERYTHING in tests/store/records/test_references.py": [noun_of(r) for r, _ in EVERYTHING],
    "store() in tests/store/samples.py": [noun_of(record) for record in store()],
}


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("place", LISTS)
def test_every_noun_is_there(place: str, noun: str) -> None:
    assert noun in LISTS[place], f"{noun} is missing: add it to {place}"


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_a_list_at_the_root(noun: str) -> None:
    assert SCHEMA.query_type is not None
    first, *rest = noun.split("_")
    field = first + "".join(map(str.title, rest))
    assert field in SCHEMA.query_type.fields, f"add {field} to Query in schema/root.py"


# --- A record at its address ---------------------------------------------------------------------


def shown_at_its_address(noun: str) -> Mapping[str, set[str]]:
    """The fields that the noun's document asks for, by type."""
    text, _ = routes._query_of(noun)
    types, shown = TypeInfo(SCHEMA), dict[str, set[str]]()

    class Fields(Visitor):
        def enter_field(self, node: Any, *_: object) -> None:
            if (parent := types.get_parent_type()) is not None:
                shown.setdefault(parent.name, set()).add(node.name.value)

    visit(parse(text), TypeInfoVisitor(types, Fields()))
    return shown


def types_of(noun: str) -> Iterator[GraphQLObjectType]:
    typename = COLLECTIONS[noun].typename
    # In a fixed order: the processes of a run must collect the same tests.
    for name in dict.fromkeys([typename] if isinstance(typename, str) else typename.values()):
        type_ = SCHEMA.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        yield type_


def stated_in(type_: GraphQLObjectType) -> Iterator[str]:
    """The fields that show what the record itself states, and not what was worked out of it."""
    for name, field in type_.fields.items():
        declared = declaration_of(field)
        if isinstance(declared, Stored | Embedded | Link) and declared.path[0] != "derived":
            yield name


STATED = [
    pytest.param(noun, type_, field, id=f"{type_.name}.{field}")
    for noun in NOUNS
    for type_ in types_of(noun)
    for field in stated_in(type_)
]


@pytest.mark.parametrize(("noun", "type_", "field"), STATED)
def test_what_a_record_states_is_shown_at_its_address(
    noun: str, type_: GraphQLObjectType, field: str
) -> None:
    shown = shown_at_its_address(noun)
    names = (type_.name, *(interface.name for interface in type_.interfaces))
    assert any(field in shown.get(name, ()) for name in names), (
        f"/{noun.replace('_', '-')}/... lacks {field}: "
        f"add it to api/records/documents/{noun}.graphql"
    )
