"""Every command as it is typed: its help, its exit codes, what it prints and where."""

import json
import re
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from api.cli.program import main
from api.pages.routes import QUERIES
from api.sandbox.fixtures import find_bundles
from schema.build import build, print_sdl
from store.mongodb.driver import Database
from store.mongodb.keys import new_key
from store.records.nouns import NOUNS
from store.writes.loading import beside
from tests.api.commands import ROOT, at_terminal, done, run
from tests.api.generated import COUNTS, write_bundle

pytestmark = pytest.mark.slow

FIXTURES = ROOT / "fixtures"
BOTH = (FIXTURES / "meta-pakistan", FIXTURES / "invented")


def commands(group: click.Group = main, *path: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        yield (*path, name)


@pytest.fixture
async def store(mongodb_url: str) -> AsyncIterator[dict[str, str]]:
    """The settings for a database that is not there yet."""
    name = f"test-{new_key()}"
    yield {"mongodb_url": mongodb_url, "database": name}
    database = Database.connect(mongodb_url, name)
    await database.drop()
    database.close()


# --- Help ----------------------------------------------------------------------------------------


def test_commands() -> None:
    assert {" ".join(path) for path in commands()} == {
        "serve",
        "import",
        "register",
        "register import",
        "register export",
        "intake",
        "sandbox",
        "webhook",
        *(f"webhook {verb}" for verb in ("create", "list", "test", "rotate", "enable")),
        *(f"webhook {verb}" for verb in ("disable", "delete", "dead", "redeliver")),
        "export",
        "backup",
        "restore",
        "check",
        "rebuild",
        "schema",
        "trust",
        "trusted",
        "revoke",
        "token",
        "token create",
        "token list",
        "token revoke",
        "explain",
        "mongo",
        "mongo status",
        "mongo stop",
    }


@pytest.mark.parametrize("path", [(), *commands()], ids=" ".join)
def test_help_explains_every_option(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"], terminal_width=100)
    assert result.exit_code == 0
    assert result.output == CliRunner().invoke(main, [*path, "-h"], terminal_width=100).output
    # Either beside its option, or below it; never the next option.
    options = re.findall(r"^  (-\S.*?)(?:  +|\n {10,})(\S.*)$", result.output, re.MULTILINE)
    described = {name for line, text in options for name in re.findall(r"--[a-z-]+", line) if text}
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    wanted = {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
    assert {o for o in wanted if o.startswith("--")} | {"--help"} <= described
    assert command.help


def test_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, "0.1.0" in result.output) == (0, True)


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["import"], ["import", "/no/such"], ["export"], ["check", "x"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


# --- Import, export, check, rebuild --------------------------------------------------------------


def test_import_twice_changes_nothing(store: dict[str, str]) -> None:
    first = done("import", FIXTURES / "meta-pakistan", **store)
    created, unreviewed = first.splitlines()
    assert re.fullmatch(r"created +\d+ parties, 5 articles, 6 meetings, 14 commitments.*", created)
    assert unreviewed == "of these, not shown in lists until they are ACCEPTED: 3 follow_ups"
    second = done("import", FIXTURES / "meta-pakistan", **store)
    # What lists do not show is no news the second time.
    assert second == created.replace("created  ", "unchanged") + "\n"


def test_fixtures_are_imported_by_name(store: dict[str, str]) -> None:
    assert "14 commitments" in done("import", "meta-pakistan", **store)
    wrong = run("import", "meta-pakistn", **store)
    assert (wrong.returncode, "did you mean meta-pakistan?" in wrong.stderr) == (2, True)


def test_a_path_goes_before_fixtures_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_bundles(["invented"]) == (FIXTURES / "invented",)
    (tmp_path / "invented").mkdir()
    assert find_bundles(["invented"]) == (Path("invented"),)


@pytest.mark.parametrize("format_", ["jsonl", "yaml"])
def test_round_trip(store: dict[str, str], mongodb_url: str, tmp_path: Path, format_: str) -> None:
    done("import", *BOTH, **store)
    done("export", tmp_path / "one", "--format", format_, **store)

    other = {"mongodb_url": mongodb_url, "database": f"{store['database']}-2"}
    done("import", tmp_path / "one", **other)
    done("export", tmp_path / "two", "--format", format_, **other)

    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / folder).iterdir()}
        for folder in ("one", "two")
    )
    assert one.keys() == {f"{noun}.{format_}" for noun in NOUNS}
    assert one == two
    assert done("import", tmp_path / "two", **store).startswith("unchanged")


