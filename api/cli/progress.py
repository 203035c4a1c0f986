"""Shows the progress of long work: a line that is rewritten on a terminal, nothing elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from store.bundles.writer import Progress

_SECONDS_BETWEEN = 0.1
_WIDTH = 30


@contextmanager
def show_progress() -> Iterator[Progress]:
    """A function to call with `(what, done, of)`; its line is removed at the end."""
    if not sys.stderr.isatty():
        yield lambda what, done, of: None
        return
    last = 0.0

    def show(what: str, done: int, of: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN or done == of:
            last = now
            click.echo(f"\r\x1b[K{what:<22} {_bar(done, of)}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)


def _bar(done: int, of: int | None) -> str:
    if not of:
        return f"{done:,}"
    filled = _WIDTH * done // of
    return f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done:,} of {of:,}"
