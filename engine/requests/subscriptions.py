"""Subscriptions: events read from a log, each answered by the plan of the subscriber's document.

The log is the queue: a subscriber holds no events but those that it is being sent, reads on from
where it is, and so goes on after any break. What several ask alike at the same place of the log is
read and worked out once.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLError, OperationType, VariableNode

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import Arguments, Stretch, Telling, Told
from engine.lists.cursors import Order, decode, encode
from engine.plan.plan import Plan
from engine.plan.selection import Field, paths_below
from engine.requests.document import make_error
from engine.requests.error_format import explain_mongodb_error, format_errors, mask_error
from engine.requests.prepared import NotPrepared, PreparedOperation, Request
from engine.requests.response_cache import make_key
from engine.requests.service import Service
from store.bounds import Lru
from store.log import Log, Replaced
from store.mongodb.driver import Overdue, Refused, Unreachable

logger = logging.getLogger("followthrough.subscriptions")

AT_ONCE = 20
"""Entries that are read at a time, so that the first of many is not long in coming."""

HEAR_S = 5.0
"""How long a new subscriber waits until this process has heard where the log ends."""

FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0
"""How long until the log is read again that could not be read."""

ORDER: Order = (("dataVersion", 1), ("sequence", 1), ("_id", 1))
"""The order of every log. It is that of `changes`, so that cursors of that list serve here, too."""

_ALL = 2**53
"""A sequence after every entry of a version."""

_NOTHING: Mapping[str, Any] = {"_id": {"$in": []}}


class Place(NamedTuple):
    """A place in a log: after this entry of a version of the data."""

    version: int
    sequence: int = _ALL


class Event(NamedTuple):
    """An answer to send, as JSON, and the cursor to go on after it."""

    cursor: str
    payload: bytes


class SubscriptionFailed(Exception):
    """A subscription that does not begin, or cannot go on: its errors as they are shown."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


