"""The only module that imports motor or pymongo. It knows no noun and no rule."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from copy import copy
from functools import partial
from itertools import count
from math import ceil, inf
from typing import Any, NamedTuple, TypeAlias, TypeVar

from bson import encode
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.son import SON
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

from store.mongodb.keys import new_key
from store.mongodb.threads import AllBusy, Threads

logger = logging.getLogger("followthrough.mongodb")

Document: TypeAlias = dict[str, Any]
Client: TypeAlias = "AsyncIOMotorClient[Document]"
Session: TypeAlias = AsyncIOMotorClientSession
Sort: TypeAlias = Sequence[tuple[str, int]]
Write: TypeAlias = "DeleteMany | DeleteOne | InsertOne[Document] | ReplaceOne[Document] | UpdateOne"
Result = TypeVar("Result")

__all__ = ["DeleteMany", "DeleteOne", "InsertOne", "ReplaceOne", "UpdateOne"]

Instant: TypeAlias = Any
"""A moment of a server, as it counts its writes."""

Changed: TypeAlias = Mapping[str, Collection[Any] | None]
"""The `_id`s of documents that changed, by collection; None for any of it, such as where it was
dropped."""

Command: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[Document]]


# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
UNAUTHORIZED = 13
MAX_TIME_EXPIRED = 50
WRITE_CONFLICT = 112
INTERRUPTED = 11601
KEY_NOT_FOUND = 211
"""MongoDB was killed before it had saved the key with which it signed the cluster time."""

TRY_AGAIN_S = 5
"""Seconds after which a client may try again if MongoDB cannot be reached: about as long as a
replica set takes to elect a primary."""

READERS = 64
"""Threads that run reads. See decision 29."""
SPARE = 16
"""Connections that reads leave free for listening, health checks and writes."""
WATCHERS = 4
"""Threads for health checks and for closing cursors."""

PACED_MS = 3_600_000
"""Milliseconds that MongoDB may work for one stream whose consumer sets the pace."""

PATIENCE_S = 60.0
"""Seconds for which a write is tried again: longer than a replica set takes to notice that its
primary is gone and to elect another."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0
_KEYS_S = 10.0
"""Seconds for which a command is tried again after KEY_NOT_FOUND. The driver learns of a time
signed with another key by its next heartbeat."""


class Unreachable(Exception):
    """MongoDB gave no answer.

    No server was found, the connection broke, or the server cannot answer now, such as during an
    election.
    """


class Busy(Unreachable):
    """No thread for reads became free in time."""


class NotInitiated(Exception):
    """The server was started for a replica set that was never initiated."""


