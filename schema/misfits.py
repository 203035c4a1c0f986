"""Literals that do not fit our scalars, such as a day that no calendar has: told where they stand.

graphql-core's own words would repeat the value, and name no argument.
"""

from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLError,
    GraphQLInputType,
    ValueNode,
    VariableDefinitionNode,
    VisitorAction,
)
from graphql.language import SKIP
from graphql.pyutils import print_path_list
from graphql.utilities import validate_input_literal
from graphql.validation import ValuesOfCorrectTypeRule

from schema.execution.errors import BadUserInput, Misfit


class ValuesRule(ValuesOfCorrectTypeRule):
    """graphql-core's rule, with the place of what does not fit one of our scalars."""

    _place = ""

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        """Notes which argument the next value is of."""
        self._place = node.name.value

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        """Notes of which variable the next value is the default."""
        self._place = f"${node.variable.name.value}"

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        """Reports what is wrong with a whole value; what it consists of needs no other visit."""

        def refuse(error: GraphQLError, path: list[str | int]) -> None:
            if isinstance(error.original_error, Misfit):
                place = self._place + print_path_list(path).removeprefix(" at ")
                error = BadUserInput(place, str(error.original_error), nodes=error.nodes)
            self.report_error(error)

        if input_type is not None:
            validate_input_literal(node, input_type, refuse)
        return SKIP
