"""The most that one request may ask for, and how a refusal says what was beyond it."""

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
"""In characters. It comes back with every row, so that a long one makes a small request large."""

COMPARISONS: Final = 20_000
"""How many comparisons validation may make to find fields that do not merge: the one rule whose
time grows faster than the document. graphql-core would make 500,000, which takes a second."""

MOST_NESTING: Final = 100
"""Of brackets in a document, and of lists and objects in variables. Nothing that is allowed is
near, and Python reads twice that without running out of calls."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one operation may be, how long it may take, and how many bytes its answer."""

    depth: int = 12
    aliases: int = 30
    root_fields: int = 20
    fields: int = 1_000
    cost: int = 5_000
    values: int = 5_000
    seconds: float = 15.0
    answer: int = 8 * MIB


class OverlapRule(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule with `COMPARISONS` to spend; validation is aborted when they are."""

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
    """A refusal: it names the limit, the value, and how to stay under it. Without a `value` it was
    not counted to its end.
    """
    said: dict[str, Any] = {"code": code, "limit": limit, "most": most}
    message = f"more than {most}, which is the most; {remedy}"
    if value is not None:
        # What fragments spread out to may be any number; beyond this it says no more.
        said["value"] = value = min(value, 10**9)
        message = f"{value} is {message}"
    return GraphQLError(f"{limit}: {message}", nodes=list(nodes) or None, extensions=said)


def too_many_values(variables: Mapping[str, Any] | None, limits: Limits) -> GraphQLError | None:
    """The refusal of variables that hold more values than a document could; None if they do not.

    What a filter in them means is one query, which MongoDB has to plan.
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
