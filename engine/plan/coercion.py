"""Coerces variables and arguments as graphql-core does, but works out once per document what does
not depend on the variables.

Only good input is handled here. Anything else (a missing variable, a null, a value that does not
fit) is handed to graphql-core, which has the rules and the messages for it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    coerce_input_literal,
    coerce_input_value,
    get_argument_values,
    get_variable_values,
    is_input_object_type,
    is_input_type,
    is_list_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_default_value

from engine.errors import MOST_ERRORS, BadUserInput, Misfit
from engine.fields import Arguments

Coerced: TypeAlias = Mapping[str, Any]
Template: TypeAlias = Callable[[Coerced], Any]
"""A value with holes, to be filled with coerced variables. Raises KeyError for a missing one and
_Null for one that is null."""


class _Null(Exception):
    """A variable is null: whether it may be is for graphql-core to say."""


class _NoTemplate(Exception):
    """A literal cannot be worked out beforehand, such as a scalar with a variable in it."""


class Variables:
    """The variables of one operation, coerced for each request."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._types: list[tuple[str, Any]] = []
        for definition in self._definitions:
            type_ = type_from_ast(schema, definition.type)
            assert is_input_type(type_)
            self._types.append((definition.variable.name.value, type_))

    def select_declared(self, given: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """The given variables that the operation declares, in the order of its declarations."""
        return {name: given[name] for name, _ in self._types if name in given} if given else {}

    def coerce(self, given: Mapping[str, Any] | None) -> VariableValues | list[GraphQLError]:
        """The coerced values, or the errors in them."""
        inputs = given or {}
        found: dict[str, Any] = {}
        for name, type_ in self._types:
            value = inputs.get(name, Undefined)
            if value is Undefined or _holds_objects(value):
                return self._coerce_by_core(inputs)
            found[name] = value = coerce_input_value(value, type_)
            if value is Undefined:
                return self._coerce_by_core(inputs)
        # Only graphql-core's executor needs the sources of the values, and it coerces them itself.
        return VariableValues({}, found)

    def _coerce_by_core(self, inputs: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        found = get_variable_values(
            self._schema, self._definitions, dict(inputs), max_errors=MOST_ERRORS
        )
        return [_locate_misfit(error) for error in found] if isinstance(found, list) else found


def _locate_misfit(error: GraphQLError) -> GraphQLError:
    """The error with its argument and place, if a value in a variable does not fit one of our
    scalars; else the error as it is.
    """
    cause = error.original_error
    misfit = cause.original_error if isinstance(cause, GraphQLError) else None
    if not isinstance(misfit, Misfit):
        return error
    node = error.nodes[0] if error.nodes else None
    assert isinstance(node, VariableDefinitionNode)
    # Where in the variable it stands, graphql-core says in words only: "… at .madeOn.from: …".
    told = error.message.removesuffix(str(cause))
    path = told.partition(" at ")[2].removesuffix(": ")
    return BadUserInput(f"${node.variable.name.value}{path}", str(misfit), nodes=error.nodes)


def _holds_objects(value: Any) -> bool:
    """Whether there are input objects in a value: only these can nest without end."""
    if isinstance(value, list):
        return any(isinstance(item, dict | list) for item in value)
    return isinstance(value, dict)


class FieldArguments:
    """The arguments of one selected field, for any values of the variables; or `only` some of them.

    `constant` has them where no variable is named. Raises GraphQLError where these do not fit.
    """

    def __init__(
        self, field: GraphQLField, node: FieldNode, only: Collection[str] | None = None
    ) -> None:
        if only is not None:
            field = GraphQLField(
                field.type, {name: field.args[name] for name in only if name in field.args}
            )
        self._field, self._node = field, node
        self.constant: Arguments | None = None
        self._templates: Sequence[tuple[str, Template]] | None = None
        if not any(
            _names_a_variable(argument.value)
            for argument in node.arguments or ()
            if argument.name.value in field.args
        ):
            self.constant = get_argument_values(field, node)
            return
        with suppress(_NoTemplate):
            self._templates = self._holes()

    def values(self, variables: VariableValues) -> Arguments:
        """The coerced arguments. Raises GraphQLError."""
        if self.constant is not None:
            return self.constant
        if self._templates is not None:
            try:
                return {name: fill(variables.coerced) for name, fill in self._templates}
            except (KeyError, _Null):
                pass
        return get_argument_values(self._field, self._node, variables)

    def _holes(self) -> Sequence[tuple[str, Template]]:
        given = {argument.name.value: argument.value for argument in self._node.arguments or ()}
        found: list[tuple[str, Template]] = []
        for name, argument in self._field.args.items():
            out_name = argument.out_name or name
            if name in given:
                found.append((out_name, _template(given[name], argument.type)))
            elif (default := coerce_default_value(argument)) is not Undefined:
                found.append((out_name, _constant(default)))
        return found


def _template(node: ValueNode, type_: GraphQLInputType) -> Template:
    if isinstance(node, VariableNode):
        return _hole(node.name.value)
    if not _names_a_variable(node):
        value = coerce_input_literal(node, type_)
        if value is Undefined:
            raise _NoTemplate
        return _constant(value)
    if isinstance(type_, GraphQLNonNull):
        return _template(node, type_.of_type)
    if is_list_type(type_):
        items = node.values if isinstance(node, ListValueNode) else [node]
        parts = [_template(item, type_.of_type) for item in items]
        return lambda coerced: [part(coerced) for part in parts]
    if is_input_object_type(type_) and isinstance(node, ObjectValueNode):
        return _object(node, type_)
    raise _NoTemplate


def _object(node: ObjectValueNode, type_: Any) -> Template:
    given = {member.name.value: member.value for member in node.fields}
    parts: list[tuple[str, Template]] = []
    for name, field in type_.fields.items():
        out_name = field.out_name or name
        if name in given:
            parts.append((out_name, _template(given[name], field.type)))
        elif (default := coerce_default_value(field)) is not Undefined:
            parts.append((out_name, _constant(default)))
    if type_.is_one_of and len(parts) != 1:
        raise _NoTemplate
    out_type = type_.out_type
    return lambda coerced: out_type({name: part(coerced) for name, part in parts})


def _hole(name: str) -> Template:
    def fill(coerced: Coerced) -> Any:
        value = coerced[name]
        if value is None:
            raise _Null
        return value

    return fill


def _constant(value: Any) -> Template:
    return lambda _: value


def _names_a_variable(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode(values=values):
            return any(map(_names_a_variable, values))
        case ObjectValueNode(fields=fields):
            return any(_names_a_variable(field.value) for field in fields)
    return False
