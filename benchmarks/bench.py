"""Servers that run on one store, to be compared, counted and timed."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import click
import orjson
import psutil

from benchmarks.driving import as_request, ask, drive
from benchmarks.servers import BEFORE, KEPT, ROOT, Server, before_name, started
from benchmarks.workload import MIX
from benchmarks.writing import Writing, writing
from store.mongodb.driver import Database

CONCURRENCIES = (1, 32)
COMPARED = 25
"""Answers per query that must be equal before anything is timed."""
COUNTED = 20
"""Requests over which commands are counted."""
WARM_UP = 60
READS = ("find", "aggregate", "getMore", "count", "distinct")
READS_PER_WRITE = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """What one server did with one query at one concurrency in one round."""

    round: int
    server: str
    query: str
    concurrency: int
    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    """CPU of the server per request."""
    mongod_ms: float
    """CPU of MongoDB per request."""
    driver: float
    """How much of a core the driver took."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    size: int
    servers: Sequence[str]
    queries: Sequence[str]
    rounds: int
    seconds: float
    seed: int
    before: Path | None = None
    """Another checkout, whose server is compared as well."""


class Bench:
    """Servers that run on one store, to be compared, counted and timed."""

    def __init__(
        self, plan: Plan, database: Database, mongod: int, bodies: Mapping[str, Sequence[bytes]]
    ) -> None:
        self._plan = plan
        self._database = database
        self._mongod = psutil.Process(mongod)
        self._bodies = bodies
        self.servers: list[Server] = []
        self._writing: Writing | None = None
        self.commands: dict[tuple[str, str], float] = {}

    async def enter(self, stack: AsyncExitStack, mongodb_url: str) -> None:
        """Starts the servers, and counts each one's commands. Raises Unavailable.

        The one that keeps answers comes last: it reads MongoDB's change stream while it is idle.
        """
        name = self._plan.queries[0]
        if MIX in self._plan.queries:
            written = writing(mongodb_url, self._database.name)
            self._writing = await stack.enter_async_context(written)
        for server in sorted(self._plan.servers, key=lambda server: server == KEPT):
            # The port is no part of what makes a request good.
            request = as_request(self._bodies[name][0], 0)
            database, checkout = self._database.name, self._plan.before or ROOT
            if server == BEFORE:
                database = before_name(database)
            started_ = started(server, mongodb_url, database, request, checkout)
            self.servers.append(await stack.enter_async_context(started_))
            await self._count(self.servers[-1])

    async def compare(self) -> None:
        """Fails unless every server gives the same answers, with data and without errors.

        What another checkout answers otherwise is said: a change may have been meant to.
        """
        for name in self._plan.queries:
            other = 0
            for body in list(dict.fromkeys(self._bodies[name]))[:COMPARED]:
                found = {s.name: await self._answer(s, body) for s in self.servers}
                before = found.pop(BEFORE, None)
                other += before is not None and before not in found.values()
                _must_agree(name, body, found)
            if other:
                click.echo(f"{name}: {BEFORE} answers {other} otherwise", err=True)

    async def _answer(self, server: Server, body: bytes) -> bytes:
        answer = orjson.loads(await ask(server.port, as_request(body, server.port)))
        if "errors" in answer:
            raise click.ClickException(f"{server.name}: {orjson.dumps(answer['errors'])[:2000]!r}")
        # Members keep their order; white space and escapes do not count.
        return orjson.dumps(answer)

    async def _count(self, server: Server) -> None:
        """Notes how many commands the server sends for a request of each query, on the average."""
        for name in self._plan.queries:
            await self._drive(server, name, 1, most=1)
            before = await self._reads()
            await self._drive(server, name, 1, most=COUNTED)
            self.commands[server.name, name] = (await self._reads() - before) / COUNTED

    async def _reads(self) -> int:
        status = await self._database.command({"serverStatus": 1})
        counted = status["metrics"]["commands"]
        return sum(int(counted[name]["total"]) for name in READS if name in counted)

    async def _drive(self, server: Server, name: str, connections: int, **limits: Any) -> Any:
        requests = [as_request(body, server.port) for body in self._bodies[name]]
        return await drive(server.port, requests, connections=connections, **limits)

    async def warm_up(self) -> None:
        """Lets every server see every query often enough to have compiled what it compiles."""
        for server in self.servers:
            for name in self._plan.queries:
                await self._drive(server, name, 4, most=WARM_UP, seconds=20.0)

    async def rounds(self) -> list[Cell]:
        """All cells of all rounds; in each the servers come in another order."""
        rng, cells = Random(self._plan.seed), []
        for round_ in range(self._plan.rounds):
            for name in self._plan.queries:
                for concurrency in CONCURRENCIES:
                    for server in rng.sample(self.servers, len(self.servers)):
                        cells.append(await self.cell(round_, server, name, concurrency))
            click.echo(f"round {round_ + 1} of {self._plan.rounds}", err=True)
        return cells

    async def cell(self, round_: int, server: Server, name: str, concurrency: int) -> Cell:
        """Times one server with one query at one concurrency."""
        cpu, mongod = server.cpu(), _cpu(self._mongod)
        # Every server of a round gets the same requests.
        start = round_ * 997
        limits: dict[str, Any] = {"seconds": self._plan.seconds, "start": start}
        if name == MIX:
            limits["answered"] = self._write_now_and_then
        took = await self._drive(server, name, concurrency, **limits)
        if self._writing is not None:
            await self._writing.done()
        count = len(took.latencies)
        return Cell(
            round=round_,
            server=server.name,
            query=name,
            concurrency=concurrency,
            requests=count,
            per_second=took.per_second,
            p50_ms=took.percentile(0.5) * 1e3,
            p99_ms=took.percentile(0.99) * 1e3,
            server_ms=(server.cpu() - cpu) / count * 1e3,
            mongod_ms=(_cpu(self._mongod) - mongod) / count * 1e3,
            driver=took.busy,
        )

    def _write_now_and_then(self, answered: int) -> None:
        assert self._writing is not None
        if answered % READS_PER_WRITE == 0:
            self._writing.write()

    def peaks(self) -> dict[str, float]:
        """The most memory that each server held, in MB."""
        return {server.name: server.peak_mb() for server in self.servers}


def _cpu(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


def _must_agree(name: str, body: bytes, found: Mapping[str, bytes]) -> None:
    first, *others = found
    for other in others:
        if found[other] != found[first]:
            asked = orjson.loads(body)["variables"]
            pairs = enumerate(zip(found[first], found[other], strict=False))
            place = next((i for i, (a, b) in pairs if a != b), 0)
            here = slice(max(place - 150, 0), place + 150)
            raise click.ClickException(
                f"{name} {asked}: {other} answers otherwise than {first} at byte {place}:\n"
                f"{first}: {found[first][here]!r}\n{other}: {found[other][here]!r}"
            )
