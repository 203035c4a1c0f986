"""The embedded server's files on disk, and which programs use them. It knows no processes.

<data_dir>/mongodb/
    db/         mongod's own files; it writes its process id into db/mongod.lock
    key         the key file of the replica set; who can read it may do everything
    password    the password of the user that programs log in as
    port        the port to use again, because the replica set's configuration names it
    lock        locked while mongod is started or stopped
    sharers/    a file for each program that uses mongod, locked while the program lives
    mongod.log, mongod.log.1
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from store.embedded.errors import MongodError

LOG_LIMIT = 16 * 1024 * 1024
POLL = 0.02

# Below the range of outgoing connections, one of which could else take our port while mongod is
# down.
PORTS = range(20_000, 32_768)


@dataclass(frozen=True)
class Directory:
    """The directory of the embedded server: the paths in it, and the locks on it."""

    root: Path

    @classmethod
    def from_data_dir(cls, data_dir: Path) -> Directory:
        """The directory inside a data directory."""
        return cls(data_dir.expanduser().resolve() / "mongodb")

    @property
    def data(self) -> Path:
        """Where mongod keeps its own files."""
        return self.root / "db"

    @property
    def key(self) -> Path:
        """The key file of the replica set."""
        return self.root / "key"

    @property
    def password(self) -> Path:
        """The file with the password that programs log in with."""
        return self.root / "password"

    @property
    def log(self) -> Path:
        """The log of mongod."""
        return self.root / "mongod.log"

    @property
    def sharers(self) -> Path:
        """The folder with a file for each program that uses mongod."""
        return self.root / "sharers"

    def create(self) -> None:
        """Creates missing files and folders, and sets their modes. Call it under the lock."""
        for folder in (self.data, self.sharers):
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        for secret, fits in ((self.key, _KEY), (self.password, _PASSWORD)):
            if _is_new(secret):
                # Hexadecimal, because a key file may only hold base64.
                _write(secret, secrets.token_hex(48))
            secret.chmod(0o600)
            _load_secret(secret, fits)

    def load_key(self) -> str:
        """The key of the replica set. Raises MongodError if the file holds none."""
        # mongod ignores white space, too.
        return "".join(_load_secret(self.key, _KEY).split())

    def load_password(self) -> str:
        """The password of our user. Raises MongodError if the file holds none."""
        return _load_secret(self.password, _PASSWORD)

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        """Locks the right to start and stop mongod; the lock of a killed program ends by itself."""
        file = _open(self.root / "lock")
        try:
            while not _try_lock(file):  # noqa: ASYNC110 - other programs set no event of ours
                await asyncio.sleep(POLL)
            yield
        finally:
            os.close(file)

    def open_log(self) -> BinaryIO:
        """The log, open for appending. One larger than `LOG_LIMIT` is first renamed and kept."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        return os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb")

    def port(self, *, movable: bool) -> int:
        """The last port; a new one if there is none, or if it is taken and `movable`."""
        kept = self._load_port()
        if kept and (not movable or _is_free(kept)):
            return kept
        port = next(filter(_is_free, random.sample(PORTS, 500)), None)
        if port is None:
            raise MongodError(f"No free port on 127.0.0.1 between {PORTS[0]} and {PORTS[-1]}.")
        _write(self.port_file, str(port))
        return port

    def _load_port(self) -> int | None:
        try:
            port = int(self.port_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        # A number that is no port counts as none.
        return port if 0 < port <= _LAST_PORT else None

    @property
    def port_file(self) -> Path:
        """The file with the port to use again."""
        return self.root / "port"

    def join(self) -> Sharer:
        """Registers this program as one that uses mongod. Call it under the lock."""
        path = self.sharers / f"{os.getpid()}-{secrets.token_hex(4)}"
        # Locked before it gets its name, so that no one takes it for that of a killed program.
        unnamed = path.with_suffix(".new")
        file = _open(unnamed)
        _try_lock(file)
        unnamed.rename(path)
        return Sharer(path, file)

    def find_sharers(self) -> list[int]:
        """The process ids of the programs that use mongod now."""
        return [
            int(path.name.split("-")[0]) for path in self._find_sharer_files() if _is_held(path)
        ]

    def remove_dead_sharers(self) -> None:
        """Removes the files of killed programs. Call it under the lock."""
        for path in self.sharers.iterdir():
            # Other things there are not ours, and may be folders.
            if path.is_file() and not _is_held(path):
                path.unlink()

    def _find_sharer_files(self) -> Iterator[Path]:
        if self.sharers.is_dir():
            yield from (path for path in self.sharers.iterdir() if _SHARER.fullmatch(path.name))


@dataclass(frozen=True)
class Sharer:
    """A program's use of mongod: a file that is locked while the program lives.

    A lock and not a process id, because ids are reused and differ between containers.
    """

    path: Path
    file: int

    def leave(self) -> None:
        """Ends the use: removes the file, and with it the lock."""
        self.path.unlink(missing_ok=True)
        os.close(self.file)


@contextmanager
def explain_os_errors(directory: Directory) -> Iterator[None]:
    """Turns errors of the operating system into MongodError, with a remedy."""
    try:
        yield
    except (IsADirectoryError, NotADirectoryError, FileExistsError) as error:
        raise MongodError(
            f"Cannot keep MongoDB's data in {directory.root}: there is a folder where a file "
            f"should be, or a file where a folder should be ({error}). Move it away and start "
            "again, or set FOLLOWTHROUGH_DATA_DIR to another directory."
        ) from error
    except OSError as error:
        raise MongodError(
            f"Cannot keep MongoDB's data in {directory.root}: {error}. Make room there, or make "
            "it writable for this user, or set FOLLOWTHROUGH_DATA_DIR to another directory."
        ) from error


def prepare(directory: Directory) -> None:
    """Creates the directory itself, which must exist before it can be locked."""
    directory.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.root.chmod(0o700)


_LAST_PORT = 65_535
_SHARER = re.compile(r"[0-9]+-[0-9a-f]+")
_KEY = re.compile(r"(?:\s*[0-9A-Za-z+/=]){6,1024}\s*")
"""What mongod accepts as a key: 6 to 1,024 characters of base64."""
_PASSWORD = re.compile(r"[!-~]{1,1024}")


def _is_new(secret: Path) -> bool:
    """Whether the file is missing or empty. Raises IsADirectoryError for a folder."""
    if secret.is_dir():
        raise IsADirectoryError(f"{secret} is a folder")
    return not secret.exists() or not secret.read_bytes().strip()


def _load_secret(secret: Path, fits: re.Pattern[str]) -> str:
    """The secret in a file, stripped of white space. Raises MongodError if it does not fit."""
    try:
        text = secret.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise MongodError(
            f"Cannot read {secret}: {error}. Make it readable for this user."
        ) from error
    if fits.fullmatch(text):
        return text
    wanted = "6 to 1,024 letters of base64" if fits is _KEY else "1 to 1,024 letters of ASCII"
    raise MongodError(
        f"{secret} is damaged: it must hold {wanted}. Run `followthrough mongo stop`, remove the "
        "file, and start again, which makes a new one; no data is lost by that."
    )


def _write(path: Path, text: str) -> None:
    """Writes a file as a whole or not at all; only its owner can read it."""
    unfinished = path.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _try_lock(file: int, *, shared: bool = False) -> bool:
    """Tries to lock an open file; false if another has it. Closing the file ends the lock."""
    import fcntl  # here, because Windows has none and must still be able to import the package

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_held(path: Path) -> bool:
    """Whether the program that made this file is running."""
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        # A shared lock, so that two programs that ask at once do not see each other as the owner.
        return not _try_lock(file, shared=True)
    finally:
        os.close(file)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As mongod does, so that connections that are still closing do not count as an owner.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
        return True
