"""Replica sets of a mongod of ours, without users, to be killed and to be told to fail."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from store.embedded.binary import find_binary
from store.mongodb import driver

Process = subprocess.Popen[bytes]


class Members:
    """The processes of a set, by their ports, and its address."""

    def __init__(self, processes: dict[int, Process]) -> None:
        self.processes = processes
        self.hosts = [f"127.0.0.1:{port}" for port in processes]
        self.url = f"mongodb://{','.join(self.hosts)}/?replicaSet=tests"

    async def primary(self) -> Process:
        """The process that takes writes; waits until there is one."""
        while True:
            for port, process in self.processes.items():
                if process.poll() is None:
                    said = await self.told({"hello": 1}, port)
                    if said is not None and said.get("isWritablePrimary"):
                        return process
            await asyncio.sleep(0.1)

    async def told(self, command: dict[str, Any], port: int | None = None) -> Any:
        """The reply of one member; None if it does not answer."""
        port = next(iter(self.processes)) if port is None else port
        url = f"mongodb://127.0.0.1:{port}/?directConnection=true"
        try:
            async with driver.admin(url, timeout_ms=1_000) as run:
                return await run(command)
        except driver.Unreachable:
            return None

    async def fail(self, times: int | str, *commands: str, **how: Any) -> None:
        """Have the member fail these commands so many times, or `alwaysOn`, or `off`."""
        mode = {"times": times} if isinstance(times, int) else times
        # The driver's own commands and those of other programs are left alone.
        data = {"failCommands": [*commands], "appName": "followthrough", **how}
        await self.told({"configureFailPoint": "failCommand", "mode": mode, "data": data})


@asynccontextmanager
async def replica_set(
    folder: Path, members: int = 1, *, initiated: bool = True
) -> AsyncIterator[Members]:
    """A set with as many members; a fail point may be set on each."""
    binary = find_binary(None, folder / "mongod")
    processes: dict[int, Process] = {}
    try:
        for port in _free_ports(members):
            data = folder / str(port)
            data.mkdir()
            words = [binary, "--dbpath", data, "--port", port, "--replSet", "tests"]
            words += ["--bind_ip", "127.0.0.1", "--nounixsocket", "--oplogSize", 64]
            words += ["--wiredTigerCacheSizeGB", 0.25, "--logpath", folder / f"{port}.log"]
            words += ["--setParameter", "enableTestCommands=1"]

            processes[port] = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
                [str(word) for word in words]
            )
        found = Members(processes)
        for port in processes:
            while await found.told({"ping": 1}, port) is None:
                await asyncio.sleep(0.1)
        if initiated:
            hosts = [{"_id": n, "host": host} for n, host in enumerate(found.hosts)]
            config = {"_id": "tests", "members": hosts}
            if members > 1:  # as soon as a set can
                config["settings"] = {"electionTimeoutMillis": 2_000}
            await found.told({"replSetInitiate": config})
            await found.primary()
        yield found
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
