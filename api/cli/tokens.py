"""`followthrough token`: makes, lists and revokes the tokens by which viewers sign in."""

import re
import sys
from datetime import UTC, datetime, time, timedelta

import click

from api.cli.exits import FAULTY, run_work
from api.cli.options import STORE, with_settings
from api.database import open_database
from api.settings import Settings
from store.tokens import BadName, NoSuchToken, SeveralTokens, Token, Tokens, check_name
from store.viewers import Role


@click.group()
def token() -> None:
    """Tokens to sign in with: make, list and revoke them."""


def _read_name(_context: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        return check_name(text)
    except BadName as error:
        raise click.BadParameter(str(error)) from None


def _read_expiry(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> datetime | None:
    try:
        return None if text is None else read_expiry(text, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def read_expiry(text: str, now: datetime) -> datetime:
    """The moment that `90d` means, or the end of the day `2027-01-31` in UTC. Raises ValueError if
    it is neither, or over.
    """
    try:
        if days := re.fullmatch(r"([0-9]{1,6})d", text):
            expires_at = now + timedelta(days=int(days[1]))
        else:
            day = datetime.strptime(text, "%Y-%m-%d").date()
            expires_at = datetime.combine(day, time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no day and no number of days; write 2027-01-31 or 90d"
        ) from None
    if expires_at <= now:
        raise ValueError(f"{text} is over")
    return expires_at


@token.command()
@click.option(
    "--name", required=True, callback=_read_name, help="Who signs in by it, for the log of changes."
)
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.name for role in Role], case_sensitive=False),
    help="What it may do; each role may all that those before it may.",
)
@click.option(
    "--expires",
    "expires_at",
    default=None,
    callback=_read_expiry,
    help="A day, such as 2027-01-31, or 90d.",
)
@with_settings(*STORE)
def create(settings: Settings, name: str, role: str, expires_at: datetime | None) -> None:
    """Make a token and print it, this once: only a digest of it is kept."""

    async def work() -> tuple[str, Token]:
        async with open_database(settings) as database:
            return await Tokens(database).create(name, Role[role], datetime.now(UTC), expires_at)

    text, made = run_work(work())
    click.echo(text)
    click.echo(f"signs in as {made.name}, {role}{_until(made)}; it is not shown again", err=True)


def _until(made: Token) -> str:
    return f", until {_moment(made.expires_at)}" if made.expires_at is not None else ""


@token.command("list")
@with_settings(*STORE)
def list_(settings: Settings) -> None:
    """List the tokens by their public prefix, with those that are revoked."""

    async def work() -> list[Token]:
        async with open_database(settings) as database:
            return await Tokens(database).list_all()

    found = run_work(work())
    rows = [("PREFIX", "ROLE", "CREATED", "LAST USED", "STATE", "NAME"), *map(_row, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if found else ():
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _row(kept: Token) -> tuple[str, ...]:
    if kept.revoked_at is not None:
        state = f"revoked {_moment(kept.revoked_at)}"
    elif kept.expires_at is None:
        state = "valid"
    else:
        over = kept.expires_at <= datetime.now(UTC)
        state = f"{'expired' if over else 'until'} {_moment(kept.expires_at)}"
    used = _moment(kept.used_at) if kept.used_at is not None else "never"
    return kept.prefix, kept.role.name, _moment(kept.created_at), used, state, kept.name


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


@token.command("revoke")
@click.argument("named", metavar="PREFIX_OR_NAME")
@with_settings(*STORE)
def revoke(settings: Settings, named: str) -> None:
    """Revoke a token, by its prefix, or by its name where it is the only one of that name.

    Servers that run refuse it within 5 seconds. It stays in the list.
    """

    async def work() -> Token:
        async with open_database(settings) as database:
            return await Tokens(database).revoke(named, datetime.now(UTC))

    try:
        revoked = run_work(work())
    except (NoSuchToken, SeveralTokens) as error:
        click.echo(str(error), err=True)
        sys.exit(FAULTY)
    assert revoked.revoked_at is not None
    click.echo(f"revoked {revoked.prefix} ({revoked.name}) {_moment(revoked.revoked_at)}")
