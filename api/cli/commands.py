"""What `followthrough` can do. Each command reads its settings, does its work, says how it went.

Exit codes: 0 done; 1 faults were found, or the input, folder or port was refused; 2 wrong usage;
3 MongoDB could not be used; 130 interrupted.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import click
import orjson

from api.cli.exits import FAULTY, UNUSABLE, report_known_failures, run_work
from api.cli.importing import format_counts, work_off_waiting
from api.cli.options import STORE, with_settings
from api.cli.progress import show_progress
from api.database import open_database
from api.settings import Settings
from store import embedded
from store.bundles.exporting import FORMATS, FolderInUse, MomentGone, export_bundle
from store.mongodb.driver import TimedCommandLog
from store.persisted_documents import TrustedDocuments, document_id
from store.records.nouns import NOUNS
from store.writes.rebuild import rebuild as derive_again


@click.command()
@with_settings()
def serve(settings: Settings) -> None:
    """Serve the API and the GraphiQL workbench until stopped."""
    # Here and below: the server and the schema take a second to import; other commands need none.
    from api.cli.listening import CannotListen
    from api.cli.serving import run_server
    from api.observability.setup import Missing

    try:
        with report_known_failures():
            run_server(settings)
    except (CannotListen, Missing) as error:
        click.echo(str(error), err=True)
        sys.exit(FAULTY)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option(
    "--noun", "nouns", multiple=True, type=click.Choice(list(NOUNS)), help="Only this; repeatable."
)
@with_settings(*STORE)
def export(settings: Settings, folder: Path, format_: str, nouns: tuple[str, ...]) -> None:
    """Export the records to a new FOLDER, one file for each noun, as `import` reads them.

    All files show one moment, which our own MongoDB remembers for half an hour, another by
    default for five minutes (minSnapshotHistoryWindowInSeconds). The log of changes is not
    exported.
    """

    async def work() -> dict[str, int]:
        async with open_database(settings) as database:
            with show_progress() as told:
                return await export_bundle(
                    database, folder, format=format_, nouns=nouns or tuple(NOUNS), progress=told
                )

    try:
        counts = run_work(work())
    except MomentGone as error:
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    except (FolderInUse, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(FAULTY)
    click.echo(f"exported  {format_counts(counts) or 'nothing: the store is empty'}")


@click.command()
@with_settings(*STORE)
def rebuild(settings: Settings) -> None:
    """Work out everything derived again: status histories, counters, search names."""

    async def work() -> int:
        done = 0
        async with open_database(settings) as database:
            with show_progress() as told:
                await work_off_waiting(database, told)
                async for count in derive_again(database):
                    done += count
                    told("Rebuilding", done, None)
        return done

    click.echo(f"rebuilt   {run_work(work()):,} records")


@click.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
@click.option(
    "--against", type=click.File("r", encoding="utf-8"), help="Say what changed since this schema."
)
@click.option("--bundle", is_flag=True, help="Print the JSON Schema of bundles in its place.")
def schema(output: Path | None, against: TextIO | None, bundle: bool) -> None:
    """Print the GraphQL schema, or what changed in it; or the JSON Schema of bundles.

    Exits with 1 if --against finds a breaking change.
    """
    from graphql import GraphQLError, build_schema

    from schema.breaking_changes import list_changes
    from schema.build import build, print_sdl
    from schema.commands.inputs import find_description
    from store.bundles.json_schema import make_schema

    if bundle and against is not None:
        raise click.UsageError("--against compares GraphQL schemas; leave out one of the two")
    if bundle:
        text = (
            orjson.dumps(make_schema(find_description), option=orjson.OPT_INDENT_2).decode() + "\n"
        )
    else:
        text = print_sdl(build())
    if against is not None:
        try:
            changed = list_changes(build_schema(against.read()), build_schema(text))
        except (GraphQLError, TypeError) as error:
            raise click.BadParameter(str(error), param_hint="--against") from None
        for sort, descriptions in changed.items():
            click.echo(f"{sort}: {len(descriptions)}")
            for description in descriptions:
                click.echo(f"  {description}")
        sys.exit(FAULTY if changed["breaking"] else 0)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_settings(*STORE, "most_cost", "most_depth")
def trust(settings: Settings, folder: Path) -> None:
    """Register the .graphql files in FOLDER as trusted documents, and print their ids.

    A document is what stands in the file, to the byte. Faults are all listed, and then nothing is
    registered. To register again changes nothing.
    """
    from api.app import limits_of
    from engine.requests.persisted_documents import find_faults
    from schema.build import build

    schema, limits = build(), limits_of(settings)
    texts, found = _documents_in(folder)
    for path, text in texts.items():
        found += [f"{path}: {fault}" for fault in find_faults(schema, text, limits)]
    _end_with(sorted(found))

    async def work() -> int:
        async with open_database(settings) as database:
            return await TrustedDocuments(database).register(texts.values())

    new = run_work(work())
    for path, text in texts.items():
        click.echo(f"{document_id(text)}  {path}")
    click.echo(f"registered {new:,}, known {len(set(texts.values())) - new:,}", err=True)


def _documents_in(folder: Path) -> tuple[dict[Path, str], list[str]]:
    """The texts of a folder's .graphql files by path, and the faults of those that
    cannot be read.
    """
    texts: dict[Path, str] = {}
    faults: list[str] = []
    for path in sorted(folder.rglob("*.graphql")):
        try:
            texts[path] = path.read_bytes().decode()
        except UnicodeDecodeError:
            faults.append(f"{path}: not UTF-8")
    if not texts and not faults:
        faults.append(f"{folder}: no .graphql files")
    return texts, faults


def _end_with(faults: Sequence[str]) -> None:
    """Prints the faults and exits; returns if there are none."""
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(FAULTY)


@click.command("trusted")
@with_settings(*STORE)
def list_trusted(settings: Settings) -> None:
    """List the trusted documents: their ids, and what they call their operations."""
    from engine.requests.persisted_documents import names_of

    async def work() -> Mapping[str, str]:
        async with open_database(settings) as database:
            return await TrustedDocuments(database).list_texts()

    for id_, text in run_work(work()).items():
        click.echo(f"{id_}  {', '.join(names_of(text)) or '(unnamed)'}")


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--except",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Revoke all but the .graphql files in this folder.",
)
@with_settings(*STORE)
def revoke(settings: Settings, ids: tuple[str, ...], folder: Path | None) -> None:
    """Revoke trusted documents, by ID or all but those of a folder, and print their ids.

    Servers that run refuse them as soon as they hear of it, as of any write. If an ID is not
    registered, nothing is revoked.
    """
    if bool(ids) == (folder is not None):
        raise click.UsageError("say which: ids, or --except with a folder")
    stay: set[str] = set()
    if folder is not None:
        texts, faults = _documents_in(folder)
        _end_with(faults)
        stay = {document_id(text) for text in texts.values()}

    async def work() -> list[str]:
        async with open_database(settings) as database:
            documents = TrustedDocuments(database)
            registered = await documents.list_texts()
            unknown = [f"{id_}: not registered" for id_ in ids if id_ not in registered]
            _end_with(unknown)
            gone = [id_ for id_ in registered if (id_ in ids if ids else id_ not in stay)]
            await documents.revoke(gone)
            return gone

    gone = run_work(work())
    for id_ in gone:
        click.echo(id_)
    click.echo(f"revoked {len(gone):,}", err=True)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option(
    "--variables",
    default=None,
    help="The variables, as a JSON object, in place of those that FILE has with it.",
)
@click.option("--operation", "name", default=None, help="Which operation, if there are several.")
@with_settings(*STORE)
def explain(settings: Settings, file: TextIO, variables: str | None, name: str | None) -> None:
    """Show how the query in FILE (- for standard input) is run.

    Prints its plan, the MongoDB commands that it sent, and the function that was generated for
    it. Of each command: how long it took, the indexes that it went by, and how many documents it
    examined. The variables are those of a comment `# variables: {…}` at the head of FILE, or of
    NAME.variables.json beside NAME.graphql.
    """

    from api.pages.routes import parse_example
    from schema.explain import CannotExplain, Explanation, explain_operation

    text = file.read()
    try:
        if variables is None:
            given = parse_example(Path(file.name), text)["variables"]
        else:
            given = _variables(variables)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--variables") from None

    async def work() -> Explanation:
        log = TimedCommandLog()
        async with open_database(settings, log) as database:
            log.clear()
            return await explain_operation(database, log, text, name, given)

    try:
        found = run_work(work())
    except CannotExplain as error:
        click.echo(str(error), err=True)
        sys.exit(FAULTY)
    for title, part in found.parts():
        click.echo(f"{title}\n{'-' * len(title)}\n{part}\n")


def _variables(text: str) -> dict[str, Any]:
    """The variables of an option. Raises ValueError."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise ValueError("not a JSON object")
    return given


@click.group()
def mongo() -> None:
    """The MongoDB of our own: where it is, how it does, stop it."""


@mongo.command()
@with_settings("data_dir")
def status(settings: Settings) -> None:
    """Say whether it runs, where, and who uses it; exit with 1 if it does not run."""
    found = run_work(embedded.status(settings.data_dir))
    rows: dict[str, Any] = {
        "running": "yes" if found.running else "no",
        "data": found.data,
        "pid": found.pid,
        "port": found.port,
        "address": found.url,
        "version": found.version,
        "up for": f"{found.uptime_s:.0f} s" if found.uptime_s is not None else None,
        "used by": ", ".join(map(str, found.sharers)) or None,
    }
    for name, value in rows.items():
        if value is not None:
            click.echo(f"{name:<10}{value}")
    sys.exit(0 if found.running else FAULTY)


@mongo.command()
@with_settings("data_dir")
def stop(settings: Settings) -> None:
    """Stop it, if a killed program left it behind; programs that run stop it themselves."""
    stopped = run_work(embedded.stop(settings.data_dir))
    click.echo("stopped" if stopped else "it was not running")
