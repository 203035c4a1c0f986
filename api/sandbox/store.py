"""The MongoDB of a sandbox: started in a folder that is thrown away, filled, and kept for a reset.

What was loaded once is kept as files in the user's cache, so that the next start takes it from
there.
"""

import importlib
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path

from api.sandbox.fixtures import Filling
from api.settings import Settings
from store import layout
from store.baseline import keep
from store.bundles.importing import import_bundle
from store.embedded import EmbeddedMongod, MongodError
from store.embedded.binary import find_binary
from store.embedded.snapshots import Snapshots
from store.embedded.throwaway import throwaway_folder
from store.gather import gather_all
from store.mongodb.collections import TOKENS
from store.mongodb.driver import Database, Instant
from store.records.changes import Origin
from store.tokens import Tokens
from store.viewers import Role
from store.writes.queue import work_off
from store.writes.writer import Author

logger = logging.getLogger("followthrough.sandbox")

DATABASE = "sandbox"
LOADED = "sandbox_loaded"
"""The database that a reset goes back to."""

_STORE = Path(layout.__file__).parent
_FORM = 1
"""Counts the ways in which files were kept."""


@asynccontextmanager
async def open_store(filling: Filling, settings: Settings) -> AsyncIterator[str]:
    """The address of a MongoDB with what is to be loaded, in DATABASE and LOADED.

    Raises BundleRefused, MongodError and OSError.
    """
    kept = Snapshots(user_cache_path("followthrough") / "sandbox")
    with throwaway_folder() as folder:
        binary = find_binary(settings.mongod, folder / "mongod")
        key = _make_key(filling, binary)
        async with AsyncExitStack() as stack:
            mongod = EmbeddedMongod(folder, binary, settings.cache_gb, small_journal=True)
            if not kept.unpack(key, folder) or not await _starts(stack, mongod):
                kept.discard(key)
                await _load_and_keep(filling, kept, key, folder, mongod)
                await stack.enter_async_context(mongod)
            yield mongod.url


async def _starts(stack: AsyncExitStack, mongod: EmbeddedMongod) -> bool:
    try:
        await stack.enter_async_context(mongod)
    except MongodError as error:
        logger.warning("what was kept of an earlier start cannot be used: %s", error)
        return False
    return True


def _make_key(filling: Filling, binary: Path) -> str:
    """What the files depend on: the data, the program that wrote it, and the mongod."""
    found = sha256(f"{_FORM} {layout.VERSION} {filling.digest()}\n".encode())
    about = binary.stat()
    found.update(f"{binary} {about.st_size} {about.st_mtime_ns}\n".encode())
    for path in sorted(_STORE.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:32]


async def _load_and_keep(
    filling: Filling, kept: Snapshots, key: str, folder: Path, mongod: EmbeddedMongod
) -> None:
    """Loads the data, and keeps the files once mongod has ended."""
    async with mongod:
        database = Database.connect(mongod.url, DATABASE)
        try:
            await _load(filling, database)
            await keep(database, database.beside(LOADED))
        finally:
            database.close()
    kept.pack(key, folder)


async def _load(filling: Filling, database: Database) -> None:
    await layout.prepare(database)
    if filling.invented:
        # Of the benchmarks, which are no part of the program's rooms.
        invention = importlib.import_module("benchmarks.generate")
        await invention.generate(database, filling.invented)
    if filling.paths:
        await import_bundle(database, filling.paths, Author("sandbox", via=Origin.IMPORT))
    async for _ in work_off(database):
        pass


async def make_tokens(address: str) -> tuple[dict[str, str], Instant]:
    """A new token for each role, by the role's name, and the moment to reset to, which has them."""
    database = Database.connect(address, DATABASE)
    try:
        tokens, now = Tokens(database), datetime.now(UTC)
        made = await gather_all(
            [tokens.create(f"sandbox {role.name.lower()}", role, now) for role in Role]
        )
        loaded = await keep(database, database.beside(LOADED), [TOKENS])
    finally:
        database.close()
    return {role.name: text for role, (text, _) in zip(Role, made, strict=True)}, loaded
