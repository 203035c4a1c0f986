"""How commands end: their exit codes, and what is printed of failures that are known."""

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from api.database import CANNOT_BE_USED
from api.settings import redact
from store.bundles.importing import BundleRefused
from store.mongodb.driver import GaveUp

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
