"""Makes every declared field run under graphql-core: its declaration gives its resolver.

Strawberry makes the types; its resolvers are not used, because a field that only reads a document
should cost a look-up, not a call through layers.

What a plan has fetched is not asked for again. Resolvers ask the store, in batches by loaders, only
where there is no plan: for operations of more than `MOST_FIELDS` fields, and for those with null
for a `@skip` or `@include`, which is an error only if the field is reached. Such an operation may
select any field, so each kind of declaration has a resolver. Tests run all operations by them, too,
to compare plans with (decision 2).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from engine import global_ids
from engine.collection import NOTICE, Collection
from engine.context import Operation
from engine.fields import (
    Asked,
    Chosen,
    Commanded,
    Computed,
    Connected,
    Declaration,
    Embedded,
    Link,
    Looked,
    Paged,
    Stored,
    Summed,
    Told,
    declaration_of,
)
from engine.lists.filters import Filters, filters_of
from engine.lists.merged_keys import resolve_merged_keys
from engine.lists.page import Page, PageOfOne
from engine.lists.page_request import query_among, request_for
from engine.plan.fallback import MISSING, Completion
from engine.rows import Path, Row, value_at
from store.gather import gather_all
from store.records.base import At

Resolver = Callable[..., Any]


def bind(schema: GraphQLSchema, collections: Mapping[str, Collection]) -> None:
    """Gives every field of the schema the resolver of its declaration.

    Raises TypeError for a field without one: nothing in this API runs undeclared.
    """
    for type_ in schema.type_map.values():
        if is_abstract_type(type_):
            _resolve_by_typename(type_)
        elif isinstance(type_, GraphQLInputObjectType):
            # Strawberry checks @oneOf itself, and graphql-core has it in introspection and print.
            made = type_.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
            type_.is_one_of = made.is_one_of
        elif isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            type_.is_type_of = None
            for name, field in type_.fields.items():
                field.resolve = _resolver_of(f"{type_.name}.{name}", field, schema, collections)


def _resolve_by_typename(type_: GraphQLAbstractType) -> None:
    type_.resolve_type = lambda row, _info, _type: row["__typename"]


def _resolver_of(
    place: str, field: GraphQLField, schema: GraphQLSchema, collections: Mapping[str, Collection]
) -> Resolver:
    declaration = declaration_of(field)
    if declaration is None:
        raise TypeError(f"{place} is not declared; see engine/fields.py")
    notices = _shows_notices(field, schema)
    resolver = _resolver(place, declaration, schema, collections, notices=notices)
    read_off = isinstance(declaration, Stored | Embedded) or (
        isinstance(declaration, Computed) and is_leaf_type(get_named_type(field.type))
    )
    return resolver if read_off else _unless_prefetched(resolver)


def _shows_notices(field: GraphQLField, schema: GraphQLSchema) -> bool:
    """Whether the field's type can be that of notices of retracted records."""
    named = get_named_type(field.type)
    if not is_abstract_type(named):
        return False
    return any(type_.name == NOTICE for type_ in schema.get_possible_types(named))


