"""The README tells the truth: its queries give its answers, its settings and links exist."""

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from api.cli import main
from api.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

# The answers hold whatever day it is when somebody tries them.
THE_DAY = datetime(2025, 7, 9, tzinfo=UTC)
MUCH_LATER = datetime(2040, 1, 1, tzinfo=UTC)

QUESTION = re.compile(
    r"^### (?P<title>.+?)\n+```graphql\n(?P<query>.+?)```\s+```json\n(?P<answer>.+?)```",
    re.MULTILINE | re.DOTALL,
)
SETTING = re.compile(rf"^\| `{PREFIX}(?P<name>\w+)` \| `?(?P<default>[^|`]+)`? \|", re.MULTILINE)
COMMAND = re.compile(r"^\| `followthrough (?P<words>[a-z ]+?)(?: [A-Z]+…?)?` \|", re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^)#:]+)(?:#[^)]*)?\)")

LOCAL = "http://localhost:8000"

QUESTIONS = [found.groupdict() for found in QUESTION.finditer(README)]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/*/*.md")])


def test_there_are_five_questions() -> None:
    assert len(QUESTIONS) == README.count("```graphql") == README.count("```json\n") == 5


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["title"])
@pytest.mark.parametrize("now", [THE_DAY, MUCH_LATER], ids=["then", "much later"])
async def test_query_gives_the_answer_shown(
    meta_pakistan: Any, question: dict[str, str], now: datetime
) -> None:
    answer = await meta_pakistan.execute(question["query"], now=now)
    assert answer == json.loads(question["answer"])


EXAMPLES = re.findall(r"^curl (?P<arguments>.*'http://localhost:8000/.+)$", README, re.MULTILINE)
LINKED = re.search(r"```jsonld\n(?P<answer>.+?)```", README, re.DOTALL)


async def _fetched(example: str, base: str) -> httpx.Response:
    """What an example with `curl` gets from a server of the five articles."""
    words = shlex.split(example)
    (address,) = (word for word in words if word.startswith("http"))
    headers = dict(words[i + 1].split(": ") for i, word in enumerate(words) if word == "-H")
    async with httpx.AsyncClient() as client:
        return await client.get(address.replace(LOCAL, base), headers=headers)


@pytest.mark.parametrize("example", EXAMPLES)
async def test_examples_of_exports_and_addresses_work(live_server: str, example: str) -> None:
    response = await _fetched(example, live_server)
    assert response.status_code == 200, response.text
    if "ld+json" in example:
        assert LINKED is not None
        shown = LINKED["answer"].replace(LOCAL, live_server)
        assert response.json() == json.loads(shown)
    elif "filter" in example:
        keys = [json.loads(line)["key"] for line in response.text.splitlines()]
        assert keys == ["K01", "K02"]
    elif "knownAt" in example:
        status = response.json()["commitment"]["status"]
        assert [follow_up["key"] for follow_up in status["decidedBy"]] == ["F07"]
    else:
        assert response.content.count(b"\r\n") == 15


def test_there_are_examples_of_exports_and_addresses() -> None:
    assert len(EXAMPLES) == 4


def test_settings_are_shown_with_their_defaults() -> None:
    shown = {found["name"].lower(): found["default"] for found in SETTING.finditer(README)}
    assert list(shown) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default_factory is None:
            assert shown[name] == ("unset" if field.default in (None, "") else str(field.default))


def test_commands_exist() -> None:
    shown = {found["words"].split()[0] for found in COMMAND.finditer(README)}
    assert shown == set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [
        found["target"]
        for found in LINK.finditer(text)
        if not (document.parent / found["target"]).exists()
    ]
    assert not missing
