"""The settings: their names everywhere, what goes before what, what is refused and how."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from api.cli import main
from api.cli.options import with_settings
from api.settings import PREFIX, Settings
from store.viewers import Role

ROOT = Path(__file__).parents[2]
NAMES = list(Settings.model_fields)

VALUES: dict[str, tuple[str, Any]] = {
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("9000", 9000),
    "workers": ("4", 4),
    "mongodb_url": ("mongodb://db", "mongodb://db"),
    "database": ("other_1", "other_1"),
    "data_dir": ("/srv/data", Path("/srv/data")),
    "mongod": ("/opt/mongod", Path("/opt/mongod")),
    "cache_gb": ("0.5", 0.5),
    "answers": ("strict", "strict"),
    "version_wait_seconds": ("1.5", 1.5),
    "answers_mb": ("8", 8),
    "most_cost": ("900", 900),
    "most_depth": ("20", 20),
    "query_seconds": ("2.5", 2.5),
    "requests_per_minute": ("600", 600),
    "requests_in_flight": ("20", 20),
    "subscribers": ("50", 50),
    "subscriptions_per_socket": ("5", 5),
    "slow_seconds": ("2.5", 2.5),
    "ping_seconds": ("3", 3.0),
    "client_tokens": ("A" * 64 + " " + "b" * 64, "A" * 64 + " " + "b" * 64),
    "oidc_issuer": ("https://login.example", "https://login.example"),
    "oidc_client_id": ("desk", "desk"),
    "oidc_name_claim": ("name", "name"),
    "oidc_role_claim": ("realm_access.roles", "realm_access.roles"),
    "oidc_roles": ("editor=EDITOR", "editor=EDITOR"),
    "two_persons": ("true", True),
    "trusted_only": ("true", True),
    "draft_statuses": ("true", True),
    "public_url": ("https://a.example/", "https://a.example"),
    "site_name": ("Promises Kept", "Promises Kept"),
    "site_subject": ("What was promised", "What was promised"),
    "site_contact": ("desk@a.example", "desk@a.example"),
    "data_licence": ("CC BY 4.0", "CC BY 4.0"),
    "embedded_by": ("https://a.example", "https://a.example"),
    "allowed_hosts": ("a.example *.b.example", "a.example *.b.example"),
    "allowed_origins": (
        "https://a.example http://b.example:8080",
        "https://a.example http://b.example:8080",
    ),
    "private_webhooks": ("true", True),
    "model_url": ("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
    "model_name": ("a-model", "a-model"),
    "model_key": ("a-key", "a-key"),
    "model_seconds": ("3", 3),
    "metrics": ("true", True),
    "traces": ("true", True),
    "debug": ("true", True),
    "log_format": ("json", "json"),
    "log_level": ("debug", "debug"),
    "shutdown_seconds": ("5", 5),
}
"""For each setting a value as it is written, and as it is read."""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(variable(name), raising=False)


def variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def read(*arguments: str) -> Settings:
    """The settings that a command with these arguments gets."""
    got: list[Settings] = []

    @click.command()
    @with_settings()
    def command(settings: Settings) -> None:
        got.append(settings)

    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return got[0]


def test_every_setting_is_tried_here() -> None:
    assert set(VALUES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_setting_by_its_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written, wanted = VALUES[name]
    assert getattr(Settings(), name) != wanted
    monkeypatch.setenv(variable(name), written)
    assert getattr(Settings(), name) == wanted
    assert getattr(read(), name) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_option_goes_before_the_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written, wanted = VALUES[name]
    monkeypatch.setenv(variable(name), "x" if name in ("host", "database", "mongodb_url") else "1")
    assert getattr(read(option(name), written), name) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_empty_variable_is_as_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    default = getattr(Settings(), name)
    monkeypatch.setenv(variable(name), "")
    assert getattr(Settings(), name) == default


WRONG = [
    ("port", "70000"),
    ("port", "http"),
    ("workers", "0"),
    ("database", "a b"),
    ("database", ""),
    ("cache_gb", "0.1"),
    ("client_tokens", "hunter2"),
    ("client_tokens", f"{'a' * 64},{'b' * 64}"),
    ("oidc_issuer", "login.example"),
    ("oidc_issuer", "http://login.example"),
    ("oidc_issuer", "https://login.example/?a=b"),
    ("oidc_client_id", ""),
    ("oidc_roles", "editor"),
    ("oidc_roles", "editor=editor"),
    ("oidc_roles", "=EDITOR"),
    ("oidc_roles", "editor=EDITOR,"),
    ("public_url", "a.example"),
    ("public_url", "*"),
    ("public_url", "https://a.example/path"),
    ("public_url", "https://user@a.example"),
    ("allowed_hosts", "https://a.example"),
    ("allowed_hosts", "a.example:8000"),
    ("allowed_hosts", "a.*"),
    ("allowed_hosts", "a.example,b.example"),
    ("allowed_origins", "a.example"),
    ("allowed_origins", "https://a.example/"),
    ("log_format", "xml"),
    ("log_level", "loud"),
    ("shutdown_seconds", "-1"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_option_is_named(name: str, value: str) -> None:
    result = CliRunner().invoke(main, ["serve", option(name), value])
    assert result.exit_code == 2
    assert f"Error: {option(name)}: " in result.stderr
    assert len(result.stderr.splitlines()) <= 5


@pytest.mark.parametrize(("name", "value"), [pair for pair in WRONG if pair[1]])
def test_wrong_variable_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable(name), value)
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert f"Error: {variable(name)}: " in result.stderr
    assert "Traceback" not in result.output


def test_roles_of_a_claim() -> None:
    assert Settings().roles_of_claim == {}
    settings = Settings(oidc_roles="editor=EDITOR, /staff/boss=ADMIN,a=b=READER")
    assert settings.roles_of_claim == {
        "editor": Role.EDITOR,
        "/staff/boss": Role.ADMIN,
        "a=b": Role.READER,
    }


def test_a_token_in_place_of_its_digest_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(main, ["serve", "--client-tokens", "hunter2"])
    assert "sha256sum" in result.output and "hunter2" not in result.output
    monkeypatch.setenv(variable("client_tokens"), "hunter2")
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert "hunter2" not in str(raised.value)


def test_everything_wrong_is_said_at_once() -> None:
    result = CliRunner().invoke(main, ["serve", "--port", "x", "--workers", "x"])
    assert "--port: " in result.stderr and "--workers: " in result.stderr


def test_option_that_there_is_not() -> None:
    result = CliRunner().invoke(main, ["serve", "--prot", "1"])
    assert result.exit_code == 2
    assert "--port" in result.stderr  # what was probably meant


def test_settings_cannot_be_changed() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_readme_lists_every_setting() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(f"| `{PREFIX}")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [cell[0].strip("`") for cell in cells] == [variable(name) for name in NAMES]
    for name, (_, default, description) in zip(NAMES, cells, strict=True):
        stated = Settings.model_fields[name].default
        if isinstance(stated, str | int | float):
            assert re.search(rf"`?{re.escape(str(stated))}`?", default), name
        assert description, name
