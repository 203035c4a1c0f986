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
    visit,
)
from graphql.execution.values import VariableValues

from schema.execution.assembling import Assembly, assembled
from schema.execution.collecting import Field, Selection, collected
from schema.execution.declarations import Arguments, Collection, Row
from schema.execution.fetching import Fetch
from schema.execution.filters import Filters
from schema.execution.inputs import FieldArguments
from schema.execution.operation import Operation
from schema.execution.planning import Op, planned


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operation does, ready to run."""

    ops: Sequence[Op]
    assembly: Assembly
    constant: Mapping[int, Arguments]
    variable: Mapping[int, FieldArguments]

    async def run(
        self, operation: Operation, filters: Mapping[str, Filters], variables: VariableValues
    ) -> Row:
        """The data of the answer. Raises whatever is wrong: the executor then says it properly."""
        arguments = self.arguments(variables)
        fetch = Fetch(operation, filters, arguments)
        root = await fetch.run(self.ops)
        return self.assembly.function(root, fetch.linked, arguments, operation)

    def arguments(self, variables: VariableValues) -> Mapping[int, Arguments]:
        """The coerced arguments of every field, by its id. Raises GraphQLError."""
        filled = {identity: found.values(variables) for identity, found in self.variable.items()}
        return {**self.constant, **filled}


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
    variable: dict[int, FieldArguments] = {}
    for selected in _with_arguments(selection):
        assert selected.definition is not None
        found = FieldArguments(selected.definition, selected.node)
        if found.constant is None:
            variable[selected.id] = found
        else:
            constant[selected.id] = found.constant
    return Plan(planned(selection, collections), assembled(selection), constant, variable)


def _with_arguments(selection: Selection) -> Iterator[Field]:
    """The fields that are run with arguments, be there any given or not."""
    for selected in selection.fields:
        if selected.definition is not None:
            yield selected
        for below in selected.selections.values():
            yield from _with_arguments(below)


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
