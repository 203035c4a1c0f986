"""Loads what a sandbox begins with, and makes its tokens."""

import importlib
from datetime import UTC, datetime

from api.sandbox.fixtures import Filling
from api.sandbox.store import DATABASE, LOADED
from store import layout
from store.baseline import keep
from store.bundles.importing import import_bundle
from store.gather import gather_all
from store.mongodb.collections import TOKENS
from store.mongodb.driver import Database, Instant
from store.records.changes import Origin
from store.tokens import Tokens
from store.viewers import Role
from store.writes.queue import work_off
from store.writes.writer import Author


async def load(filling: Filling, address: str) -> None:
    """Loads the filling into DATABASE and LOADED. Raises BundleRefused."""
    database = Database.connect(address, DATABASE)
    try:
        await _load(filling, database)
        await keep(database, database.beside(LOADED))
    finally:
        database.close()


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
