"""`followthrough sandbox`: a throw-away server for tests, and the command that is run beside it."""

import asyncio
import gc
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from api.cli.listening import CannotListen, bind, format_address
from api.cli.options import with_settings
from api.observability import logs
from api.sandbox.fixtures import Filling, NoSuchFixtures, find_fixtures
from api.sandbox.store import DATABASE, LOADED, open_store
from api.settings import PREFIX, Settings
from store.mongodb.driver import Instant

# mongod takes as long to start as the rest of the program to import, so at the head is only what it
# needs. `_import_program` imports the rest meanwhile, in a thread: nothing else may import of that
# until it has ended.

NOT_EXECUTABLE, NOT_FOUND = 126, 127
"""Exit codes where the command cannot be run: those of a shell."""

BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a command."""

PATIENCE_S = 10.0
"""Seconds that the command has to end after it was asked to."""

POLL_S = 0.01

BY_DEFAULT = "meta-pakistan"
LARGEST = 20_000
"""Commitments of an invented store: of more, only the benchmarks have use."""

OFFERED = (
    *("mongod", "cache_gb", "allowed_hosts", "allowed_origins", "two_persons"),
    *("log_format", "log_level"),
)
"""The settings that a sandbox takes. The others have their defaults, whatever the environment says:
so it is the same on every machine, and never touches anybody's data."""


class CannotRun(Exception):
    """The command cannot be run; the message says why, `code` is the exit code for it."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def _read_day(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    if text is None:
        return None
    from api.clock import BadDay, read_day

    try:
        return read_day(text)
    except BadDay as error:
        raise click.BadParameter(str(error)) from None


def _read_fixtures(
    _context: click.Context, _option: click.Parameter, given: Sequence[str]
) -> tuple[Path, ...] | None:
    try:
        return find_fixtures(given) if given else None
    except NoSuchFixtures as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.option(
    "--fixtures",
    "paths",
    multiple=True,
    metavar="NAME|PATH",
    callback=_read_fixtures,
    help="Fixtures that come with the program, by name, or a bundle of your own, by path; "
    f"repeatable. Without it {BY_DEFAULT}, or nothing beside --seed-size; `none` for no records.",
)
@click.option(
    "--today",
    "day",
    default=None,
    metavar="DAY",
    callback=_read_day,
    help="The day that is today for the server and its pages, such as 2025-07-09; else the real "
    "one.",
)
@click.option(
    "--seed-size",
    "invented",
    default=0,
    metavar="N",
    type=click.IntRange(0, LARGEST),
    help="Invent a store of N commitments, the same one each time.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="The address to listen on. Whoever reaches it can reset the data.",
)
@click.option(
    "--port",
    default=0,
    metavar="PORT",
    type=click.IntRange(0, 65_535),
    help="The port to listen on; without it, one that is free.",
)
@with_settings(*OFFERED)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def sandbox(
    settings: Settings,
    paths: tuple[Path, ...] | None,
    day: str | None,
    invented: int,
    host: str,
    port: int,
    command: Sequence[str],
) -> None:
    """Serve data that is thrown away, and run COMMAND against it.

    Starts a MongoDB in a temporary folder, loads fixtures, and prints one line of JSON: where the
    server is, and a token for each role. COMMAND has the same in its environment
    (FOLLOWTHROUGH_URL, FOLLOWTHROUGH_TOKEN_EDITOR, …), and its exit code is passed on. Without
    one, the server runs until it is stopped. Nothing is left behind. Tests reset the data and set
    the day over HTTP, see docs/testing-against.md.
    """
    if paths is None:
        paths = () if invented else find_fixtures([BY_DEFAULT])
    chosen = _settle(settings, host, port)
    logs.configure(chosen)
    # What is imported from here on stays; to look for garbage in it takes a tenth of the start.
    gc.disable()
    try:
        program = _find_program(command) if command else None
        with bind(chosen) as listener:
            run = Run(Filling(paths, invented), chosen, day, listener, program, command)
            code = asyncio.run(run.run())
    except CannotRun as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)
    except (Exception, KeyboardInterrupt) as error:
        _end_by(error)
    sys.exit(code)


def _end_by(error: BaseException) -> NoReturn:
    """Prints what went wrong in words and exits; raises what is not known."""
    from api.cli.exits import FAULTY, print_faults, report_known_failures
    from store.bundles.importing import BundleRefused

    if isinstance(error, BundleRefused):
        print_faults(error)
        sys.exit(FAULTY)
    if isinstance(error, CannotListen | OSError):
        click.echo(str(error), err=True)
        sys.exit(FAULTY)
    with report_known_failures():
        raise error
    raise AssertionError


def _settle(settings: Settings, host: str, port: int) -> Settings:
    """The settings of a sandbox. Answers are as new as the last write: a test asks right after
    it.
    """
    fixed: dict[str, Any] = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in Settings.model_fields.items()
    }
    offered = {name: getattr(settings, name) for name in OFFERED}
    if "log_level" not in settings.model_fields_set:
        offered["log_level"] = "warning"
    own = {
        "host": host,
        "port": port,
        "database": DATABASE,
        "answers": "strict",
        "shutdown_seconds": 1,
    }
    return Settings(**{**fixed, **offered, **own})


def _find_program(command: Sequence[str]) -> str:
    """The program of a command, before anything is started for it. Raises CannotRun."""
    name = command[0]
    if (program := shutil.which(name)) is not None:
        return program
    if Path(name).exists() and os.sep in name:
        raise CannotRun(f"{name}: it cannot be executed; chmod +x makes it so", NOT_EXECUTABLE)
    raise CannotRun(f"{name}: there is no such command; is it on PATH?", NOT_FOUND)


@dataclass(slots=True)
class Run:
    """One run of a sandbox, from its MongoDB to the end of the command. `program` is None to wait
    for a signal.
    """

    filling: Filling
    settings: Settings
    day: str | None
    listener: socket.socket
    program: str | None
    command: Sequence[str]
    _work: asyncio.Task[int] | None = None
    _child: asyncio.subprocess.Process | None = None
    _stopped_by: signal.Signals | None = None

    async def run(self) -> int:
        """Serves until the command ends, or a signal comes; the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._heed, number)
        self._work = asyncio.create_task(self._serve())
        try:
            return await self._work
        except asyncio.CancelledError:
            assert self._stopped_by is not None
            return BY_SIGNAL + self._stopped_by if self.program else 0

    def _heed(self, number: signal.Signals) -> None:
        """Ends what runs: the command if there is one, and the rest after it."""
        first, self._stopped_by = self._stopped_by is None, number
        if self._child is None:
            if first and self._work is not None:
                self._work.cancel()
            return
        if not first:
            self._end_child(signal.SIGKILL)
            return
        # A terminal sends Ctrl-C to both; twice, test runners take it for "at once".
        if number != signal.SIGINT or not _is_in_foreground():
            self._end_child(number)
        asyncio.get_running_loop().call_later(PATIENCE_S, self._end_child, signal.SIGKILL)

    def _end_child(self, number: signal.Signals) -> None:
        if self._child is not None:
            with suppress(ProcessLookupError):
                self._child.send_signal(number)

    async def _serve(self) -> int:
        importing = asyncio.create_task(asyncio.to_thread(_import_program))

        async def load(address: str) -> None:
            await importing
            from api.sandbox import loading

            await loading.load(self.filling, address)

        async with open_store(self.filling, self.settings, load) as address:
            await importing
            from api.sandbox.loading import make_tokens

            tokens, loaded = await make_tokens(address)
            settings = self.settings.model_copy(update={"mongodb_url": address})
            async with _serving(settings, loaded, self.day, self.listener):
                told = self._tell(address, tokens)
                click.echo(json.dumps(told))
                sys.stdout.flush()
                return await self._run_command(told)

    def _tell(self, address: str, tokens: Mapping[str, str]) -> dict[str, Any]:
        """What tests must know of the server."""
        url = format_address(self.listener)
        return {
            "url": url,
            "graphql": f"{url}/graphql",
            "tokens": tokens,
            "database": DATABASE,
            "mongodb": address,
            "today": self.day,
        }

    async def _run_command(self, told: Mapping[str, Any]) -> int:
        if self.program is None:
            await asyncio.Event().wait()
        assert self.program is not None
        try:
            self._child = await asyncio.create_subprocess_exec(
                *self.command,
                executable=self.program,
                env={**os.environ, **_make_environment(told)},
            )
        except OSError as error:
            raise CannotRun(f"{self.program}: {error.strerror}", NOT_EXECUTABLE) from None
        code = await self._child.wait()
        self._child = None
        return code if code >= 0 else BY_SIGNAL - code


