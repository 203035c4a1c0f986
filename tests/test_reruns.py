"""A test that passes when it runs again is told with its failure, and there may be few of them."""

import os
import subprocess
import sys
from pathlib import Path

from tests.reruns import MOST

ROOT = Path(__file__).parent.parent

FIRST_TIME_ONLY = """
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", range({tests}))
def test_of_a_busy_machine(number, tmp_path_factory):
    been_here = Path(__file__).parent / f"been-here-{{number}}"
    if not been_here.exists():
        been_here.touch()
        print("what it printed")
        raise AssertionError("no answer in time")
"""


def _run(folder: Path, tests: int) -> subprocess.CompletedProcess[str]:
    (folder / "test_busy.py").write_text(FIRST_TIME_ONLY.format(tests=tests))
    plugins = ["-p", "xdist", "-p", "pytest_rerunfailures", "-p", "tests.reruns"]
    asked = ["--numprocesses", "1", "--reruns", "1", "--rootdir", str(folder), str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *asked],
        cwd=ROOT,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )


def test_a_failure_is_shown_though_the_test_passed_later(tmp_path: Path) -> None:
    ended = _run(tmp_path, 1)
    assert ended.returncode == 0, ended.stdout
    assert "failed, and ran again" in ended.stdout
    assert "no answer in time" in ended.stdout and "what it printed" in ended.stdout


def test_more_than_a_few_fail_the_run(tmp_path: Path) -> None:
    ended = _run(tmp_path, MOST + 1)
    assert ended.returncode == 1 and f"{MOST + 1} ran again" in ended.stdout
