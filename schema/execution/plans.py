"""A plan for an operation: collect, plan, fetch, assemble, put together and run.

A plan is made once per document, operation and set of `@skip`/`@include` choices, and is run
with any variables.
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
    get_argument_values,
    visit,
)
from graphql.execution.values import VariableValues

from schema.execution.assembling import Assembly, assembled
from schema.execution.collecting import Field, Selection, collected
from schema.execution.declarations import Arguments, Collection, Row
from schema.execution.fetching import Fetch
from schema.execution.filters import Filters
from schema.execution.operation import Operation
from schema.execution.planning import Op, planned


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operation does, ready to run."""

    ops: Sequence[Op]
    assembly: Assembly
    constant: Mapping[int, Arguments]
    variable: Sequence[Field]

    async def run(
        self, operation: Operation, filters: Mapping[str, Filters], variables: VariableValues
    ) -> Row:
        """The data of the answer. Raises whatever is wrong: the executor then says it properly."""
        arguments = dict(self.constant)
        for selected in self.variable:
            assert selected.definition is not None
            arguments[selected.id] = get_argument_values(
                selected.definition, selected.node, variables
            )
        fetch = Fetch(operation, filters, arguments)
        root = await fetch.run(self.ops)
        return self.assembly.function(root, fetch.linked, arguments, operation)


def plan_of(
    schema: GraphQLSchema,
    collections: Mapping[str, Collection],
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
) -> Plan:
    """The plan of an operation. Raises NotPlanned."""
    selection = collected(schema, document, operation, variables)
    constant: dict[int, Arguments] = {}
    variable: list[Field] = []
    for selected in _with_arguments(selection):
        assert selected.definition is not None
        if _names_a_variable(selected):
            variable.append(selected)
        else:
            constant[selected.id] = get_argument_values(selected.definition, selected.node)
    return Plan(planned(selection, collections), assembled(selection), constant, variable)


def _with_arguments(selection: Selection) -> Iterator[Field]:
    """The fields that are run with arguments, be there any given or not."""
    for selected in selection.fields:
        if selected.definition is not None:
            yield selected
        for below in selected.selections.values():
            yield from _with_arguments(below)


def _names_a_variable(selected: Field) -> bool:
    finder = _VariableFinder()
    for argument in selected.node.arguments or ():
        visit(argument, finder)
    return finder.found


class _VariableFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_variable(self, _node: VariableNode, *_: Any) -> None:
        self.found = True


def choices(document: DocumentNode) -> frozenset[str]:
    """The variables that decide, by `@skip` and `@include`, what a document selects."""
    finder = _ChoiceFinder()
    visit(document, finder)
    return frozenset(finder.found)


class _ChoiceFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: Any, *_: Any) -> None:
        if node.name.value in ("skip", "include"):
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.found.add(argument.value.name.value)
