"""Exports of all records of a noun that match a filter: CSV for people, JSON Lines for programs.

Rows are sent as they are read, so that an answer takes the memory of some hundreds of them. One
that breaks off ends without the last chunk, so that no client takes it for complete.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from functools import cache, partial
from typing import Any, TypeAlias

from graphql import GraphQLError, GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from api.auth.viewer import viewer_of
from api.exports import topics
from api.exports.columns import make_row
from api.exports.forms import FORMS, Form, Row
from api.exports.tables import TABLES, Table
from api.http.errors import respond_error
from api.http.hosts import base_of
from api.http.versions import NOT_REACHED, include_version, read_least_version, tell_version
from engine.context import Operation, noon
from engine.requests.document import add_code, make_error
from engine.requests.limits import Limits, check_values
from engine.requests.url_variables import Parameters
from engine.stream import Stream
from schema.build import make_operation
from schema.registry import COLLECTIONS
from schema.shared.scalars import to_instant
from store.mongodb.driver import Overdue

Batches: TypeAlias = AsyncGenerator[list[Row]]

SECONDS_PER_BATCH = 15.0


class Export:
    """The query of a table, planned for a schema, and its parameters."""

    def __init__(self, schema: GraphQLSchema, table: Table) -> None:
        self.stream = Stream(schema, COLLECTIONS, table.query)
        self.parameters = Parameters(schema, self.stream.definition)


class Exports:
    """The exports by the noun of their table."""

    def __init__(self, schema: GraphQLSchema) -> None:
        # Planned when they are first asked for: a server starts sooner without.
        self.topics: Callable[[], Parameters] = cache(lambda: topics.read_parameters(schema))
        self.of: Callable[[str], Export] = cache(lambda noun: Export(schema, TABLES[noun]))


def export_routes() -> list[BaseRoute]:
    """A route for each table in each format."""
    counted: list[BaseRoute] = [
        Route(f"/export/topics.{form.suffix}", partial(_answer_topics, form=form), methods=["GET"])
        for form in FORMS
    ]
    return counted + [
        Route(
            f"/export/{table.noun}.{form.suffix}",
            partial(_answer, table=table, form=form),
            methods=["GET"],
        )
        for table in TABLES.values()
        for form in FORMS
    ]


async def _answer(request: Request, table: Table, form: Form) -> Response:
    """The file, or an error about the request.

    The first rows are read before anything is sent, so that errors can still be answered with a
    status.
    """
    if request.state.documents.only and (chosen := _CHOICES.intersection(request.query_params)):
        return respond_error(403, _forbid(chosen, table))
    try:
        version = await include_version(request, read_least_version(request))
        export = request.state.exports.of(table.noun)
        given = export.parameters.read(request.query_params.multi_items())
        asking = _make_operation(request, given)
        takes_day = "asOf" in export.parameters.names
        variables = {**given, "asOf": asking.today} if takes_day else given
        if too_many := check_values(variables, Limits()):
            raise too_many
        known_at = to_instant(given["knownAt"]) if given.get("knownAt") else None
        # What the store did not know by then is no part of what it could have said.
        batches = export.stream.batches(asking, variables, known_at=known_at)
        first = await _read_next_batch(batches)
    except GraphQLError as error:
        return _refuse(error)
    except Overdue:
        return respond_error(503, make_error("TIMEOUT", "MongoDB took too long; filter by less"))
    except TimeoutError:
        message = f"the first rows took longer than {SECONDS_PER_BATCH:g} s; filter by less"
        return respond_error(503, make_error("TIMEOUT", message))
    asked = {"asOf": asking.today, "knownAt": given.get("knownAt")}
    base = base_of(request)
    headers = _make_headers(f"{table.noun}-{asking.today}.{form.suffix}", version)
    rows = first if request.method != "HEAD" else None

    def row_of(node: Row) -> Row:
        return make_row(table.columns, node, asked, known_at)

    head = form.head(table.columns)
    content = _write_file(form, head, rows, batches, row_of, base)
    return Rows(content, media_type=form.media_type, headers=headers)


async def _answer_topics(request: Request, form: Form) -> Response:
    """The file of topics, or an error about the request. They are few, and sent at once."""
    try:
        version = await include_version(request, read_least_version(request))
        given = request.state.exports.topics().read(request.query_params.multi_items())
        asking = _make_operation(request, given)
        rows = await topics.count(request.state.records.service, asking, version)
    except GraphQLError as error:
        return _refuse(error)
    base = base_of(request)
    headers = _make_headers(f"topics-{asking.today}.{form.suffix}", version)
    lines = form.lines({**row, "url": base + row["url"]} for row in rows)
    return Response(form.head(topics.COLUMNS) + lines, media_type=form.media_type, headers=headers)


def _make_operation(request: Request, given: Mapping[str, Any]) -> Operation:
    """Who asks for an export, on its day: filters that state none mean that, too."""
    as_of = given.get("asOf")
    now = noon(as_of) if as_of is not None else request.state.clock.now()
    return make_operation(request.state.reader, now, viewer_of(request))


def _make_headers(name: str, version: int | None) -> Mapping[str, str]:
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-cache",
        **tell_version(version),
    }


def _refuse(error: GraphQLError) -> Response:
    """What is wrong with a request; what has no code of its own is in its parameters."""
    error = add_code(error, "BAD_USER_INPUT")
    code = (error.extensions or {})["code"]
    return respond_error({NOT_REACHED: 412, "TIMEOUT": 503}.get(code, 400), error)


_CHOICES = frozenset({"filter", "orderBy"})
"""Parameters that choose as a document could; with `trusted_only` only registered documents may."""


def _forbid(parameters: Iterable[str], table: Table) -> GraphQLError:
    named = " and ".join(sorted(parameters))
    message = (
        f"only registered documents are run here; leave out {named}, and choose from all "
        f"{table.noun}, or send a registered document's id to /graphql"
    )
    return make_error("FORBIDDEN", message)


async def _read_next_batch(batches: Batches) -> list[Row] | None:
    async with asyncio.timeout(SECONDS_PER_BATCH):
        return await anext(batches, None)


async def _write_file(
    form: Form,
    head: bytes,
    first: list[Row] | None,
    batches: Batches,
    row_of: Callable[[Row], Row],
    base: str,
) -> AsyncGenerator[bytes]:
    async with aclosing(batches):
        yield head
        batch = first
        while batch is not None:
            yield form.lines({**row_of(n), "url": base + n["url"]} for n in batch)
            batch = await _read_next_batch(batches)


class Rows(StreamingResponse):
    """A response whose source is closed when it was sent, breaks off or is not wanted."""

    def __init__(self, content: AsyncGenerator[bytes], **rest: Any) -> None:
        super().__init__(content, **rest)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._content):
            await super().__call__(scope, receive, send)
