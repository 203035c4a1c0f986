"""What a document costs: a bound on the records that must be fetched or worked out.

A record is 1, and with it come its parts, but for large texts, which have a weight of their own; a
page multiplies what is below it by its size, and any other list by `A_LIST`.

It is worked out once, after the document was validated, over the document as it stands: each
fragment is looked at once, however often it is spread. A plan's selection has them spread out, for
each concrete type anew, and leaves out what variables skip: from that, a cost would be known only
after the work that it is to bound. What both know of arguments is `FieldArguments`. Per request
there is left a sum over those sizes that wait for variables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

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
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    introspection_types,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    is_scalar_type,
)
from graphql.execution.values import VariableValues
from graphql.type.introspection import (
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
)

from engine.errors import MOST_ERRORS
from engine.fields import (
    Arguments,
    Commanded,
    Computed,
    Connected,
    Embedded,
    Looked,
    Rows,
    Summed,
    declaration_of,
)
from engine.global_ids import MOST_IDS, make_too_many_ids
from engine.lists.page_request import LARGEST_SIZE, page_size_error, requested_size
from engine.plan.coercion import FieldArguments
from engine.requests.costs import Cost, add_costs, evaluate_cost, multiply_cost, take_highest
from engine.requests.document_size import index_fragments, measure_size
from engine.requests.limits import Limits, make_limit_error

A_LIST: Final = 5
"""What a list without pages counts as. The authors of a promise, its evidence, the follow-ups
that decided a status are rarely more."""

ALL_TYPES: Final = 25
"""What introspection's list of all types counts as, so that the usual introspection query is
about 1,300, and one that walks from types to types and back is refused."""

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
    """What an operation is, whatever its variables: refused already, or what is left to check.

    `waiting` are the fields whose arguments say with variables how many rows they have.
    """

    refusals: tuple[GraphQLError, ...]
    cost: Cost
    waiting: tuple["_Sized", ...] = ()
    most: int = 0
    operation: OperationDefinitionNode | None = None
    fields: int = 0

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes: sums that wait for variables, and refusals."""
        sums = 0 if isinstance(self.cost, int) else 600 * self.fields
        return sums + 2_000 * len(self.refusals) + 1_000 * len(self.waiting)

    def price(self, variables: VariableValues) -> int | Sequence[GraphQLError]:
        """What it costs with these variables, or why it is not run with them."""
        if self.refusals:
            return self.refusals
        found = [sized.refusal(variables) for sized in self.waiting]
        if refusals := [refusal for refusal in found if refusal is not None]:
            return refusals
        value = evaluate_cost(self.cost, variables)
        if value > self.most:
            assert self.operation is not None
            return [_too_dear(self.operation, value, self.most)]
        return value


def measure_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    limits: Limits,
) -> Measured:
    """Measures an operation of a valid document."""
    root = schema.get_root_type(operation.operation)
    assert root is not None
    try:
        size, too_large = measure_size(document, operation, limits)
        pricing = _Pricing(schema, index_fragments(document))
        cost = pricing.selection(operation.selection_set, root).cost
    except RecursionError:
        message = "the fragments lead too far into one another; spread them at fewer levels"
        error = GraphQLError(message, extensions={"code": "QUERY_TOO_COMPLEX"})
        return Measured((error,), 0)
    refusals = [*pricing.refusals, *too_large]
    # One that is too large in another way is not priced: sums that wait for variables are
    # worked out for every field, so their number must be bounded first.
    if not refusals and isinstance(cost, int) and cost > limits.cost:
        refusals.append(_too_dear(operation, cost, limits.cost))
    return Measured(
        tuple(refusals[:MOST_ERRORS]),
        cost,
        tuple(pricing.waiting),
        limits.cost,
        operation,
        size.fields,
    )


def _too_dear(operation: OperationDefinitionNode, value: int, most: int) -> GraphQLError:
    remedy = "ask for smaller pages (first), or for less of each item"
    return make_limit_error("cost", most, value, remedy, operation)


# --- How many rows a field has, by its arguments -------------------------------------------------

Refuse: TypeAlias = Callable[[Arguments, FieldNode], GraphQLError | None]
"""Why a field cannot be asked for so many rows, if it cannot."""

_NO_VARIABLES: Final = VariableValues({}, {})

# A page of none is not free, nor is a list of no ids: what is below is planned all the same.
_PAGE: Final = Rows(("first", "last"), lambda given: max(requested_size(given), 1))
_FACETS: Final = Rows(("by",), lambda given: max(len(given.get("by", range(A_LIST))), 1))