def _unless_prefetched(resolver: Resolver) -> Resolver:
    """The resolver, which is called only for what no plan has fetched."""

    def resolve(row: Row, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if isinstance(info.context, Completion):
            value = info.context.prefetched.value(row, info)
            if value is not MISSING:
                return value
        return resolver(row, info, **arguments)

    return resolve


def _resolver(
    place: str,
    declaration: Declaration,
    schema: GraphQLSchema,
    collections: Mapping[str, Collection],
    *,
    notices: bool,
) -> Resolver:
    match declaration:
        case Stored() | Embedded():
            return _resolve_stored(declaration.path, declaration.many)
        case Link():
            return _resolve_link(declaration, notices=notices)
        case Chosen():
            return _resolve_chosen(declaration)
        case Connected():
            collection = collections[declaration.collection]
            return _resolve_connected(declaration, collection, filters_of(collection, schema))
        case Looked():
            return _resolve_looked(declaration, notices=notices)
        case Computed():
            return _resolve_computed(declaration)
        case Asked():
            return _resolve_asked(place, declaration)
        case Summed():
            collection = collections[declaration.collection]
            return _resolve_summed(declaration, collection, filters_of(collection, schema))
        case Commanded() | Told():
            return _refuse_unplanned
        case Paged():
            return _resolve_paged(declaration.part)


def _resolve_stored(path: Path, many: bool) -> Resolver:
    if many:
        return lambda row, _info: value_at(row, path) or ()
    if len(path) == 1:
        name = path[0]
        return lambda row, _info: row.get(name)
    return lambda row, _info: value_at(row, path)


def _resolve_link(declaration: Link, *, notices: bool) -> Resolver:
    def collection_of(row: Row) -> str:
        if declaration.discriminator is None:
            assert declaration.collection is not None
            return declaration.collection
        return str(value_at(row, declaration.discriminator))

    async def one(row: Row, info: Any) -> Any:
        key = value_at(row, declaration.path)
        if key is None:
            return None
        return await document(info.context, collection_of(row), key, notices=notices)

    async def many(row: Row, info: Any) -> Any:
        keys = value_at(row, declaration.path) or ()
        return await documents(info.context, [(collection_of(row), key) for key in keys])

    return many if declaration.many else one


def _resolve_chosen(declaration: Chosen) -> Resolver:
    async def resolve(row: Row, info: Any, **arguments: Any) -> Any:
        key = declaration.key_in(row, arguments)
        if key is None:
            return None
        return await document(info.context, declaration.collection, key)

    return resolve


async def document(
    operation: Operation, collection: str, key: str, *, notices: bool = False
) -> Row | None:
    """A document, or its survivor if it was merged, then with `redirectedFrom`. With `notices`, it
    may be the notice of a retracted one.
    """
    found = await _document(operation, collection, key, notices=notices)
    if found is not None and found.get("mergedInto"):
        survivor = await _document(operation, collection, found["mergedInto"], notices=notices)
        return {**survivor, "redirectedFrom": key} if survivor is not None else None
    return found


async def _document(
    operation: Operation, collection: str, key: str, *, notices: bool
) -> Row | None:
    async def answer(keys: Sequence[str]) -> Mapping[str, Row]:
        found = await operation.reader.find_documents(collection, keys, notices=notices)
        operation.collections[collection].mark_found(found.values(), operation.sight)
        return found

    row: Row | None = await operation.load(("documents", collection, notices), answer, key)
    return row


async def documents(operation: Operation, wanted: Sequence[At]) -> list[Row]:
    """The documents of these collections and keys, in order; missing ones are left out."""
    found = await gather_all([document(operation, *at) for at in wanted])
    return [row for row in found if row is not None]


def _resolve_connected(
    declaration: Connected, collection: Collection, filters: Filters
) -> Resolver:
    async def resolve(row: Row | None, info: Any, **arguments: Any) -> PageOfOne:
        given = await resolve_merged_keys(arguments, filters, info.context)
        request = await request_for(declaration, collection, filters, given, info.context)
        parent = row["_id"] if row is not None and declaration.via is not None else None
        return PageOfOne(Page(request, info.context), parent)

    return resolve


def _resolve_looked(declaration: Looked, *, notices: bool) -> Resolver:
    async def one(_row: Row | None, info: Any, **arguments: Any) -> Any:
        operation: Operation = info.context
        given = arguments[declaration.argument]
        at = global_ids.locate(declaration, given, operation.collections)
        return await document(operation, *at, notices=notices)

    async def many(_row: Row | None, info: Any, **arguments: Any) -> Any:
        operation: Operation = info.context
        given = arguments[declaration.argument]
        wanted = global_ids.locate_all(declaration, given, operation.collections)
        return await gather_all([document(operation, *at, notices=notices) for at in wanted])

    return many if declaration.many else one


def _resolve_computed(declaration: Computed) -> Resolver:
    function = declaration.function
    return lambda row, info, **arguments: function((row,), arguments, info.context)[0]


def _resolve_asked(place: str, declaration: Asked) -> Resolver:
    async def resolve(row: Row, info: Any, **arguments: Any) -> Any:
        operation: Operation = info.context
        asking = {name: arguments.get(name) for name in declaration.matters}

        async def answer(keys: Sequence[str]) -> Any:
            return await declaration.ask(operation, keys, asking, None)

        question = ("asked", place, repr(asking))
        found = await operation.load(question, answer, row["_id"], list)
        return declaration.shape(row, found, arguments)

    return resolve


def _resolve_summed(declaration: Summed, collection: Collection, filters: Filters) -> Resolver:
    async def resolve(_row: Row | None, info: Any, **arguments: Any) -> Any:
        operation: Operation = info.context
        given = await resolve_merged_keys(arguments, filters, operation)
        query = await query_among(collection, filters, given, operation)
        return await declaration.ask(operation, query, given, None)

    return resolve


def _refuse_unplanned(_row: Row | None, _info: Any, **_arguments: Any) -> Any:
    """A mutation is run by a plan alone, so that nothing can be written twice; and an event is told
    by one.
    """
    message = "select less of the answer, and give `@skip` and `@include` a value"
    raise GraphQLError(message, extensions={"code": "QUERY_TOO_COMPLEX"})


def _resolve_paged(part: str) -> Resolver:
    return lambda page, _info, **arguments: page.part(part, arguments)
