"""The plan of an operation: collects its fields, plans the steps, generates the assembly, and runs.

A plan is made once per document, operation and set of `@skip`/`@include` choices, and is run with
any variables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues

from engine.context import Operation
from engine.lists.filters import Filters
from engine.plan.codegen import Assembly, generate_assembly
from engine.plan.coercion import FieldArguments
from engine.plan.fallback import Prefetched
from engine.plan.fetch import Fetch, Given, Step
from engine.plan.planner import plan_selection
from engine.plan.selection import Field, NotPlanned, Selection, collect_selection
from engine.rows import Row

BYTES_PER_PLAN = 3_000
BYTES_PER_CHARACTER = 8
BYTES_PER_FIELD = 1_400
BYTES_PER_VALUE = 60
BYTES_PER_TEMPLATE = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operation does, ready to run. `assembly` is None if graphql-core has to complete the
    answer. Arguments by field id are `constant`, or `variable` if they name variables.
    """

    selection: Selection
    steps: Sequence[Step]
    assembly: Assembly | None
    constant: Mapping[int, Given]
    variable: Mapping[int, FieldArguments]

    def size(self, nodes: int) -> int:
        """About how many bytes of memory it takes, made of a document of so many nodes.

        The generated source stands for the fields, the code and what must be done for each; the
        nodes for values that were worked out, and for templates of those with variables. Measured,
        as `tests/engine/requests/test_documents_in_bytes.py` does again.
        """
        given = len(self.constant) + len(self.variable)
        code = len(self.assembly.source) * BYTES_PER_CHARACTER if self.assembly else 0
        values = nodes * (BYTES_PER_TEMPLATE if self.variable else BYTES_PER_VALUE)
        return BYTES_PER_PLAN + max(code, given * BYTES_PER_FIELD) + values

    async def run(
        self, operation: Operation, filters: Mapping[str, Filters], variables: VariableValues
    ) -> "Run":
        """Fetches everything. An error takes the place of its value, and graphql-core
        reports it.
        """
        fetch = Fetch(operation, filters, self.arguments(variables))
        return Run(self, operation, fetch, await fetch.run(self.steps))

    def arguments(self, variables: VariableValues) -> Mapping[int, Given]:
        """The coerced arguments of every field by its id, or the error in them."""
        filled = {identity: _values(found, variables) for identity, found in self.variable.items()}
        return {**self.constant, **filled}


@dataclass(frozen=True, slots=True)
class Run:
    """What a plan fetched."""

    plan: Plan
    operation: Operation
    fetch: Fetch
    root: Row

    def assemble(self) -> Row | None:
        """The data of the answer; None if there are errors to report.

        Raises an error for a value that does not fit the schema.
        """
        if self.plan.assembly is None or self.fetch.errors:
            return None
        fetch = self.fetch
        return self.plan.assembly.function(self.root, fetch.linked, fetch.arguments, self.operation)

    def build_prefetched(self) -> Prefetched:
        """The fetched values, as graphql-core gets them field by field."""
        return Prefetched(self.plan.selection, self.fetch.linked)


def plan_of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
) -> Plan:
    """The plan of an operation. Raises NotPlanned."""
    selection = collect_selection(schema, document, operation, variables)
    steps = plan_selection(selection)
    introspects = any(selected.introspects for selected in selection.fields)
    if introspects and not steps:
        raise NotPlanned("nothing but introspection")
    constant: dict[int, Given] = {}
    variable: dict[int, FieldArguments] = {}
    for selected in _list_fields_with_arguments(selection):
        assert selected.definition is not None
        try:
            found = FieldArguments(selected.definition, selected.nodes[0])
        except Exception as error:
            constant[selected.id] = error
            continue
        if found.constant is None:
            variable[selected.id] = found
        else:
            constant[selected.id] = found.constant
    assembly = None if introspects else generate_assembly(selection)
    return Plan(selection, steps, assembly, constant, variable)


def _values(found: FieldArguments, variables: VariableValues) -> Given:
    try:
        return found.values(variables)
    except Exception as error:
        return error


def _list_fields_with_arguments(selection: Selection) -> Iterator[Field]:
    """All fields, whose arguments are coerced whether or not any are written."""
    for selected in selection.fields:
        if selected.definition is not None:
            yield selected
        for below in selected.selections.values():
            yield from _list_fields_with_arguments(below)


def find_choices(document: DocumentNode) -> tuple[frozenset[str], int]:
    """The variables that decide, by `@skip` and `@include`, what a document selects; and how many
    nodes it has.
    """
    finder = _ChoiceFinder()
    visit(document, finder)
    return frozenset(finder.found), finder.nodes


class _ChoiceFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.nodes = 0

    def enter(self, _node: Any, *_: Any) -> None:
        self.nodes += 1

    def enter_directive(self, node: Any, *_: Any) -> None:
        self.nodes += 1
        if node.name.value in ("skip", "include"):
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.found.add(argument.value.name.value)
