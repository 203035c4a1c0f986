"""`followthrough token`: what it prints and where, and that servers heed it."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from click.testing import CliRunner

from api.cli.program import main
from api.cli.tokens import read_expiry
from store.mongodb.driver import Database
from store.mongodb.keys import new_key
from tests.api.commands import done, run
from tests.conftest import served

NOW = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)
ASK = {"query": "{ __typename }"}


@pytest.fixture
async def store(mongodb_url: str) -> AsyncIterator[dict[str, str]]:
    """The settings for a database that is not there yet."""
    name = f"test-{new_key()}"
    yield {"mongodb_url": mongodb_url, "database": name}
    database = Database.connect(mongodb_url, name)
    await database.drop()
    database.close()


@pytest.mark.slow
def test_a_token_is_shown_once_listed_and_revoked(store: dict[str, str]) -> None:
    assert done("token", "list", **store) == ""
    made = run(
        "token", "create", "--name", "news desk", "--role", "editor", "--expires", "90d", **store
    )
    assert made.returncode == 0, made.stderr
    text = made.stdout.strip()
    parts = re.fullmatch(r"ft_([a-z0-9]{10})_([A-Za-z0-9]{43})", text)
    assert parts is not None
    day = (datetime.now(UTC) + timedelta(days=90)).strftime("%Y-%m-%d")
    assert f"signs in as news desk, EDITOR, until {day}" in made.stderr
    assert "it is not shown again" in made.stderr and parts[2] not in made.stderr
    done("token", "create", "--name", "bot", "--role", "READER", **store)

    heads, desk, bot = done("token", "list", **store).splitlines()
    assert heads.split() == ["PREFIX", "ROLE", "CREATED", "LAST", "USED", "STATE", "NAME"]
    assert desk.startswith(parts[1]) and desk.endswith("news desk") and f"until {day}" in desk
    assert "never" in desk and parts[2] not in desk
    assert re.search(r"READER .* never +valid +bot$", bot)

    revoked = done("token", "revoke", "news desk", **store)
    assert revoked.startswith(f"revoked {parts[1]} (news desk) 20")
    _, desk, _ = done("token", "list", **store).splitlines()
    assert "  revoked 20" in desk
    refused = run("token", "revoke", "news desk", **store)
    assert refused.returncode == 1
    assert refused.stderr == "news desk: no token has this prefix or name\n"


@pytest.mark.slow
async def test_a_server_that_runs_heeds_them_in_every_worker(
    store: dict[str, str], mongodb_url: str
) -> None:
    text = done("token", "create", "--name", "bot", "--role", "EDITOR", **store).strip()
    async with (
        served(mongodb_url, store["database"], "--workers", "2") as base,
        httpx.AsyncClient() as client,
    ):

        async def statuses() -> set[int]:
            """What several connections are answered, of which each worker takes some."""
            found = set()
            for _ in range(12):
                headers = {"authorization": f"Bearer {text}", "connection": "close"}
                answer = await client.post(f"{base}/graphql", json=ASK, headers=headers)
                found.add(answer.status_code)
            return found

        assert await statuses() == {200}
        done("token", "revoke", "bot", **store)
        await asyncio.sleep(5)
        assert await statuses() == {401}
    assert "never" not in done("token", "list", **store)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-01-31", datetime(2027, 2, 1, tzinfo=UTC)),
        ("2026-11-29", datetime(2026, 11, 30, tzinfo=UTC)),
        ("90d", NOW + timedelta(days=90)),
        ("1d", NOW + timedelta(days=1)),
    ],
)
def test_expiry_is_a_day_or_a_number_of_days(text: str, moment: datetime) -> None:
    assert read_expiry(text, NOW) == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-11-28", "0d", "-1d", "9999999d", "2027-02-30", "9999-12-31", "90"]
)
def test_what_is_no_expiry_or_over_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"over|write 2027-01-31 or 90d"):
        read_expiry(text, NOW)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "EDITOR"], "Missing option '--name'"),
        (["--name", "a"], "Missing option '--role'"),
        (["--name", " ", "--role", "EDITOR"], "a name has 1 to 255 characters"),
        (["--name", "a", "--role", "OWNER"], "'OWNER' is not one of"),
        (["--name", "a", "--role", "EDITOR", "--expires", "soon"], "write 2027-01-31 or 90d"),
    ],
)
def test_wrong_usage_says_what_would_be_right(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["token", "create", *arguments])
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
