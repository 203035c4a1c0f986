"""The limits of one request, and the errors for what is beyond them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    ASTValidationRule,
    GraphQLError,
    Node,
    ValidationContext,
    specified_rules,
)
from graphql.validation import (
    OverlappingFieldsCanBeMergedRule,
    ValuesOfCorrectTypeRule,
    VariablesInAllowedPositionRule,
)

from engine.requests.scalar_rule import ValuesRule, VariablesRule
from store.bounds import MIB

LONGEST_ALIAS: Final = 200
"""Characters. An alias is repeated in every row of the answer, so that a long one multiplies."""

COMPARISONS: Final = 20_000
"""How many comparisons validation may make to find fields that do not merge: the one rule whose
time grows faster than the document. graphql-core would make 500,000, which takes a second."""

MOST_NESTING: Final = 100
"""How deep brackets may nest in a document, and lists and objects in variables. What is allowed
stays far below, and Python's recursion reaches twice as deep."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one operation: what its document may be, how many values its variables may
    hold, how many seconds it may take, a mutation `writing_seconds`, and how many bytes its answer.
    """

    depth: int = 12
    aliases: int = 30
    root_fields: int = 20
    fields: int = 1_000
    cost: int = 5_000
    values: int = 5_000
    seconds: float = 15.0
    writing_seconds: float = 60.0
    answer: int = 8 * MIB


class OverlapRule(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule, which aborts validation after `COMPARISONS` comparisons."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = COMPARISONS


_OURS: Mapping[Any, type[ASTValidationRule]] = {
    OverlappingFieldsCanBeMergedRule: OverlapRule,
    ValuesOfCorrectTypeRule: ValuesRule,
    VariablesInAllowedPositionRule: VariablesRule,
}
RULES: Final = tuple(_OURS.get(rule, rule) for rule in specified_rules)
"""The rules of the specification, none of which takes longer than the document is long."""


def make_limit_error(
    limit: str,
    most: int,
    value: int | None,
    remedy: str,
    *nodes: Node,
    code: str = "QUERY_TOO_COMPLEX",
) -> GraphQLError:
    """The error for what is beyond a limit: it names the limit, the most, the value and the remedy.
    `value` is None if counting was stopped.
    """
    said: dict[str, Any] = {"code": code, "limit": limit, "most": most}
    message = f"more than {most}, which is the most; {remedy}"
    if value is not None:
        # Fragments can multiply to any number; a larger one would tell no more.
        said["value"] = value = min(value, 10**9)
        message = f"{value} is {message}"
    return GraphQLError(f"{limit}: {message}", nodes=list(nodes) or None, extensions=said)


def check_values(variables: Mapping[str, Any] | None, limits: Limits) -> GraphQLError | None:
    """The error for variables with too many values or too deep nesting; None if they may be used.

    A filter in them becomes one query, which MongoDB has to plan.
    """
    if not variables:
        return None
    count, waiting = 0, [(1, v) for v in variables.values() if isinstance(v, list | dict)]
    while waiting:
        depth, value = waiting.pop()
        if depth > MOST_NESTING:
            remedy = "flatten them"
            return make_limit_error(
                "nesting of variables", MOST_NESTING, depth, remedy, code="BAD_USER_INPUT"
            )
        members = value if isinstance(value, list) else value.values()
        count += len(members)
        if count > limits.values:
            remedy = "send fewer of them at a time"
            return make_limit_error("values in variables", limits.values, count, remedy)
        waiting += [(depth + 1, member) for member in members if isinstance(member, list | dict)]
    return None
