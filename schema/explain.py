"""Explains how an operation is run: the plan in words, the commands it sends and what MongoDB did
for each, and the function that was generated for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from engine.plan.explain import describe_plan
from engine.requests.answer import Tier
from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import build, make_operation
from schema.registry import COLLECTIONS
from store.mongodb.driver import OF_THE_DRIVER, Database, TimedCommandLog
from store.reads.reader import Reader
from store.reads.scans import Scan, explain_scans, title


class CannotExplain(Exception):
    """The operation fails; the message has its errors."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that was sent, the milliseconds until its answer, and how MongoDB read for it."""

    command: Mapping[str, Any]
    milliseconds: float | None
    scans: Sequence[Scan]

    def lines(self) -> Iterator[str]:
        """The command's name with its time, what it read, and the command itself; for people."""
        took = f"{self.milliseconds:.1f} ms" if self.milliseconds is not None else "no answer"
        yield f"{title(self.command)}: {took}"
        for scan in self.scans:
            by = ", ".join(scan.indexes) or ("every document" if scan.scans_all else "no index")
            sorting = f", {scan.sorted} sorted in memory" if scan.sorted else ""
            yield (
                f"  {scan.collection} by {by}: {scan.documents} documents and {scan.keys} keys"
                f" examined, {scan.returned} found{sorting}"
            )
        own = {name: value for name, value in self.command.items() if name not in OF_THE_DRIVER}
        yield f"  {orjson.dumps(own, default=str).decode()}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What ran an operation, and how."""

    tier: Tier
    plan: str
    commands: Sequence[Sent]
    source: str

    def parts(self) -> Iterator[tuple[str, str]]:
        """Titles and texts, for people."""
        yield "Run by", f"{self.tier.value}: {self.tier.description}"
        yield "Plan", self.plan
        lines = (line for sent in self.commands for line in sent.lines())
        yield f"{len(self.commands)} MongoDB commands", "\n".join(lines)
        yield "Generated function", self.source


async def explain_operation(
    database: Database,
    log: TimedCommandLog,
    query: str,
    operation_name: str | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Explanation:
    """Runs an operation and explains how it ran; `log` has the commands that the database is sent.

    Each command is run once more, so that MongoDB explains it. Raises CannotExplain if it fails.
    """
    service = Service(build(), COLLECTIONS)
    request = Request(query, operation_name, variables)
    answer = await service.answer(request, make_operation(Reader(database)))
    assert answer is not None
    if answer.tier is None or "errors" in answer.body:
        messages = (error["message"] for error in answer.body.get("errors", ()))
        raise CannotExplain("\n".join(messages))
    noted = [(command, log.took.get(place)) for place, command in enumerate(log.commands)]
    sent = [Sent(command, took, await explain_scans(database, command)) for command, took in noted]
    plan = service.plan_of(request)
    if plan is None:
        return Explanation(answer.tier, "none is made", sent, "none")
    source = plan.assembly.source if plan.assembly is not None else "none"
    return Explanation(answer.tier, describe_plan(plan), sent, source)
