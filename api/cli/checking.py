"""`followthrough check`: the report on the data, as lines or as JSON."""

import sys
from collections import Counter
from collections.abc import Iterator

import click
import orjson

from api.cli.exits import FAULTY, run_work
from api.cli.importing import work_off_waiting
from api.cli.options import STORE, with_settings
from api.cli.progress import show_progress
from api.database import open_database
from api.settings import Settings
from store.writes.loading import find_mark
from store.writes.quality import FAULTS, Finding, Found, report

FIRST_RECORDS = 10
"""How many records are listed for each finding that is no fault."""

_CUT_OFF = (
    "a first import of this store has not ended, and shows nothing until then; where it was cut "
    "off, import the same again: it goes on"
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each finding.")
@click.option(
    "--all", "lists_all", is_flag=True, help="List what is only worth a look to the last, too."
)
@with_settings(*STORE)
def check(settings: Settings, as_json: bool, lists_all: bool) -> None:
    """Report on the quality of the data; exit with 1 if something is broken.

    What is broken is listed to the last. Of what is only worth a look, and in many sets is so of
    most records, the first ten of each sort are, with a line for each record.
    """
    listing = Listing(lists_all or as_json)

    async def work() -> None:
        async with open_database(settings) as database:
            with show_progress() as told:
                await work_off_waiting(database, told)
                if await find_mark(database) is not None:
                    click.echo(_CUT_OFF, err=True)
                looked = 0
                async for found in report(database):
                    if isinstance(found, Found):
                        for line in listing.add(found):
                            _print_finding(*line, as_json)
                    else:
                        looked += found
                        told("Checking", looked, None)

    run_work(work())
    for line in listing.end():
        _print_finding(*line, as_json)
    if not as_json:
        for row in listing.sum_up():
            click.echo(row)
    sys.exit(FAULTY if any(listing.seen[finding] for finding in FAULTS) else 0)


class Listing:
    """Which findings to print, each with how many more of its sort the same record has.

    `seen` counts all findings. Unless `lists_all`, those that are no faults are put together by
    record, and cut after the first records. The findings of a record come one after the other.
    """

    def __init__(self, lists_all: bool) -> None:
        self.seen: Counter[Finding] = Counter()
        self._lists_all = lists_all
        self._records: Counter[Finding] = Counter()
        self._open: dict[Finding, tuple[Found, int]] = {}

    def add(self, found: Found) -> Iterator[tuple[Found, int]]:
        """Takes a finding; gives what can be printed now."""
        sort = found.finding
        self.seen[sort] += 1
        if self._lists_all or sort in FAULTS:
            yield found, 0
            return
        first, more = self._open.get(sort, (None, 0))
        if first is not None and (first.noun, first.key) == (found.noun, found.key):
            self._open[sort] = first, more + 1
            return
        yield from self._close(sort)
        self._records[sort] += 1
        self._open[sort] = found, 0

    def end(self) -> Iterator[tuple[Found, int]]:
        """What is left to print when all findings were added."""
        for sort in list(self._open):
            yield from self._close(sort)

    def _close(self, sort: Finding) -> Iterator[tuple[Found, int]]:
        if sort in self._open:
            line = self._open.pop(sort)
            if self._records[sort] <= FIRST_RECORDS:
                yield line

    def sum_up(self) -> Iterator[str]:
        """A line for each sort: how many, and of how many records more they are than was listed."""
        for sort in Finding:
            unlisted = self._records[sort] - FIRST_RECORDS
            cut = f" ({unlisted:,} more records: --all)" if unlisted > 0 else ""
            yield f"{self.seen[sort]:>6}  {sort.value:<16} {sort.description}{cut}"


def _print_finding(found: Found, more: int, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(found).decode())
        return
    also = f" (and {more:,} more)" if more else ""
    click.echo(f"{found.finding.value}: {found.noun}/{found.key}: {found.message}{also}")
