"""A process that writes while a server is timed: one follow-up is changed for every line it reads.

It goes through the project's writer, as an editor would, and answers a line with a line.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle

from benchmarks.generate import BLOCK
from store.mongodb.documents import to_record
from store.mongodb.driver import Database
from store.writes.writer import Author, Draft, Writer

WRITTEN = 500
"""How many follow-ups are changed by turns."""


class Writing:
    """The process, as seen by the benchmark."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.asked = 0

    def write(self) -> None:
        """Asks for one write, and does not wait for it."""
        assert self._process.stdin is not None
        self.asked += 1
        self._process.stdin.write(b"\n")

    async def done(self) -> None:
        """Waits until all that was asked for is written."""
        assert self._process.stdout is not None
        while self.asked:
            if not await self._process.stdout.readline():
                raise RuntimeError("the writing process ended")
            self.asked -= 1


@asynccontextmanager
async def writing(mongodb_url: str, database: str) -> AsyncIterator[Writing]:
    """A process that writes to this database when told to."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.writing", mongodb_url, database),
        stdin=pipe,
        stdout=pipe,
    )
    try:
        yield Writing(process)
    finally:
        process.kill()
        await process.wait()


async def main(mongodb_url: str, name: str) -> None:
    """Writes once for every line of standard input."""
    database = Database.connect(mongodb_url, name)
    writer = Writer(database)
    keys = [f"b000-f{n * 97 % BLOCK:06}" for n in range(WRITTEN)]
    found = await database.find("follow_ups", {"_id": {"$in": keys}})
    records = cycle([to_record("follow_ups", document) for document in found])
    loop = asyncio.get_running_loop()
    number = 0
    while await loop.run_in_executor(None, sys.stdin.readline):
        number += 1
        changed = next(records).model_copy(update={"rationale": f"Looked at again: {number}."})
        await writer.write([Draft(changed)], Author("benchmark"))
        sys.stdout.write("\n")
        sys.stdout.flush()
    database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
