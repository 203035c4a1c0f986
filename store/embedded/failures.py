"""Says why mongod ended, from its log, with a remedy."""

from __future__ import annotations

import json
import re
import shutil
import signal
from typing import Any

from store.embedded.binary import HOW_TO_GET_ONE
from store.embedded.directory import Directory
from store.embedded.errors import MongodError
from store.embedded.process import Mongod

TAIL_LINES = 10
TAIL_BYTES = 256 * 1024
LINE_LENGTH = 300

PORT_TAKEN = "Address already in use"
DIRECTORY_TAKEN = "Another mongod instance is already running"

DISK_FULL = "The disk is full: make room in {root} and start again."
LEAST_FREE = 4 * 1024 * 1024

# Pattern and remedy; the first pattern found in the log of the run counts.
REMEDIES = (
    ("No space left on device", DISK_FULL),
    (
        DIRECTORY_TAKEN,
        "A mongod that this program cannot see (in another container, or started by hand) uses "
        "{root}: stop it, or set FOLLOWTHROUGH_DATA_DIR to another directory.",
    ),
    (
        PORT_TAKEN,
        "Another program listens on the port that the running programs expect: stop that "
        "program, or stop all that use {root} and start again on another port.",
    ),
    (
        "UPGRADE PROBLEM|Wrong mongod version|Version incompatibility|unsupported WiredTiger",
        "{root} was written by another version of MongoDB: set FOLLOWTHROUGH_MONGOD to a mongod "
        "of that version, or set FOLLOWTHROUGH_DATA_DIR to another directory.",
    ),
    (
        "Permission denied|Operation not permitted|permissions on .* are too open",
        "All of {root} must belong to the user who runs this program, and be closed to others.",
    ),
    (
        "error while loading shared libraries|version `[^']*' not found",
        f"This mongod was built for another operating system. {HOW_TO_GET_ONE}",
    ),
    (
        "WT_PANIC|WT_TRY_SALVAGE|checksum error|file corruption|is corrupt",
        "Its files are damaged: move {root} away, start again and import your data, or put back "
        "a copy of the directory.",
    ),
)


def explain_end(mongod: Mongod, directory: Directory) -> MongodError:
    """The error for a mongod that ended, with a remedy where one is known."""
    said = load_log(mongod, directory)
    message = f"mongod {describe_end(mongod)}. {_find_remedy(said, mongod.exit_code, directory)}"
    tail = "\n".join(f"  {line}" for line in _last_lines(said))
    return MongodError(f"{message.strip()}\nThe end of {directory.log}:\n{tail or '  (empty)'}")


def load_log(mongod: Mongod, directory: Directory) -> str:
    """What this run of mongod wrote to its log, or the end of it."""
    try:
        with directory.log.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(mongod.log_from, size - TAIL_BYTES))
            return log.read().decode(errors="replace")
    except OSError:
        return ""


def describe_end(mongod: Mongod) -> str:
    """How mongod ended, to follow its name in a sentence: `was ended by SIGKILL`."""
    code = mongod.exit_code
    if code is None:
        return "ended"
    if code < 0:
        return f"was ended by {_signal_name(-code)}"
    return f"ended with exit code {code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _find_remedy(said: str, code: int | None, directory: Directory) -> str:
    if code == -signal.SIGILL:
        return f"This processor lacks AVX, which MongoDB needs. {HOW_TO_GET_ONE}"
    for pattern, remedy in REMEDIES:
        if re.search(pattern, said):
            return remedy.format(root=directory.root)
    if shutil.disk_usage(directory.root).free < LEAST_FREE:
        return DISK_FULL.format(root=directory.root)  # too full for the log to say so
    return ""


def _last_lines(said: str) -> list[str]:
    """The last `TAIL_LINES` errors of the log, or its last lines if there are no errors."""
    lines = [_format_line(line) for line in said.splitlines() if line.strip()]
    trouble = [line for line in lines if line.startswith(("F ", "E "))]
    return (trouble or lines)[-TAIL_LINES:]


def _format_line(line: str) -> str:
    """A line of mongod's JSON log, shortened: severity, component, message, details."""
    try:
        entry = json.loads(line)
        line = f"{entry['s']} {entry['c']} {entry['msg']} {_format_details(entry)}".strip()
    except (ValueError, KeyError, TypeError):
        pass  # output of the loader, or of a crash, is not JSON
    return line if len(line) <= LINE_LENGTH else f"{line[:LINE_LENGTH]}…"


def _format_details(entry: dict[str, Any]) -> str:
    attributes = entry.get("attr", {})
    match attributes:
        case {"message": {"msg": str(message)}}:  # from WiredTiger
            return message
        case {"error": str(message)}:
            return message
    return json.dumps(attributes) if attributes else ""
