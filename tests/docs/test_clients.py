"""The scripts in docs/clients run with what `make serve` installs, and say what they lack."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

CLIENTS = ROOT / "docs" / "clients"
SCRIPTS = sorted(CLIENTS.glob("*.py"))


def find_imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_imports_what_a_first_start_installs(path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = {re.split(r"[^\w.-]", needed)[0] for needed in project["dependencies"]}
    own = {script.stem for script in SCRIPTS}
    assert {*find_imported(path)} - sys.stdlib_module_names - own <= installed


@pytest.mark.parametrize("name", ["record-an-article.py", "play-a-review.py"])
def test_a_script_says_that_no_server_answers(name: str) -> None:
    run = subprocess.run(
        [sys.executable, CLIENTS / name, "--url", "http://127.0.0.1:9"],
        env={**os.environ, "FOLLOWTHROUGH_TOKEN": "t", "FOLLOWTHROUGH_EDITOR_TOKEN": "t",
             "FOLLOWTHROUGH_PROPOSER_TOKEN": "t"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert run.stderr.startswith("http://127.0.0.1:9/graphql does not answer (")
