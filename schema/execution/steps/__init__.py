"""The kinds of steps that a plan is made of, each with how it is planned, run and told."""

from collections.abc import Mapping

from schema.execution.declarations import Kind
from schema.execution.fetching import Step
from schema.execution.steps.ask import Ask
from schema.execution.steps.compute import Compute
from schema.execution.steps.connect import Connect
from schema.execution.steps.follow import Follow
from schema.execution.steps.sum import Sum

STEPS: Mapping[Kind, type[Step]] = {
    "follow": Follow,
    "connect": Connect,
    "ask": Ask,
    "sum": Sum,
    "compute": Compute,
}