def test_export_of_some_nouns(store: dict[str, str], tmp_path: Path) -> None:
    done("import", FIXTURES / "meta-pakistan", **store)
    options = ("--noun", "articles", "--noun", "requests")
    assert done("export", tmp_path / "some", *options, **store) == (
        "exported  5 articles, 2 requests\n"
    )
    assert {f.name for f in (tmp_path / "some").iterdir()} == {"articles.jsonl", "requests.jsonl"}


def test_export_keeps_away_from_what_is_there(store: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for target in (tmp_path, tmp_path / "mine.txt"):
        result = run("export", target, **store)
        assert (result.returncode, result.stdout) == (1, "")
        assert str(target) in result.stderr and "Traceback" not in result.stderr
    assert [f.name for f in tmp_path.iterdir()] == ["mine.txt"]


def test_export_of_an_empty_store(store: dict[str, str], tmp_path: Path) -> None:
    assert "nothing" in done("export", tmp_path / "new", **store)
    assert list((tmp_path / "new").iterdir()) == []


def test_refused_bundle_is_reported_and_not_written(store: dict[str, str], tmp_path: Path) -> None:
    good = {"key": "p1", "kind": "COMPANY", "name": "One"}
    lines = [good, {**good, "key": "p2", "nmae": "x"}, {**good, "key": "p3", "parent": "gone"}]
    (tmp_path / "parties.jsonl").write_text(
        "\n".join(json.dumps(line) for line in lines) + "\n{not JSON\n"
    )
    (tmp_path / "more.yaml").write_text(
        "parties:\n  - key: p9\n    kind: COMPNAY\n    name: Nine\n"
    )
    result = run("import", tmp_path, **store)
    assert (result.returncode, result.stdout) == (1, "")
    shown = result.stderr.splitlines()
    jsonl, yaml = tmp_path / "parties.jsonl", tmp_path / "more.yaml"
    for begins in (
        f"{jsonl}:2: parties/p2 nmae: ",
        f"{jsonl}:4: not JSON",
        f"{yaml}:3: parties/p9 kind: ",
    ):
        assert any(line.startswith(begins) for line in shown), (begins, result.stderr)
    assert re.fullmatch(r"\d+ faults; nothing was written", shown[-1])
    assert "nothing" in done("export", tmp_path / "out", **store)


def test_import_tells_what_is_left_out_and_what_lists_do_not_show(
    store: dict[str, str], tmp_path: Path
) -> None:
    party = {"kind": "COMPANY", "name": "One", "curation": "ACCEPTED"}
    lines = [{**party, "key": "a"}, {**party, "key": "b", "curation": "PROPOSED"}]
    (tmp_path / "parties.jsonl").write_text("\n".join(map(json.dumps, lines)))
    for name in ("notes.csv", "._parties.jsonl", "\x1b[2J.md", ".DS_Store"):
        (tmp_path / name).write_text("")
    result = run("import", tmp_path, **store)
    assert result.returncode == 0
    assert result.stdout == (
        "created   2 parties\nof these, not shown in lists until they are ACCEPTED: 1 parties\n"
    )
    (left_out,) = result.stderr.splitlines()
    names = (r"\x1b[2J.md", "._parties.jsonl", "notes.csv")
    assert left_out == "not read: " + ", ".join(f"{tmp_path}/{name}" for name in names)
    # Unchanged, it is no news.
    assert run("import", tmp_path, **store).stdout == "unchanged 2 parties\n"


def test_refused_for_a_rule(store: dict[str, str], tmp_path: Path) -> None:
    party = {"key": "p1", "kind": "COMPANY", "name": "One", "parent": "gone"}
    (tmp_path / "parties.jsonl").write_text(json.dumps(party))
    result = run("import", tmp_path, **store)
    assert result.returncode == 1
    fault, summary = result.stderr.splitlines()
    assert fault.startswith(f"{tmp_path / 'parties.jsonl'}:1: parties/p1 parent: ")
    assert "gone" in fault
    assert summary == "1 fault; nothing was written"


async def test_check_tells_what_is_broken(store: dict[str, str]) -> None:
    done("import", FIXTURES / "meta-pakistan", **store)
    sound = run("check", **store)
    assert sound.returncode == 0
    assert re.search(r"^ +0  derived-differs ", sound.stdout, re.MULTILINE)

    database = Database.connect(store["mongodb_url"], store["database"])
    await database.command(
        {
            "update": "commitments",
            "updates": [{"q": {"_id": "K01"}, "u": {"$set": {"derived.followUpCount": 99}}}],
        }
    )
    database.close()
    broken = run("check", "--json", **store)
    assert broken.returncode == 1
    found = [json.loads(line) for line in broken.stdout.splitlines()]
    (differs,) = (f for f in found if f["finding"] == "derived-differs")
    assert (differs["noun"], differs["key"]) == ("commitments", "K01")

    assert re.fullmatch(r"rebuilt +\d+ records\n", done("rebuild", **store))
    assert run("check", **store).returncode == 0


def test_schema(tmp_path: Path) -> None:
    assert done("schema") == print_sdl(build())
    assert done("schema", "--output", tmp_path / "schema.graphql") == ""
    assert (tmp_path / "schema.graphql").read_text(encoding="utf-8") == print_sdl(build())


@pytest.mark.parametrize("command", ["schema", "sandbox --help"])
def test_what_is_printed_is_utf_8_in_every_locale(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = done(*command.split())
    # As in a locale of Western Europe before UTF-8.
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    assert done(*command.split()) == expected and not expected.isascii()


# --- MongoDB -------------------------------------------------------------------------------------


def test_mongo_that_never_ran(tmp_path: Path) -> None:
    status = run("mongo", "status", data_dir=tmp_path)
    assert status.returncode == 1
    assert re.search(r"^running +no$", status.stdout, re.MULTILINE)
    assert str(tmp_path) in status.stdout
    stop = run("mongo", "stop", data_dir=tmp_path)
    assert (stop.returncode, stop.stdout) == (0, "it was not running\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not a MongoDB address"),
        ("mongodb://root:hunter2@host:port", "not a MongoDB address"),
        ("mongodb://root:hun/ter2@host", "not a MongoDB address"),
        ("mongodb://root:hunter2@{host}/?replicaSet=followthrough", "uthentication failed"),
    ],
)
@pytest.mark.parametrize(
    "command", [("import", FIXTURES / "invented"), ("check",), ("serve", "--port", "0")]
)
def test_mongodb_that_cannot_be_used(
    mongodb_url: str, command: tuple[object, ...], url: str, said: str
) -> None:
    host = re.search(r"@([^/]+)/", mongodb_url)
    assert host is not None
    result = run(*command, mongodb_url=url.replace("{host}", host[1]), log_level="error")
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert line.startswith("MongoDB cannot be used: ")
    assert said in line
    assert "hunter2" not in line and "ter2" not in line


