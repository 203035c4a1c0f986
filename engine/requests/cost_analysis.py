"""What a document asks for: its size, what it costs, and where it is beyond a limit.

A document is measured once, after it was validated, in time that is linear in its length: each
fragment is measured once, however often it is spread. What is left to do per request is a sum
over the page sizes that variables give.

The cost is a bound on the records that must be fetched or worked out. A record is 1, and with it
come its parts, but for large texts, which have a weight of their own; a page multiplies what is
below it by its size, and any other list by `A_LIST`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    introspection_types,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    is_scalar_type,
)
from graphql.type.introspection import (
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from engine.errors import MOST_ERRORS, BadUserInput
from engine.fields import (
    Computed,
    Connected,
    Declaration,
    Embedded,
    Looked,
    Rows,
    Summed,
    declaration_of,
)
from engine.global_ids import MOST_IDS
from engine.lists.page_request import DEFAULT_SIZE, LARGEST_SIZE
from engine.requests.costs import Cost, Variables, dearest, product, total, valued
from engine.requests.limits import LONGEST_ALIAS, Limits, make_limit_error

A_LIST: Final = 5
"""What a list without pages counts as. The authors of a promise, its evidence, the follow-ups
that decided a status are rarely more."""

ALL_TYPES: Final = 25
"""What introspection's list of all types counts as, so that the usual introspection query is
about 2,000, and one that walks from types to types and back is refused."""

A_SEARCH: Final = 500
"""A search, for the page and for `totalCount` each: it costs what it ranks, which is all that has
the words, and not what is shown of it."""

LETTERS: Final = 200
A_TEXT: Final = 50
"""How many characters of aliases, in one record, count as one record more. One alias counts its
length, and that of a short text if it stands for one: what is selected without an alias is in an
answer once, and with thirty of them thirty times."""

A_COUNT: Final = 50
"""A count or a facet over a whole collection, which reads an index where a record reads a row."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What an operation is, whatever its variables: refused already, or what is left to check."""

    refusals: tuple[GraphQLError, ...]
    cost: Cost
    lengths: tuple[tuple[FieldNode, str, str, int], ...] = ()
    most: int = 0
    operation: OperationDefinitionNode | None = None
    fields: int = 0

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes: sums that wait for variables, and refusals."""
        waiting = 0 if isinstance(self.cost, int) else 600 * self.fields
        return waiting + 2_000 * len(self.refusals) + 200 * len(self.lengths)

    def priced(self, variables: Variables) -> int | Sequence[GraphQLError]:
        """What it costs with these variables, or why it is not run with them."""
        if self.refusals:
            return self.refusals
        found = []
        for node, argument, variable, most in self.lengths:
            length = _length(variables.get(variable))
            if length is not None and length > most:
                found.append(_too_long(node, argument, length, most))
        if found:
            return found
        value = valued(self.cost, variables)
        if value > self.most:
            assert self.operation is not None
            return [_too_dear(self.operation, value, self.most)]
        return value


def measured(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    limits: Limits,
) -> Measured:
    """Measures an operation of a valid document."""
    try:
        return _Meter(schema, document, limits).measure(operation)
    except RecursionError:
        message = "the fragments lead too far into one another; spread them at fewer levels"
        error = GraphQLError(message, extensions={"code": "QUERY_TOO_COMPLEX"})
        return Measured((error,), 0)


def _length(value: Any) -> int | None:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else None


def _too_long(node: FieldNode, argument: str, value: int, most: int) -> GraphQLError:
    """The refusal of one argument, which is the client's to mend in its place."""
    limit, message = "ids", f"at most {most} ids at a time"
    if argument in ("first", "last"):
        limit = "page size"
        message = f"a page holds 0 to {most}, not {value}; ask for the next with after"
    return BadUserInput(argument, message, nodes=[node], limit=limit, most=most, value=value)


def _too_dear(operation: OperationDefinitionNode, value: int, most: int) -> GraphQLError:
    remedy = "ask for smaller pages (first), or for less of each item"
    return make_limit_error("cost", most, value, remedy, operation)


# --- The sizes of parts --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Extent:
    """How much a selection, a field or a fragment is, with the fragments in it spread out.

    Of a connection's parts, `items` is the cost of one item, `page` says that the items are needed
    at all, and `cost` counts what is asked of the whole list.
    """

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    cost: Cost = 0
    items: Cost = 0
    page: bool = False
    letters: int = 0

    @property
    def whole(self) -> Cost:
        """The cost of one object of this selection, with what its aliases add to it."""
        more = self.letters // LETTERS
        return total([more, self.cost]) if more else self.cost


def _joined(extents: Sequence[_Extent]) -> _Extent:
    return _Extent(
        max((e.depth for e in extents), default=0),
        sum(e.aliases for e in extents),
        sum(e.fields for e in extents),
        total(e.cost for e in extents),
        total(e.items for e in extents),
        any(e.page for e in extents),
        sum(e.letters for e in extents),
    )


