"""The file of a backup: a line that says what it is, then parts, each with its own header.

A header is a line of JSON, and `size` bytes follow it: documents of BSON one after another,
compressed by zlib. Each part has a digest of itself and of the digest before it, so a part that is
missing, damaged or moved is noticed, and a file without its last part was cut off. A later document
takes the place of an earlier one with its `_id`.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any, BinaryIO, Final

from store.mongodb.raw import split_documents

FORM: Final = 1
"""Counts the forms that such files have had."""

MAGIC: Final = b"followthrough backup "
MOST_BYTES: Final = 4 * 1024 * 1024
"""Bytes of documents after which a part ends; one document may have more."""

_LONGEST_LINE: Final = 1_000_000
_LARGEST_PART: Final = 64 * 1024 * 1024
"""No part has more: MongoDB takes no document of more than 16 MiB."""


class PartKind(StrEnum):
    """What a part holds."""

    HEAD = "head"
    """Nothing; its header says what was backed up."""
    DOCUMENTS = "documents"
    """Documents to be there."""
    GONE = "gone"
    """Documents of an `_id` alone: those that are not to be there, though an earlier part has
    them.
    """
    END = "end"
    """Nothing; its header says how many documents there are in the end, by collection."""


class BadArchive(Exception):
    """The file is no backup, or not a whole one; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part: what it is, the members of its header, and its documents, still compressed."""

    kind: PartKind
    about: dict[str, Any]
    packed: bytes = b""

    @property
    def collection(self) -> str:
        """The collection of the documents."""
        return str(self.about["collection"])

    def documents(self) -> list[bytes]:
        """The documents. Raises BadArchive."""
        try:
            unpacking = zlib.decompressobj()
            joined = unpacking.decompress(self.packed, _LARGEST_PART)
            if not unpacking.eof:
                raise BadArchive("a part of the backup is larger than a part can be")
            return list(split_documents(joined))
        except (zlib.error, ValueError) as error:
            raise BadArchive(f"a part of the backup cannot be read: {error}") from None


def pack(kind: PartKind, collection: str, documents: Sequence[bytes]) -> Part:
    """A part of these documents. It takes a while: a thread is the place for it."""
    about = {"collection": collection, "documents": len(documents)}
    return Part(kind, about, zlib.compress(b"".join(documents), 6))


class ArchiveWriter:
    """Writes parts to a file that is open for writing bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = b""
        file.write(MAGIC + f"{FORM}\n".encode())

    def write(self, part: Part) -> None:
        """Adds a part. Raises OSError."""
        header = {"kind": part.kind, **part.about, "size": len(part.packed)}
        self._digest = _digest(self._digest, header, part.packed)
        line = json.dumps({**header, "digest": self._digest.hex()}, ensure_ascii=False)
        self._file.write(line.encode() + b"\n" + part.packed)


def read_parts(file: BinaryIO) -> Iterator[Part]:
    """The parts of a file that is open for reading bytes, in order, each once it was found to be
    whole. Raises BadArchive, also at the end of a file that was cut off.
    """
    first = file.readline(len(MAGIC) + 10)
    if not first.startswith(MAGIC):
        raise BadArchive("this is no backup of Followthrough")
    if (form := first.removeprefix(MAGIC).strip()) != str(FORM).encode():
        raise BadArchive(
            f"this backup has form {form.decode(errors='replace')}, and this program knows form "
            f"{FORM}: use the newer version of Followthrough that wrote it"
        )
    digest = b""
    while True:
        part, digest = _read_part(file, digest)
        yield part
        if part.kind is PartKind.END:
            if file.read(1):
                raise BadArchive("something follows the end of the backup")
            return


def _read_part(file: BinaryIO, before: bytes) -> tuple[Part, bytes]:
    line = file.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise BadArchive("the backup was cut off: it has no end")
    try:
        header = json.loads(line)
        said = bytes.fromhex(header.pop("digest"))
        size = int(header["size"])
        if not 0 <= size <= _LARGEST_PART:
            raise ValueError("a part of such a size")
        kind = PartKind(header["kind"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadArchive(f"the backup is damaged: {error}") from None
    packed = file.read(size)
    if len(packed) < size:
        raise BadArchive("the backup was cut off: it has no end")
    if (digest := _digest(before, header, packed)) != said:
        raise BadArchive("the backup is damaged: a part is not as it was written")
    about = {name: value for name, value in header.items() if name not in ("kind", "size")}
    return Part(kind, about, packed), digest


def _digest(before: bytes, header: dict[str, Any], packed: bytes) -> bytes:
    found = blake2b(before, digest_size=16)
    found.update(json.dumps(header, sort_keys=True, ensure_ascii=False).encode())
    found.update(packed)
    return found.digest()
