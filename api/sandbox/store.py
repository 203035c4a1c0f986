"""The MongoDB of a sandbox: started in a folder that is thrown away, from what was loaded earlier.

What was loaded once is kept as files in the user's cache, so that the next start takes it from
there. It needs little of the program, so that mongod starts while the rest is imported.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path

from api.sandbox.fixtures import Filling
from api.settings import Settings
from store.embedded import EmbeddedMongod, MongodError
from store.embedded.binary import find_binary
from store.embedded.snapshots import Snapshots
from store.embedded.throwaway import throwaway_folder

logger = logging.getLogger("followthrough.sandbox")

DATABASE = "sandbox"
LOADED = "sandbox_loaded"
"""The database that a reset goes back to."""

Load = Callable[[str], Awaitable[None]]
"""Loads the data into a MongoDB at an address."""

_STORE = Path(__file__).parents[2] / "store"
_FORM = 1
"""Counts the ways in which files were kept."""


@asynccontextmanager
async def open_store(filling: Filling, settings: Settings, load: Load) -> AsyncIterator[str]:
    """The address of a MongoDB with the filling, which is loaded if no earlier start has kept it.

    Raises MongodError, OSError and what `load` raises.
    """
    kept = Snapshots(user_cache_path("followthrough") / "sandbox")
    with throwaway_folder() as folder:
        binary = find_binary(settings.mongod, folder / "mongod")
        key = _make_key(filling, binary)
        async with AsyncExitStack() as stack:
            mongod = EmbeddedMongod(folder, binary, settings.cache_gb, throwaway=True)
            if not kept.unpack(key, folder) or not await _starts(stack, mongod):
                kept.discard(key)
                await _load_and_keep(load, kept, key, folder, mongod)
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
    found = sha256(f"{_FORM} {filling.digest()}\n".encode())
    about = binary.stat()
    found.update(f"{binary} {about.st_size} {about.st_mtime_ns}\n".encode())
    for path in sorted(_STORE.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:32]


async def _load_and_keep(
    load: Load, kept: Snapshots, key: str, folder: Path, mongod: EmbeddedMongod
) -> None:
    """Loads the data, and keeps the files once mongod has ended."""
    async with mongod:
        await load(mongod.url)
    kept.pack(key, folder)
