"""Fixtures for pytest that give tests a throw-away server: see docs/testing-against.md.

pytest loads this wherever the program is installed, so it imports nothing but the standard library
and pytest.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

_ENDS_WITHIN_S = 30
_ROLES = ("READER", "PROPOSER", "EDITOR", "ADMIN")


@dataclass(frozen=True, slots=True)
class SandboxClient:
    """A sandbox that runs: its addresses, and the tokens by role."""

    url: str
    graphql: str
    tokens: Mapping[str, str]
    database: str
    mongodb: str

    def execute(
        self, query: str, variables: Mapping[str, Any] | None = None, role: str | None = None
    ) -> dict[str, Any]:
        """The body of the answer to an operation: `data`, and `errors` if there are any. `role` is
        who asks, such as EDITOR; by default nobody who is signed in.
        """
        signed = {"authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return self._send("/graphql", {"query": query, "variables": variables or {}}, signed)

    def reset(self) -> dict[str, Any]:
        """Puts the data and the day back to the start; what the server says of it."""
        return self._send("/sandbox/reset", None)

    def set_today(self, day: str | None) -> None:
        """Makes this day today, such as 2025-07-09; None for the real one."""
        self._send("/sandbox/today", {"today": day})

    def _send(
        self, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        request = Request(
            f"{self.url}{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json", **(headers or {})},
        )
        try:
            with urlopen(request) as answer:
                said: dict[str, Any] = json.load(answer)
                return said
        except HTTPError as error:
            raise RuntimeError(f"{path}: {error.code}: {error.read().decode()}") from None


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings of the server, for pytest.ini or pyproject.toml."""
    parser.addini("followthrough_fixtures", "Fixtures by name, or bundles by path.", "args", [])
    parser.addini("followthrough_today", "The day that is today, such as 2025-07-09.", default="")


@pytest.fixture(scope="session")
def followthrough_server(pytestconfig: pytest.Config) -> Iterator[SandboxClient]:
    """A sandbox for the whole run: the one that pytest was started by, or one of its own."""
    if (given := _read_environment()) is not None:
        yield given
        return
    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", "sandbox", *_make_options(pytestconfig)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        cwd=pytestconfig.rootpath,
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                pytest.fail(f"the sandbox ended with {process.wait()}; what it said is above")
            told = json.loads(line)
            del told["today"]
            yield SandboxClient(**told)
        finally:
            process.terminate()
            process.wait(_ENDS_WITHIN_S)


@pytest.fixture
def followthrough_sandbox(followthrough_server: SandboxClient) -> SandboxClient:
    """The same, with the data and the day of its start."""
    followthrough_server.reset()
    return followthrough_server


def _make_options(config: pytest.Config) -> list[str]:
    fixtures: list[str] = config.getini("followthrough_fixtures")
    day: str = config.getini("followthrough_today")
    chosen = [word for name in fixtures for word in ("--fixtures", name)]
    return [*chosen, *(["--today", day] if day else [])]


def _read_environment() -> SandboxClient | None:
    """The sandbox that `followthrough sandbox -- pytest` has started."""
    said = {name: os.environ.get(f"FOLLOWTHROUGH_{name}") for name in _NAMES}
    if not all(said.values()):
        return None
    url, graphql, database, mongodb, *tokens = (text or "" for text in said.values())
    by_role = dict(zip(_ROLES, tokens, strict=True))
    return SandboxClient(url, graphql, by_role, database, mongodb)


_NAMES = ("URL", "GRAPHQL_URL", "DATABASE", "MONGODB_URL", *(f"TOKEN_{role}" for role in _ROLES))
