"""The kinds of steps of a plan, each with how it is planned, run and described."""

from collections.abc import Mapping

from engine.fields import Kind
from engine.plan.fetch import Step
from engine.plan.steps.ask import Ask
from engine.plan.steps.command import Command
from engine.plan.steps.compute import Compute
from engine.plan.steps.connect import Connect
from engine.plan.steps.follow import Follow
from engine.plan.steps.sum import Sum
from engine.plan.steps.tell import Tell

STEPS: Mapping[Kind, type[Step]] = {
    "follow": Follow,
    "connect": Connect,
    "ask": Ask,
    "sum": Sum,
    "compute": Compute,
    "command": Command,
    "tell": Tell,
}
