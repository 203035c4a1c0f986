"""Explains how an operation is run: the plan in words, the commands that it sends, the function
that was generated for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schema.build import build, operation
from schema.collections import COLLECTIONS
from schema.execution.describing import described
from schema.prepared import Request
from schema.service import Service, Tier
from store.mongo import OF_THE_DRIVER, CommandLog, Database
from store.reader import Reader


class CannotExplain(Exception):
    """A request that is not run: its errors."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What ran an operation, and how."""

    tier: Tier
    plan: str
    commands: Sequence[Mapping[str, Any]]
    source: str

    def parts(self) -> Iterator[tuple[str, str]]:
        """Titles and texts, for people."""
        yield "Run by", f"{self.tier.value}: {self.tier.description}"
        yield "Plan", self.plan
        yield f"{len(self.commands)} MongoDB commands", "\n".join(map(_written, self.commands))
        yield "Generated function", self.source


def _written(command: Mapping[str, Any]) -> str:
    own = {name: value for name, value in command.items() if name not in OF_THE_DRIVER}
    return orjson.dumps(own, default=str).decode()


async def explained(
    database: Database,
    log: CommandLog,
    query: str,
    operation_name: str | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Explanation:
    """Runs an operation and tells how; `log` notes what the database is sent.

    Raises CannotExplain with the errors of one that fails.
    """
    service = Service(build(), COLLECTIONS)
    request = Request(query, operation_name, variables)
    answer = await service.answer(request, operation(Reader(database)))
    assert answer is not None
    if answer.tier is None or "errors" in answer.body:
        messages = (error["message"] for error in answer.body.get("errors", ()))
        raise CannotExplain("\n".join(messages))
    plan = service.plan_of(request)
    if plan is None:
        return Explanation(answer.tier, "none is made", log.commands, "none")
    source = plan.assembly.source if plan.assembly is not None else "none"
    return Explanation(answer.tier, described(plan), log.commands, source)
