"""Documents as the bytes that MongoDB keeps, for backups: nothing is read into them or left out.

Beside the driver the second module that imports pymongo; it has no queries of its own.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from math import inf
from typing import Any, Final

from bson import encode
from bson.codec_options import CodecOptions
from bson.raw_bson import DEFAULT_RAW_BSON_OPTIONS, RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from store.mongodb.driver import Database, Session, translating_errors

BATCH: Final = 1_000
"""Documents that MongoDB sends at once; it sends no more than 16 MiB."""

_DUPLICATE_KEY = 11000
_RAW: CodecOptions[Any] = DEFAULT_RAW_BSON_OPTIONS


async def stream_raw(
    database: Database, collection: str, *, after: bytes | None = None, limit: int = 0
) -> AsyncIterator[bytes]:
    """The documents of a collection in order of `_id`, from the one on that follows `after`, and no
    more than `limit`, unless that is 0. What is written meanwhile may be among them or not.
    """
    with translating_errors:
        found = _for_reading(database, collection, None).find({}, batch_size=BATCH)
        last: Any = None if after is None else RawBSONDocument(after, _RAW)["_id"]
        # By a bound of the index: a filter would find `_id`s of the same type alone.
        found = found.hint([("_id", 1)])
        if after is not None:
            found = found.min([("_id", last)])
        left = limit or inf
        async for document in found:
            if after is not None and document["_id"] == last:
                continue
            yield bytes(document.raw)
            left -= 1
            if left == 0:
                await found.close()
                return


async def find_raw(
    database: Database, collection: str, ids: Collection[Any], session: Session | None = None
) -> AsyncIterator[bytes]:
    """The documents with these `_id`s."""
    with translating_errors:
        of = _for_reading(database, collection, session)
        among = {"_id": {"$in": list(ids)}}
        async for document in of.find(among, batch_size=BATCH, session=session):
            yield bytes(document.raw)


def _for_reading(
    database: Database, collection: str, session: Session | None
) -> AsyncIOMotorCollection[Any]:
    of = database.get_collection(collection, _RAW)
    # Nothing that an election may take back; a snapshot has its own way to see to that.
    return of if session is not None else of.with_options(read_concern=ReadConcern("majority"))


async def put_raw(database: Database, collection: str, documents: Sequence[bytes]) -> None:
    """Writes documents in the place of any with their `_id`s; without validation, for what was
    kept is kept as it is.
    """
    if not documents:
        return
    raw = [RawBSONDocument(document, _RAW) for document in documents]
    with translating_errors:
        of = database.get_collection(collection, _RAW)
        try:
            await of.bulk_write(
                [InsertOne(document) for document in raw],
                ordered=False,
                bypass_document_validation=True,
            )
        except BulkWriteError as error:
            complaints = error.details["writeErrors"]
            if error.details["writeConcernErrors"] or any(
                complaint["code"] != _DUPLICATE_KEY for complaint in complaints
            ):
                raise
            there = [raw[complaint["index"]] for complaint in complaints]
            await of.bulk_write(
                [ReplaceOne({"_id": document["_id"]}, document) for document in there],
                ordered=False,
                bypass_document_validation=True,
            )


def split_documents(joined: bytes) -> Iterator[bytes]:
    """The documents that stand one after another. Raises ValueError where they do not fit."""
    at = 0
    while at < len(joined):
        size = int.from_bytes(joined[at : at + 4], "little")
        if size < 5 or at + size > len(joined):
            raise ValueError("no documents of BSON")
        yield joined[at : at + size]
        at += size


def id_of(document: bytes) -> Any:
    """The `_id` of a document."""
    return RawBSONDocument(document, _RAW)["_id"]


def encode_id(key: Any) -> bytes:
    """A document of an `_id` alone."""
    return encode({"_id": key})
