"""A record at its own address: `/commitments/K03`, as JSON, as JSON-LD, or as a page.

Commitments and requests can be asked for as they stood on a day, as known at a moment. An
address that says both gives the same answer tomorrow, and every answer says which address does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    print_ast,
    separate_operations,
)
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.http.conditional import REVALIDATED, etag_of, holds
from api.http.errors import RETRY, fault, page_of_fault
from api.http.hosts import base_of
from api.records import html
from api.records.representations import NOUNS, PAGE, Noun, Representation, chosen
from engine.context import noon
from engine.errors import BadUserInput
from engine.global_ids import to_global_id
from engine.requests.document import failure
from engine.requests.prepared import Request as Asked
from engine.requests.service import Service
from engine.requests.url_variables import Parameters
from schema.build import operation
from schema.shared.scalars import to_instant
from store.reads.corrections import find_corrections

DOCUMENTS: Final = Path(__file__).parent / "documents"

_LONGEST_KEY = 200
"""Longer than any that there is, and short enough to be looked for."""
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Document:
    """The query for a record, and the parameters that its address takes."""

    text: str
    parameters: Parameters


class Records:
    """The queries for all nouns, read once, and the service that answers them.

    They are our own: what others may ask for at most must not close the addresses of records.
    """

    def __init__(self, schema: GraphQLSchema, service: Service) -> None:
        self.service = service
        self.documents = {noun.collection: _document(schema, noun) for noun in NOUNS}


def _document(schema: GraphQLSchema, noun: Noun) -> Document:
    text, definition = _query_of(noun.collection)
    return Document(text, Parameters(schema, definition, without=("id", "recordedAfter")))


@cache
def _query_of(noun: str) -> tuple[str, OperationDefinitionNode]:
    """The noun's query, with those of the fragments that it uses."""
    (used,) = separate_operations(parse(_text_of(noun) + _text_of("fragments"))).values()
    definition = next(d for d in used.definitions if isinstance(d, OperationDefinitionNode))
    return print_ast(used), definition


def _text_of(name: str) -> str:
    return (DOCUMENTS / f"{name}.graphql").read_text(encoding="utf-8")


def record_routes() -> list[BaseRoute]:
    """An address for the records of each noun."""
    return [Route(f"/{noun.path}/{{key}}", _answering(noun), methods=["GET"]) for noun in NOUNS]


def _answering(noun: Noun) -> Any:
    async def record(request: Request) -> Response:
        representation = None
        try:
            # What stands on several lines is one list; see RFC 9110, section 5.3.
            representation = chosen(noun, ", ".join(request.headers.getlist("accept")))
            return await _answer(request, noun, representation)
        except GraphQLError as error:
            said = error.extensions or {}
            code = said.get("code", "INTERNAL_SERVER_ERROR")
            status = _STATUSES.get(code, 500)
            retry = RETRY if code == "UNAVAILABLE" else {}
            if representation is not PAGE:
                return fault(status, error, {"vary": "Accept", **retry})
            page = None
            if status == 404 and "recordedAt" not in said:
                key = request.path_params["key"][:_LONGEST_KEY]
                page = await run_in_threadpool(html.page_of_none, noun.name, key)
            response = page_of_fault(status, error, page)
            response.headers.update(retry)
            return response

    return record


_STATUSES: Mapping[str, int] = {
    "BAD_USER_INPUT": 400,
    "NOT_FOUND": 404,
    "NOT_ACCEPTABLE": 406,
    "TIMEOUT": 503,
    "UNAVAILABLE": 503,
}


async def _answer(request: Request, noun: Noun, representation: Representation) -> Response:
    document = request.state.records.documents[noun.collection]
    given = request.query_params.multi_items()
    # A page is to open wherever a link to it has been; a program is told what it spelt wrongly.
    moment = _Moment(document.parameters.read(given, lenient=representation is PAGE))
    # Read before the record is, so that the answer is never older than it says.
    version = await request.state.reader.load_data_version()
    record = await _record(request, noun, document, moment)
    base = base_of(request)
    headers = {
        **REVALIDATED,
        "vary": "Accept",
        "x-followthrough-data-version": str(version),
    }
    if record["redirectedFrom"] is not None:
        query = f"?{request.url.query}" if request.url.query else ""
        return Response(status_code=308, headers={**headers, "location": record["url"] + query})
    answer: dict[str, Any] = {noun.name: record}
    now = None
    if record["curation"] != "ACCEPTED":
        # What does not count is shown as such, and is not to be found by search engines.
        headers["x-robots-tag"] = "noindex"
    if record["curation"] == "RETRACTED":
        answer = {"retraction": await _retraction(request, noun, record["key"]), **answer}
    if noun.stands:
        citation = moment.citation(
            base + record["url"], await _corrections(request, record, moment)
        )
        headers["link"] = f'<{citation["url"]}>; rel="cite-as"'
        answer = {"citation": citation, **answer}
        now = citation["knownAt"] if moment.known_at is None else None
    if representation.reads_files:
        body = await run_in_threadpool(representation.write, noun, answer, base)
    else:
        body = representation.write(noun, answer, base)
    return _written(request, representation, body, headers, now)


def _written(
    request: Request,
    representation: Representation,
    body: bytes,
    headers: Mapping[str, str],
    now: str | None,
) -> Response:
    """The answer, or that the client has it. `now` is the moment that it would be cited by, if that
    is another each time: what it says is the same, so its name leaves that out, and is a weak one.
    """
    if now is None:
        etag = shown = etag_of(body, representation.media_type)
    else:
        etag = etag_of(body.replace(now.encode(), b""), representation.media_type)
        shown = f"W/{etag}"
    headers = {**headers, **representation.headers, "etag": shown}
    if holds(request, etag):
        return Response(status_code=304, headers=headers)
    media_type = f"{representation.media_type}; charset=utf-8"
    return Response(body, media_type=media_type, headers=headers)