async def test_store_of_a_newer_version(store: dict[str, str]) -> None:
    done("import", FIXTURES / "meta-pakistan" / "parties.yaml", **store)
    database = Database.connect(store["mongodb_url"], store["database"])
    await database.command(
        {
            "update": "meta",
            "updates": [{"q": {"_id": "layout"}, "u": {"$set": {"version": 99}}}],
        }
    )
    database.close()
    for command in (("check",), ("serve", "--port", "0")):
        result = run(*command, log_level="error", **store)
        assert result.returncode == 3
        (line,) = result.stderr.splitlines()
        assert "layout version 99" in line


# --- Long work -----------------------------------------------------------------------------------


async def test_interrupted_import_is_finished_by_another(
    store: dict[str, str], tmp_path: Path
) -> None:
    # Enough batches that it is not over before the signal arrives.
    counts = {**COUNTS, "follow_ups": 2500}
    total = write_bundle(tmp_path / "bundle", counts)
    with at_terminal("import", tmp_path / "bundle", **store) as command:
        acknowledged = command.progressed("Loading", total)
        command.process.send_signal(signal.SIGINT)
        assert command.end() == 130
    assert "interrupted; what was said to be done is done" in command.shown
    assert "Traceback" not in command.shown

    database = Database.connect(store["mongodb_url"], store["database"])
    assert acknowledged <= await database.count(beside("changes")) < total
    assert await database.count("changes") == 0, "what is not whole is not shown"
    assert "has not ended" in run("check", **store).stderr
    said = done("import", tmp_path / "bundle", **store)
    assert "created" in said and "unchanged" in said and "updated" not in said
    assert "went on with an import of the same that was cut off" in said

    for noun, count in counts.items():
        assert len(await database.find(noun, {})) == count
    changes = await database.find("changes", {})
    assert len({(c["noun"], c["record"]) for c in changes}) == len(changes) == total
    database.close()
    assert run("check", **store).returncode == 0


