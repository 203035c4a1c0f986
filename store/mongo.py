"""The one door to MongoDB: nothing else imports motor or pymongo. No noun's queries, no rules."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from math import ceil, inf
from typing import Any, NamedTuple, TypeAlias, TypeVar

from bson import encode
from bson.codec_options import DatetimeConversion
from bson.son import SON
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)
from pymongo.read_concern import ReadConcern
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

Document: TypeAlias = dict[str, Any]
Client: TypeAlias = "AsyncIOMotorClient[Document]"
Session: TypeAlias = AsyncIOMotorClientSession
Sort: TypeAlias = Sequence[tuple[str, int]]
Write: TypeAlias = "DeleteOne | InsertOne[Document] | ReplaceOne[Document] | UpdateOne"
Result = TypeVar("Result")

__all__ = ["DeleteOne", "InsertOne", "ReplaceOne", "UpdateOne"]

Command: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[Document]]


class Unreachable(Exception):
    """No server answered at the address, or the connection broke before the answer."""


class Refused(Exception):
    """The server answered with an error; `code` is MongoDB's number for it."""

    def __init__(self, error: OperationFailure) -> None:
        details = dict(error.details or {})
        # A bulk write repeats every document in its message; the first complaint is enough.
        for complaint in details.get("writeErrors", [])[:1]:
            details = {**complaint, "errmsg": complaint["errmsg"] + _failing(complaint)}
        super().__init__(str(details.get("errmsg", error)))
        self.code = details.get("code", error.code)


def _failing(complaint: Mapping[str, Any]) -> str:
    info = complaint.get("errInfo", {})
    return f": document {info['failingDocumentId']!r}" if "failingDocumentId" in info else ""


def open_client(url: str, *, timeout_ms: int = 30_000) -> Client:
    """A client for `url`; it connects when first used, and waits `timeout_ms` for a server."""
    return AsyncIOMotorClient(url, serverSelectionTimeoutMS=timeout_ms, appname="followthrough")


@asynccontextmanager
async def admin(url: str, *, timeout_ms: int = 30_000) -> AsyncIterator[Command]:
    """Yield a function that runs one raw command on the admin database of `url`.

    It raises `Unreachable` or `Refused`, so that callers need no driver to tell them apart.
    """
    client = open_client(url, timeout_ms=timeout_ms)

    async def command(body: Mapping[str, Any]) -> Document:
        try:
            return await client.admin.command(dict(body))
        except OperationFailure as error:
            raise Refused(error) from error
        except ConnectionFailure as error:
            raise Unreachable(str(error)) from error

    try:
        yield command
    finally:
        client.close()


OF_THE_DRIVER = frozenset({"lsid", "$db", "$clusterTime", "$readPreference", "readConcern"})
"""What the driver adds to a command."""


class CommandLog(CommandListener):
    """Notes every command that a client sends: its name, its collection, and its body.

    For tests that count and for `explain`; housekeeping of the driver is left out.
    """

    HOUSEKEEPING = frozenset({"hello", "isMaster", "ping", "endSessions", "killCursors"})

    def __init__(self) -> None:
        self.commands: list[Document] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Called by the driver before a command is sent."""
        # The driver blanks commands that carry secrets.
        if event.command and event.command_name not in self.HOUSEKEEPING:
            self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Called by the driver; nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Called by the driver; nothing to note."""


CommandEnded: TypeAlias = Callable[[bool], None]
"""Is told whether a command failed."""


class Observer:
    """Is told of every command, for metrics and traces.

    Where a command is waited for, and not by the driver: it runs every command by a longer way if
    it has to make events of commands or connections, which costs a small request a tenth.
    """

    def opened(self, most: float) -> None:
        """A pool was opened that holds at most so many connections."""

    def command_began(self, name: str, collection: str | None) -> CommandEnded:
        """A command was sent. What this gives is called when it ends, in the same context."""
        raise NotImplementedError


class Written(NamedTuple):
    """How many documents writes were about, and how many of them are not what they were."""

    found: int
    changed: int


_NAMES: Mapping[type, str] = {
    DeleteOne: "delete",
    InsertOne: "insert",
    ReplaceOne: "update",
    UpdateOne: "update",
}

_WAIT = "serverSelectionTimeoutMS"


