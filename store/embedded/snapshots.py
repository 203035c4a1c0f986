"""Files of a mongod that has ended, kept to begin with the next time: one archive for each key."""

import logging
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from store.embedded.directory import Directory

logger = logging.getLogger("followthrough.snapshots")

MOST_KEPT = 8
"""Of more, those that were not used for the longest time are removed."""

_LEFT_OUT = ("journal", "diagnostic.data", "_tmp", "mongod.lock", "WiredTiger.lock")
"""What mongod makes anew: after a clean end its journal holds nothing that its files do not."""


class Snapshots:
    """The archives in one folder, which other programs may use at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unpack(self, key: str, data_dir: Path) -> bool:
        """Puts the files into a data directory that is empty; false if there are none with this
        key, or they are damaged: then they are removed, and the directory is empty.
        """
        archive, files = self._path(key), Directory.from_data_dir(data_dir).data
        try:
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(files)
            archive.touch()
        except FileNotFoundError:
            return False
        except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            logger.warning("%s is damaged, and is made anew: %s", archive, error)
            shutil.rmtree(files, ignore_errors=True)
            self.discard(key)
            return False
        return True

    def pack(self, key: str, data_dir: Path) -> None:
        """Keeps the files of a data directory whose mongod has ended. Where that cannot be done,
        the log says why, and the next start takes longer.
        """
        files = Directory.from_data_dir(data_dir).data
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made, unfinished = tempfile.mkstemp(suffix=".new", dir=self._folder)
            try:
                with os.fdopen(made, "wb") as file, zipfile.ZipFile(file, "w") as archive:
                    for path in _list_files(files):
                        archive.write(path, path.relative_to(files))
                Path(unfinished).replace(self._path(key))
            except BaseException:
                Path(unfinished).unlink()
                raise
            self._forget_oldest()
        except OSError as error:
            logger.warning("what was loaded is not kept for the next start: %s", error)

    def discard(self, key: str) -> None:
        """Removes the files with this key, if there are any."""
        with suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.zip"

    def _forget_oldest(self) -> None:
        used = sorted(self._folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
        for path in used[:-MOST_KEPT]:
            path.unlink(missing_ok=True)


def _list_files(files: Path) -> Iterator[Path]:
    for path in sorted(files.rglob("*")):
        if path.is_file() and path.relative_to(files).parts[0] not in _LEFT_OUT:
            yield path
