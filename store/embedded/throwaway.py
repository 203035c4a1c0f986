"""A folder for a MongoDB that is thrown away, which nothing outlives: not even `kill -9`."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.embedded import guard

MEMORY = Path("/dev/shm")
"""A file system in memory, where Linux has one: the files are made and written in half the time."""

ROOM = 1024**3
"""The bytes that must be free there; a small store takes a fifth of that."""


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder for the data of one EmbeddedMongod. It is removed in the end, and with it whatever
    mongod still runs on it, by a process that outlives this one.
    """
    folder = Path(tempfile.mkdtemp(prefix="followthrough-sandbox-", dir=_choose_place())).resolve()
    watch = subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, str(folder)],
        stdin=subprocess.PIPE,
        # Away from Ctrl-C, from what the program prints into, and from where it was started.
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        yield folder
    finally:
        # Closes the pipe.
        watch.communicate()


def _choose_place() -> Path | None:
    """The folder for temporary files; None for that of the system."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return None
