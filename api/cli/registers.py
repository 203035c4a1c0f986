"""`followthrough register`: parties from registers and for registers of people and bodies."""

import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import click
import orjson

from api.cli.exits import FAULTY, report_refused_import, run_work
from api.cli.importing import format_counts, work_off_waiting
from api.cli.options import STORE, with_settings
from api.cli.progress import show_progress
from api.database import open_database
from api.settings import Settings
from store.bundles.importing import import_bundle, try_bundle
from store.bundles.reader import Place, Raw, shown_name
from store.bundles.registers.follow_the_money import read_entities, write_entities
from store.bundles.registers.popolo import read_popolo, write_popolo
from store.bundles.registers.reading import RegisterReader, RegisterRefused
from store.bundles.sources import Source
from store.mongodb.documents import to_record
from store.mongodb.driver import Database
from store.records.base import Curation
from store.records.changes import Origin
from store.records.parties import Organization, Party, PartyKind, Person
from store.writes.writer import Author

FORMS = ("popolo", "ftm")
_KINDS = [kind for kind in PartyKind if kind is not PartyKind.PERSON]


@click.group()
def register() -> None:
    """People and bodies in the forms of others: Popolo and FollowTheMoney."""


@register.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "form", type=click.Choice(FORMS), required=True, help="The form of FILE.")
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    default=None,
    help="The kind of bodies of which the register says none.",
)
@click.option(
    "--curation", type=click.Choice(list(Curation)), default="PROPOSED", show_default=True
)
@click.option("--by", default="import", show_default=True, help="Who writes, for the change log.")
@click.option("--check", "tries", is_flag=True, help="Say what would be done; write nothing.")
@with_settings(*STORE)
def import_register(
    settings: Settings, file: Path, form: str, kind: str | None, curation: str, by: str, tries: bool
) -> None:
    """Import the people and bodies of a register from FILE, with names and memberships.

    Their ids become keys, and are kept as identifiers. What has no place in a party is counted.
    """
    others = PartyKind(kind) if kind is not None else None
    reader = RegisterReader(form, others, curation)
    try:
        _read(file, form, reader)
        items = [
            Raw("parties", party, Place(shown_name(file), 1)) for party in reader.list_parties()
        ]
    except RegisterRefused as refused:
        click.echo(f"{shown_name(file)}: {refused}", err=True)
        sys.exit(FAULTY)
    for what, count in reader.left_out.most_common():
        click.echo(f"not kept: {count:,} {what}", err=True)
    author = Author(by, via=Origin.IMPORT)

    async def work() -> None:
        async with open_database(settings) as database:
            with show_progress() as told:
                if tries:
                    tried = await try_bundle(database, [], author, progress=told, converted=items)
                    click.echo(f"would create  {format_counts(tried.would.created)}")
                    click.echo(f"would update  {format_counts(tried.would.updated)}")
                    return
                source = Source(database, file.name)
                done = await import_bundle(
                    database, [], author, progress=told, converted=items, source=source
                )
                await work_off_waiting(database, told)
        for word in ("created", "updated", "unchanged"):
            if counts := getattr(done, word):
                click.echo(f"{word:<10}{format_counts(counts)}")

    with report_refused_import():
        run_work(work())


def _read(file: Path, form: str, reader: RegisterReader) -> None:
    """Reads FILE into the reader. Raises RegisterRefused."""
    try:
        content = file.read_bytes()
        if form == "popolo":
            read_popolo(orjson.loads(content), reader)
        else:
            read_entities([orjson.loads(line) for line in content.splitlines() if line], reader)
    except orjson.JSONDecodeError as error:
        raise RegisterRefused(f"not JSON: {error}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise RegisterRefused(f"not {form}: {type(error).__name__} {error}") from None


@register.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "form", type=click.Choice(FORMS), required=True, help="The form to write.")
@with_settings(*STORE)
def export_register(settings: Settings, file: Path, form: str) -> None:
    """Export the accepted people and bodies to FILE, with names and memberships."""

    async def work() -> list[Party]:
        async with open_database(settings) as database:
            return [party async for party in _stream_parties(database)]

    parties = run_work(work())
    if form == "popolo":
        file.write_bytes(orjson.dumps(write_popolo(parties), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        file.write_bytes(b"".join(orjson.dumps(e) + b"\n" for e in write_entities(parties)))
    counts = Counter("persons" if isinstance(party, Person) else "bodies" for party in parties)
    click.echo(f"exported  {format_counts(counts) or 'nothing: no party is accepted'}")


async def _stream_parties(database: Database) -> AsyncIterator[Party]:
    query = {"curation": Curation.ACCEPTED, "mergedInto": None}
    documents = [d async for d in database.stream("parties", query, sort=[("_id", 1)])]
    there = {document["_id"] for document in documents}
    for document in documents:
        party = to_record("parties", document)
        assert isinstance(party, Party)
        yield _within(party, there)


def _within(party: Party, there: set[str]) -> Party:
    """The party without what it names that is not exported."""
    kept = tuple(m for m in party.memberships if m.organization in there)
    party = party.model_copy(update={"memberships": kept})
    if isinstance(party, Organization) and party.parent not in there:
        party = party.model_copy(update={"parent": None})
    return party
