"""The command `followthrough`."""

from api.cli.commands import main

__all__ = ["main"]
