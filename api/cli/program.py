"""The command `followthrough`, and where each thing that it can do is.

A command is imported once it is asked for: all of them together take more than a second.
"""

import signal
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

COMMANDS = {
    "serve": "api.cli.commands:serve",
    "import": "api.cli.importing:import_",
    "register": "api.cli.registers:register",
    "export": "api.cli.commands:export",
    "backup": "api.cli.backups:back_up",
    "restore": "api.cli.backups:restore_backup",
    "check": "api.cli.checking:check",
    "rebuild": "api.cli.commands:rebuild",
    "intake": "api.cli.intake:intake",
    "schema": "api.cli.commands:schema",
    "trust": "api.cli.commands:trust",
    "trusted": "api.cli.commands:list_trusted",
    "revoke": "api.cli.commands:revoke",
    "token": "api.cli.tokens:token",
    "webhook": "api.cli.webhooks:webhook",
    "sandbox": "api.cli.sandbox:sandbox",
    "explain": "api.cli.commands:explain",
    "mongo": "api.cli.commands:mongo",
}
"""Where each command is."""


class Program(click.Group):
    """A group that knows its commands by where they are."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if (place := COMMANDS.get(cmd_name)) is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def main(self, *args: Any, **options: Any) -> Any:
        """Reads and writes UTF-8 in every locale, as Python itself does from 3.15 on: a schema or
        an export has letters that the locale may lack.
        """
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8")
        return super().main(*args, **options)


@click.group(
    cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="followthrough")
def main() -> None:
    """Follows public commitments to what came of them, over GraphQL.

    Without --mongodb-url (or FOLLOWTHROUGH_MONGODB_URL) every command uses a MongoDB of its own,
    which it starts and stops; programs that run at the same time share it.
    """
    # SIGTERM, too, is to stop the MongoDB of our own.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
