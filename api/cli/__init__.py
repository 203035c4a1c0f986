"""The command `followthrough`."""

from api.cli.program import main

__all__ = ["main"]
