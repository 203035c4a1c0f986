"""Reads the variables of an operation of our own from the parameters of an address.

The type of the variable says how a parameter is written: scalars plainly, input objects and lists
as JSON.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    type_from_ast,
    validate_input_value,
)

from engine.errors import BadUserInput
from engine.requests.document import reword_null
from engine.requests.error_format import remove_value

LONGEST = 8_192
"""The longest text that is taken; servers in between refuse longer addresses anyway."""


_TRACKING = re.compile(
    r"_.*|utm_.*|\w*clid|msclkid|[gw]braid|igshid|igsh|mc_[ce]id|mkt_tok|ref_(src|url)|srsltid",
    re.IGNORECASE,
)
"""Names that networks, newsletters and scripts add to an address by themselves when it is shared or
loaded. No parameter of ours is called so."""


class Parameters:
    """Which parameters there are, and how their texts are read."""

    def __init__(
        self,
        schema: GraphQLSchema,
        definition: OperationDefinitionNode,
        *,
        without: Collection[str] = (),
    ) -> None:
        self._types: Mapping[str, GraphQLInputType] = {
            variable.variable.name.value: type_from_ast(schema, variable.type)  # type: ignore[misc]
            for variable in definition.variable_definitions or ()
            if variable.variable.name.value not in without
        }

    @property
    def names(self) -> Collection[str]:
        """What they are called."""
        return self._types.keys()

    def read(self, texts: Iterable[tuple[str, str]], *, lenient: bool = False) -> dict[str, Any]:
        """The variables as JSON would hold them. Raises BadUserInput.

        Names that were added by others, such as `utm_source`, are ignored. With `lenient` all
        unknown names are, so that a page opens whatever was added to a link to it.
        """
        read: dict[str, Any] = {}
        for name, text in texts:
            if name not in self._types:
                if lenient or _TRACKING.fullmatch(name):
                    continue
                known = ", ".join(self._types) or "none"
                raise BadUserInput(name, f"there is no such parameter; there are: {known}")
            if name in read:
                raise BadUserInput(name, "given twice; give it once")
            if len(text) > LONGEST:
                raise BadUserInput(name, f"at most {LONGEST} characters")
            read[name] = self._value(name, text)
        return read

    def _value(self, name: str, text: str) -> Any:
        type_ = self._types[name]
        value = text if is_leaf_type(get_nullable_type(type_)) else _parse_json(name, text)

        def refuse(error: GraphQLError, path: list[str | int]) -> None:
            raise _refusal(error, name, type_, value, path)

        try:
            validate_input_value(value, type_, refuse)
        except RecursionError:
            raise BadUserInput(name, "nests too deeply; flatten it") from None
        return value


def _parse_json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadUserInput(
            name, f'this is not JSON ({error.msg}); it is written as in {{"key": {{"eq": "…"}}}}'
        ) from None


def _refusal(
    error: GraphQLError, name: str, type_: GraphQLInputType, value: Any, path: Iterable[str | int]
) -> BadUserInput:
    """What is wrong and what would be right; graphql-core only suggests what is spelt alike."""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}"
        type_ = _below(type_, part)
        value = value[part]
    wanted = get_named_type(type_)
    if isinstance(wanted, GraphQLEnumType):
        return BadUserInput(name, f"this is one of {', '.join(wanted.values)}")
    if isinstance(wanted, GraphQLInputObjectType) and isinstance(value, dict):
        for member in value.keys() - wanted.fields.keys():
            known = ", ".join(wanted.fields)
            return BadUserInput(f"{name}.{member}", f"there is no such member; there are: {known}")
    said = str(error.original_error or error.message)
    return BadUserInput(name, remove_value(reword_null(said)))


def _below(type_: GraphQLInputType, part: str | int) -> GraphQLInputType:
    """The type of a member or an item; one item may stand for a list of one."""
    if isinstance(part, int):
        listed = get_nullable_type(type_)
        assert isinstance(listed, GraphQLList)
        item: GraphQLInputType = listed.of_type
        return item
    named = get_named_type(type_)
    assert isinstance(named, GraphQLInputObjectType)
    member: GraphQLInputType = named.fields[part].type
    return member