def _import_program() -> None:
    from schema.build import build

    # It is kept, and the application finds it.
    build()


@asynccontextmanager
async def _serving(
    settings: Settings, loaded: Instant, day: str | None, listener: socket.socket
) -> AsyncIterator[None]:
    """Serves inside the context, from when it is ready."""
    from api.app import create_app
    from api.cli.sandbox_server import Server
    from api.cli.serving import configure_uvicorn
    from api.sandbox.routes import Sandbox

    app = create_app(settings, sandbox=Sandbox(LOADED, loaded, day))
    server = Server(configure_uvicorn(settings, app))
    served = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started and not served.done():  # noqa: ASYNC110 - uvicorn sets no event
            await asyncio.sleep(POLL_S)
        if not server.started:
            await served
            raise RuntimeError("the server ended before it was ready; the log says why")
        yield
    finally:
        server.should_exit = True
        await served


def _make_environment(told: Mapping[str, Any]) -> dict[str, str]:
    """What the command is told, as variables."""
    named = {
        "URL": told["url"],
        "GRAPHQL_URL": told["graphql"],
        "MONGODB_URL": told["mongodb"],
        "DATABASE": told["database"],
        **{f"TOKEN_{role}": token for role, token in told["tokens"].items()},
        **({"TODAY": told["today"]} if told["today"] else {}),
    }
    return {f"{PREFIX}{name}": value for name, value in named.items()}


def _is_in_foreground() -> bool:
    """Whether a terminal sends its signals to this program and to its command."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
