"""`followthrough intake`: what would be proposed for articles. Nothing is written to the store."""

import sys
from pathlib import Path

import click

from api.cli.options import STORE, with_settings
from api.settings import Settings


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--json",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write NAME.json for each file into this folder.",
)
@click.option(
    "--draft",
    "drafts",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write NAME.yaml for each file into this folder: a bundle to complete and import.",
)
@click.option(
    "--check",
    "completed",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Name the titles and gists of NAME.yaml in this folder that are the article's own words.",
)
@with_settings(*STORE)
def intake(
    settings: Settings,
    files: tuple[Path, ...],
    folder: Path | None,
    drafts: Path | None,
    completed: Path | None,
) -> None:
    """Read articles, and say what would be proposed beside the store at hand.

    FILES are texts, HTML pages, PDFs or e-mails, one article each. Nothing is written to the
    store. Exits with 1 if a file could not be read; the others are read all the same.
    """
    # Here, because every command imports this module, and few want the rules of the intake.
    from api.cli.article_reading import check_files, read_files

    if completed is not None:
        sys.exit(check_files(files, completed))
    sys.exit(read_files(settings, files, folder, drafts))
