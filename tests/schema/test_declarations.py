"""Every path that a declaration reads stands in the stored model, as every index does.

A wrong path of a field that may be null answers null, and nothing else would tell.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

from engine.fields import (
    Asked,
    Connected,
    Declaration,
    Embedded,
    declaration_of,
)
from engine.lists.search_filter import SCORE
from engine.rows import join_path
from schema.build import build
from schema.registry import COLLECTIONS
from schema.statuses import status_of
from store.mongodb import validators
from store.mongodb.collections import CHANGES
from store.records.nouns import NOUNS
from tests.conftest import THE_DAY
from tests.store.test_layout import schema_at

SCHEMA: GraphQLSchema = build()

GIVEN_BY_US = {"redirectedFrom", SCORE}
"""Members that rows have and documents do not: where it was redirected from, how well it fits."""


OF_COMMITMENTS_ONLY = ("dueOn", "verifiable")
"""What requests do not have, read where commitments and requests share a field: a status goes by
it, and what was merged shows it."""


class Read(NamedTuple):
    """A path that a field reads of documents of a collection."""

    place: str
    collection: str
    path: str


def declaration(field: GraphQLField) -> Declaration:
    found = declaration_of(field)
    assert found is not None
    return found


def types_below(type_: Any) -> list[GraphQLObjectType]:
    type_ = get_named_type(type_)
    if is_abstract_type(type_):
        return list(SCHEMA.get_possible_types(type_))
    return [type_] if is_object_type(type_) else []


def reads(
    type_: GraphQLObjectType, collection: str, above: str = "", seen: frozenset[str] = frozenset()
) -> Iterator[Read]:
    """What the fields of a type read, with those of parts and of what was merged."""
    for name, field in type_.fields.items():
        declared, place = declaration(field), f"{type_.name}.{name}"
        if isinstance(declared, Embedded):
            at = f"{above}{join_path(declared.path)}"
            yield Read(place, collection, at)
            for part in types_below(field.type):
                if part.name not in seen:
                    yield from reads(part, collection, f"{at}.", seen | {part.name})
            continue
        for path in declared.paths((), given=True):
            yield Read(place, collection, f"{above}{path}")
        if isinstance(declared, Asked) and name == "mergedFrom":
            (merged,) = types_below(field.type)
            yield from reads(merged, collection)
        if isinstance(declared, Connected) and declared.via is not None:
            via, source = declared.via, COLLECTIONS[declared.collection].source
            inside = [member for member in (via.within, *via.where) if member is not None]
            yield Read(place, source, via.path)
            yield from (Read(place, source, f"{via.path}.{member}") for member in inside)


def typenames(collection: str) -> list[str]:
    typename = COLLECTIONS[collection].typename
    return [typename] if isinstance(typename, str) else [*dict.fromkeys(typename.values())]


READS = sorted(
    {
        read
        for name in COLLECTIONS
        for typename in typenames(name)
        for read in reads(SCHEMA.type_map[typename], COLLECTIONS[name].source)
    }
)


def stands(read: Read) -> bool:
    """Whether the stored model has the path, or we put it into rows ourselves. A change holds a
    record of any noun as it was after.
    """
    if read.collection == CHANGES and read.path.startswith("after."):
        path = read.path.removeprefix("after.")
        return all(stands(Read(read.place, noun, path)) for noun in NOUNS)
    shared = read.collection == "requests" and read.path.startswith(OF_COMMITMENTS_ONLY)
    schema = validators.schema_of("commitments" if shared else read.collection)
    assert schema is not None
    return read.path in GIVEN_BY_US or schema_at(schema, read.path) is not None


@pytest.mark.parametrize("read", READS, ids=lambda read: f"{read.place}-{read.path}")
def test_every_declared_path_stands_in_the_stored_model(read: Read) -> None:
    assert stands(read), f"{read.place} reads {read.path!r}, which {read.collection} do not have"


def test_every_noun_is_held_to_its_model_and_a_misspelt_path_would_be_seen() -> None:
    assert {read.collection for read in READS} >= {*NOUNS, CHANGES}
    for collection, path in (("check_logs", "note"), ("parties", "names.validTo")):
        assert stands(Read("", collection, path))
        assert not stands(Read("", collection, f"{path}s"))
    assert not stands(Read("", CHANGES, "after.headline"))


def test_what_is_given_by_us_is_read_by_a_field() -> None:
    assert {read.path for read in READS} >= GIVEN_BY_US


def test_a_status_has_every_member_that_its_fields_read() -> None:
    schema = validators.schema_of("commitments")
    assert schema is not None
    members = schema["properties"]["derived"]["properties"]["segments"]["items"]["properties"]
    segment = dict.fromkeys(members) | {"since": "2020-01-10", "until": "9999-99-99"}
    day = {"earliest": "2020-01-10", "latest": "2020-01-10"}
    row = {"madeOn": day, "recordedAt": THE_DAY, "derived": {"segments": [segment], "edges": []}}
    status = status_of(row, "2021-01-01", None)
    assert status is not None
    for name, field in SCHEMA.type_map["Status"].fields.items():
        for path in declaration(field).paths((), given=True):
            assert path in status, f"Status.{name} reads {path!r}, which no status has"
