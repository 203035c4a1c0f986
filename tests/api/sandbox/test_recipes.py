"""The recipes of docs/testing-against.md, each run as its reader runs it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.api.browsing import in_a_browser
from tests.api.sandbox.running import COMMAND, make_environment
from tests.clients.node import INSTALLED, NODE, SCHEMA, needs_node
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

RECIPES = ROOT / "docs" / "testing"
TYPED = ROOT / "docs" / "clients" / "typed"
WEB = ROOT / "web" / "node_modules"


def run(*words: str | Path, cwd: Path, cache: Path) -> str:
    """What a command prints that must go well."""
    done = subprocess.run(
        list(map(str, words)),
        capture_output=True,
        text=True,
        cwd=cwd,
        # Found from any folder, as where the program is installed.
        env=make_environment(cache) | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("started_by", ["pytest", "sandbox"])
def test_pytest(tmp_path: Path, cache: Path, started_by: str) -> None:
    shutil.copy(RECIPES / "test_commitments.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfollowthrough_fixtures = meta-pakistan\n")
    pytest_ = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    before = (*COMMAND, "--") if started_by == "sandbox" else ()
    assert "3 passed" in run(*before, *pytest_, cwd=tmp_path, cache=cache)


@pytest.mark.skipif(not NODE or not WEB.exists(), reason="no vitest: make workbench")
def test_vitest(tmp_path: Path, cache: Path) -> None:
    shutil.copy(RECIPES / "commitments.test.ts", tmp_path)
    (tmp_path / "node_modules").symlink_to(WEB)
    vitest = (NODE or "", tmp_path / "node_modules" / "vitest" / "vitest.mjs", "run")
    day = ("--today", "2025-07-09", "--")
    assert "3 passed" in run(*COMMAND, *day, *vitest, cwd=tmp_path, cache=cache)


@pytest.mark.browser
@in_a_browser[1]
def test_playwright(tmp_path: Path, cache: Path) -> None:
    shutil.copy(RECIPES / "test_in_a_browser.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    words = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "1 passed" in run(*words, cwd=tmp_path, cache=cache)


def test_the_workflow_has_its_form() -> None:
    """Its form only: nothing here can run it."""
    flow = yaml.safe_load((RECIPES / "workflow.yml").read_text(encoding="utf-8"))
    assert flow[True] == ["push"], "YAML takes the word `on` for a truth value"
    (job,) = flow["jobs"].values()
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    assert "followthrough sandbox" in job["steps"][-1]["run"]


@needs_node
def test_typed_operations(tmp_path: Path, cache: Path) -> None:
    for file in TYPED.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / "node_modules").symlink_to(INSTALLED)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    node = NODE or ""
    words = ("codegen.mjs", SCHEMA, "operations.graphql", "operations.ts")
    run(node, *words, cwd=tmp_path, cache=cache)
    assert "any" not in (tmp_path / "operations.ts").read_text(encoding="utf-8").split()
    tsc = (node, tmp_path / "node_modules" / "typescript" / "bin" / "tsc")
    flags = ("--strict", "--target", "esnext", "--module", "nodenext", "--skipLibCheck")
    types = ("--typeRoots", str(WEB / "@types"), "--types", "node")
    written = ("--rewriteRelativeImportExtensions", "--outDir", "built")
    run(*tsc, *flags, *types, *written, "use.ts", cwd=tmp_path, cache=cache)
    shutil.copy(tmp_path / "operations.graphql", tmp_path / "built")
    day = ("--today", "2025-07-09", "--")
    printed = run(*COMMAND, *day, node, "built/use.js", cwd=tmp_path, cache=cache)
    assert "NO_FOLLOW_UP, 1236 days silent\nrecorded\n" in printed
