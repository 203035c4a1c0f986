"""`followthrough backup` and `restore`: all of a store in one file, and a store made of it."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from api.cli.exits import FAULTY, UNUSABLE, run_work
from api.cli.options import STORE, with_settings
from api.cli.progress import show_progress
from api.database import open_as_it_is
from api.settings import Settings
from store.backups.archive import ArchiveWriter, BadArchive
from store.backups.restoring import Backup, NotAsBackedUp, NotEmpty, NotThatFar, restore
from store.backups.saving import CannotBackUp, Saving


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings(*STORE)
def back_up(settings: Settings, file: Path) -> None:
    """Keep the whole store in FILE, as it is at one moment; it may be written to meanwhile.

    All collections are in it: records, the log of changes, comments, digests of tokens, webhooks
    with their secrets, trusted documents. The file is for its owner alone; encrypt it before it
    goes elsewhere. It stands under its name only when it is whole.
    """
    if file.exists():
        click.echo(f"{file} exists; name a file that does not", err=True)
        sys.exit(FAULTY)
    partial = file.with_name(f"{file.name}.partial")
    if partial.exists():
        click.echo(f"{partial}, of a backup that was cut off, is written over", err=True)

    async def work() -> int:
        async with open_as_it_is(settings) as database:
            # For nobody else, from the first byte on.
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out, show_progress() as told:
                counts = await Saving(database, ArchiveWriter(out), told).save()
                out.flush()
                os.fsync(out.fileno())
        partial.rename(file)
        _settle_folder(file.absolute().parent)
        return sum(counts.values())

    try:
        done = run_work(work())
    except (CannotBackUp, OSError) as error:
        partial.unlink(missing_ok=True)
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE if isinstance(error, CannotBackUp) else FAULTY)
    click.echo(f"backed up {done:,} documents, {file.stat().st_size / 1e6:,.1f} MB")


def _settle_folder(folder: Path) -> None:
    """Has the system keep the name of a new file, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_moment(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter("a moment with its time zone, such as 2026-11-30T14:05:00Z")
    return moment


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option(
    "--until",
    default=None,
    metavar="MOMENT",
    callback=_read_moment,
    help="Undo what was written after this moment, such as 2026-11-30T14:05:00Z.",
)
@with_settings(*STORE)
def restore_backup(settings: Settings, file: Path, until: datetime | None) -> None:
    """Make the store that FILE keeps, in an empty database.

    FILE is read to its end first; one that is damaged or was cut off changes nothing. While it is
    restored, every program refuses the store. If that is cut off, restore it again: it begins
    anew.
    """

    async def work() -> Backup:
        async with open_as_it_is(settings) as database:
            with show_progress() as told:
                return await restore(database, file, told, until)

    try:
        backup = run_work(work())
    except (BadArchive, NotAsBackedUp, NotEmpty, NotThatFar, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(FAULTY)
    moment = until.isoformat() if until is not None else backup.moment
    click.echo(f"restored  {sum(backup.counts.values()):,} documents; the store is as of {moment}")
    click.echo("followthrough check says whether all of it is right", err=True)
