"""Builds the schema: Strawberry makes the types, and their declarations make the fields run."""

from datetime import UTC, datetime
from functools import cache

import strawberry
from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
    print_type,
)
from graphql.utilities.print_schema import print_schema_definition
from strawberry.schema.config import StrawberryConfig

from engine.context import Operation
from engine.resolvers import bind
from schema.articles import Article
from schema.mutations import make_root
from schema.parties import Organization, Person
from schema.registry import COLLECTIONS
from schema.retracted import RetractedRecord
from schema.root import Query
from schema.shared.scalars import SCALARS
from schema.subscriptions import Subscription
from store.reads.reader import Reader
from store.viewers import ANONYMOUS, Viewer
from store.writes.commands import Desk


@cache
def build() -> GraphQLSchema:
    """The executable schema, one for the process. Every field runs as its declaration says."""
    made = strawberry.Schema(
        query=Query,
        mutation=make_root(),
        subscription=Subscription,
        types=[Article, Person, Organization, RetractedRecord],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    schema: GraphQLSchema = made._schema
    schema.description = _DESCRIPTION
    bind(schema, COLLECTIONS)
    return schema


_DESCRIPTION = """\
Public commitments, and what became of each.

Articles report meetings between parties; parties make commitments and requests; follow-ups say what
happened to them. Where a commitment stands on a day is derived from its follow-ups, and each of
these rests on evidence: words in an article. Begin with `commitments`, `parties` or `search`. Most
fields that speak of a status take `asOf`, the day, and `knownAt`, the moment up to which the store
had heard of things. Lists are connections of Relay, with `nodes` beside `edges`."""


def print_sdl(schema: GraphQLSchema) -> str:
    """The schema in the schema definition language, as `schema/schema.graphql` has it.

    Types are sorted by name, so that a new one moves no other. Fields and values stay in the order
    of their declarations, which for values is from least to most. Only the text is sorted:
    Strawberry's own `sort_schema` breaks its enums.
    """
    types = (type_ for _, type_ in sorted(schema.type_map.items()) if is_defined(type_))
    definition = print_schema_definition(schema)
    assert definition is not None, "it has a description"
    return "\n\n".join((definition, *map(print_type, types))) + "\n"


def is_defined(type_: GraphQLNamedType) -> bool:
    """Whether a type is our own, and not one of every schema."""
    return not is_introspection_type(type_) and not is_specified_scalar_type(type_)


def make_operation(
    reader: Reader,
    now: datetime | None = None,
    viewer: Viewer = ANONYMOUS,
    desk: Desk | None = None,
) -> Operation:
    """The context to run one operation with; `now` is the present by default, and nobody is signed
    in. Without a `desk`, nothing can be written.
    """
    return Operation(reader, now or datetime.now(UTC), COLLECTIONS, viewer, desk)
