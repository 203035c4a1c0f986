"""Stage one, collect: an operation as a tree of the fields that it selects, type by type.

Fragments, aliases, `@skip` and `@include` are gone after this; graphql-core's own field
collection decides what is selected and in which order, so that the plan cannot disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from engine.fields import Declaration, declaration_of

MOST_FIELDS = 5_000


class NotPlanned(Exception):
    """An operation that no plan is made for; the executor runs it."""


@dataclass(slots=True, eq=False)
class Field:
    """A selected field. `definition` and `declaration` are None for `__typename` and for
    introspection.

    `selections` holds what is selected of its value, by the name of the concrete type; it is
    empty for a leaf. `id` is unique within the operation and smaller than any below it. `nodes`
    are what the document has for it, in one place or in several that merge.
    """

    id: int
    response_key: str
    place: str
    nodes: Sequence[FieldNode]
    definition: GraphQLField | None
    declaration: Declaration | None
    selections: Mapping[str, "Selection"]
    abstract: bool
    introspects: bool = False


@dataclass(slots=True, eq=False)
class Selection:
    """What is selected of one object type, in the order of the answer."""

    type_name: str
    fields: Sequence[Field] = field(default_factory=list)


def paths_of(selection: Selection) -> list[str]:
    """The paths, with dots, that a selection reads of a document, or of a part of one."""
    return [
        path
        for selected in selection.fields
        if selected.declaration is not None
        for path in selected.declaration.paths(
            [p for below in selected.selections.values() for p in paths_of(below)]
            if selected.declaration.within is not None
            else (),
            given=any(node.arguments for node in selected.nodes),
        )
    ]


def paths_below(selected: Field) -> frozenset[str]:
    """The paths that are read of a field's value, whichever type it has."""
    return frozenset(path for below in selected.selections.values() for path in paths_of(below))


def collect_selection(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
) -> Selection:
    """The selection of an operation on its root type. Raises NotPlanned."""
    return _Collector(schema, document, operation, variables).root()


class _Collector:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._variables = variables
        self._ids = count()
        self._fragments = {
            definition.name.value: FragmentDetails(definition)
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def root(self) -> Selection:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        found = collect_fields(
            self._schema, self._fragments, self._variables, root, self._operation
        )
        return self._selection(root, found.grouped_field_set)

    def _selection(
        self, type_: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]
    ) -> Selection:
        return Selection(
            type_.name, [self._field(type_, name, details) for name, details in grouped.items()]
        )

    def _field(self, type_: GraphQLObjectType, name: str, details: list[FieldDetails]) -> Field:
        identity = next(self._ids)
        if identity > MOST_FIELDS:
            raise NotPlanned(f"more than {MOST_FIELDS} fields")
        nodes = [detail.node for detail in details]
        own_name = nodes[0].name.value
        place = f"{type_.name}.{own_name}"
        definition = type_.fields.get(own_name)
        if definition is None:
            introspects = own_name != "__typename"
            return Field(identity, name, place, nodes, None, None, {}, False, introspects)
        named = get_named_type(definition.type)
        return Field(
            id=identity,
            response_key=name,
            place=place,
            nodes=nodes,
            definition=definition,
            declaration=declaration_of(definition),
            selections={} if is_leaf_type(named) else self._below(named, details),
            abstract=is_abstract_type(named),
        )

    def _below(self, named: object, details: list[FieldDetails]) -> Mapping[str, Selection]:
        if is_abstract_type(named):
            types = self._schema.get_possible_types(named)
        else:
            assert isinstance(named, GraphQLObjectType)
            types = [named]
        return {type_.name: self._select_on_type(type_, details) for type_ in types}

    def _select_on_type(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> Selection:
        found = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, type_, details
        )
        return self._selection(type_, found.grouped_field_set)