class Database:
    """One database of one server. Answers are plain dicts; errors are those of this module.

    Reads ask for `batch` documents at once, so that a page is one command, not several.
    """

    BATCH = 10_000

    def __init__(self, client: Client, name: str, observers: Sequence[Observer] = ()) -> None:
        self._client = client
        self._database = client.get_database(
            name,
            write_concern=WriteConcern(w="majority", j=True),
            read_concern=ReadConcern("local"),
        )
        self.name = name
        self._observers = observers
        self._most_ms: int | None = None

    def within(self, seconds: float) -> Database:
        """The same database; MongoDB itself gives up a read that takes it longer than this."""
        found = copy(self)
        found._most_ms = ceil(seconds * 1000)
        return found

    @classmethod
    def connect(
        cls,
        url: str,
        name: str,
        *,
        timeout_ms: int = 10_000,
        log: CommandLog | None = None,
        observers: Sequence[Observer] = (),
    ) -> Database:
        """A database by address; nothing is sent yet. ValueError if the address is malformed."""
        try:
            named = parse_uri(url, validate=True)["options"]
            # A keyword would go before what the address itself says.
            waits: Any = {} if _WAIT in named else {_WAIT: timeout_ms}
            client: Client = AsyncIOMotorClient(
                url,
                appname="followthrough",
                event_listeners=[log] if log else [],
                tz_aware=True,
                **waits,
            )
        except (InvalidURI, ConfigurationError, ValueError) as error:
            raise ValueError(f"not a MongoDB address: {error}") from None
        for observer in observers:
            observer.opened(client.delegate.options.pool_options.max_pool_size or inf)
        return cls(client, name, observers)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    async def command(self, body: Mapping[str, Any]) -> Document:
        """Runs one raw command on this database."""
        with _translated():
            return await self._sent(dict(body))

    async def explain(self, sent: Mapping[str, Any]) -> Document:
        """How MongoDB runs a reading command that was sent, and what it examined for it.

        Moments are milliseconds: an index on them ends with one that Python has no date for.
        """
        command = {name: value for name, value in sent.items() if name not in OF_THE_DRIVER}
        options = self._database.codec_options.with_options(
            datetime_conversion=DatetimeConversion.DATETIME_MS
        )
        with _translated():
            return await self._database.command(
                {"explain": command, "verbosity": "executionStats"}, codec_options=options
            )

    async def ping(self) -> Document:
        """What the server says of itself (`hello`)."""
        with _translated():
            hello = self._client.admin.command("hello")
            return await self._observed("hello", None, hello)

    async def find(
        self,
        collection: str,
        query: Mapping[str, Any],
        *,
        fields: Mapping[str, Any] | None = None,
        sort: Sort = (),
        limit: int = 0,
        hint: str | None = None,
        session: Session | None = None,
    ) -> list[Document]:
        """The documents that match, in order; all of them if `limit` is 0.

        `hint` names the index to use.
        """
        body: Document = {"find": collection, "filter": query, "batchSize": self.BATCH}
        if fields:
            body["projection"] = fields
        if sort:
            body["sort"] = SON(sort)
        if hint:
            body["hint"] = hint
        if limit:
            # With one to spare MongoDB closes the cursor by itself. Not as a single batch: that
            # would end at 16 MiB without a word.
            body |= {"limit": limit, "batchSize": limit + 1}
        return await self._whole(body, session)

    async def stream(
        self,
        collection: str,
        query: Mapping[str, Any],
        *,
        fields: Mapping[str, Any] | None = None,
        sort: Sort = (),
        batch: int = 500,
        session: Session | None = None,
    ) -> AsyncGenerator[Document]:
        """The documents that match, one by one, `batch` in memory at a time.

        Close it when it is not read to the end; MongoDB then forgets the cursor at once.
        """
        cursor = self._database[collection].find(
            dict(query), fields, batch_size=batch, session=session
        )
        if sort:
            cursor = cursor.sort(list(sort))
        try:
            with _translated():
                name = "find"
                rows: list[Document] = []
                while name == "find" or len(rows) == batch:
                    rows = await self._observed(name, collection, cursor.to_list(batch))
                    for document in rows:
                        yield document
                    name = "getMore"
        finally:
            # Whoever reads may have been cancelled, which must not cancel the farewell.
            await asyncio.shield(cursor.close())

    async def watch(
        self, collection: str, key: str, wait_ms: int
    ) -> AsyncIterator[Document | None]:
        """A document as it is, then the members that each change of it set; None each time MongoDB
        says that there was none. A removal sets nothing. Ends only with an error.
        """
        pipeline = [{"$match": {"documentKey._id": key}}]
        with _translated():
            # A change stream only tells what a majority has, so nothing that could be undone.
            of = self._database[collection].with_options(read_concern=ReadConcern("majority"))
            async with of.watch(pipeline, max_await_time_ms=wait_ms) as stream:
                # Read after the stream is open, so that nothing falls between the two.
                found = await self.find(collection, {"_id": key})
                yield found[0] if found else None
                while True:
                    event = await stream.try_next()
                    yield _set_by(event) if event is not None else None

    async def batches(
        self, collection: str, size: int, fields: Mapping[str, Any] | None = None
    ) -> AsyncIterator[list[Document]]:
        """All documents by `_id`, `size` at a time, each batch a read of its own."""
        after: Document = {}
        by_key = [("_id", 1)]
        while found := await self.find(collection, after, fields=fields, sort=by_key, limit=size):
            yield found
            after = {"_id": {"$gt": found[-1]["_id"]}}

    async def aggregate(
        self,
        collection: str,
        pipeline: Sequence[Mapping[str, Any]],
        session: Session | None = None,
        *,
        hint: str | None = None,
    ) -> list[Document]:
        """What a pipeline yields; `hint` names the index that it starts with."""
        body: Document = {
            "aggregate": collection,
            "pipeline": list(pipeline),
            "cursor": {"batchSize": self.BATCH},
        }
        if hint:
            body["hint"] = hint
        return await self._whole(body, session)

    async def distinct(self, collection: str, path: str) -> list[Any]:
        """The values that stand at a path, each once; None where documents have none."""
        body: Document = {"distinct": collection, "key": path}
        if self._most_ms is not None:
            body["maxTimeMS"] = self._most_ms
        with _translated():
            values: list[Any] = (await self._sent(body))["values"]
            return values

    async def _whole(self, body: Document, session: Session | None) -> list[Document]:
        """All that a reading command finds. One command and one change of threads, where a
        cursor object takes several: a page is one batch, and more is read only if there is more.
        """
        if self._most_ms is not None:
            body["maxTimeMS"] = self._most_ms
        with _translated():
            if session is not None:
                return await self._batches_of(body, session)
            cursor = (await self._sent(body))["cursor"]
            if cursor["id"] == 0:
                found: list[Document] = cursor["firstBatch"]
                return found
            # More than a batch, or than 16 MiB: a cursor may only be read on in its own session.
            async with await self._client.start_session() as own:
                await self._sent(
                    {"killCursors": cursor["ns"].partition(".")[2], "cursors": [cursor["id"]]}
                )
                return await self._batches_of(body, own)

    async def _batches_of(self, body: Document, session: Session) -> list[Document]:
        cursor = (await self._sent(body, session))["cursor"]
        found: list[Document] = cursor["firstBatch"]
        while cursor["id"] != 0:
            more = {"getMore": cursor["id"], "collection": cursor["ns"].partition(".")[2]}
            cursor = (await self._sent(more, session))["cursor"]
            found += cursor["nextBatch"]
        return found

    async def _sent(self, body: Document, session: Session | None = None) -> Document:
        """The reply to a command, with instants as this project has them."""
        name = next(iter(body))
        # getMore names it elsewhere; commands without one hold another value.
        collection = body.get("collection", body[name])
        reply = self._database.command(
            body, session=session, codec_options=self._database.codec_options
        )
        return await self._observed(
            name, collection if isinstance(collection, str) else None, reply
        )

    async def _observed(
        self, name: str, collection: str | None, reply: Awaitable[Result]
    ) -> Result:
        """The reply; those who observe are told of it."""
        if not self._observers:
            return await reply
        ends = [observer.command_began(name, collection) for observer in self._observers]
        failed = True
        try:
            found = await reply
            failed = False
            return found
        finally:
            for ended in ends:
                ended(failed)

    async def write(
        self, collection: str, operations: Sequence[Write], session: Session | None = None
    ) -> Written:
        """Sends the writes in one command, in order."""
        if not operations:
            return Written(0, 0)
        with _translated():
            written = self._database[collection].bulk_write(
                list(operations), ordered=True, session=session
            )
            result = await self._observed(_NAMES[type(operations[0])], collection, written)
        others = result.deleted_count + result.inserted_count + result.upserted_count
        return Written(result.matched_count + others, result.modified_count + others)

    async def transaction(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """Runs `work` in a transaction, again from the start when another one was in the way."""

        async def run(session: Session) -> Result:
            return await work(session)

        with _translated(again=False):
            async with await self._client.start_session() as session:
                return await session.with_transaction(
                    run,
                    read_concern=ReadConcern("snapshot"),
                    write_concern=WriteConcern(w="majority", j=True),
                )

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Session]:
        """A session whose reads all see one moment."""
        async with await self._client.start_session(snapshot=True) as session:
            yield session

    async def collections(self) -> dict[str, Document]:
        """The collections by name, each with its options."""
        with _translated():
            return {c["name"]: c["options"] async for c in await self._database.list_collections()}

    async def drop(self) -> None:
        """Removes the database with all that is in it. For tests and benchmarks."""
        with _translated():
            await self._client.drop_database(self.name)


def bytes_of(document: Mapping[str, Any]) -> int:
    """How many bytes a document has as MongoDB is sent it."""
    return len(encode(document))


def _set_by(event: Document) -> Document:
    """What an event of a change stream set: members of the document, or the whole of it."""
    if "updateDescription" in event:
        members: Document = event["updateDescription"]["updatedFields"]
        return members
    return event.get("fullDocument") or {}


@contextmanager
def _translated(*, again: bool = True) -> Iterator[None]:
    """Turn the driver's errors into this module's, so that no caller needs the driver.

    Inside a transaction the driver must see its own errors to know what to run `again`; they
    carry labels, and are let through until the transaction as a whole gives up.
    """
    try:
        yield
    except OperationFailure as error:
        if again and _to_be_run_again(error):
            raise
        raise Refused(error) from error
    except ConnectionFailure as error:
        if again and _to_be_run_again(error):
            raise
        raise Unreachable(str(error)) from error


def _to_be_run_again(error: PyMongoError) -> bool:
    return error.has_error_label("TransientTransactionError") or error.has_error_label(
        "UnknownTransactionCommitResult"
    )
