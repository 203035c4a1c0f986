"""A program that reads what is submitted until it is killed: `python -m … URL DATABASE LEASE`."""

import asyncio
import sys
from datetime import timedelta

from api.intakes.reader import ArticleReader
from api.intakes.working import Worker, working
from store.mongodb.driver import Database


async def main(url: str, name: str, lease: str) -> None:
    """Reads, for ever."""
    database = Database.connect(url, name)
    worker = Worker(database, ArticleReader(database), timedelta(seconds=float(lease)))
    wake = asyncio.Event()
    async with working(worker, wake):
        print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
        while True:
            await asyncio.sleep(0.1)
            wake.set()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
