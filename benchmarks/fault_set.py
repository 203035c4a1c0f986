"""A replica set of three for `benchmarks.faults`, whose members are killed, stopped and cut off.

Where this machine lets us make network namespaces, each member has one, with an address of its own,
so that its cable can be pulled. Elsewhere they listen on three ports, and nothing is cut off.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from store.embedded.binary import find_binary
from store.mongodb import driver

SET = "faults"
BRIDGE = f"ft-br{os.getpid() % 10_000}"
ELECTION_MS = 10_000
"""Milliseconds without a sign of the primary after which the others elect; MongoDB's default."""


class NoNamespaces(Exception):
    """This machine does not let us make network namespaces; the message says what it said."""


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise NoNamespaces(f"{' '.join(command[:3])}: {done.stderr.strip()}")


@dataclass(slots=True)
class Member:
    """One member: where it keeps its data, where it listens, and its process while it runs."""

    folder: Path
    host: str
    port: int
    oplog_mb: int
    namespace: str | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    def start(self, binary: Path) -> None:
        """Starts mongod; it is not ready yet."""
        self.folder.mkdir(exist_ok=True)
        within = ("ip", "netns", "exec", self.namespace) if self.namespace else ()
        options = {
            "--replSet": SET,
            "--dbpath": str(self.folder),
            "--port": str(self.port),
            "--bind_ip": f"127.0.0.1,{self.host}" if self.namespace else self.host,
            "--logpath": str(self.folder.with_suffix(".log")),
            "--wiredTigerCacheSizeGB": "0.25",
            "--oplogSize": str(self.oplog_mb),
        }
        words = [word for option in options.items() for word in option]
        flags = ("--quiet", "--nounixsocket", "--logappend")
        quiet = "--setParameter=diagnosticDataCollectionEnabled=false"
        # Not ended by Ctrl-C: a campaign ends its members itself.
        self.process = subprocess.Popen(
            [*within, str(binary), *words, *flags, quiet],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to mongod, which takes the place of `ip` in its process."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)

    def end(self) -> None:
        """Kills it, stopped or not."""
        if self.process is not None:
            self.send(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def cut(self, *, off: bool) -> None:
        """Pulls its cable, or puts it back."""
        assert self.namespace is not None
        _run("ip", "link", "set", f"{self.namespace}-o", "down" if off else "up")


@dataclass(slots=True)
class FaultSet:
    """The members, and the program that they run."""

    binary: Path
    members: Sequence[Member]
    why_not_cut: str | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def url(self) -> str:
        """The address for programs."""
        hosts = ",".join(member.address for member in self.members)
        return f"mongodb://{hosts}/?replicaSet={SET}"

    async def find_primary(self) -> Member | None:
        """The member that says that it is the primary; None if there is none."""
        for member in self.members:
            if member.process is None:
                continue
            url = f"mongodb://{member.address}/?directConnection=true"
            url += "&connectTimeoutMS=1000&socketTimeoutMS=1000"
            with suppress(driver.Unreachable, driver.Refused):
                async with driver.admin(url, timeout_ms=1_000) as command:
                    if (await command({"hello": 1})).get("isWritablePrimary"):
                        return member
        return None

    async def wait_for_primary(self) -> Member:
        """The primary, once there is one."""
        while True:
            if (found := await self.find_primary()) is not None:
                return found
            await asyncio.sleep(0.2)

    async def initiate(self) -> None:
        """Makes one set of the members, once all of them listen."""
        first = self.members[0]
        url = f"mongodb://{first.address}/?directConnection=true"
        members = [{"_id": n, "host": m.address} for n, m in enumerate(self.members)]
        settings = {"electionTimeoutMillis": ELECTION_MS}
        config = {"_id": SET, "members": members, "settings": settings}
        async with asyncio.timeout(120):
            while True:
                try:
                    async with driver.admin(url, timeout_ms=2_000) as command:
                        await command({"replSetInitiate": config})
                    break
                except (driver.Unreachable, driver.Refused):
                    await asyncio.sleep(0.5)
            await self.wait_for_primary()


@asynccontextmanager
async def running_set(folder: Path, oplog_mb: int = 512) -> AsyncIterator[FaultSet]:
    """A set that takes writes; ended, and its namespaces removed, on the way out."""
    binary = find_binary(None, folder / "mongod")
    names = [f"ft{os.getpid() % 10_000}m{n}" for n in range(3)]
    why: str | None = None
    try:
        _make_network(names)
    except NoNamespaces as error:
        why = str(error)
        _remove_network(names)
    members = [
        Member(folder / f"m{n}", "127.0.0.1", 27_300 + os.getpid() % 500 * 3 + n, oplog_mb)
        if why
        else Member(folder / f"m{n}", f"10.77.0.{n + 1}", 27_017, oplog_mb, names[n])
        for n in range(3)
    ]
    try:
        for member in members:
            member.start(binary)
        found = FaultSet(binary, members, why)
        await found.initiate()
        yield found
    finally:
        for member in members:
            member.end()
        if why is None:
            _remove_network(names)


def _make_network(names: Sequence[str]) -> None:
    """A bridge with an address of ours, and a namespace for each name with a cable to it."""
    if shutil.which("ip") is None:
        raise NoNamespaces("there is no command ip (package iproute2)")
    _run("ip", "link", "add", BRIDGE, "type", "bridge")
    _run("ip", "addr", "add", "10.77.0.254/24", "dev", BRIDGE)
    _run("ip", "link", "set", BRIDGE, "up")
    for number, name in enumerate(names, 1):
        _run("ip", "netns", "add", name)
        _run("ip", "link", "add", f"{name}-o", "type", "veth", "peer", "name", f"{name}-i")
        _run("ip", "link", "set", f"{name}-i", "netns", name)
        _run("ip", "link", "set", f"{name}-o", "master", BRIDGE, "up")
        within = ("ip", "netns", "exec", name, "ip")
        _run(*within, "addr", "add", f"10.77.0.{number}/24", "dev", f"{name}-i")
        _run(*within, "link", "set", f"{name}-i", "up")
        _run(*within, "link", "set", "lo", "up")


def _remove_network(names: Sequence[str]) -> None:
    for command in (
        *(("ip", "netns", "del", name) for name in names),
        *(("ip", "link", "del", f"{name}-o") for name in names),
        ("ip", "link", "del", BRIDGE),
    ):
        with suppress(NoNamespaces, OSError):
            _run(*command)
