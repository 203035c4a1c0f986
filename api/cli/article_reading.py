"""What `followthrough intake` does. Apart from its options, because it imports all rules."""

import re
from pathlib import Path

import click
import orjson

from api.cli.exits import FAULTY, run_work
from api.database import open_database
from api.settings import Settings
from intake.decoding import decode
from intake.drafting import list_copied, write_draft
from intake.kinds import KNOWN_NOUNS
from intake.known import Known, gather_known
from intake.proposals import make_proposals
from intake.reading import Reading, read_article
from intake.refusals import Refused
from intake.scorer_form import to_json
from intake.text.fingerprints import SAME_TEXT, take_fingerprint
from store.reads.accepted import stream_accepted
from store.records.articles import Article


def read_files(
    settings: Settings, files: tuple[Path, ...], folder: Path | None, drafts: Path | None
) -> int:
    """Reads files and prints or writes what was found; the exit code."""

    async def load() -> Known:
        async with open_database(settings) as database:
            records = [record async for record in stream_accepted(database, KNOWN_NOUNS)]
        prints = {r.key: take_fingerprint(r.text) for r in records if isinstance(r, Article)}
        return gather_known(records, prints)

    known = run_work(load())
    for made in (folder, drafts):
        if made is not None:
            made.mkdir(parents=True, exist_ok=True)
    refused = 0
    for file in files:
        try:
            decoded = decode(file.read_bytes())
            reading = read_article(decoded.text, known, decoded.published_on)
            reading.warnings.extend(decoded.notes)
        except Refused as error:
            refused += 1
            click.echo(f"{file}: {error.code}: {error}", err=True)
            continue
        if folder is None and drafts is None:
            _print(file, reading)
        if folder is not None:
            found = orjson.dumps(to_json(reading), option=orjson.OPT_INDENT_2)
            (folder / f"{file.stem}.json").write_bytes(found + b"\n")
        if drafts is not None:
            key = _key_of(file)
            proposals = make_proposals(reading, known, key)
            draft = write_draft(reading, proposals, known, key, decoded.source_sha256)
            (drafts / f"{file.stem}.yaml").write_text(draft, encoding="utf-8")
    return FAULTY if refused else 0


def check_files(files: tuple[Path, ...], completed: Path) -> int:
    """Names what completed drafts have word by word from their articles; the exit code."""
    copied = 0
    for file in files:
        draft = (completed / f"{file.stem}.yaml").read_text("utf-8")
        for where, row in list_copied(draft, decode(file.read_bytes()).text):
            copied += 1
            click.echo(f"{file.stem}.yaml: {where}: say it in your own words: “{row}”", err=True)
    return FAULTY if copied else 0


def _key_of(file: Path) -> str:
    """The key of an article, from the name of its file."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-._")[:100] or "article"


def _print(file: Path, reading: Reading) -> None:
    """What was found, for people: a line for each thing, with reasons."""
    text = reading.segments.text
    day = f"{reading.published.edtf} ({reading.published.basis})" if reading.published else "none"
    click.echo(f"{file}: published {day}")
    for meeting in reading.meetings:
        known = f"is {meeting.match}" if meeting.match else "is not stored"
        beside = ", background" if meeting.is_background else ""
        click.echo(f"  meeting      {meeting.kind.value}, {known}{beside}")
    for promise, same, _ in reading.promises:
        who = ", ".join(e.reference for e in promise.promisors) or "not stated"
        told = f"again {same}" if same else "new"
        click.echo(
            f"  commitment   {who}: {promise.attribution.value}, {promise.strength.value}, {told}"
        )
        click.echo(f"               {'; '.join(promise.reasons)}")
        for start, end in promise.spans:
            click.echo(f"               [{start},{end}) {_shorten(text[start:end])}")
    for request in reading.requests:
        click.echo(f"  request      {_shorten(text[request.start : request.end])}")
    for follow_up in reading.follow_ups:
        click.echo(
            f"  follow-up    {follow_up.kind.value} of {follow_up.target}: {follow_up.reason}"
        )
    for start, end, words in reading.doubtful:
        click.echo(f"  doubtful     “{words}”: {_shorten(text[start:end])}")
    for share, key in reading.alike:
        same = "nearly the same text as" if share >= SAME_TEXT else "shares wording with"
        click.echo(f"  note         {same} {key}: {share:.0%}")
    for warning in reading.warnings:
        click.echo(f"  note         {warning}")


def _shorten(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else f"{flat[:99]}…"
