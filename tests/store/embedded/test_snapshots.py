"""Files that are kept of a mongod: given again as they were, or not at all."""

import os
from pathlib import Path

import pytest

from store.embedded.directory import Directory
from store.embedded.snapshots import MOST_KEPT, Snapshots

FILES = {"WiredTiger": b"made by WiredTiger", "collection-1.wt": bytes(range(256)) * 64}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory whose mongod has ended."""
    files = Directory.from_data_dir(tmp_path / "data").data
    (files / "journal").mkdir(parents=True)
    for name, content in {**FILES, "mongod.lock": b"17", "journal/log": b"x"}.items():
        (files / name).write_bytes(content)
    return tmp_path / "data"


def load(data_dir: Path) -> dict[str, bytes]:
    files = Directory.from_data_dir(data_dir).data
    return {path.name: path.read_bytes() for path in files.rglob("*") if path.is_file()}


def test_files_come_back_without_lock_and_journal(data_dir: Path, tmp_path: Path) -> None:
    kept = Snapshots(tmp_path / "kept")
    assert not kept.unpack("key", tmp_path / "again"), "there is none yet"
    kept.pack("key", data_dir)
    assert kept.unpack("key", tmp_path / "again")
    assert load(tmp_path / "again") == FILES
    assert not kept.unpack("other", tmp_path / "third")


@pytest.mark.parametrize("place", [0, 40, 100, -200, -30, -5])
def test_one_changed_byte_is_noticed(data_dir: Path, tmp_path: Path, place: int) -> None:
    kept = Snapshots(tmp_path / "kept")
    kept.pack("key", data_dir)
    (archive,) = (tmp_path / "kept").iterdir()
    content = bytearray(archive.read_bytes())
    content[place] ^= 0xFF
    archive.write_bytes(content)
    if kept.unpack("key", tmp_path / "again"):
        # A byte that says nothing of the files, such as their time.
        assert load(tmp_path / "again") == FILES
    else:
        assert not archive.exists() and not load(tmp_path / "again")


def test_half_a_file_is_noticed(data_dir: Path, tmp_path: Path) -> None:
    kept = Snapshots(tmp_path / "kept")
    kept.pack("key", data_dir)
    (archive,) = (tmp_path / "kept").iterdir()
    os.truncate(archive, archive.stat().st_size // 2)
    assert not kept.unpack("key", tmp_path / "again")
    assert not archive.exists() and not load(tmp_path / "again")


def test_those_not_used_for_the_longest_time_are_forgotten(data_dir: Path, tmp_path: Path) -> None:
    kept = Snapshots(tmp_path / "kept")
    for n in range(MOST_KEPT):
        kept.pack(f"key{n}", data_dir)
        os.utime(tmp_path / "kept" / f"key{n}.zip", (n, n))
    assert kept.unpack("key0", tmp_path / "used")
    kept.pack("new", data_dir)
    left = {path.stem for path in (tmp_path / "kept").iterdir()}
    assert left == {"new", "key0", *(f"key{n}" for n in range(2, MOST_KEPT))}
