"""The file of a backup: what is read is what was written, or the file is refused."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.backups.archive import (
    FORM,
    MAGIC,
    ArchiveWriter,
    BadArchive,
    Part,
    PartKind,
    pack,
    read_parts,
)
from store.mongodb.raw import encode_id

DOCUMENTS = [encode_id(f"k{n}") for n in range(5)]


def write(*parts: Part) -> bytes:
    out = io.BytesIO()
    writer = ArchiveWriter(out)
    for part in parts:
        writer.write(part)
    return out.getvalue()


PARTS = (
    Part(PartKind.HEAD, {"program": "0.1.0", "layout": 9}),
    pack(PartKind.DOCUMENTS, "parties", DOCUMENTS[:3]),
    pack(PartKind.DOCUMENTS, "parties", DOCUMENTS[3:]),
    pack(PartKind.GONE, "parties", DOCUMENTS[:1]),
    Part(PartKind.END, {"counts": {"parties": 4}, "moment": "2026-11-30T14:05:00+00:00"}),
)
WHOLE = write(*PARTS)


def read(archive: bytes) -> list[Part]:
    return list(read_parts(io.BytesIO(archive)))


def test_what_is_read_is_what_was_written() -> None:
    found = read(WHOLE)
    assert found == list(PARTS)
    assert [part.documents() for part in found[1:4]] == [
        DOCUMENTS[:3],
        DOCUMENTS[3:],
        DOCUMENTS[:1],
    ]


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_that_was_cut_off_is_refused(at: int) -> None:
    with pytest.raises(BadArchive):
        read(WHOLE[:at])


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_damaged_file_is_refused(at: int, by: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[at] ^= by
    with pytest.raises(BadArchive):
        read(bytes(damaged))


def test_parts_that_were_exchanged_or_left_out_are_refused() -> None:
    pieces = _split(WHOLE)
    assert read(b"".join(pieces)) == list(PARTS)
    for wrong in (
        [pieces[0], pieces[1], pieces[3], pieces[2], *pieces[4:]],
        [*pieces[:2], *pieces[3:]],
        [*pieces, pieces[2]],
    ):
        with pytest.raises(BadArchive):
            read(b"".join(wrong))


def _split(archive: bytes) -> list[bytes]:
    """The first line, and each part with its header."""
    whole = [write(*PARTS[:number]) for number in range(len(PARTS) + 1)]
    assert whole[-1] == archive
    return [whole[0], *(b[len(a) :] for a, b in pairwise(whole))]


@pytest.mark.parametrize(
    ("archive", "says"),
    [
        (b"", "no backup"),
        (b'{"data": {}}', "no backup"),
        (MAGIC + f"{FORM + 1}\n".encode(), "use the newer version"),
        (WHOLE + b"x", "something follows the end"),
        (WHOLE[:-1], "damaged|cut off"),
    ],
)
def test_a_refusal_says_what_is_wrong(archive: bytes, says: str) -> None:
    with pytest.raises(BadArchive, match=says):
        read(archive)
