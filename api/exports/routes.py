"""Exports of all commitments that match a filter: CSV for people, JSON Lines for programs.

Rows are sent as they are read, so that an answer takes the memory of some hundreds of them. One
that breaks off ends without the last chunk, so that no client takes it for complete.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from graphql import GraphQLError, GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from api.auth.viewer import viewer_of
from api.exports.columns import COLUMNS, QUERY, make_row
from api.http.errors import respond_error
from api.http.hosts import base_of
from api.http.versions import NOT_REACHED, include_version, read_least_version, tell_version
from engine.context import noon
from engine.requests.document import add_code, make_error
from engine.requests.limits import Limits, check_values
from engine.requests.url_variables import Parameters
from engine.stream import Stream
from schema.build import make_operation
from schema.registry import COLLECTIONS
from schema.shared.scalars import to_instant
from store.mongodb.driver import Overdue

Row: TypeAlias = dict[str, Any]
Batches: TypeAlias = AsyncGenerator[list[Row]]

SECONDS_PER_BATCH = 15.0


@dataclass(frozen=True, slots=True)
class Form:
    """A format of an export: `lines` writes rows, `head` stands before them."""

    suffix: str
    media_type: str
    head: bytes
    lines: Callable[[Iterable[Row]], bytes]


class Exports:
    """The query of an export, planned once for a schema, and its parameters."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.stream = Stream(schema, COLLECTIONS, QUERY)
        self.parameters = Parameters(schema, self.stream.definition)


def export_routes() -> list[BaseRoute]:
    """A route for each format."""
    return [
        Route(f"/export/commitments.{form.suffix}", _make_handler(form), methods=["GET"])
        for form in (CSV, JSON_LINES)
    ]


def _make_handler(form: Form) -> Any:
    async def commitments(request: Request) -> Response:
        return await _answer(request, form)

    return commitments


async def _answer(request: Request, form: Form) -> Response:
    """The file, or an error about the request.

    The first rows are read before anything is sent, so that errors can still be answered with a
    status.
    """
    exports: Exports = request.state.exports
    if request.state.documents.only and (chosen := _CHOICES.intersection(request.query_params)):
        return respond_error(403, _forbid(chosen))
    try:
        version = await include_version(request, read_least_version(request))
        given = exports.parameters.read(request.query_params.multi_items())
        # Filters that state no day mean the day of the export, too.
        as_of = given.get("asOf")
        now = noon(as_of) if as_of is not None else request.state.clock.now()
        asking = make_operation(request.state.reader, now, viewer_of(request))
        variables = {**given, "asOf": asking.today}
        if too_many := check_values(variables, Limits()):
            raise too_many
        known_at = to_instant(given["knownAt"]) if given.get("knownAt") else None
        # What the store did not know by then is no part of what it could have said.
        batches = exports.stream.batches(asking, variables, known_at=known_at)
        first = await _read_next_batch(batches)
    except GraphQLError as error:
        error = add_code(error, "BAD_USER_INPUT")
        status = 412 if (error.extensions or {})["code"] == NOT_REACHED else 400
        return respond_error(status, error)
    except Overdue:
        return respond_error(503, make_error("TIMEOUT", "MongoDB took too long; filter by less"))
    except TimeoutError:
        message = f"the first rows took longer than {SECONDS_PER_BATCH:g} s; filter by less"
        return respond_error(503, make_error("TIMEOUT", message))
    asked = {"asOf": asking.today, "knownAt": given.get("knownAt")}
    base = base_of(request)
    headers = {
        "content-disposition": f'attachment; filename="commitments-{asking.today}.{form.suffix}"',
        "cache-control": "no-cache",
        **tell_version(version),
    }
    rows = first if request.method != "HEAD" else None
    content = _write_file(form, rows, batches, lambda node: make_row(node, asked, known_at), base)
    return Rows(content, media_type=form.media_type, headers=headers)


_CHOICES = frozenset({"filter", "orderBy"})
"""Parameters that choose as a document could; with `trusted_only` only registered documents may."""


def _forbid(parameters: Iterable[str]) -> GraphQLError:
    named = " and ".join(sorted(parameters))
    message = (
        f"only registered documents are run here; leave out {named}, and choose from all "
        "commitments, or send a registered document's id to /graphql"
    )
    return make_error("FORBIDDEN", message)


async def _read_next_batch(batches: Batches) -> list[Row] | None:
    async with asyncio.timeout(SECONDS_PER_BATCH):
        return await anext(batches, None)


async def _write_file(
    form: Form, first: list[Row] | None, batches: Batches, row_of: Callable[[Row], Row], base: str
) -> AsyncGenerator[bytes]:
    async with aclosing(batches):
        yield form.head
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


# --- Forms ---------------------------------------------------------------------------------------

_UNSEEN = (
    "\0-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff"
)
"""Characters that programs skip, invisibly, before a formula: blanks, control characters except
tabs and line breaks, and those that Unicode calls ignorable."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"

_AT_START = re.compile(f"(?=[{_UNSEEN}'\"]*[{_SIGNS}\t\r\n])")
_INSIDE = re.compile(f"([;\t\r\n])(?=[{_UNSEEN}'\"]*[{_SIGNS}])")
"""Where a spreadsheet may begin to read a formula: at the start of a cell, and where a program that
parts cells by semicolons, tabs or lines takes another one to begin, whatever quotes say.
Apostrophes before it count, so that a guard can be told from the text and taken off again."""


def write_csv(rows: Iterable[Row]) -> bytes:
    """Rows as RFC 4180 has them. Texts are quoted; numbers, booleans and empty cells are not."""
    return "".join(f"{','.join(map(_cell, row.values()))}\r\n" for row in rows).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        # Doubled in an item, so that only what parts two items is followed by a blank.
        value = "; ".join(str(item or "").replace(";", ";;") for item in value)
    elif isinstance(value, bool):
        return str(value).lower()
    elif not isinstance(value, str):
        return str(value)
    doubled = _guard_formulas(value).replace('"', '""')
    return f'"{doubled}"'


def _guard_formulas(text: str) -> str:
    """A text that spreadsheets show and never run: an apostrophe before it tells them so."""
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if _AT_START.match(text) else text


def write_json_lines(rows: Iterable[Row]) -> bytes:
    """A JSON object on each line, with unchanged values."""
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


CSV = Form(
    suffix="csv",
    media_type="text/csv; charset=utf-8; header=present",
    # Without the mark in front, Excel reads a file as if it were written in the 1990s.
    head=b"\xef\xbb\xbf" + ",".join(column.name for column in COLUMNS).encode() + b"\r\n",
    lines=write_csv,
)
JSON_LINES = Form("jsonl", "application/jsonl; charset=utf-8", b"", write_json_lines)
