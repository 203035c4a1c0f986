"""The rules that the schema keeps to: Relay's connections and ids, and our names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_introspection_type,
    is_list_type,
    is_non_null_type,
    is_specified_scalar_type,
)

_TYPE = re.compile(r"[A-Z][A-Za-z0-9]*")
_FIELD = re.compile(r"[a-z][A-Za-z0-9]*")
_VALUE = re.compile(r"[A-Z][A-Z0-9_]*")
_EDGES = re.compile(r"\[\w+Edge!\]!")
_UNSAID = "No longer supported"
"""The reason that GraphQL gives for a deprecation where none is stated."""


def faults(schema: GraphQLSchema) -> Iterator[str]:
    """What does not keep to Relay's connections and ids, or to our names."""
    for name, type_ in schema.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        if not _TYPE.fullmatch(name):
            yield f"{name}: types are written in PascalCase"
        match type_:
            case GraphQLEnumType():
                yield from _named(name, type_.values, _VALUE, "values are written in CAPITALS")
                yield from _explained(name, type_.values)
            case GraphQLInputObjectType():
                yield from _named(name, type_.fields, _FIELD, "members are written in camelCase")
                yield from _explained(name, type_.fields)
            case GraphQLObjectType() | GraphQLInterfaceType():
                yield from _named(name, type_.fields, _FIELD, "fields are written in camelCase")
                yield from _explained(name, type_.fields)
                yield from _object_faults(type_)
    yield from _node_faults(schema)
    yield from _mutation_faults(schema)


def _named(
    type_name: str, members: Iterable[str], pattern: re.Pattern[str], rule: str
) -> Iterator[str]:
    return (f"{type_name}.{name}: {rule}" for name in members if not pattern.fullmatch(name))


def _explained(type_name: str, members: Mapping[str, Any]) -> Iterator[str]:
    for name, member in members.items():
        if member.deprecation_reason == _UNSAID:
            yield f"{type_name}.{name}: a deprecation says what to use instead"


def _object_faults(type_: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
    if type_.name.endswith("Connection"):
        yield from _shape(type_, {"pageInfo": "PageInfo!", "totalCount": "Int!"})
        edges = type_.fields.get("edges")
        if edges is None or not _EDGES.fullmatch(str(edges.type)):
            yield f"{type_.name}: it has edges: [...Edge!]! (Relay)"
    elif type_.name.endswith("Edge"):
        yield from _shape(type_, {"cursor": "String!"})
        if "node" not in type_.fields:
            yield f"{type_.name}: an edge has a node"
    for name, field in type_.fields.items():
        place = f"{type_.name}.{name}"
        yield from _named(place, field.args, _FIELD, "arguments are written in camelCase")
        yield from _explained(place, field.args)
        if get_named_type(field.type).name.endswith("Connection"):
            yield from _connection_faults(place, field)
        elif place != "Query.nodes" and _holds_nulls(field.type):
            yield f"{place}: a list holds no nulls ([T!])"


def _connection_faults(place: str, field: GraphQLField) -> Iterator[str]:
    if is_non_null_type(field.type):
        yield f"{place}: a connection may be null, so that a fault in it leaves the rest"
    for size, cursor in (("first", "after"), ("last", "before")):
        if size == "last" and size not in field.args and cursor not in field.args:
            continue
        yield from _arguments(place, field.args, {size: "Int", cursor: "String"})


def _arguments(
    place: str, arguments: Mapping[str, GraphQLArgument], wanted: Mapping[str, str]
) -> Iterator[str]:
    for name, type_ in wanted.items():
        if name not in arguments or str(arguments[name].type) != type_:
            yield f"{place}: a connection takes {name}: {type_}"


def _holds_nulls(type_: GraphQLOutputType) -> bool:
    inner: Any = type_
    while is_non_null_type(inner):
        inner = inner.of_type
    return is_list_type(inner) and not is_non_null_type(inner.of_type)


def _shape(
    type_: GraphQLObjectType | GraphQLInterfaceType, wanted: Mapping[str, str]
) -> Iterator[str]:
    for name, shape in wanted.items():
        field = type_.fields.get(name)
        if field is None or str(field.type) != shape:
            yield f"{type_.name}: it has {name}: {shape} (Relay)"


_CURSOR_INFO = {
    "hasNextPage": "Boolean!",
    "hasPreviousPage": "Boolean!",
    "startCursor": "String",
    "endCursor": "String",
}


def _node_faults(schema: GraphQLSchema) -> Iterator[str]:
    node, query = schema.type_map.get("Node"), schema.query_type
    if not isinstance(node, GraphQLInterfaceType) or query is None:
        yield "Node: there is an interface of that name (Relay)"
        return
    yield from _shape(node, {"id": "ID!"})
    yield from _shape(query, {"node": "Node", "nodes": "[Node]"})
    info = schema.type_map.get("PageInfo")
    if isinstance(info, GraphQLObjectType):
        yield from _shape(info, _CURSOR_INFO)
    for name, type_ in _objects(schema):
        if "id" in type_.fields and node not in type_.interfaces:
            yield f"{name}: what has an id is a Node"


def _objects(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLObjectType]]:
    items: Iterable[tuple[str, GraphQLNamedType]] = schema.type_map.items()
    return ((n, t) for n, t in items if isinstance(t, GraphQLObjectType) and n[:2] != "__")


def _mutation_faults(schema: GraphQLSchema) -> Iterator[str]:
    if schema.mutation_type is None:
        return
    for name, field in schema.mutation_type.fields.items():
        capital = name[0].upper() + name[1:]
        arguments = {n: str(a.type) for n, a in field.args.items()}
        if arguments != {"input": f"{capital}Input!"}:
            yield f"Mutation.{name}: it takes one argument, input: {capital}Input!"
        payload = get_named_type(field.type)
        fields = payload.fields if isinstance(payload, GraphQLObjectType) else {}
        if payload.name != f"{capital}Payload" or "userErrors" not in fields:
            yield f"Mutation.{name}: it gives a {capital}Payload with userErrors"
