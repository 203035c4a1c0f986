"""`followthrough webhook`: who is told of what happens, and what they were never told."""

import sys
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
import orjson

from api.cli.exits import FAULTY, run_work
from api.cli.options import STORE, with_settings
from api.database import open_database
from api.settings import Settings
from api.webhooks.addresses import BadAddress, check_url, find_target
from api.webhooks.sending import Outcome, Sender, make_client
from store.mongodb.driver import Database
from store.mongodb.keys import new_key
from store.records.nouns import NOUNS, TRACKABLES
from store.viewers import Role
from store.webhooks import TYPES, Interest, NoSuchWebhook, TooManyWebhooks, Webhook, Webhooks

Result = TypeVar("Result")


@click.group()
def webhook() -> None:
    """Webhooks: who is told of what happens. docs/webhooks.md has what they are sent."""


def _run(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """The result of work on the store; what cannot be done is said, and ends the command."""

    async def run() -> Result:
        async with open_database(settings) as database:
            return await work(database)

    try:
        return run_work(run())
    except (NoSuchWebhook, TooManyWebhooks, BadAddress) as error:
        click.echo(str(error), err=True)
        sys.exit(FAULTY)


_ONE = "; give one of --commitment, --request, --party, --topic, --filter"


def _read_filter(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise click.BadParameter(f"not JSON: {error}") from None
    if not isinstance(found, dict):
        raise click.BadParameter('not a filter; it is written as in {"key": {"eq": "K03"}}')
    return found


@webhook.command()
@click.argument("url")
@click.option(
    "--type", "types", multiple=True, type=click.Choice(TYPES), help="Only such messages."
)
@click.option(
    "--noun", "nouns", multiple=True, type=click.Choice([*NOUNS]), help="Only changes of these."
)
@click.option("--commitment", default=None, help="Only what is about this commitment.")
@click.option("--request", default=None, help="Only what is about this request.")
@click.option("--party", default=None, help="Only what this party promised or asked, or was.")
@click.option("--topic", default=None, help="Only what is about this topic.")
@click.option(
    "--filter",
    "filter_",
    default=None,
    callback=_read_filter,
    help="Only what is about commitments that match this CommitmentFilter, as JSON.",
)
@click.option(
    "--role",
    default=Role.READER.name,
    show_default=True,
    type=click.Choice([role.name for role in Role], case_sensitive=False),
    help="What its messages hold is what this role may see.",
)
@with_settings(*STORE, "private_webhooks")
def create(
    settings: Settings,
    url: str,
    types: tuple[str, ...],
    nouns: tuple[str, ...],
    role: str,
    **about: Any,
) -> None:
    """Have URL told of what happens from now on, and print the secret, this once.

    Messages are signed with it: docs/webhooks.md says how a receiver checks that.
    """
    interest = read_interest(types, nouns, **about)

    async def work(database: Database) -> Webhook:
        check_url(url, private=settings.private_webhooks)
        await find_target(url, private=settings.private_webhooks)
        await check_interest(database, interest)
        return await Webhooks(database).create(url, Role[role], interest, datetime.now(UTC))

    made = _run(settings, work)
    click.echo(made.secrets[0].text)
    click.echo(f"{made.key} is told as a {role}; the secret is not shown again", err=True)


def read_interest(
    types: tuple[str, ...],
    nouns: tuple[str, ...],
    *,
    commitment: str | None,
    request: str | None,
    party: str | None,
    topic: str | None,
    filter_: dict[str, Any] | None,
) -> Interest:
    """What the options choose. Raises click.UsageError if they choose in several ways."""
    given = [one for one in (commitment, request, party, topic, filter_) if one is not None]
    if len(given) > 1:
        raise click.UsageError(f"these exclude each other{_ONE}")
    filters: dict[str, dict[str, Any]] = {}
    own: list[tuple[str, str]] = []
    if filter_ is not None:
        filters = {"commitments": filter_}
    for noun, key in (("commitments", commitment), ("requests", request)):
        if key is not None:
            filters, own = {noun: {"key": {"eq": key}}}, [(noun, key)]
    if party is not None:
        filters, own = {noun: {"party": {"eq": party}} for noun in TRACKABLES}, [("parties", party)]
    if topic is not None:
        filters = {noun: {"topic": {"eq": topic}} for noun in TRACKABLES}
    return Interest(nouns, types, filters, own)


async def check_interest(database: Database, interest: Interest) -> None:
    """Asks once by the filters, so that what is wrong with one is said now. Raises
    click.UsageError.
    """
    # Here: the schema takes half a second to import, and other commands need none.
    from graphql import GraphQLError

    from api.news.scopes import make_streams
    from schema.build import build, make_operation
    from store.reads.reader import Reader

    for noun, key in interest.own:
        if not await database.find(noun, {"_id": key}, fields={"_id": 1}):
            raise click.UsageError(f"{noun}/{key}: there is no such record; give its key")
    streams = make_streams(build())
    for noun, filter_ in interest.filters.items():
        asking = make_operation(Reader(database), datetime.now(UTC))
        batches = streams[noun].batches(asking, {"filter": filter_})
        try:
            async with aclosing(batches):
                await anext(batches, None)
        except GraphQLError as error:
            raise click.UsageError(error.message) from None


@webhook.command("list")
@with_settings(*STORE)
def list_(settings: Settings) -> None:
    """List the webhooks: how far each was told, and what keeps it from being told more."""

    async def work(database: Database) -> list[Webhook]:
        return await Webhooks(database).list_all()

    for hook in _run(settings, work):
        click.echo(f"{hook.key}  {_state(hook)}  {hook.role.name}  {_about(hook)}  {hook.url}")


def _state(hook: Webhook) -> str:
    if not hook.enabled:
        return f"disabled: {hook.disabled_because}"
    if hook.last_error is not None:
        due = f", again {_moment(hook.due)}" if hook.due is not None else ""
        return f"failing: {hook.last_error} (attempt {hook.attempts}{due})"
    if hook.delivered_at is None:
        return "nothing sent yet"
    return f"{hook.delivered:,} taken, last {_moment(hook.delivered_at)}"


def _about(hook: Webhook) -> str:
    interest = hook.interest
    filters = orjson.dumps(interest.filters).decode() if interest.filters else ""
    parts = (",".join(interest.types), ",".join(interest.nouns), filters)
    return " ".join(part for part in parts if part) or "everything"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


@webhook.command()
@click.argument("key")
@with_settings(*STORE, "private_webhooks", "public_url")
def test(settings: Settings, key: str) -> None:
    """Send a message of the type webhook.test now, and say how it went."""

    async def work(database: Database) -> Outcome:
        hook = await Webhooks(database).get(key)
        now = datetime.now(UTC)
        told = {"type": "webhook.test", "timestamp": now.isoformat(), "data": {"webhook": key}}
        body = orjson.dumps(told)
        async with make_client() as client:
            sender = Sender(client, private=settings.private_webhooks)
            return await sender.send(hook, f"msg_test_{new_key()}", body, hook.signing(now))

    outcome = _run(settings, work)
    click.echo("taken" if outcome.error is None else f"not taken: {outcome.error}")
    sys.exit(0 if outcome.error is None else FAULTY)


@webhook.command()
@click.argument("key")
@with_settings(*STORE)
def rotate(settings: Settings, key: str) -> None:
    """Make a new secret and print it, this once. For a day, the one before signs as well."""

    async def work(database: Database) -> str:
        return await Webhooks(database).rotate(key, datetime.now(UTC))

    click.echo(_run(settings, work))


@webhook.command()
@click.argument("key")
@with_settings(*STORE)
def enable(settings: Settings, key: str) -> None:
    """Go on telling where it stopped, at once."""
    _run(settings, lambda database: Webhooks(database).enable(key))
    click.echo(f"enabled {key}")


@webhook.command()
@click.argument("key")
@with_settings(*STORE)
def disable(settings: Settings, key: str) -> None:
    """Tell nothing more until it is enabled. What happens meanwhile is told then."""
    _run(settings, lambda database: Webhooks(database).disable(key, "by the operator"))
    click.echo(f"disabled {key}")


@webhook.command()
@click.argument("key")
@with_settings(*STORE)
def delete(settings: Settings, key: str) -> None:
    """Forget a webhook, its secret, and what it was never told."""
    _run(settings, lambda database: Webhooks(database).delete(key))
    click.echo(f"deleted {key}")


@webhook.command()
@click.argument("key", required=False)
@with_settings(*STORE)
def dead(settings: Settings, key: str | None) -> None:
    """List the messages that were given up, of one webhook or all."""
    for letter in _run(settings, lambda database: Webhooks(database).list_dead(key)):
        again = "  to be sent again" if letter.again else ""
        click.echo(
            f"{letter.key}  {letter.hook}  {_moment(letter.died_at)}  "
            f"{letter.attempts} attempts  {letter.error}{again}"
        )


@webhook.command()
@click.argument("key")
@click.argument("messages", nargs=-1)
@with_settings(*STORE)
def redeliver(settings: Settings, key: str, messages: tuple[str, ...]) -> None:
    """Have messages that were given up sent once more, all without MESSAGES.

    A server that runs sends them within seconds, before what is new, and as they are seen by then.
    """

    async def work(database: Database) -> int:
        await Webhooks(database).get(key)
        return await Webhooks(database).ask_again(key, messages)

    click.echo(f"{_run(settings, work):,} to be sent again")
