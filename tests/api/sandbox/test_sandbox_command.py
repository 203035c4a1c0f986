"""`followthrough sandbox`: what it gives a command, how it ends, and what it refuses."""

import ast
import asyncio
import json
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.sandbox.running import (
    COMMAND,
    end,
    find_folder,
    make_environment,
    read_told,
    running,
    start,
    wait_until_gone,
)
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

COUNT = {"query": "{ commitments { totalCount } }"}


def run(*arguments: str, cache: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    """Runs a sandbox to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=make_environment(cache, **settings),
        stdin=subprocess.DEVNULL,
    )


def test_a_command_has_all_in_its_environment_and_its_exit_code_is_passed_on(cache: Path) -> None:
    script = "import json, os, sys; print(json.dumps(dict(os.environ))); sys.exit(7)"
    done = run(
        *("--today", "2025-07-09", "--", sys.executable, "-c", script),
        cache=cache,
        # Neither a person's MongoDB nor their port is touched.
        mongodb_url="mongodb://127.0.0.1:1/",
        port=1,
        host="0.0.0.0",
        database="precious",
    )
    assert done.returncode == 7, done.stderr
    told, seen = map(json.loads, done.stdout.splitlines())
    assert told["url"].startswith("http://127.0.0.1:")
    for name, value in {
        "URL": told["url"],
        "GRAPHQL_URL": told["graphql"],
        "DATABASE": "sandbox",
        "MONGODB_URL": told["mongodb"],
        "TODAY": "2025-07-09",
        **{f"TOKEN_{role}": token for role, token in told["tokens"].items()},
    }.items():
        assert seen[f"FOLLOWTHROUGH_{name}"] == value
    assert list(told["tokens"]) == ["READER", "PROPOSER", "EDITOR", "ADMIN"]


def test_a_command_that_a_signal_ends_counts_as_in_a_shell(cache: Path) -> None:
    done = run("--", "sh", "-c", "kill -KILL $$", cache=cache)
    assert done.returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--", "no-such-command"], 127, "no-such-command: there is no such command"),
        (["--", "./README.md"], 126, "./README.md: it cannot be executed"),
        (["--fixtures", "meta-pakstan"], 2, "did you mean meta-pakistan?"),
        (["--fixtures", "elsewhere"], 2, "names: invented, meta-pakistan, and none"),
        (["--fixtures", "none", "--fixtures", "invented"], 2, "leave it out beside others"),
        (["--today", "9 July"], 2, "write one as 2025-07-09"),
        (["--seed-size", "-1"], 2, "-1"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_started(
    cache: Path, arguments: list[str], code: int, said: str
) -> None:
    done = run(*arguments, cache=cache)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in " ".join(done.stderr.replace("│", "").split())
    assert "Traceback" not in done.stderr


def test_faults_of_a_bundle_are_told_and_nothing_is_kept(cache: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.yaml"
    bundle.write_text("parties:\n  - key: telno\n    kind: COMPNY\n")
    before = sorted(cache.rglob("*.zip"))
    done = run("--fixtures", str(bundle), "--", "true", cache=cache)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{bundle}:3" in done.stderr and "COMPANY" in done.stderr
    assert "nothing was written" in done.stderr and "Traceback" not in done.stderr
    assert sorted(cache.rglob("*.zip")) == before


def test_a_port_that_is_taken_is_told(cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("--port", str(port), "--", "true", cache=cache)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr


async def test_two_at_once_have_nothing_in_common(cache: Path) -> None:
    async with (
        # The log of this one tells that a sign-in is refused.
        running("--fixtures", "none", "--log-level", "error", cache=cache) as empty,
        running(cache=cache) as full,
    ):
        counts = [
            (await one.ask("{ commitments { totalCount } }"))["commitments"]["totalCount"]
            for one in (empty, full)
        ]
        assert counts == [0, 14]
        headers = {"authorization": f"Bearer {full.told['tokens']['EDITOR']}"}
        refused = await empty.client.post("/graphql", json=COUNT, headers=headers)
        assert refused.status_code == 401


async def test_a_store_is_invented(cache: Path) -> None:
    async with running("--seed-size", "50", cache=cache) as one:
        counted = await one.ask("{ commitments { totalCount } followUps { totalCount } }")
        # Lists have what is accepted, and a few are not.
        assert 40 <= counted["commitments"]["totalCount"] <= 50
        assert 120 <= counted["followUps"]["totalCount"] <= 150


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_and_nothing_is_left(cache: Path, number: signal.Signals) -> None:
    process = await start(cache=cache)
    await read_told(process)
    mongod, folder = find_folder(process)
    assert folder.exists()
    process.send_signal(number)
    assert await end(process) == (0, "", "")
    assert not mongod.is_running() and not folder.exists()


async def test_a_signal_while_it_loads_ends_it_and_nothing_is_left(cache: Path) -> None:
    process = await start("--", "true", cache=cache)
    while True:
        try:
            mongod, folder = find_folder(process)
            break
        except AssertionError:
            await asyncio.sleep(0.02)
    process.terminate()
    assert await end(process) == (128 + signal.SIGTERM, "", "")
    await wait_until_gone(mongod, folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_reaches_the_command_whose_exit_code_is_passed_on(
    cache: Path, number: signal.Signals
) -> None:
    script = (
        "import signal, sys, time\n"
        "def leave(number, _): sys.exit(number + 10)\n"
        "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, leave)\n"
        "print('begun', flush=True); time.sleep(60)"
    )
    process = await start("--", sys.executable, "-c", script, cache=cache)
    await read_told(process)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begun\n"
    process.send_signal(number)
    assert await end(process) == (number + 10, "", "")


async def test_one_that_is_killed_leaves_nothing(cache: Path) -> None:
    process = await start(cache=cache)
    await read_told(process)
    mongod, folder = find_folder(process)
    process.kill()
    await end(process)
    async with asyncio.timeout(30):
        await wait_until_gone(mongod, folder)


async def test_what_was_kept_is_made_anew_where_it_is_damaged(tmp_path: Path) -> None:
    async with running(cache=tmp_path):
        (kept,) = tmp_path.rglob("*.zip")
    whole = kept.read_bytes()
    with zipfile.ZipFile(kept) as archive:
        assert archive.testzip() is None
    for damaged in (whole[: len(whole) // 2], whole.replace(b"Telegram", b"Telegran"), b""):
        kept.write_bytes(damaged if damaged != whole else whole[:1000] + b"?" + whole[1001:])
        done = run("--", "sh", "-c", "exit 0", cache=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "is damaged, and is made anew" in done.stderr
        with zipfile.ZipFile(kept) as archive:
            assert archive.testzip() is None


def test_a_cache_that_cannot_be_written_costs_time_alone(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where a folder should be")
    done = run("--", "true", cache=blocked)
    assert done.returncode == 0, done.stderr
    assert "is not kept for the next start" in done.stderr


async def test_a_bundle_of_ones_own_is_loaded(cache: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "parties.yaml"
    bundle.write_text(
        "parties:\n  - {key: telno, kind: COMPANY, name: Telno, curation: ACCEPTED}\n"
    )
    ask = '{ party(by: {key: "telno"}) { name } commitments { totalCount } }'
    async with running("--fixtures", str(bundle), "--fixtures", "invented", cache=cache) as one:
        data = await one.ask(ask)
        assert data["party"] == {"name": "Telno"} and data["commitments"]["totalCount"] > 0
    # Another content under the same name is another bundle.
    bundle.write_text(bundle.read_text().replace("name: Telno", "name: Telna"))
    async with running("--fixtures", str(bundle), "--fixtures", "invented", cache=cache) as one:
        assert (await one.ask(ask))["party"] == {"name": "Telna"}


async def test_serve_has_none_of_it(live_server: str) -> None:
    async with httpx.AsyncClient(base_url=live_server) as client:
        for path in ("/sandbox/reset", "/sandbox/today"):
            for method in ("GET", "POST"):
                assert (await client.request(method, path)).status_code == 404


def test_no_setting_and_no_argument_of_serve_makes_one() -> None:
    assert not [name for name in Settings.model_fields if "sandbox" in name]
    paths = {getattr(route, "path", "") for route in create_app(Settings()).routes}
    assert "/graphql" in paths and not [path for path in paths if "sandbox" in path]


def test_every_operation_runs_at_the_clock_of_its_server() -> None:
    """Where the moment is left out, an operation takes the real one, and a set day is passed by."""
    for file in (ROOT / "api").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("make_operation"):
                given = {keyword.arg for keyword in node.keywords}
                assert len(node.args) > 1 or "now" in given, f"{file}:{node.lineno}"
