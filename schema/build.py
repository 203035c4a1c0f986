"""Builds the schema: Strawberry makes the types, the declarations make them run."""

from datetime import UTC, datetime
from functools import cache

import strawberry
from graphql import GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig

from schema.articles import Article
from schema.collections import COLLECTIONS
from schema.execution.binding import bind
from schema.execution.operation import Operation
from schema.parties import Organization, Person
from schema.root import Query
from schema.scalars import SCALARS
from store.reader import Reader


@cache
def build() -> GraphQLSchema:
    """The executable schema, one for the process. Every field runs as its declaration says."""
    made = strawberry.Schema(
        query=Query,
        types=[Article, Person, Organization],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    schema: GraphQLSchema = made._schema
    bind(schema, COLLECTIONS)
    return schema


def printed(schema: GraphQLSchema) -> str:
    """The schema in the schema definition language, as `schema/schema.graphql` keeps it."""
    return print_schema(schema) + "\n"


def operation(reader: Reader, now: datetime | None = None) -> Operation:
    """What one operation is run with."""
    return Operation(reader=reader, now=now or datetime.now(UTC), collections=COLLECTIONS)
