"""The image and compose.yaml, by an engine: only where one is, and only when asked for."""

import os
import shutil
import subprocess

import pytest

from tests.api.commands import ROOT

ASKED = os.environ.get("FOLLOWTHROUGH_IMAGES") == "1"

MINUTES = 30
"""On two cores that others use as well it took six."""


@pytest.mark.slow
@pytest.mark.skipif(not ASKED, reason="FOLLOWTHROUGH_IMAGES=1 asks for it; it takes minutes")
@pytest.mark.skipif(
    not all(map(shutil.which, ("docker", "debootstrap"))), reason="needs docker and debootstrap"
)
def test_the_images_are_built_and_work() -> None:
    done = subprocess.run(
        ["tests/packaging/images.sh"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=MINUTES * 60,
    )
    assert done.returncode == 0, done.stdout
