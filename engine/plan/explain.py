"""Describes a plan in words: what is fetched on which level, with which fields, and how."""

from collections.abc import Iterator, Sequence

from engine.plan.fetch import Immediate, Step
from engine.plan.plan import Plan


def describe_plan(plan: Plan) -> str:
    """The plan as an indented list: deeper is later, the same depth is sent together."""
    return "\n".join(_lines(plan.steps, 0)) or "nothing is fetched"


def _lines(steps: Sequence[Step], depth: int) -> Iterator[str]:
    for step in steps:
        yield f"{'  ' * depth}{step.field.place} ({step.field.response_key}): {step.describe()}"
        for below in step.steps_below():
            yield from _lines(below, depth if isinstance(step, Immediate) else depth + 1)
