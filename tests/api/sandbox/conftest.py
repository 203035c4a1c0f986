"""One cache for the whole run, so that what a sandbox loads is loaded once; and one sandbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.sandbox.running import Running, running

DAY = "2025-07-09"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's cache folder."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
async def shared_sandbox(cache: Path) -> AsyncIterator[Running]:
    """A sandbox with the five articles, on the day of the seed facts."""
    async with running("--today", DAY, cache=cache) as found:
        yield found


@pytest.fixture
async def sandbox(shared_sandbox: Running) -> Running:
    """The same, as it was at its start."""
    await shared_sandbox.reset()
    return shared_sandbox
