"""Ends the mongod of a throw-away server and removes its folder, when the program has gone.

Runs as a process of its own, with nothing but the standard library: `python guard.py FOLDER`. Its
standard input is a pipe from the program, which ends with it, however it ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

_POLL_S = 0.02


def main(folder: str) -> None:
    """Waits for the end of the program, then cleans up."""
    sys.stdin.buffer.read()
    # More than once: the program may have been starting one when it ended.
    while pids := [pid for pid, words in _list_processes() if _is_ours(words, folder)]:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_S)
    shutil.rmtree(folder)


def _is_ours(words: list[str], folder: str) -> bool:
    """Whether a process was started with its data in the folder."""
    return any(
        option == "--dbpath" and Path(folder) in Path(path).parents
        for option, path in pairwise(words)
    )


def _list_processes() -> Iterator[tuple[int, list[str]]]:
    """The id and the command line of every process."""
    if not Path("/proc/self/cmdline").exists():
        yield from _list_by_ps()
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield (
                    int(entry.name),
                    (entry / "cmdline").read_bytes().decode(errors="replace").split("\0"),
                )


def _list_by_ps() -> Iterator[tuple[int, list[str]]]:
    printed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
    )
    for line in printed.stdout.splitlines():
        pid, *words = line.split()
        yield int(pid), words


if __name__ == "__main__":
    main(sys.argv[1])