# --- Explain -------------------------------------------------------------------------------------


async def test_explain_shows_plan_commands_and_function(
    mongodb_url: str, meta_pakistan: Any, tmp_path: Path
) -> None:
    file = tmp_path / "q.graphql"
    file.write_text("{ commitments(first: 2) { nodes { title madeAt { title } } } }")
    settings = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    result = run("explain", str(file), **settings)
    assert result.returncode == 0, result.stderr
    for shown in (
        "plan: A compiled plan",
        "Query.commitments (commitments): page of commitments",
        "Commitment.madeAt (madeAt): find in meetings by key, reading title",
        "2 MongoDB commands",
        "def assemble(root, linked, arguments, operation):",
    ):
        assert shown in result.stdout


async def test_explain_shows_what_each_command_read_and_how_long_it_took(
    mongodb_url: str, meta_pakistan: Any, tmp_path: Path
) -> None:
    file = tmp_path / "q.graphql"
    file.write_text("{ commitments(first: 2) { nodes { title madeAt { title } } } }")
    settings = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    shown = run("explain", str(file), **settings).stdout
    assert re.search(r"^find commitments: \d+\.\d ms$", shown, re.M)
    assert "  commitments by madeOn.earliest__id: 3 documents and 3 keys examined, 3 found" in shown
    by_key = r"^  meetings by _id_: \d documents and \d keys examined, \d found$"
    assert re.search(by_key, shown, re.M)


@pytest.mark.parametrize("stem", ["01-promised-by-meta", "10-topics-and-strengths"])
async def test_explain_takes_a_worked_query_with_its_variables(
    mongodb_url: str, meta_pakistan: Any, stem: str
) -> None:
    settings = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    result = run("explain", QUERIES / f"{stem}.graphql", **settings)
    assert result.returncode == 0, result.stderr
    assert " keys examined" in result.stdout


async def test_explain_takes_other_variables_in_their_place(
    mongodb_url: str, meta_pakistan: Any, tmp_path: Path
) -> None:
    file = tmp_path / "q.graphql"
    file.write_text("""# variables: {"n": 101}
query Q($n: Int!) { commitments(first: $n) { totalCount } }""")
    settings = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    assert run("explain", str(file), **settings).returncode == 1
    beside = run("explain", str(file), "--variables", '{"n": 5}', **settings)
    assert beside.returncode == 0, beside.stderr
    for faulty in ("[]", "{"):
        result = run("explain", str(file), "--variables", faulty, **settings)
        assert result.returncode == 2 and "--variables: not " in result.stderr


async def test_explain_says_why_it_cannot(
    mongodb_url: str, meta_pakistan: Any, tmp_path: Path
) -> None:
    file = tmp_path / "q.graphql"
    file.write_text("{ commitments(first: 101) { totalCount } }")
    settings = {"mongodb_url": mongodb_url, "database": meta_pakistan.database.name}
    result = run("explain", str(file), **settings)
    assert result.returncode == 1
    assert "first: a page holds 0 to 100" in result.stderr
