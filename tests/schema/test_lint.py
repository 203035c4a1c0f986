"""The rules for the schema itself, each broken once."""

import pytest
from graphql import GraphQLSchema, build_schema

from schema.build import print_sdl
from tests.schema.lint import faults

KEPT = """
type Query {
  things(first: Int, after: String): ThingConnection
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]
}
interface Node { id: ID! }
type Thing implements Node { id: ID!  names: [String!]!  kind: Kind }
enum Kind { LARGE SMALL_ONE }
type ThingConnection { edges: [ThingEdge!]!  pageInfo: PageInfo!  totalCount: Int! }
type ThingEdge { cursor: String!  node: Thing! }
type PageInfo {
  hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String
}
type Mutation { nameThing(input: NameThingInput!): NameThingPayload! }
input NameThingInput { newName: String }
type NameThingPayload { thing: Thing  userErrors: [String!]! }
"""

BROKEN = [
    ("Kind", "of_kind", "of_kind: types are written in PascalCase"),
    ("names:", "all_names:", "Thing.all_names: fields are written in camelCase"),
    ("newName", "NewName", "NameThingInput.NewName: members are written in camelCase"),
    ("(id: ID!)", "(Id: ID!)", "Query.node.Id: arguments are written in camelCase"),
    ("SMALL_ONE", "small", "Kind.small: values are written in CAPITALS"),
    ("newName: String", "newName: String @deprecated", "NameThingInput.newName: a deprecation"),
    ("names: [String!]!", "names: [String]!", "Thing.names: a list holds no nulls"),
    (": ThingConnection\n", ": ThingConnection!\n", "Query.things: a connection may be null"),
    ("first: Int,", "first: Int!,", "Query.things: a connection takes first: Int"),
    ("after: String", "last: Int", "Query.things: a connection takes before: String"),
    ("edges: [ThingEdge!]!", "edges: [ThingEdge]", "ThingConnection: it has edges: [...Edge!]!"),
    ("pageInfo: PageInfo!  ", "", "ThingConnection: it has pageInfo: PageInfo!"),
    ("totalCount: Int!", "totalCount: Int", "ThingConnection: it has totalCount: Int!"),
    ("cursor: String!", "cursor: ID!", "ThingEdge: it has cursor: String!"),
    ("node: Thing!", "item: Thing!", "ThingEdge: an edge has a node"),
    ("startCursor: String ", "startCursor: ID ", "PageInfo: it has startCursor: String"),
    ("Thing implements Node {", "Thing {", "Thing: what has an id is a Node"),
    ("node(id: ID!): Node", "node(id: ID!): Node!", "Query: it has node: Node"),
    (": [Node]\n", ": [Node]!\n", "Query: it has nodes: [Node] (Relay)"),
    ("(input: NameThingInput!)", "(name: String)", "Mutation.nameThing: it takes one argument"),
    ("userErrors", "errors", "Mutation.nameThing: it gives a NameThingPayload with userErrors"),
]


def test_our_schema_keeps_the_rules(schema: GraphQLSchema) -> None:
    assert [*faults(build_schema(print_sdl(schema)))] == []


def test_schema_that_keeps_the_rules() -> None:
    assert [*faults(build_schema(KEPT))] == []


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN, ids=lambda text: text[:30])
def test_broken_rule_is_named(right: str, wrong: str, said: str) -> None:
    assert right in KEPT
    found = [*faults(build_schema(KEPT.replace(right, wrong)))]
    assert any(fault.startswith(said) for fault in found), found