class GaveUp(Exception):
    """A write did not succeed within its patience; the message says what is known of the outcome.

    `code` is the number of MongoDB's last error; None if the outcome is not known.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


_LINEARIZABLE_MS = 10_000
"""How long a read may wait for a majority, in milliseconds."""


class Refused(Exception):
    """MongoDB answered with an error; `code` is its number."""

    def __init__(self, error: OperationFailure) -> None:
        details = dict(error.details or {})
        # The message of a bulk write repeats every document: only the first error is kept.
        for complaint in details.get("writeErrors", [])[:1]:
            details = {
                **complaint,
                "errmsg": complaint["errmsg"] + _name_failing_document(complaint),
            }
        super().__init__(str(details.get("errmsg", error)))
        self.code = details.get("code", error.code)


class Overdue(Refused):
    """MongoDB ended a command that took longer than its time limit, or that it was told to end."""


def _name_failing_document(complaint: Mapping[str, Any]) -> str:
    info = complaint.get("errInfo", {})
    return f": document {info['failingDocumentId']!r}" if "failingDocumentId" in info else ""


def open_client(url: str, *, timeout_ms: int = 30_000) -> Client:
    """A client for `url`. It connects on first use and waits at most `timeout_ms` for a server."""
    return AsyncIOMotorClient(url, serverSelectionTimeoutMS=timeout_ms, appname="followthrough")


@asynccontextmanager
async def admin(url: str, *, timeout_ms: int = 30_000) -> AsyncIterator[Command]:
    """Yields a function that runs a raw command on the admin database of `url`.

    The function raises `Unreachable` or `Refused`, so that callers need not import the driver.
    """
    client = open_client(url, timeout_ms=timeout_ms)

    async def command(body: Mapping[str, Any]) -> Document:
        try:
            return await client.admin.command(dict(body))
        except OperationFailure as error:
            raise Refused(error) from error
        except ConnectionFailure as error:
            raise Unreachable(_shorten(error)) from error

    try:
        yield command
    finally:
        client.close()


OF_THE_DRIVER = frozenset(
    {"lsid", "$db", "$clusterTime", "$readPreference", "readConcern", "comment"}
)
"""The members that the driver and this module add to each command."""


class CommandLog(CommandListener):
    """Keeps the body of every command that a client sends, in `commands`.

    For tests that count commands, and for `explain`. The driver's own housekeeping is left out.
    """

    HOUSEKEEPING = frozenset({"hello", "isMaster", "ping", "endSessions", "killCursors"})

    def __init__(self) -> None:
        self.commands: list[Document] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Called by the driver before a command is sent."""
        # The driver empties commands that carry secrets.
        if event.command and event.command_name not in self.HOUSEKEEPING:
            self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Called by the driver; nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Called by the driver; nothing to note."""


class TimedCommandLog(CommandLog):
    """A command log that also keeps how long each command took.

    `took` has milliseconds, by the index of the command in `commands`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.took: dict[int, float] = {}
        self._places: dict[int, int] = {}

    def started(self, event: CommandStartedEvent) -> None:
        """Called by the driver before a command is sent."""
        before = len(self.commands)
        super().started(event)
        if len(self.commands) > before:
            self._places[event.request_id] = before

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Called by the driver when MongoDB has answered."""
        place = self._places.pop(event.request_id, None)
        if place is not None:
            self.took[place] = event.duration_micros / 1000

    def clear(self) -> None:
        """Forgets all commands, such as those that opened the store."""
        self.commands.clear()
        self.took.clear()


CommandEnded: TypeAlias = Callable[[bool], None]
"""Called when a command ends, with whether it failed."""


class Observer:
    """Receives an event for every command and pool, for metrics and traces.

    This module makes the events where it awaits a command. The driver's own events would make every
    command slower: a small request takes a tenth longer.
    """

    def pool_opened(self, most: float) -> None:
        """Called when a connection pool is opened; `most` is its largest number of connections."""

    def command_began(self, name: str, collection: str | None) -> CommandEnded:
        """Called when a command is sent. The result is called when it ends, in the same context."""
        raise NotImplementedError


class Written(NamedTuple):
    """How many documents the writes matched or added, and how many of them changed."""

    found: int
    changed: int


_NAMES: Mapping[type, str] = {
    DeleteMany: "delete",
    DeleteOne: "delete",
    InsertOne: "insert",
    ReplaceOne: "update",
    UpdateOne: "update",
}

_WAITS: Mapping[str, int] = {
    # For a connection, and for the answer to a heartbeat. Together with the pause between
    # heartbeats this says how soon a server that hangs counts as gone.
    "connectTimeoutMS": 4_000,
    "heartbeatFrequencyMS": 3_000,
    # For a connection from the pool, if all are in use.
    "waitQueueTimeoutMS": 5_000,
}
"""Milliseconds that the driver waits, unless the address says otherwise; see docs/limits.md."""

_NO_SET_YET_S = 2.0
"""Seconds after which a server that belongs to no set counts as not initiated: a member that starts
belongs to none for a moment."""


class Database:
    """One database. Answers are plain dicts, errors are those of this module.

    Reads ask for up to `BATCH` documents at once, so that a page takes one command.
    """

    BATCH = 10_000

    def __init__(self, client: Client, name: str, observers: Sequence[Observer] = ()) -> None:
        self._client = client
        pool = client.delegate.options.pool_options.max_pool_size or inf
        self._readers = Threads(
            int(max(1, min(READERS, pool - min(SPARE, pool // 4)))), self._end_commands
        )
        self._watchers = Threads(WATCHERS)
        self._forgetting = set[asyncio.Task[None]]()
        self._named, self._commands = new_key(), count()
        self._database = _get_database(client, name)
        self.name = name
        self._observers = observers
        self._most_ms: int | None = None
        self._patience = PATIENCE_S
        self._within: tuple[Session, asyncio.Lock] | None = None

    def beside(self, name: str) -> Database:
        """Another database of the same server, over the same connections."""
        found = copy(self)
        found._database, found.name = _get_database(self._client, name), name
        return found

    def within(self, session: Session) -> Database:
        """The same database, which finds and aggregates what this session sees, such as what its
        transaction has written so far. One read at a time, for a session takes no more.
        """
        found = copy(self)
        found._within = session, asyncio.Lock()
        return found

    def with_patience(self, seconds: float) -> Database:
        """The same database, whose transactions are tried again for so long (else `PATIENCE_S`)."""
        found = copy(self)
        found._patience = seconds
        return found

    def with_time_limit(self, seconds: float) -> Database:
        """The same database, in which MongoDB itself ends a read after this time.

        The limit holds for a command, and for all batches of one cursor together.
        """
        found = copy(self)
        found._most_ms = ceil(seconds * 1000)
        return found

    def with_observer(self, observer: Observer) -> Database:
        """The same database, whose commands are told to one observer more."""
        found = copy(self)
        found._observers = (*self._observers, observer)
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
        """The database `name` at an address; nothing is sent yet. ValueError if it is malformed.

        A command waits at most `timeout_ms` for a server, unless the address says otherwise.
        """
        try:
            named = parse_uri(url, validate=True)["options"]
            wanted = {"serverSelectionTimeoutMS": timeout_ms, **_WAITS}
            # A keyword argument would override what the address says.
            waits: Any = {name: wait for name, wait in wanted.items() if name not in named}
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
            observer.pool_opened(client.delegate.options.pool_options.max_pool_size or inf)
        return cls(client, name, observers)

    def get_collection(self, name: str, options: CodecOptions[Any]) -> AsyncIOMotorCollection[Any]:
        """A collection as motor has it, for documents in another form; see store/mongodb/raw.py."""
        return self._database.get_collection(name, codec_options=options)

    def close(self) -> None:
        """Closes the connections."""
        self._readers.close()
        self._watchers.close()
        self._client.close()

    @property
    def has_primary(self) -> bool:
        """Whether the driver knows a server that takes writes; false while a set elects."""
        return bool(self._client.delegate.topology_description.has_writable_server())

    async def command(self, body: Mapping[str, Any]) -> Document:
        """Runs one raw command on this database."""
        with translating_errors:
            return await self._send(dict(body))

    async def explain(self, sent: Mapping[str, Any]) -> Document:
        """MongoDB's explanation, with execution statistics, of a read command from a log.

        Moments are milliseconds: the bounds of an index scan can lie outside Python's dates.
        """
        command = {name: value for name, value in sent.items() if name not in OF_THE_DRIVER}
        options = self._database.codec_options.with_options(
            datetime_conversion=DatetimeConversion.DATETIME_MS
        )
        with translating_errors:
            return await self._database.command(
                {"explain": command, "verbosity": "executionStats"}, codec_options=options
            )

    async def ping(self) -> Document:
        """The server's answer to `hello`. It never waits for a thread of the reads."""
        with translating_errors:
            send = partial(self._client.admin.delegate.command, "hello")
            return await self._observe("hello", None, self._watchers.run("hello", send))

    async def hello(self) -> Document:
        """As `ping`, for the first contact.

        Raises NotInitiated within seconds, where `ping` would wait for a primary in vain.
        """
        pinging = asyncio.ensure_future(self.ping())
        since: float | None = None
        try:
            while True:
                done, _ = await asyncio.wait({pinging}, timeout=0.1)
                if done:
                    return pinging.result()
                known = self._client.delegate.topology_description.server_descriptions().values()
                waits = [server for server in known if server.server_type_name == "RSGhost"]
                if not waits or len(waits) < len(known):
                    since = None
                elif since is None:
                    since = time.monotonic()
                elif time.monotonic() - since > _NO_SET_YET_S:
                    raise NotInitiated(
                        "this MongoDB was started as a member of a replica set that was never "
                        "initiated: run rs.initiate() once in mongosh, and start again"
                    )
        finally:
            pinging.cancel()

    async def find_ready_indexes(self, collections: Sequence[str]) -> set[tuple[str, str]]:
        """The indexes that are ready, as pairs of collection and name.

        One command if our user has the privilege, else one for each collection. It never waits for
        a thread of the reads.
        """
        first, *others = collections
        shown: Document = {"_id": 0, "name": 1, "building": 1}

        def steps(collection: str) -> list[Document]:
            return [{"$indexStats": {}}, {"$project": {**shown, "of": {"$literal": collection}}}]

        unions = [{"$unionWith": {"coll": c, "pipeline": steps(c)}} for c in others]
        pipeline = [*steps(first), *unions]
        body = {"aggregate": first, "pipeline": pipeline, "cursor": {"batchSize": self.BATCH}}
        with translating_errors:
            try:
                reply = await self._run_in_watchers(body)
            except OperationFailure as error:
                if error.code != UNAUTHORIZED:
                    raise
                return await self._list_indexes(collections)
            rows = reply["cursor"]["firstBatch"]
            return {(row["of"], row["name"]) for row in rows if not row.get("building")}

    async def _list_indexes(self, collections: Sequence[str]) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for collection in collections:
            listed = await self._run_in_watchers({"listIndexes": collection})
            for index in listed["cursor"]["firstBatch"]:
                if "buildUUID" not in index:
                    found.add((collection, index["name"]))
        return found

    async def count(self, collection: str) -> int:
        """How many documents a collection has. It never waits for a thread of the reads."""
        with translating_errors:
            return int((await self._run_in_watchers({"count": collection}))["n"])

    async def _run_in_watchers(self, body: Document) -> Document:
        name = next(iter(body))
        send = partial(self._database.delegate.command, body)
        return await self._observe(name, body[name], self._watchers.run(name, send))

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
            # With room for one more, MongoDB closes the cursor by itself. Not `singleBatch`, which
            # would silently leave out what goes beyond 16 MiB.
            body |= {"limit": limit, "batchSize": limit + 1}
        return await self._find_all(body, session)

    async def stream(
        self,
        collection: str,
        query: Mapping[str, Any],
        *,
        fields: Mapping[str, Any] | None = None,
        sort: Sort = (),
        batch: int = 500,
        session: Session | None = None,
        paced: bool = False,
    ) -> AsyncGenerator[Document]:
        """The documents that match, one by one, `batch` in memory at a time.

        `with_time_limit` limits the whole stream, unless it is `paced`: then its consumer sets the
        pace, and has to limit each batch. Close the stream if it is not read to its end, so that
        MongoDB frees the cursor at once.
        """
        body: Document = {"find": collection, "filter": dict(query), "batchSize": batch}
        if fields:
            body["projection"] = fields
        if sort:
            body["sort"] = SON(sort)
        if self._most_ms is not None:
            # For the cursor as a whole: MongoDB accepts no limit for later batches.
            body["maxTimeMS"] = PACED_MS if paced else self._most_ms
        with translating_errors:
            async with self._use_session(session) as within:
                again = _read_twice if session is None else _run_once
                cursor = (await again(partial(self._send, body, within)))["cursor"]
                name = _collection_of(cursor)
                try:
                    rows = cursor["firstBatch"]
                    while True:
                        for document in rows:
                            yield document
                        if cursor["id"] == 0:
                            return
                        more = {"getMore": cursor["id"], "collection": name, "batchSize": batch}
                        cursor = (await self._send(more, within))["cursor"]
                        rows = cursor["nextBatch"]
                finally:
                    if cursor["id"] != 0:
                        # The consumer may have been cancelled, which must not cancel this.
                        forgetting = asyncio.create_task(self._close_cursor(name, cursor["id"]))
                        self._forgetting.add(forgetting)
                        forgetting.add_done_callback(self._forgetting.discard)
                        await asyncio.shield(forgetting)

    @asynccontextmanager
    async def _use_session(self, session: Session | None) -> AsyncIterator[Session]:
        """The session, or a new one: the batches of a cursor must be read in one session."""
        if session is not None:
            yield session
            return
        async with await self._client.start_session() as own:
            yield own

    async def _close_cursor(self, collection: str, cursor: int) -> None:
        """Has MongoDB close a cursor and end its work for it. If this fails, it does so later."""
        # Not in the cursor's session, which may have ended by now.
        body = {"killCursors": collection, "cursors": [cursor]}
        send = partial(self._database.delegate.command, body)
        try:
            await self._watchers.run("killCursors", send)
        except (PyMongoError, AllBusy) as error:
            logger.debug("a cursor was not closed: %s", error)

    async def watch(
        self, collection: str, key: str, wait_ms: int
    ) -> AsyncIterator[Document | None]:
        """A document as it is now, then the members that each change of it sets.

        Gives None when there was no change for `wait_ms` milliseconds; a removal gives an empty
        dict. Ends only with an error.
        """
        pipeline = [{"$match": {"documentKey._id": key}}]
        with translating_errors:
            # A change stream tells only what a majority has, so nothing that may be rolled back.
            of = self._database[collection].with_options(read_concern=ReadConcern("majority"))
            async with of.watch(pipeline, max_await_time_ms=wait_ms) as stream:
                # Read after the stream is open, so that no change is missed between the two; and as
                # a majority has it now, which is later than where the stream begins.
                latest = of.with_options(read_concern=ReadConcern("linearizable"))
                yield await latest.find_one({"_id": key}, max_time_ms=_LINEARIZABLE_MS)
                while True:
                    event = await stream.try_next()
                    yield _find_updates(event) if event is not None else None

    async def load_instant(self) -> Instant:
        """The moment of the server's last write, for `list_changed`."""
        said = await self.ping()
        # In front of a sharded cluster there is no one last write, and this is as late.
        return said["lastWrite"]["opTime"]["ts"] if "lastWrite" in said else said["operationTime"]

    async def list_changed(self, since: Instant, until: tuple[str, Any]) -> Changed:
        """What changed from a moment on, up to the change of the document `until`, given by its
        collection and `_id`, which has to have changed after that moment.
        """
        found: dict[str, set[Any] | None] = {}
        shown = [{"$project": {"ns": 1, "documentKey": 1}}]
        with translating_errors:
            of = self._database.with_options(read_concern=ReadConcern("majority"))
            async with of.watch(shown, start_at_operation_time=since) as stream:
                async for event in stream:
                    name, key = event["ns"]["coll"], event.get("documentKey", {}).get("_id")
                    keys = found.setdefault(name, set())
                    if "documentKey" not in event:
                        found[name] = None
                    elif keys is not None:
                        keys.add(key)
                    if (name, key) == until:
                        break
        return found

    async def stream_batches(
        self,
        collection: str,
        size: int,
        fields: Mapping[str, Any] | None = None,
        *,
        after: str = "",
    ) -> AsyncIterator[list[Document]]:
        """All documents in order of `_id`, or those `after` one, `size` at a time; each batch is a
        read of its own.
        """
        by_key = [("_id", 1)]
        beyond: Document = {"_id": {"$gt": after}} if after else {}
        while found := await self.find(collection, beyond, fields=fields, sort=by_key, limit=size):
            yield found
            beyond = {"_id": {"$gt": found[-1]["_id"]}}

    async def aggregate(
        self,
        collection: str,
        pipeline: Sequence[Mapping[str, Any]],
        session: Session | None = None,
        *,
        hint: str | None = None,
    ) -> list[Document]:
        """The documents that a pipeline gives; `hint` names the index for its first stage."""
        body: Document = {
            "aggregate": collection,
            "pipeline": list(pipeline),
            "cursor": {"batchSize": self.BATCH},
        }
        if hint:
            body["hint"] = hint
        return await self._find_all(body, session)

    async def distinct(self, collection: str, path: str) -> list[Any]:
        """The distinct values at a path; None among them if some documents have no value."""
        body: Document = {"distinct": collection, "key": path}
        if self._most_ms is not None:
            body["maxTimeMS"] = self._most_ms
        with translating_errors:
            values: list[Any] = (await _read_twice(partial(self._send, body)))["values"]
            return values

    async def _find_all(self, body: Document, session: Session | None) -> list[Document]:
        """All documents that a read command finds.

        Usually one batch, so one command and one change of thread, where the driver's cursor object
        takes several. More batches are read only if there are more.
        """
        if self._most_ms is not None:
            body["maxTimeMS"] = self._most_ms
        with translating_errors:
            if session is not None:
                return await self._find_batches(body, session)
            if self._within is not None:
                session, turn = self._within
                async with turn:
                    return await self._find_batches(body, session)
            return await _read_twice(partial(self._find_without_session, body))

    async def _find_without_session(self, body: Document) -> list[Document]:
        cursor = (await self._send(body))["cursor"]
        if cursor["id"] == 0:
            found: list[Document] = cursor["firstBatch"]
            return found
        # More than one batch, or than 16 MiB: the batches of a cursor need one session.
        async with await self._client.start_session() as own:
            await self._send({"killCursors": _collection_of(cursor), "cursors": [cursor["id"]]})
            return await self._find_batches(body, own)

    async def _find_batches(self, body: Document, session: Session) -> list[Document]:
        cursor = (await self._send(body, session))["cursor"]
        found: list[Document] = cursor["firstBatch"]
        while cursor["id"] != 0:
            more = {"getMore": cursor["id"], "collection": _collection_of(cursor)}
            cursor = (await self._send(more, session))["cursor"]
            found += cursor["nextBatch"]
        return found

    def _send(self, body: Document, session: Session | None = None) -> Awaitable[Document]:
        """The reply to a command, in which moments have a time zone."""
        name = next(iter(body))
        reply = self._run_in_thread(name, body, session)
        if not self._observers:
            return reply
        # getMore has the collection in a member of its own; some commands have none.
        collection = body.get("collection", body[name])
        return self._observe(name, collection if isinstance(collection, str) else None, reply)

    async def _run_in_thread(self, name: str, body: Document, session: Session | None) -> Document:
        """The reply. The command is sent again while MongoDB lacks the key of the driver's time."""
        if name not in _READS:
            return await _send_until_key_is_known(  # in a thread of motor's
                lambda: self._database.command(
                    dict(body), session=session, codec_options=self._database.codec_options
                ),
                session,
            )
        comment = f"{self._named}-{next(self._commands)}"
        send = partial(
            self._database.delegate.command,
            {**body, "comment": comment},
            codec_options=self._database.delegate.codec_options,
            session=None if session is None else session.delegate,
        )
        return await _send_until_key_is_known(lambda: self._readers.run(comment, send), session)

    def _end_commands(self, comments: Collection[str]) -> None:
        """Has MongoDB end the running commands with these comments. Blocks.

        Only those of our own user, for which no privilege is needed.
        """
        admin = self._client.delegate.admin
        mine = {"command.comment": {"$in": [*comments]}}
        steps = [{"$currentOp": {"allUsers": False}}, {"$match": mine}, {"$project": {"opid": 1}}]
        found = admin.command({"aggregate": 1, "pipeline": steps, "cursor": {}})
        for operation in found["cursor"]["firstBatch"]:
            admin.command({"killOp": 1, "op": operation["opid"]})

    async def _observe(self, name: str, collection: str | None, reply: Awaitable[Result]) -> Result:
        """The reply; the observers are told when the command begins and ends."""
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
        self,
        collection: str,
        operations: Sequence[Write],
        session: Session | None = None,
        *,
        validated: bool = True,
        ordered: bool = True,
    ) -> Written:
        """Sends the writes in one bulk write, in order unless told that none is needed."""
        if not operations:
            return Written(0, 0)
        with translating_errors:
            send = partial(
                self._database[collection].bulk_write,
                list(operations),
                ordered=ordered,
                bypass_document_validation=not validated,
                session=session,
            )
            written = _send_until_key_is_known(send, session)
            result = await self._observe(_NAMES[type(operations[0])], collection, written)
        others = result.deleted_count + result.inserted_count + result.upserted_count
        return Written(result.matched_count + others, result.modified_count + others)

    async def insert_missing(self, collection: str, documents: Sequence[Document]) -> set[Any]:
        """Inserts the documents of which the `_id` is not there yet; the `_id`s of these."""
        missing = {document["_id"] for document in documents}
        if not documents:
            return missing
        with translating_errors:
            send = partial(self._database[collection].insert_many, documents, ordered=False)
            try:
                await self._observe("insert", collection, _send_until_key_is_known(send, None))
            except BulkWriteError as error:
                complaints = error.details["writeErrors"]
                if error.details["writeConcernErrors"] or any(
                    complaint["code"] != _DUPLICATE_KEY for complaint in complaints
                ):
                    raise
                missing -= {complaint["op"]["_id"] for complaint in complaints}
        return missing

    async def transaction(self, work: Callable[[Session], Awaitable[Result]]) -> Result:
        """Runs `work` in a transaction.

        Runs it again from the start after a write conflict, or if MongoDB was away for a while.
        Raises GaveUp.
        """
        patience = self._patience
        with translating_errors:
            async with await self._client.start_session() as session:
                async for last in _attempts(patience):
                    try:
                        return await self._try_transaction(work, session)
                    except (PyMongoError, Refused, Unreachable) as error:
                        cause = error if isinstance(error, PyMongoError) else error.__cause__
                        if not _is_transient(cause):
                            raise
                        if last:
                            raise _explain_failed_transaction(cause, patience) from error
                        logger.info("a write is tried again: %s", error)
        raise AssertionError("the last attempt ends it")

    async def _try_transaction(
        self, work: Callable[[Session], Awaitable[Result]], session: Session
    ) -> Result:
        session.start_transaction(
            read_concern=ReadConcern("snapshot"),
            write_concern=WriteConcern(w="majority", j=True),
        )
        try:
            result = await work(session)
        except BaseException:
            # If this fails, MongoDB ends the transaction by itself.
            with suppress(PyMongoError):
                await asyncio.shield(session.abort_transaction())
            raise
        async for last in _attempts(PATIENCE_S):
            try:
                await session.commit_transaction()
                break
            except PyMongoError as error:
                unknown = error.has_error_label("UnknownTransactionCommitResult")
                refused = isinstance(error, OperationFailure) and error.code == KEY_NOT_FOUND
                if not unknown and not refused:
                    raise
                # Committing again what is committed already does nothing.
                if last:
                    raise GaveUp(
                        f"it is not known whether MongoDB kept the last write: {error}. Do the "
                        "same again: what was kept is then found to be there, and left as it is"
                    ) from error
        return result

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Session]:
        """A session in which all reads see the data of one moment."""
        async with await self._client.start_session(snapshot=True) as session:
            yield session

    async def list_collections(self) -> dict[str, Document]:
        """The options of each collection, by its name."""
        with translating_errors:
            return {c["name"]: c["options"] async for c in await self._database.list_collections()}

    async def rename(self, old: str, new: str) -> None:
        """Gives a collection another's name, and place: that one is gone with all in it."""
        with translating_errors:
            await self._database[old].rename(new, dropTarget=True)

    async def drop(self) -> None:
        """Removes the database. For tests and benchmarks."""
        with translating_errors:
            await self._client.drop_database(self.name)