async def _record(
    request: Request, noun: Noun, document: Document, moment: "_Moment"
) -> Mapping[str, Any]:
    """The record, or its survivor. Raises GraphQLError with a code."""
    key = request.path_params["key"][:_LONGEST_KEY]
    at = moment.variables if noun.stands else {}
    variables = {"id": to_global_id(noun.collection, key), **at}
    # What states no day means the day that was asked for.
    asking = operation(request.state.reader, noon(moment.as_of))
    asked = Asked(document.text, variables=variables)
    service: Service = request.state.records.service
    answer = await service.answer(asked, asking, read_only=True, certain=True)
    assert answer is not None
    body = orjson.loads(answer.payload) if answer.payload is not None else answer.body
    for error in body.get("errors", ()):
        raise GraphQLError(error["message"], extensions=error["extensions"])
    record: Mapping[str, Any] | None = body["data"]["record"]
    if record is None:
        raise failure(
            "NOT_FOUND", f"there is no such {noun.words}; /graphql has those that there are"
        )
    if moment.known_at is not None and moment.known_at < _instant(record["recordedAt"]):
        message = f"recorded at {record['recordedAt']}; ask for that moment or a later one"
        error = failure("NOT_FOUND", message)
        error.extensions = {**(error.extensions or {}), "recordedAt": record["recordedAt"]}
        raise error
    if noun.stands:
        record = {name: _as_seen(value, moment) for name, value in record.items()}
    return record


async def _corrections(
    request: Request, record: Mapping[str, Any], moment: "_Moment"
) -> list[Mapping[str, Any]]:
    """What was changed, after the moment, of what the answer shows; nothing if it is as of now."""
    if moment.known_at is None:
        return []
    own, *shown = _shown(record)
    found = await find_corrections(request.state.reader, own, shown, moment.known_at)
    return [
        {
            "url": f"/{correction.noun.replace('_', '-')}/{correction.key}",
            "kind": correction.kind,
            "changed": correction.changed,
            "at": _text(correction.at),
        }
        for correction in found
    ]


def _shown(value: Any) -> Iterator[tuple[str, str]]:
    """The records in an answer, as noun and key, from the outermost on."""
    if isinstance(value, Mapping):
        if "key" in value and "url" in value:
            yield value["url"].split("/")[1].replace("-", "_"), value["key"]
        for below in value.values():
            yield from _shown(below)
    elif isinstance(value, list):
        for item in value:
            yield from _shown(item)


_DATES = ("madeOn", "occurredOn", "date")
"""Where records say when they happened; when an article came out does not date what it reports."""


def _as_seen(part: Any, moment: "_Moment") -> Any:
    """What a record says or links to, without what certainly came after the day or was recorded
    after the moment, and without evidence that rests on such an article.
    """
    if isinstance(part, list):
        items = (_as_seen(item, moment) for item in part)
        return [item for item in items if item is not None]
    if not isinstance(part, Mapping):
        return part
    if any(((part.get(date) or {}).get("earliest") or "") > moment.as_of for date in _DATES):
        return None
    known_at = moment.known_at
    if known_at and "recordedAt" in part and _instant(part["recordedAt"]) > known_at:
        return None
    seen = {name: _as_seen(value, moment) for name, value in part.items()}
    is_groundless = part.get("article") is not None and seen["article"] is None
    return None if is_groundless else seen


async def _retraction(request: Request, noun: Noun, key: str) -> Mapping[str, Any] | None:
    """The change by which the record was retracted, or made as a retracted one."""
    text, _ = _query_of("retraction")
    asked = Asked(text, variables={"noun": noun.collection.upper(), "key": key})
    asking = operation(request.state.reader, datetime.now(UTC))
    service: Service = request.state.records.service
    answer = await service.answer(asked, asking, read_only=True, certain=True)
    assert answer is not None
    body = orjson.loads(answer.payload) if answer.payload is not None else answer.body
    for error in body.get("errors", ()):
        raise GraphQLError(error["message"], extensions=error["extensions"])
    found: list[Mapping[str, Any]] = body["data"]["changes"]["nodes"]
    return found[0] if found else None


class _Moment:
    """The day that an answer is about, and the moment up to which records count in it."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._now = datetime.now(UTC)
        self.as_of = given.get("asOf") or self._now.date().isoformat()
        known_at = given.get("knownAt")
        self.known_at = _instant(known_at) if known_at is not None else None
        if self.known_at is not None and self.known_at > self._now:
            # What will be known then is not, so no address could freeze it.
            message = "this moment is yet to come; leave it out for what is known now"
            raise BadUserInput("knownAt", message)

    @property
    def variables(self) -> dict[str, str | None]:
        """What the query wants to know of it."""
        if self.known_at is None:
            return {"asOf": self.as_of, "knownAt": None, "recordedAfter": _text(_LAST)}
        after = self.known_at + _MILLISECOND
        return {
            "asOf": self.as_of,
            "knownAt": _text(self.known_at),
            "recordedAfter": _text(after),
        }

    def citation(self, address: str, corrections: Sequence[Any]) -> Mapping[str, Any]:
        """How to cite the answer: an address that gives it again, what makes it so, and what has
        moved it since.
        """
        frozen = {"asOf": self.as_of, "knownAt": _text(self.known_at or self._now)}
        url = f"{address}?{urlencode(frozen, safe=':')}"
        return {"url": url, **frozen, "changedSince": corrections}


def _instant(text: str) -> datetime:
    """The moment, to the millisecond, as the store keeps moments."""
    instant = to_instant(text)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
