"""How commands end: their exit codes, and what is printed of failures that are known."""

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from api.database import CANNOT_BE_USED
from api.settings import redact
from store.bundles.importing import BundleRefused, CutOff, OtherLoad
from store.mongodb.driver import GaveUp
from store.writes.writer import WriteRefused

Result = TypeVar("Result")

FAULTY, UNUSABLE, INTERRUPTED = 1, 3, 130


@contextmanager
def report_known_failures() -> Iterator[None]:
    """Prints known failures in words, without a traceback, and exits."""
    try:
        yield
    except CANNOT_BE_USED as error:
        click.echo(f"MongoDB cannot be used: {_shorten(error)}", err=True)
        sys.exit(UNUSABLE)
    except GaveUp as error:
        click.echo(redact(str(error)), err=True)
        sys.exit(UNUSABLE)
    except KeyboardInterrupt:
        click.echo("interrupted; what was said to be done is done", err=True)
        sys.exit(INTERRUPTED)


@contextmanager
def report_refused_import(remedy: str = "") -> Iterator[None]:
    """Prints why an import was cut off or refused, and exits. `remedy` is told where the store was
    changed meanwhile.
    """
    try:
        yield
    except (CutOff, OtherLoad) as cut_off:
        click.echo(redact(str(cut_off)), err=True)
        sys.exit(UNUSABLE)
    except WriteRefused as refused:
        click.echo(str(refused), err=True)
        if remedy:
            click.echo(remedy, err=True)
        sys.exit(FAULTY)
    except BundleRefused as refused:
        print_faults(refused)
        sys.exit(FAULTY)


def print_faults(refused: BundleRefused) -> None:
    """Prints every fault of a bundle with its place, and how many there are."""
    for fault in refused.faults:
        click.echo(str(fault), err=True)
    more = " or more" if refused.more else ""
    number = len(refused.faults)
    click.echo(f"{number}{more} fault{'s' if number > 1 else ''}; nothing was written", err=True)


def _shorten(error: Exception) -> str:
    # After this the driver lists its settings and every server.
    return redact(str(error)).partition(" (configured timeouts")[0]


def run_work(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a command's work; known failures end the command."""
    with report_known_failures():
        return asyncio.run(work)
