"""What a sandbox is filled with: fixtures by name, bundles by path, and an invented store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from store.bundles.files import files_of

FOLDER = Path(__file__).parents[2] / "fixtures"
"""The fixtures that come with the program, a folder for each name."""

NOTHING = "none"
"""The name that stands for no fixtures at all."""


class NoSuchFixtures(ValueError):
    """Neither a name of fixtures nor a path; the message has the names that there are."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What to load: an invented store of so many commitments, and bundles after it."""

    paths: tuple[Path, ...]
    invented: int = 0

    def digest(self) -> str:
        """What tells one filling from another, in hexadecimal: the names and bytes of all files.
        Raises OSError if one cannot be read.
        """
        found = sha256(f"invented {self.invented}\n".encode())
        for path in files_of(self.paths):
            with path.open("rb") as file:
                found.update(f"{path.name} {file_digest(file, sha256).hexdigest()}\n".encode())
        return found.hexdigest()


def list_names() -> list[str]:
    """The names of the fixtures that come with the program."""
    return sorted(path.name for path in FOLDER.glob("*") if path.is_dir())


def find_fixtures(given: Sequence[str]) -> tuple[Path, ...]:
    """The paths that names and paths stand for. Raises NoSuchFixtures."""
    return tuple(_find(given))


def find_bundles(given: Sequence[str]) -> tuple[Path, ...]:
    """The paths that are given, and of what is no path, the fixtures of that name: a folder of
    somebody's own is never passed over. Raises NoSuchFixtures.
    """
    return tuple(
        path if (path := Path(text)).exists() else _find_by_name(text, list_names())
        for text in given
    )


def _find(given: Sequence[str]) -> Iterator[Path]:
    names = list_names()
    for text in given:
        if text in names:
            yield FOLDER / text
        elif text == NOTHING:
            if len(given) > 1:
                raise NoSuchFixtures(f"{NOTHING} means no fixtures; leave it out beside others")
        elif Path(text).exists():
            yield Path(text)
        else:
            yield _find_by_name(text, names, f", and {NOTHING}")


def _find_by_name(text: str, names: Sequence[str], also: str = "") -> Path:
    if text in names:
        return FOLDER / text
    # Not at the head: with it come the records, and mongod waits for what is imported before it.
    from store.records.faults import find_similar

    near = find_similar(text, names)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise NoSuchFixtures(
        f"{text}: no such fixtures, and no such file or folder{meant} "
        f"(names: {', '.join(names)}{also})"
    )
