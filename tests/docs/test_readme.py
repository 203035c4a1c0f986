"""The README tells the truth: its queries give its answers, its settings and links exist."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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

QUESTIONS = [found.groupdict() for found in QUESTION.finditer(README)]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/*/*.md")])


def test_there_are_five_questions() -> None:
    assert len(QUESTIONS) == README.count("```graphql") == README.count("```json") == 5


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["title"])
@pytest.mark.parametrize("now", [THE_DAY, MUCH_LATER], ids=["then", "much later"])
async def test_query_gives_the_answer_shown(
    meta_pakistan: Any, question: dict[str, str], now: datetime
) -> None:
    answer = await meta_pakistan.execute(question["query"], now=now)
    assert answer == json.loads(question["answer"])


def test_settings_are_shown_with_their_defaults() -> None:
    shown = {found["name"].lower(): found["default"] for found in SETTING.finditer(README)}
    assert list(shown) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default_factory is None:
            assert shown[name] == ("unset" if field.default is None else str(field.default))


def test_commands_exist() -> None:
    shown = {found["words"].split()[0] for found in COMMAND.finditer(README)}
    assert shown == set(main.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [
        found["target"]
        for found in LINK.finditer(text)
        if not (document.parent / found["target"]).exists()
    ]
    assert not missing
