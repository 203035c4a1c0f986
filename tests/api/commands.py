"""Runs `followthrough` as a person does: in a process of its own, at a terminal or not."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "api.cli"]


def environment(**settings: object) -> dict[str, str]:
    """The environment without settings of the person who runs the tests, and with these."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith("FOLLOWTHROUGH_")}
    return bare | {f"FOLLOWTHROUGH_{k.upper()}": str(v) for k, v in settings.items()}


def run(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment(**settings),
    )


def done(*arguments: object, **settings: object) -> str:
    """What a command prints that must go well."""
    result = run(*arguments, **settings)
    assert result.returncode == 0, result.stderr
    return result.stdout


class AtTerminal:
    """A command at a terminal, where it shows its progress."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: IO[bytes]) -> None:
        self.process = process
        self.shown = ""
        self._terminal = terminal

    def progressed(self, what: str, most: int) -> int:
        """Waits for progress of `what`; how much is done. It must be short of `most`."""
        while True:
            told = re.findall(rf"{what} +\[[#.]+\] ([\d,]+) of", self.shown)
            if told and (done := int(told[-1].replace(",", ""))) > 0:
                assert done < most, "it was over before it could be disturbed"
                return done
            assert self._read(), self.shown

    def end(self) -> int:
        """Waits for the end; the exit code."""
        while self._read():
            pass
        return self.process.wait()

    def _read(self) -> bool:
        try:
            read = os.read(self._terminal.fileno(), 65_536)
        except OSError:  # Linux says so when the last at the terminal has gone
            return False
        self.shown += read.decode(errors="replace")
        return bool(read)


def _heed_ctrl_c() -> None:
    """A test run that was started in the background may have been told to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def at_terminal(*arguments: object, **settings: object) -> Iterator[AtTerminal]:
    """Starts a command at a terminal of its own; it is killed if it outlives the context."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env=environment(**settings),
        start_new_session=True,
        preexec_fn=_heed_ctrl_c,
    )
    os.close(theirs)
    with open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123 - a descriptor, not a path
        try:
            yield AtTerminal(process, terminal)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
