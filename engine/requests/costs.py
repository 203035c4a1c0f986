"""Costs as sums and products: numbers, as far as they do not wait for the values of variables."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from graphql.execution.values import VariableValues

Cost: TypeAlias = int | Callable[[VariableValues], int]
"""A number, or a sum that waits for the values of variables."""


def add_costs(costs: Iterable[Cost]) -> Cost:
    """The sum of costs."""
    known, waiting = 0, []
    for cost in costs:
        if isinstance(cost, int):
            known += cost
        else:
            waiting.append(cost)
    if not waiting:
        return known
    return lambda variables: known + sum(cost(variables) for cost in waiting)


def multiply_cost(times: Cost, cost: Cost) -> Cost:
    """A cost so many times."""
    if isinstance(times, int):
        if isinstance(cost, int):
            return times * cost
        return lambda variables: times * cost(variables)
    if isinstance(cost, int):
        return lambda variables: times(variables) * cost
    return lambda variables: times(variables) * cost(variables)


def take_highest(costs: Sequence[Cost]) -> Cost:
    """The highest of costs; 0 of none."""
    known = [cost for cost in costs if isinstance(cost, int)]
    if len(known) == len(costs):
        return max(known, default=0)
    return lambda variables: max(evaluate_cost(cost, variables) for cost in costs)


def evaluate_cost(cost: Cost, variables: VariableValues) -> int:
    """The cost with these values."""
    return cost if isinstance(cost, int) else cost(variables)