class _Page(NamedTuple):
    """Events in a row, and the place after them; None if the log is told of up to its end."""

    events: tuple[Event, ...]
    last: Place | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a subscriber asks: its plan and the one field of it, with the coerced arguments.
    `make_operation` makes the context in which an event is answered.
    """

    prepared: PreparedOperation
    plan: Plan
    field: Field
    told: Told
    arguments: Arguments
    make_operation: Callable[[], Operation]


class Subscriptions:
    """Begins subscriptions over a service, and shares what they ask alike."""

    def __init__(self, service: Service, log: Log) -> None:
        self._service = service
        self._log = log
        self._pages: Lru[bytes, _Page] = Lru("events")
        self._reading: dict[bytes, asyncio.Task[_Page]] = {}

    def is_subscription(self, request: Request) -> bool:
        """Whether this is one, valid or not; anything else has one answer."""
        try:
            return self._service.documents.prepare(request).kind is OperationType.SUBSCRIPTION
        except NotPrepared as error:
            return error.kind is OperationType.SUBSCRIPTION

    async def begin(
        self, request: Request, make_operation: Callable[[], Operation], after: str | None = None
    ) -> AsyncGenerator[Event]:
        """The events of a subscription, without an end. `after` is a cursor in place of that in the
        arguments. Raises SubscriptionFailed, here or later.
        """
        try:
            asked = self._prepare(request, make_operation)
            given = after if after is not None else asked.arguments.get("after")
            # First of all: what happens from now on is told.
            place = await self._find_start(asked, given, make_operation())
            # Now, and not with the first event: a filter that cannot be used is refused at once.
            await self._tell(asked, make_operation(), _NOTHING)
        except NotPrepared as error:
            raise SubscriptionFailed(error.errors) from None
        except GraphQLError as error:
            raise SubscriptionFailed(format_errors([mask_error(error)])) from None
        except (Overdue, Unreachable) as error:
            said = explain_mongodb_error(error)
            assert said is not None
            raise SubscriptionFailed(format_errors([said])) from None
        return self._follow(asked, place)

    def _prepare(self, request: Request, make_operation: Callable[[], Operation]) -> _Asked:
        """Raises NotPrepared, and GraphQLError for arguments that cannot be used."""
        service = self._service
        prepared = service.documents.prepare(request)
        if errors := prepared.check(service.limits):
            raise NotPrepared(format_errors(errors), prepared.kind)
        plan = service.documents.plan(prepared)
        fields = plan.selection.fields if plan is not None else ()
        if plan is None or len(fields) != 1 or not isinstance(fields[0].declaration, Told):
            message = "select one event, give `@skip` and `@include` a value, and select less of it"
            raise make_error("QUERY_TOO_COMPLEX", message)
        (field,) = fields
        assert prepared.variables is not None and isinstance(field.declaration, Told)
        arguments = plan.arguments(prepared.variables)[field.id]
        if isinstance(arguments, GraphQLError):
            raise arguments
        if isinstance(arguments, Exception):
            raise GraphQLError(str(arguments), original_error=arguments)
        return _Asked(prepared, plan, field, field.declaration, arguments, make_operation)

    async def _find_start(self, asked: _Asked, cursor: str | None, operation: Operation) -> Place:
        """The place after which the events begin. Raises GraphQLError for a cursor that leads
        nowhere.
        """
        if cursor is None:
            try:
                async with asyncio.timeout(HEAR_S):
                    return Place(await self._log.wait_beyond(-1))
            except TimeoutError:
                raise Unreachable("nothing was heard of the log yet") from None
        version, sequence, key = decode(ORDER, cursor, "after")
        if not isinstance(version, int) or not isinstance(sequence, int):
            raise BadUserInput("after", "this is not a cursor; send back one of an event")
        entry = {"_id": key, "dataVersion": version, "sequence": sequence}
        for log in asked.told.logs:
            if await operation.reader.has_entry(log, entry):
                # Of another log: what that write told here goes before it.
                return Place(version, sequence) if log == asked.told.log else Place(version)
        raise _report_gone()

    async def _follow(self, asked: _Asked, place: Place) -> AsyncGenerator[Event]:
        wait = FIRST_WAIT_S
        while True:
            try:
                # Of an entry that others follow in the same version, nothing is waited for.
                end = await self._log.wait_beyond(place.version - (place.sequence != _ALL))
                page = await self._share_page(asked, place, end)
            except (Refused, Unreachable) as error:
                logger.warning("a log is read again in %g s: %s", wait, error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
                continue
            except Replaced:
                raise SubscriptionFailed(format_errors([_report_gone()])) from None
            except GraphQLError as error:
                raise SubscriptionFailed(format_errors([mask_error(error)])) from None
            wait = FIRST_WAIT_S
            for event in page.events:
                yield event
            place = page.last or Place(end)

    async def _share_page(self, asked: _Asked, place: Place, end: int) -> _Page:
        """The next page, of another subscriber where one asked alike."""
        key = self._key_of(asked, place, end)
        if key is None:
            return await self._read_page(asked, place, end)
        if (kept := self._pages.get(key)) is not None:
            return kept
        reading = self._reading.get(key)
        if reading is None:
            reading = asyncio.create_task(self._read_page(asked, place, end))
            self._reading[key] = reading
            reading.add_done_callback(lambda done: self._keep(key, done))
        # Others may wait for it when this subscriber leaves.
        return await asyncio.shield(reading)

    def _keep(self, key: bytes, done: "asyncio.Task[_Page]") -> None:
        del self._reading[key]
        if not done.cancelled() and done.exception() is None:
            page = done.result()
            size = _BYTES_PER_PAGE + len(key)
            size += sum(_BYTES_PER_EVENT + len(e.payload) + len(e.cursor) for e in page.events)
            self._pages.put(key, page, size)

    def _key_of(self, asked: _Asked, place: Place, end: int) -> bytes | None:
        """What a page depends on. None if it is not shared."""
        prepared, operation = asked.prepared, asked.make_operation()
        given = dict(prepared.chosen.variables.select_declared(prepared.request.variables))
        if (name := _find_variable_of_after(asked.field, prepared.request.query)) is not None:
            given.pop(name, None)
        # Of a named tuple, orjson writes nothing.
        depends_on = (given, operation.today, operation.sight, [*place], end)
        return make_key(prepared.chosen.digest, depends_on)

    async def _read_page(self, asked: _Asked, place: Place, end: int) -> _Page:
        operation = asked.make_operation()
        # Asked before: every later read finds what is stored by then. A primary that has lost its
        # majority, and does not know it yet, may lack what was told by the change stream.
        if await operation.reader.load_data_version() < end:
            raise Unreachable("the server that answers has not all that was told")
        found = await self._tell(asked, operation, _match_between(place, end))
        events = []
        for row in found.rows:
            cursor = encode(ORDER, row)
            answering = asked.make_operation()
            answering.event = {**row, "cursor": cursor}
            body = await self._service.answer_event(asked.prepared, answering)
            events.append(Event(cursor, body))
        last = found.last
        return _Page(tuple(events), Place(last["dataVersion"], last["sequence"]) if last else None)

    async def _tell(
        self, asked: _Asked, operation: Operation, between: Mapping[str, Any]
    ) -> Stretch:
        telling = Telling(asked.arguments, paths_below(asked.field), between, AT_ONCE)
        try:
            async with asyncio.timeout(self._service.limits.seconds):
                return await asked.told.tell(operation, self._service.filters, telling)
        except TimeoutError:
            raise Unreachable("the log was not read in time") from None
        finally:
            operation.give_up()


def _report_gone() -> GraphQLError:
    """The error for a cursor that leads nowhere."""
    return GraphQLError(
        "after: there is no such event in this store, which may have been restored from a backup; "
        "read what you show again, and subscribe without a cursor, or with one of `changes`",
        extensions={"code": "CURSOR_GONE", "argument": "after"},
    )


_BYTES_PER_PAGE = 600
_BYTES_PER_EVENT = 250


def _match_between(place: Place, end: int) -> Mapping[str, Any]:
    """The query for the entries after a place, up to a version of the data."""
    if place.sequence == _ALL:
        return {"dataVersion": {"$gt": place.version, "$lte": end}}
    beyond = [
        {"dataVersion": {"$gt": place.version}},
        {"dataVersion": place.version, "sequence": {"$gt": place.sequence}},
    ]
    return {"dataVersion": {"$gte": place.version, "$lte": end}, "$or": beyond}


def _find_variable_of_after(field: Field, query: str) -> str | None:
    """The variable that is the cursor and nothing else: events do not depend on it."""
    for node in field.nodes:
        assert isinstance(node, FieldNode)
        for argument in node.arguments or ():
            if argument.name.value == "after" and isinstance(argument.value, VariableNode):
                name = argument.value.name.value
                # Where it is declared, and here.
                once = len(re.findall(rf"\${re.escape(name)}\b", query)) == 2
                return str(name) if once else None
    return None