def _get_database(client: Client, name: str) -> AsyncIOMotorDatabase[Document]:
    return client.get_database(
        name,
        # Whatever the address says: another member may not have what was acknowledged.
        read_preference=ReadPreference.PRIMARY,
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("local"),
    )


def bytes_of(document: Mapping[str, Any]) -> int:
    """The size of a document in BSON, in bytes."""
    return len(encode(document))


def _find_updates(event: Document) -> Document:
    """The members that an event of a change stream set; the whole document if it was replaced."""
    if "updateDescription" in event:
        members: Document = event["updateDescription"]["updatedFields"]
        return members
    return event.get("fullDocument") or {}


def _shorten(error: BaseException) -> str:
    """What the driver says, without its list of every server and setting, which fills a log."""
    return str(error).partition(", Timeout: ")[0].partition(" (configured timeouts")[0]


class _ErrorTranslation:
    """Turns the driver's errors into this module's, so that no caller needs the driver."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, OperationFailure):
            if error.code == KEY_NOT_FOUND:
                raise Unreachable(f"{_NO_KEY} ({error})") from error
            if error.code in _PASSING:
                raise Unreachable(_shorten(error)) from error
            raise (Overdue if error.code in _ENDED else Refused)(error) from error
        if isinstance(error, ConnectionFailure):
            raise Unreachable(_shorten(error)) from error
        if isinstance(error, AllBusy):
            raise Busy(str(error)) from error


translating_errors = _ErrorTranslation()


async def _read_twice(read: Callable[[], Awaitable[Result]]) -> Result:
    """The result of `read`, run once more if the connection broke or the primary changed.

    The driver does this for its cursors, but not for raw commands.
    """
    try:
        return await read()
    except PyMongoError as error:
        if not _is_worth_another_read(error):
            raise
        return await read()


def _is_worth_another_read(error: PyMongoError) -> bool:
    if isinstance(error, ServerSelectionTimeoutError | WaitQueueTimeoutError):
        return False  # it has already waited as long as it may
    if isinstance(error, OperationFailure):
        return error.code in _PASSING
    return isinstance(error, ConnectionFailure)


_DUPLICATE_KEY = 11000

_PASSING = frozenset({6, 7, 43, 89, 134, 175, 202, 246, 9001})
"""Error codes that pass by themselves: of hosts and networks, and of cursors and plans that a
restarted MongoDB no longer has. The driver itself handles "not primary"."""

_ENDED = frozenset({MAX_TIME_EXPIRED, INTERRUPTED})

_NO_KEY = (
    "MongoDB does not know the key any more by which it had signed the time, as happens for some "
    "seconds after it was killed; try again"
)


def _is_transient(error: BaseException | None) -> bool:
    """Whether a transaction that failed with this error may succeed if it is begun again."""
    if not isinstance(error, PyMongoError):
        return isinstance(error, AllBusy)
    if isinstance(error, OperationFailure) and error.code in (WRITE_CONFLICT, KEY_NOT_FOUND):
        return True
    return isinstance(error, ConnectionFailure) or error.has_error_label(
        "TransientTransactionError"
    )


def _explain_failed_transaction(error: BaseException | None, seconds: float) -> Exception:
    """The error to raise for a transaction that was tried for so many seconds in vain."""
    if isinstance(error, ConnectionFailure | AllBusy):
        return Unreachable(_shorten(error))
    if isinstance(error, OperationFailure) and error.code == KEY_NOT_FOUND:
        return GaveUp(f"{_NO_KEY}. What was said to be done is done", KEY_NOT_FOUND)
    return GaveUp(
        f"other programs kept changing the same records for {seconds:g} s; do the same again "
        f"when they are done. What was said to be done is done ({error})",
        getattr(error, "code", None),
    )


async def _attempts(seconds: float) -> AsyncIterator[bool]:
    """Yields when to try, at growing intervals; True for the last attempt."""
    until, pause = time.monotonic() + seconds, _FIRST_PAUSE_S
    yield False
    while (left := until - time.monotonic()) > 0:
        # At random, so that programs that were in each other's way do not meet again.
        await asyncio.sleep(min(pause * random.uniform(0.5, 1), left))
        pause = min(pause * 2, _LONGEST_PAUSE_S)
        yield False
    yield True


async def _send_until_key_is_known(
    send: Callable[[], Awaitable[Result]], session: Session | None
) -> Result:
    """The reply. The command is sent again while MongoDB lacks the key of the driver's time."""
    try:
        return await send()
    except OperationFailure as error:
        # A transaction has to be begun again as a whole.
        if error.code != KEY_NOT_FOUND or _is_in_transaction(session):
            raise
    # MongoDB refused it before running it, so any command may be sent again.
    async for last in _attempts(_KEYS_S):
        try:
            return await send()
        except OperationFailure as error:
            if error.code != KEY_NOT_FOUND or last:
                raise
    raise AssertionError("the last attempt ends it")


def _is_in_transaction(session: Session | None) -> bool:
    return session is not None and bool(session.delegate.in_transaction)


async def _run_once(read: Callable[[], Awaitable[Result]]) -> Result:
    return await read()


def _collection_of(cursor: Mapping[str, Any]) -> str:
    """The collection of the cursor in a reply."""
    name: str = cursor["ns"].partition(".")[2]
    return name


_READS = frozenset({"find", "aggregate", "distinct", "getMore"})
"""Commands that run in the threads for reads, and are ended when nobody waits for them."""
