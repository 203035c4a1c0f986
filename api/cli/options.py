"""Settings as options of commands: the same names and descriptions; options go first."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from pydantic import ValidationError

from api.settings import PREFIX, Settings

Command = Callable[..., None]

STORE = ("mongodb_url", "database", "data_dir", "mongod", "cache_gb")
"""The settings that say where the store is."""


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Gives a command options for these settings (by default for all), and passes it
    the settings.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run_command(**given: Any) -> None:
            chosen = {name: given.pop(name) for name in names or Settings.model_fields}
            command(settings=_settings(chosen), **given)

        decorated: Command = run_command
        for name in reversed(names or tuple(Settings.model_fields)):
            decorated = _option(name)(decorated)
        return decorated

    return decorate


def _option(name: str) -> Callable[[Command], Command]:
    info = Settings.model_fields[name]
    variable = f"{PREFIX}{name.upper()}"
    default = info.get_default(call_default_factory=True, validated_data={})
    shown = f"  [{variable}; {'unset' if default is None else default}]"
    return click.option(
        f"--{name.replace('_', '-')}",
        default=None,
        metavar=_metavar(name),
        help=f"{info.description}{shown}",
    )


def _metavar(name: str) -> str:
    return {"data_dir": "FOLDER", "mongod": "FILE", "mongodb_url": "URL"}.get(
        name, name.rpartition("_")[2].upper()
    )


def _settings(chosen: dict[str, Any]) -> Settings:
    given = {name: value for name, value in chosen.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = [f"{_name_setting(d['loc'][0], given)}: {d['msg']}" for d in error.errors()]
        raise click.UsageError("; ".join(faults)) from None


def _name_setting(name: Any, given: dict[str, Any]) -> str:
    if name in given:
        return f"--{str(name).replace('_', '-')}"
    return f"{PREFIX}{str(name).upper()}"
