"""Validation rules for literals that do not fit our scalars, such as a day that no calendar has,
and for variables that may be null where a OneOf input needs a value.

graphql-core's own message for a literal would repeat the value, and name no argument.
"""

from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLError,
    GraphQLInputType,
    NonNullTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableDefinitionNode,
    VisitorAction,
    is_input_object_type,
    is_non_null_type,
    print_ast,
)
from graphql.language import SKIP
from graphql.pyutils import print_path_list
from graphql.utilities import validate_input_literal
from graphql.validation import ValuesOfCorrectTypeRule, VariablesInAllowedPositionRule

from engine.errors import BadUserInput, Misfit


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


class VariablesRule(VariablesInAllowedPositionRule):
    """graphql-core's rule, which overlooks the members of a OneOf input object that must be given.

    The specification takes each of them for a place that takes no null: its variable is non-null,
    or has a default.
    """

    def leave_operation_definition(self, operation: OperationDefinitionNode, *args: Any) -> None:
        """Reports the variables of an operation, and of the fragments that it spreads."""
        super().leave_operation_definition(operation, *args)
        for usage in self.context.get_recursive_variable_usages(operation):
            parent = usage.parent_type
            if not is_non_null_type(parent):
                continue
            within = parent.of_type
            definition = self.var_def_map.get(usage.node.name.value)
            if not is_input_object_type(within) or not within.is_one_of or definition is None:
                continue
            default = definition.default_value
            if isinstance(definition.type, NonNullTypeNode) or (
                default is not None and not isinstance(default, NullValueNode)
            ):
                continue
            name, type_ = definition.variable.name.value, print_ast(definition.type)
            message = (
                f"Variable '${name}' is of type '{type_}' but must be non-nullable to be used for "
                f"OneOf Input Object '{within}'; declare it as '{type_}!'."
            )
            self.report_error(GraphQLError(message, [definition, usage.node]))