def _by_ids(argument: str) -> Rows:
    return Rows((argument,), lambda given: max(len(given.get(argument, range(MOST_IDS))), 1))


def _refuse_page(given: Arguments, node: FieldNode) -> GraphQLError | None:
    return page_size_error(given, node) if requested_size(given) > LARGEST_SIZE else None


def _refuse_ids(given: Arguments, node: FieldNode) -> GraphQLError | None:
    for name, ids in given.items():
        if len(ids) > MOST_IDS:
            return make_too_many_ids(name, len(ids), node)
    return None


@dataclass(frozen=True, slots=True)
class _Sized:
    """A field whose arguments say how many rows it has."""

    node: FieldNode
    rows: Rows
    arguments: FieldArguments
    refuse: Refuse | None

    def count(self, variables: VariableValues) -> int:
        """How many rows it has at most, with these variables."""
        return self.rows.count(self._given(variables))

    def refusal(self, variables: VariableValues) -> GraphQLError | None:
        """Why it is not run with these variables, if it is not."""
        return self.refuse(self._given(variables), self.node) if self.refuse is not None else None

    def _given(self, variables: VariableValues) -> Arguments:
        try:
            return self.arguments.values(variables)
        except GraphQLError:
            return {}  # then the field is an error, which has no rows


# --- The cost of parts ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """What a selection, a field or a fragment costs, and how many characters its aliases have.

    Of a connection's parts, `items` is the cost of one item, `page` says that the items are needed
    at all, and `cost` counts what is asked of the whole list.
    """

    cost: Cost = 0
    letters: int = 0
    items: Cost = 0
    page: bool = False

    @property
    def whole(self) -> Cost:
        """The cost of one object of this selection, with what its aliases add to it."""
        more = self.letters // LETTERS
        return add_costs([more, self.cost]) if more else self.cost


def _join(parts: Sequence[_Part]) -> _Part:
    return _Part(
        add_costs(p.cost for p in parts),
        sum(p.letters for p in parts),
        add_costs(p.items for p in parts),
        any(p.page for p in parts),
    )


def _take_dearest(parts: Sequence[_Part]) -> _Part:
    return _Part(
        take_highest([p.cost for p in parts]),
        max(p.letters for p in parts),
        take_highest([p.items for p in parts]),
        any(p.page for p in parts),
    )


@dataclass(slots=True)
class _Pricing:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[str, _Part] = field(default_factory=dict)
    refusals: list[GraphQLError] = field(default_factory=list)
    waiting: list[_Sized] = field(default_factory=list)

    def selection(self, selection_set: SelectionSetNode, parent: GraphQLNamedType) -> _Part:
        """A selection on a type. Of an abstract type's, the dearest of its concrete types counts,
        because each row is of one of them.
        """
        everywhere: list[_Part] = []
        by_type: dict[str, list[_Part]] = {}
        for selection in selection_set.selections:
            on, part = self._part(selection, parent)
            if is_abstract_type(parent) and is_object_type(on):
                by_type.setdefault(on.name, []).append(part)
            else:
                everywhere.append(part)
        if by_type:
            everywhere.append(_take_dearest([_join(parts) for parts in by_type.values()]))
        return _join(everywhere)

    def _part(
        self, selection: SelectionNode, parent: GraphQLNamedType
    ) -> tuple[GraphQLNamedType, _Part]:
        """One selection, and the type that it is on."""
        match selection:
            case FieldNode():
                return parent, self._field(selection, parent)
            case InlineFragmentNode(type_condition=None):
                return parent, self.selection(selection.selection_set, parent)
            case InlineFragmentNode(type_condition=NamedTypeNode(name=name)):
                on = self.schema.type_map[name.value]
                return on, self.selection(selection.selection_set, on)
            case FragmentSpreadNode(name=name):
                fragment = self.fragments[name.value]
                on = self.schema.type_map[fragment.type_condition.name.value]
                if name.value not in self.known:
                    self.known[name.value] = self.selection(fragment.selection_set, on)
                return on, self.known[name.value]
        raise TypeError(f"{selection.kind} is no selection")

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> _Part:
        definition = _definition(node, parent)
        named = get_named_type(definition.type)
        below = _Part()
        if node.selection_set is not None:
            below = self.selection(node.selection_set, named)
        letters = _letters(node, named)
        declaration = declaration_of(definition)
        if _is_connection(parent):
            return replace(self._part_of_a_page(node, definition, below), letters=letters)
        if is_leaf_type(named):
            weight = declaration.weight if isinstance(declaration, Computed) else 0
            return _Part(weight, letters)
        if named.name in introspection_types:
            return _Part(_introspected(node, definition, below), letters)
        if isinstance(declaration, Embedded) and not _is_list(definition):
            # A part of the record, in which its aliases stand as well.
            return _Part(below.cost, letters + below.letters)
        at_root = parent is self.schema.query_type
        if _is_connection(named):
            return _Part(self._connection(node, definition, below, at_root=at_root), letters)
        return _Part(self._objects(node, definition, below, at_root=at_root), letters)

    def _part_of_a_page(self, node: FieldNode, definition: GraphQLField, below: _Part) -> _Part:
        match node.name.value:
            case "nodes" | "edges":
                return _Part(items=below.whole, page=True)
            case "pageInfo":
                return _Part(page=True)
            case "facets":
                by = self._rows(node, definition, _FACETS)
                return _Part(add_costs([by, multiply_cost(by, below.cost)]))
            case "totalCount":
                return _Part(1)
        return _Part(below.cost)

    def _connection(
        self, node: FieldNode, definition: GraphQLField, below: _Part, *, at_root: bool
    ) -> Cost:
        declaration = declaration_of(definition)
        ranks = isinstance(declaration, Connected) and declaration.ranks
        whole = multiply_cost(
            A_SEARCH if ranks else A_COUNT if at_root else 1, below.cost if at_root else below.whole
        )
        found = A_SEARCH if ranks and below.page else 0
        size = self._rows(node, definition, _PAGE, _refuse_page)
        return add_costs(
            [whole, found, multiply_cost(size, add_costs([int(below.page), below.items]))]
        )

    def _objects(
        self, node: FieldNode, definition: GraphQLField, below: _Part, *, at_root: bool
    ) -> Cost:
        """The cost of a field that holds one object, or a list of them without pages."""
        match declaration_of(definition):
            case Looked(many=True, argument=argument):
                ids = self._rows(node, definition, _by_ids(argument), _refuse_ids)
                return multiply_cost(ids, add_costs([1, below.whole]))
            case Summed(rows=Rows() as by_arguments):
                rows = self._rows(node, definition, by_arguments)
                return add_costs(
                    [A_COUNT, multiply_cost(rows, 1 + below.letters // LETTERS), below.cost]
                )
            case Commanded(weight=weight):
                own = weight
            case Looked():
                own = 1
            case Embedded():
                own = A_COUNT if at_root else 0
            case _:
                own = A_COUNT if at_root else 1
        return multiply_cost(A_LIST if _is_list(definition) else 1, add_costs([own, below.whole]))

    def _rows(
        self, node: FieldNode, definition: GraphQLField, rows: Rows, refuse: Refuse | None = None
    ) -> Cost:
        """How many rows the arguments ask for. Notes a refusal, and what waits for variables."""
        sized = _Sized(node, rows, FieldArguments(definition, node, rows.arguments), refuse)
        if sized.arguments.constant is None:
            self.waiting.append(sized)
            return sized.count
        if refusal := sized.refusal(_NO_VARIABLES):
            self.refusals.append(refusal)
        return sized.count(_NO_VARIABLES)


def _definition(node: FieldNode, parent: GraphQLNamedType) -> GraphQLField:
    if node.name.value in _META:
        return _META[node.name.value]
    assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
    definition: GraphQLField = parent.fields[node.name.value]
    return definition


_META: Final = {
    "__typename": TypeNameMetaFieldDef,
    "__schema": SchemaMetaFieldDef,
    "__type": TypeMetaFieldDef,
}


def _letters(node: FieldNode, named: GraphQLNamedType) -> int:
    """What a field's alias adds to each object that it stands in, in characters."""
    if node.alias is None:
        return 0
    return len(node.alias.value) + (A_TEXT if is_leaf_type(named) and _is_text(named) else 0)


def _is_text(named: GraphQLNamedType) -> bool:
    return is_scalar_type(named) and named.name not in ("Boolean", "Int", "Float")


def _is_connection(type_: GraphQLNamedType) -> bool:
    return type_.name.endswith("Connection")


def _is_list(definition: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(definition.type))


def _introspected(node: FieldNode, definition: GraphQLField, below: _Part) -> Cost:
    if not _is_list(definition):
        return below.cost
    return multiply_cost(
        ALL_TYPES if node.name.value == "types" else A_LIST, add_costs([1, below.cost])
    )
