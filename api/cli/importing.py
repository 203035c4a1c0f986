"""`followthrough import`: bundles, and tables by a map; tried or for good."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from api.cli.exits import FAULTY, report_refused_import, run_work
from api.cli.options import STORE, with_settings
from api.cli.progress import show_progress
from api.database import open_database
from api.sandbox.fixtures import NoSuchFixtures, find_bundles
from api.settings import Settings
from store.bundles.files import left_out_of
from store.bundles.importing import (
    MOST_TRIED,
    Imported,
    Progress,
    Tried,
    import_bundle,
    try_bundle,
)
from store.bundles.reader import shown_name
from store.bundles.sources import Source, Vanished
from store.bundles.tables.files import is_table, read_table
from store.bundles.tables.importing import Converted, convert_tables
from store.bundles.tables.map_faults import MapRefused
from store.bundles.tables.map_files import read_map, read_reading, read_roles
from store.bundles.tables.maps import TableMap
from store.bundles.tables.proposing import propose_map as make_map
from store.bundles.tables.rows import TableRefused
from store.mongodb.driver import Database
from store.records.changes import Origin
from store.writes.effects import Effect
from store.writes.queue import count_pending, work_off
from store.writes.writer import Author

OWN_MAP = Path(__file__).parents[1] / "exports" / "commitments.map.yaml"
"""Reads the CSV of our own exports back."""

_MOST_TOLD = 5
_MOST_IN_SECTION = 12
_MOST_LISTED = 50


def _read_bundles(
    _context: click.Context, _argument: click.Parameter, given: Sequence[str]
) -> tuple[Path, ...]:
    try:
        return find_bundles(given)
    except NoSuchFixtures as error:
        raise click.BadParameter(str(error)) from None


@click.command("import")
@click.argument("paths", metavar="NAME|PATH...", nargs=-1, required=True, callback=_read_bundles)
@click.option("--by", default="import", show_default=True, help="Who writes, for the change log.")
@click.option("--why", default=None, help="Why, for the change log.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read PATHS as tables, by this map: CSV, XLSX, ODS, or lists of objects in JSON and YAML.",
)
@click.option(
    "--with",
    "beside",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Import this bundle with the tables, such as the parties that they name.",
)
@click.option(
    "--propose-map",
    is_flag=True,
    help="Print a first map for a table, which is read as --map says, and do no more.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all of how the tables were understood to this file.",
)
@click.option("--check", "tries", is_flag=True, help="Say what the import would do; write nothing.")
@click.option(
    "--source",
    "source_name",
    default=None,
    help="What it is from, to tell later what vanished there. [the names of PATHS]",
)
@click.option(
    "--since-last", is_flag=True, help="List what the source had at earlier imports and no more."
)
@click.option(
    "--retract-vanished",
    metavar="REASON",
    default=None,
    help="Retract what vanished, for this reason; what was not accepted is rejected.",
)
@with_settings(*STORE)
def import_(
    settings: Settings,
    paths: tuple[Path, ...],
    by: str,
    why: str | None,
    map_file: Path | None,
    beside: tuple[Path, ...],
    propose_map: bool,
    report_file: Path | None,
    tries: bool,
    source_name: str | None,
    since_last: bool,
    retract_vanished: str | None,
) -> None:
    """Import files or folders of YAML, JSON or JSON Lines as one bundle, or tables by a map.

    A NAME is that of fixtures that come with the program, such as meta-pakistan; a path goes first.
    All of it is checked before anything is written; every fault is listed with file, line and
    path. What a bundle may hold is in docs/bundles.md, how tables are read in docs/spreadsheets.md.
    Hidden files are read only if they are named. Importing the same again changes nothing, so an
    import that was cut off is finished by running it again.
    """
    if propose_map:
        _print_map(paths, map_file)
        return
    table_map = _choose_map(paths, map_file)
    bundles = beside if table_map is not None else (*paths, *beside)
    tables = paths if table_map is not None else ()
    _tell_of_left_out(bundles)
    author = Author(by, why, via=Origin.IMPORT)
    name = source_name or ", ".join(path.name for path in paths)

    async def work() -> None:
        async with open_database(settings) as database:
            source = Source(database, name)
            converted = Converted()
            if table_map is not None:
                converted = await convert_tables(database, tables, table_map, bundles)
                _tell_reports(converted, report_file)
            items = converted.items
            with show_progress() as told:
                if tries:
                    tried = await try_bundle(
                        database, bundles, author, progress=told, converted=items, source=source
                    )
                    _tell_tried(tried, vanished=since_last or retract_vanished is not None)
                    return
                done = await import_bundle(
                    database, bundles, author, progress=told, converted=items, source=source
                )
                vanished = done.vanished
                await work_off_waiting(database, told)
            _tell_imported(done)
            if since_last or retract_vanished is not None:
                _tell_vanished(vanished, name)
            if retract_vanished is not None:
                reason = Author(by, retract_vanished, via=Origin.IMPORT)
                click.echo(f"set aside {await source.retract(vanished, reason):,}")
                with show_progress() as told:
                    await work_off_waiting(database, told)

    with report_refused_import(
        "the store was changed while this was written; import the same again, which goes on "
        "where this stopped and says what no longer fits"
    ):
        run_work(work())


# --- Tables --------------------------------------------------------------------------------------


def _print_map(paths: Sequence[Path], map_file: Path | None) -> None:
    """Prints a first map for a table, which is read as another map says."""
    if len(paths) > 1:
        raise click.UsageError("a map is proposed for one table at a time")
    try:
        reading = read_reading(map_file) if map_file is not None else {}
        roles = read_roles(map_file) if map_file is not None else {}
        click.echo(make_map(read_table(paths[0], **reading), reading, roles), nl=False)
    except MapRefused as refused:
        click.echo(str(refused), err=True)
        sys.exit(FAULTY)
    except TableRefused as refused:
        click.echo(f"{shown_name(paths[0])}: {refused}", err=True)
        sys.exit(FAULTY)


def _choose_map(paths: Sequence[Path], map_file: Path | None) -> TableMap | None:
    """The map to read all paths by; None for bundles."""
    try:
        if map_file is not None:
            return read_map(map_file)
        tables = [path for path in paths if path.is_file() and is_table(path)]
        if not tables:
            return None
        if len(tables) == len(paths) and all(map(_is_own_export, tables)):
            click.echo("read as the CSV of an export: it changes what is stored", err=True)
            return read_map(OWN_MAP)
    except MapRefused as refused:
        click.echo(str(refused), err=True)
        sys.exit(FAULTY)
    raise click.UsageError(
        f"{shown_name(tables[0])} is a table; say by --map which column is what. --propose-map "
        "prints a first map, docs/spreadsheets.md says how"
    )


def _is_own_export(file: Path) -> bool:
    wanted = set(read_map(OWN_MAP).columns())
    try:
        return file.suffix.lower() == ".csv" and wanted <= set(read_table(file).columns)
    except TableRefused:
        return False


def _tell_reports(converted: Converted, report_file: Path | None) -> None:
    whole: list[str] = []
    for name, report in converted.reports.items():
        whole += [name, *(f"  {line}" for line in report.lines())]
        click.echo(name)
        for line in report.lines(_MOST_IN_SECTION):
            click.echo(f"  {line}")
    if report_file is not None:
        report_file.write_text("\n".join([*whole, ""]), encoding="utf-8")


# --- What was done -------------------------------------------------------------------------------


def _tell_imported(done: Imported) -> None:
    if done.resumed:
        click.echo("went on with an import of the same that was cut off")
    for word, counts in (
        ("created", done.created),
        ("updated", done.updated),
        ("unchanged", done.unchanged),
    ):
        if counts:
            click.echo(f"{word:<10}{format_counts(counts)}")
    if done.unreviewed:
        of_these = format_counts(done.unreviewed)
        click.echo(f"of these, not shown in lists until they are ACCEPTED: {of_these}")


def _tell_tried(tried: Tried, *, vanished: bool) -> None:
    would = tried.would
    for word, counts in (
        ("would create", would.created),
        ("would update", would.updated),
        ("unchanged", would.unchanged),
    ):
        if counts:
            click.echo(f"{word:<14}{format_counts(counts)}")
    if tried.effects is None:
        click.echo(f"nothing is at fault; what more than {MOST_TRIED:,} records do is not tried")
    elif tried.effects:
        click.echo("statuses today:")
        counted = Counter(_format_step(effect) for effect in tried.effects)
        for step, count in counted.most_common():
            click.echo(f"  {count:,} {step}")
        for effect in tried.effects[:_MOST_LISTED]:
            by = f", by {', '.join(effect.decided_by)}" if effect.decided_by else ""
            click.echo(f"  {effect.noun}/{effect.key}: {_format_step(effect)}{by}")
        if (more := len(tried.effects) - _MOST_LISTED) > 0:
            click.echo(f"  and {more:,} more")
    if would.unreviewed:
        of_these = format_counts(would.unreviewed)
        click.echo(f"not shown in lists until they are ACCEPTED: {of_these}")
    if vanished:
        _tell_vanished(tried.vanished, "the source")
    click.echo("nothing was written")


def _format_step(effect: Effect) -> str:
    return f"{effect.before or '(none)'} -> {effect.after or '(none)'}"


def _tell_vanished(vanished: Sequence[Vanished], name: str) -> None:
    click.echo(f"{len(vanished):,} that {name} had before, and has no more")
    for one in vanished:
        also = f" (also from {', '.join(one.also_in)}: left alone)" if one.also_in else ""
        click.echo(f"  {one.noun}/{one.key} {one.curation}{also}")


async def work_off_waiting(database: Database, told: Progress) -> None:
    """Works off what waits, as far as no other program does, and says what still waits."""
    done = 0
    async for count in work_off(database):
        done += count
        told("Telling of changes", done, None)
    if pending := await count_pending(database):
        click.echo(f"{pending:,} changes are told of by another program, in a while", err=True)


def format_counts(counts: dict[str, int]) -> str:
    """How many of each noun: `2 parties, 1 articles`."""
    return ", ".join(f"{count:,} {noun}" for noun, count in counts.items())


def _tell_of_left_out(paths: Sequence[Path]) -> None:
    left_out = left_out_of(paths)
    if left_out:
        more = len(left_out) - _MOST_TOLD
        names = ", ".join(map(shown_name, left_out[:_MOST_TOLD]))
        click.echo(f"not read: {names}" + (f" and {more:,} more" if more > 0 else ""), err=True)
