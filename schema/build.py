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
    bind(schema, COLLECTIONS)
    return schema


def print_sdl(schema: GraphQLSchema) -> str:
    """The schema in the schema definition language, as `schema/schema.graphql` has it.

    Types are sorted by name, so that a new one moves no other. Fields and values stay in the order
    of their declarations, which for values is from least to most. Only the text is sorted:
    Strawberry's own `sort_schema` breaks its enums.
    """
    types = (type_ for _, type_ in sorted(schema.type_map.items()) if is_defined(type_))
    return "\n\n".join(map(print_type, types)) + "\n"


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
