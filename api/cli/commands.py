"""What `followthrough` can do. Each command reads its settings, does its work, says how it went.

Exit codes: 0 done; 1 faults were found, or the input, folder or port was refused; 2 wrong usage;
3 MongoDB could not be used; 130 interrupted.
"""

import signal
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import click
import orjson

from api.cli.exits import FAULTY, UNUSABLE, print_faults, report_known_failures, run_work
from api.cli.intake import intake
from api.cli.options import STORE, with_settings
from api.cli.progress import show_progress
from api.cli.sandbox import sandbox
from api.cli.serving import CannotListen, run_server
from api.cli.tokens import token
from api.cli.webhooks import webhook
from api.database import open_database
from api.observability.setup import Missing
from api.settings import Settings, redact
from store import embedded
from store.bundles.exporting import FORMATS, FolderInUse, MomentGone, export_bundle
from store.bundles.importing import (
    BundleRefused,
    CutOff,
    OtherLoad,
    Progress,
    import_bundle,
)
from store.bundles.reader import left_out_of, shown_name
from store.mongodb.driver import Database, TimedCommandLog
from store.persisted_documents import TrustedDocuments, document_id
from store.records.changes import Origin
from store.records.nouns import NOUNS
from store.writes.loading import find_mark
from store.writes.quality import FAULTS, Finding, Found, report
from store.writes.queue import count_pending, work_off
from store.writes.rebuild import rebuild as derive_again
from store.writes.writer import Author, WriteRefused


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="followthrough")
def main() -> None:
    """Follows public commitments to what came of them, over GraphQL.

    Without --mongodb-url (or FOLLOWTHROUGH_MONGODB_URL) every command uses a MongoDB of its own,
    which it starts and stops; programs that run at the same time share it.
    """
    # SIGTERM, too, is to stop the MongoDB of our own.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


main.add_command(sandbox)
main.add_command(token)
main.add_command(webhook)
main.add_command(intake)


@main.command()
@with_settings()
def serve(settings: Settings) -> None:
    """Serve the API and the GraphiQL workbench until stopped."""
    try:
        with report_known_failures():
            run_server(settings)
    except (CannotListen, Missing) as error:
        click.echo(str(error), err=True)
        sys.exit(FAULTY)


@main.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--by", default="import", show_default=True, help="Who writes, for the change log.")
@click.option("--why", default=None, help="Why, for the change log.")
@with_settings(*STORE)
def import_(settings: Settings, paths: tuple[Path, ...], by: str, why: str | None) -> None:
    """Import files or folders of YAML, JSON or JSON Lines as one bundle.

    All of it is checked before anything is written; every fault is listed with file, line and
    path. What a bundle may hold is in docs/bundles.md. Hidden files are read only if they are
    named. Importing the same again changes nothing, so an import that was cut off is finished by
    running it again.
    """

    _tell_of_left_out(paths)
    author = Author(by, why, via=Origin.IMPORT)

    async def work() -> None:
        async with open_database(settings) as database:
            with show_progress() as told:
                done = await import_bundle(database, paths, author, progress=told)
                await _work_off(database, told)
        if done.resumed:
            click.echo("went on with an import of the same that was cut off")
        for word, counts in (
            ("created", done.created),
            ("updated", done.updated),
            ("unchanged", done.unchanged),
        ):
            if counts:
                click.echo(f"{word:<10}{_format_counts(counts)}")
        if done.unreviewed:
            of_these = _format_counts(done.unreviewed)
            click.echo(f"of these, not shown in lists until they are ACCEPTED: {of_these}")

    try:
        run_work(work())
    except (CutOff, OtherLoad) as cut_off:
        click.echo(redact(str(cut_off)), err=True)
        sys.exit(UNUSABLE)
    except WriteRefused as refused:
        click.echo(str(refused), err=True)
        click.echo(
            "the store was changed while this was written; import the same again, which goes on "
            "where this stopped and says what no longer fits",
            err=True,
        )
        sys.exit(FAULTY)
    except BundleRefused as refused:
        print_faults(refused)
        sys.exit(FAULTY)


async def _work_off(database: Database, told: Progress) -> None:
    """Works off what waits, as far as no other program does, and says what still waits."""
    done = 0
    async for count in work_off(database):
        done += count
        told("Telling of changes", done, None)
    if pending := await count_pending(database):
        click.echo(f"{pending:,} changes are told of by another program, in a while", err=True)


_MOST_TOLD = 5
_CUT_OFF = (
    "a first import of this store has not ended, and shows nothing until then; where it was cut "
    "off, import the same again: it goes on"
)


def _tell_of_left_out(paths: Sequence[Path]) -> None:
    left_out = left_out_of(paths)
    if left_out:
        more = len(left_out) - _MOST_TOLD
        names = ", ".join(map(shown_name, left_out[:_MOST_TOLD]))
        click.echo(f"not read: {names}" + (f" and {more:,} more" if more > 0 else ""), err=True)


def _format_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {noun}" for noun, count in counts.items())


@main.command()
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
    click.echo(f"exported  {_format_counts(counts) or 'nothing: the store is empty'}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each finding.")
@with_settings(*STORE)
def check(settings: Settings, as_json: bool) -> None:
    """Report on the quality of the data; exit with 1 if something is broken."""

    async def work() -> Counter[Finding]:
        seen: Counter[Finding] = Counter()
        async with open_database(settings) as database:
            with show_progress() as told:
                await _work_off(database, told)
                if await find_mark(database) is not None:
                    click.echo(_CUT_OFF, err=True)
                looked = 0
                async for found in report(database):
                    if isinstance(found, Found):
                        seen[found.finding] += 1
                        _print_finding(found, as_json)
                    else:
                        looked += found
                        told("Checking", looked, None)
        return seen

    seen = run_work(work())
    if not as_json:
        for finding in Finding:
            click.echo(f"{seen[finding]:>6}  {finding.value:<16} {finding.description}")
    sys.exit(FAULTY if any(seen[finding] for finding in FAULTS) else 0)


def _print_finding(found: Found, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(found).decode())
    else:
        click.echo(f"{found.finding.value}: {found.noun}/{found.key}: {found.message}")


@main.command()
@with_settings(*STORE)
def rebuild(settings: Settings) -> None:
    """Work out everything derived again: status histories, counters, search names."""

    async def work() -> int:
        done = 0
        async with open_database(settings) as database:
            with show_progress() as told:
                await _work_off(database, told)
                async for count in derive_again(database):
                    done += count
                    told("Rebuilding", done, None)
        return done

    click.echo(f"rebuilt   {run_work(work()):,} records")


@main.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
@click.option(
    "--against", type=click.File("r", encoding="utf-8"), help="Say what changed since this schema."
)
def schema(output: Path | None, against: TextIO | None) -> None:
    """Print the GraphQL schema, or what changed in it.

    Exits with 1 if --against finds a breaking change.
    """
    # Here and below: the schema takes half a second to import, and other commands need none.
    from graphql import GraphQLError, build_schema

    from schema.breaking_changes import list_changes
    from schema.build import build, print_sdl

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


@main.command()
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


@main.command("trusted")
@with_settings(*STORE)
def list_trusted(settings: Settings) -> None:
    """List the trusted documents: their ids, and what they call their operations."""
    from engine.requests.persisted_documents import names_of

    async def work() -> Mapping[str, str]:
        async with open_database(settings) as database:
            return await TrustedDocuments(database).list_texts()

    for id_, text in run_work(work()).items():
        click.echo(f"{id_}  {', '.join(names_of(text)) or '(unnamed)'}")


@main.command()
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


@main.command()
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


@main.group()
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