@dataclass(slots=True)
class _Meter:
    schema: GraphQLSchema
    document: DocumentNode
    limits: Limits
    _fragments: dict[str, FragmentDefinitionNode] = field(init=False)
    _known: dict[str, _Extent] = field(default_factory=dict)
    _refusals: list[GraphQLError] = field(default_factory=list)
    _lengths: list[tuple[FieldNode, str, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in self.document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def measure(self, operation: OperationDefinitionNode) -> Measured:
        root = self.schema.get_root_type(operation.operation)
        assert root is not None
        extent = self._selection(operation.selection_set, root)
        whole = [
            ("depth", extent.depth, "ask in two requests, the second by id"),
            ("aliases", extent.aliases, "ask in several requests"),
            ("root fields", self._root_fields(operation), "ask in several requests"),
            ("fields", extent.fields, "select less, or spread fragments in fewer places"),
        ]
        for name, value, remedy in whole:
            most = getattr(self.limits, name.replace(" ", "_"))
            if value > most:
                self._refusals.append(make_limit_error(name, most, value, remedy, operation))
        # One that is too large in another way is not priced: sums that wait for variables are
        # worked out for every field, so their number must be bounded first.
        most = self.limits.cost
        if not self._refusals and isinstance(extent.cost, int) and extent.cost > most:
            self._refusals.append(_too_dear(operation, extent.cost, most))
        refusals = tuple(self._refusals[:MOST_ERRORS])
        lengths = tuple(self._lengths)
        return Measured(refusals, extent.cost, lengths, most, operation, extent.fields)

    def _root_fields(self, operation: OperationDefinitionNode) -> int:
        """How many fields stand at the root, fragments spread out; each fragment counted once."""
        count, seen, waiting = 0, set[str](), [operation.selection_set]
        while waiting:
            for selection in waiting.pop().selections:
                match selection:
                    case FieldNode():
                        count += 1
                    case InlineFragmentNode():
                        waiting.append(selection.selection_set)
                    case FragmentSpreadNode() if selection.name.value not in seen:
                        seen.add(selection.name.value)
                        waiting.append(self._fragments[selection.name.value].selection_set)
        return count

    def _selection(self, selection_set: SelectionSetNode, parent: GraphQLNamedType) -> _Extent:
        """A selection on a type. Of an abstract type's, the dearest of its concrete types counts,
        because each row is of one of them.
        """
        everywhere: list[_Extent] = []
        by_type: dict[str, list[_Extent]] = {}
        for selection in selection_set.selections:
            on, extent = self._part(selection, parent)
            if is_abstract_type(parent) and is_object_type(on):
                by_type.setdefault(on.name, []).append(extent)
            else:
                everywhere.append(extent)
        if not by_type:
            return _joined(everywhere)
        kinds = [_joined(extents) for extents in by_type.values()]
        # All of them are executed for some row, so everything but the cost adds up.
        one = replace(
            _joined(kinds),
            cost=dearest([k.cost for k in kinds]),
            items=dearest([k.items for k in kinds]),
            letters=max(k.letters for k in kinds),
        )
        return _joined([*everywhere, one])

    def _part(self, selection: Any, parent: GraphQLNamedType) -> tuple[GraphQLNamedType, _Extent]:
        """One selection, and the type that it is on."""
        match selection:
            case FieldNode():
                return parent, self._field(selection, parent)
            case InlineFragmentNode():
                on = parent
                if selection.type_condition is not None:
                    on = self.schema.type_map[selection.type_condition.name.value]
                return on, self._selection(selection.selection_set, on)
            case _:
                name = selection.name.value
                fragment = self._fragments[name]
                on = self.schema.type_map[fragment.type_condition.name.value]
                if name not in self._known:
                    self._known[name] = self._selection(fragment.selection_set, on)
                return on, self._known[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> _Extent:
        definition = self._definition(node, parent)
        named = get_named_type(definition.type)
        below = _Extent()
        if node.selection_set is not None:
            below = self._selection(node.selection_set, named)
        aliases = below.aliases + (node.alias is not None)
        if node.alias is not None and (length := len(node.alias.value)) > LONGEST_ALIAS:
            remedy = "it stands in the answer once for each row; make it shorter"
            self._refusals.append(
                make_limit_error("length of an alias", LONGEST_ALIAS, length, remedy, node)
            )
        letters = _letters(node, named)
        extent = _Extent(below.depth + 1, aliases, below.fields + 1, letters=letters)
        if _is_connection(parent):
            return self._part_of_a_page(node, definition, below, extent)
        if is_leaf_type(named):
            match _declared(definition):
                case Computed(weight=weight) if weight:
                    return replace(extent, cost=weight)
            return extent
        if named.name in introspection_types:
            return replace(extent, depth=1, cost=_introspected(node, definition, below))
        declaration = _declared(definition)
        if isinstance(declaration, Embedded) and not is_list_type(
            get_nullable_type(definition.type)
        ):
            # A part of the record, in which its aliases stand as well.
            letters += below.letters
            return replace(extent, cost=below.cost, letters=letters)
        return replace(extent, cost=self._cost(node, parent, definition, below))

    def _definition(self, node: FieldNode, parent: GraphQLNamedType) -> GraphQLField:
        name = node.name.value
        if name in _META:
            return _META[name]
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        definition: GraphQLField = parent.fields[name]
        return definition

    def _part_of_a_page(
        self, node: FieldNode, definition: GraphQLField, below: _Extent, extent: _Extent
    ) -> _Extent:
        match node.name.value:
            case "nodes" | "edges":
                return replace(extent, items=below.whole, page=True)
            case "pageInfo":
                return replace(extent, page=True)
            case "facets":
                return replace(extent, cost=self._size(node, definition, "by", A_LIST))
            case "totalCount":
                return replace(extent, cost=1)
        return replace(extent, cost=below.cost)

    def _cost(
        self, node: FieldNode, parent: GraphQLNamedType, definition: GraphQLField, below: _Extent
    ) -> Cost:
        """The cost of a field that holds objects."""
        at_root = parent is self.schema.query_type
        if _is_connection(get_named_type(definition.type)):
            declaration = _declared(definition)
            of_whole = below.cost if at_root else below.whole
            ranked = isinstance(declaration, Connected) and declaration.ranks
            whole = product(A_SEARCH if ranked else A_COUNT if at_root else 1, of_whole)
            found = A_SEARCH if ranked and below.page else 0
            size = self._page_size(node, definition)
            return total([whole, found, product(size, total([int(below.page), below.items]))])
        declaration = _declared(definition)
        own = 0 if isinstance(declaration, Embedded) else 1
        if isinstance(declaration, Looked) and declaration.many:
            ids = self._size(node, definition, declaration.argument, MOST_IDS, MOST_IDS)
            return product(ids, total([own, below.whole]))
        if isinstance(declaration, Summed) and declaration.rows is not None:
            rows = self._rows(node, declaration.rows)
            return total([A_COUNT, product(rows, 1 + below.letters // LETTERS), below.cost])
        if at_root and not isinstance(declaration, Looked):
            own = A_COUNT
        return product(_times(definition.type), total([own, below.whole]))

    def _page_size(self, node: FieldNode, definition: GraphQLField) -> Cost:
        for name in ("last", "first"):
            if any(given.name.value == name for given in node.arguments or ()):
                return self._size(node, definition, name, DEFAULT_SIZE, LARGEST_SIZE)
        return DEFAULT_SIZE

    def _size(
        self,
        node: FieldNode,
        definition: GraphQLField,
        argument: str,
        default: int,
        most: int | None = None,
    ) -> Cost:
        """A number that an argument gives, or the length of its list; at least 1. Where there is
        a `most`, more is refused.
        """
        value: ValueNode | None = None
        for given in node.arguments or ():
            if given.name.value == argument:
                value = given.value
        if isinstance(value, VariableNode):
            name = value.name.value
            if most is not None:
                self._lengths.append((node, argument, name, most))
            return lambda variables: _at_least_one(_length(variables.get(name)), default)
        length = default
        if isinstance(value, ListValueNode):
            length = len(value.values)
        elif isinstance(value, IntValueNode):
            length = int(value.value)
        if most is not None and length > most:
            self._refusals.append(_too_long(node, argument, length, most))
        return _at_least_one(length, default)

    def _rows(self, node: FieldNode, rows: Rows) -> Cost:
        """How many rows a field has at most, by those of its arguments that are plain values."""
        known: dict[str, Any] = {}
        waiting: dict[str, str] = {}
        for given in node.arguments or ():
            match given.value:
                case IntValueNode(value=value):
                    known[given.name.value] = int(value)
                case StringValueNode(value=value):
                    known[given.name.value] = value
                case VariableNode(name=name):
                    waiting[given.name.value] = name.value
        if not waiting:
            return rows(known)
        return lambda variables: rows(
            {**known, **{argument: variables.get(name) for argument, name in waiting.items()}}
        )


def _at_least_one(length: int | None, default: int) -> int:
    # A page of none is not free: what is below it was still collected and planned.
    return default if length is None else max(length, 1)


_META: Final = {
    "__typename": TypeNameMetaFieldDef,
    "__schema": SchemaMetaFieldDef,
    "__type": TypeMetaFieldDef,
}


def _declared(definition: GraphQLField) -> Declaration | None:
    return declaration_of(definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF))


def _letters(node: FieldNode, named: GraphQLNamedType) -> int:
    """What a field's alias adds to each object that it stands in, in characters."""
    if node.alias is None:
        return 0
    return len(node.alias.value) + (A_TEXT if is_leaf_type(named) and _is_text(named) else 0)


def _is_text(named: GraphQLNamedType) -> bool:
    return is_scalar_type(named) and named.name not in ("Boolean", "Int", "Float")


def _is_connection(type_: GraphQLNamedType) -> bool:
    return type_.name.endswith("Connection")


def _times(type_: GraphQLOutputType) -> int:
    return A_LIST if is_list_type(get_nullable_type(type_)) else 1


def _introspected(node: FieldNode, definition: GraphQLField, below: _Extent) -> Cost:
    if not is_list_type(get_nullable_type(definition.type)):
        return below.cost
    times = ALL_TYPES if node.name.value == "types" else A_LIST
    return product(times, total([1, below.cost]))
