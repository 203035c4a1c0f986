"""A record at its own address, `/commitments/K03`: as JSON, as JSON-LD, or as a page.

Commitments and requests can be asked for as of a day, as known at a moment. An address with both
gives the same answer tomorrow, and every answer names such an address.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    print_ast,
    separate_operations,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.auth.viewer import viewer_of
from api.http.compression import compress
from api.http.conditional import REVALIDATED, etag_of, holds
from api.http.errors import RETRY, respond_error, respond_error_page
from api.http.hosts import base_of
from api.http.versions import NOT_REACHED, include_version, read_least_version, tell_version
from api.pages.reading import (
    VARIES,
    About,
    ReadingPages,
    Trouble,
    Written,
    is_of_moment,
    respond_trouble,
    write_trouble,
)
from api.records import html, json_ld
from api.records.representations import (
    FILES,
    LINKED_DATA,
    NOUNS,
    PAGE,
    Noun,
    Representation,
    choose_representation,
)
from engine.context import noon
from engine.errors import BadUserInput
from engine.global_ids import to_global_id
from engine.requests.document import make_error
from engine.requests.prepared import Request as Asked
from engine.requests.service import Service
from engine.requests.url_variables import Parameters
from schema.build import make_operation
from schema.shared.scalars import to_instant
from store.reads.corrections import find_corrections
from store.reads.reader import Reader

DOCUMENTS: Final = Path(__file__).parent / "documents"

_LONGEST_KEY = 200
"""Longer than any key, and short enough to be looked up."""
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Document:
    """The query for a record, and the parameters that its address takes."""

    text: str
    parameters: Parameters


class Records:
    """The queries for all nouns, read once, and the service that answers them.

    They are our own, so that limits on what others ask do not close the addresses of records.
    """

    def __init__(self, schema: GraphQLSchema, service: Service) -> None:
        self.service = service
        self.documents = {noun.collection: _document(schema, noun) for noun in NOUNS}


def _document(schema: GraphQLSchema, noun: Noun) -> Document:
    text, definition = _query_of(noun.collection)
    return Document(text, Parameters(schema, definition, without=("id", "recordedAfter")))


@cache
def _query_of(noun: str) -> tuple[str, OperationDefinitionNode]:
    """The noun's query with the fragments that it uses."""
    fragments = _load_document("fragments").definitions
    whole = DocumentNode(definitions=(*_load_document(noun).definitions, *fragments))
    (used,) = separate_operations(whole).values()
    definition = next(d for d in used.definitions if isinstance(d, OperationDefinitionNode))
    return print_ast(used), definition


@cache
def _load_document(name: str) -> DocumentNode:
    return parse((DOCUMENTS / f"{name}.graphql").read_text(encoding="utf-8"), no_location=True)


def record_routes() -> list[BaseRoute]:
    """A route for the records of each noun, and one for each of their files: a link can choose no
    representation by a header.
    """
    files = [
        Route(f"/data/{noun.path}/{{key}}.{suffix}", _make_handler(noun, form), methods=["GET"])
        for noun in NOUNS
        for suffix, form in FILES.items()
        if form is not LINKED_DATA or noun.linked is not None
    ]
    pages = [Route(f"/{noun.path}/{{key}}", _make_handler(noun), methods=["GET"]) for noun in NOUNS]
    return [*files, *pages]


def _make_handler(noun: Noun, form: Representation | None = None) -> Any:
    """What answers for a noun, in this form, or in the one that the client prefers."""

    async def record(request: Request) -> Response:
        representation = form
        try:
            # What stands on several lines is one list; see RFC 9110, section 5.3.
            representation = form or choose_representation(
                noun, ", ".join(request.headers.getlist("accept"))
            )
            return await _answer(request, noun, representation)
        except GraphQLError as error:
            said = error.extensions or {}
            code = said.get("code", "INTERNAL_SERVER_ERROR")
            status = _STATUSES.get(code, 500)
            retry = RETRY if code == "UNAVAILABLE" else {}
            if representation is not PAGE:
                return respond_error(status, error, {"vary": "Accept", **retry})
            is_later = "recordedAt" in said
            message = "" if status == 404 and not is_later else error.message
            trouble = Trouble(status, message, is_later=is_later)
            page = await write_trouble(request, trouble)
            response = respond_error_page(status, error, page)
            response.headers.update(retry)
            return response

    return record


_STATUSES: Mapping[str, int] = {
    "BAD_USER_INPUT": 400,
    NOT_REACHED: 412,
    "NOT_FOUND": 404,
    "NOT_ACCEPTABLE": 406,
    "TIMEOUT": 503,
    "UNAVAILABLE": 503,
}


async def _answer(request: Request, noun: Noun, representation: Representation) -> Response:
    document = request.state.records.documents[noun.collection]
    given = request.query_params.multi_items()
    # A page is to open wherever a link to it has been; a program is told what it spelt wrongly.
    asked = document.parameters.read(given, lenient=representation is PAGE)
    moment = _Moment(asked, request.state.clock.today())
    # Read before the record is, so that the answer is never older than it says.
    version = await include_version(request, read_least_version(request), certain=True)
    record = await _record(request, noun, document, moment, version)
    base = base_of(request)
    notice = _is_notice(record)
    headers = {
        **REVALIDATED,
        "vary": VARIES if representation is PAGE else "Accept",
        **tell_version(version),
    }
    if record["redirectedFrom"] is not None:
        query = f"?{request.url.query}" if request.url.query else ""
        path = request.scope["path"]
        is_file = path.startswith("/data/")
        place = f"/data{record['url']}.{path.rpartition('.')[2]}" if is_file else record["url"]
        return Response(status_code=308, headers={**headers, "location": place + query})
    answer: dict[str, Any] = {noun.name: record}
    now = None
    if record["curation"] != "ACCEPTED":
        # What does not count is shown as such, and is not to be found by search engines.
        headers["x-robots-tag"] = "noindex"
    if notice:
        said = {name: record[name] for name in _OF_NOTICE}
        answer = {"retraction": record["retraction"], noun.name: said}
    elif record["curation"] == "RETRACTED":
        answer = {"retraction": await _retraction(request, noun, record["key"], version), **answer}
    if noun.stands and not notice:
        citation = moment.citation(
            base + record["url"], await _corrections(request, record, moment)
        )
        headers["link"] = f'<{citation["url"]}>; rel="cite-as"'
        answer = {"citation": citation, **answer}
        now = citation["knownAt"] if moment.known_at is None else None
    page = None
    if representation is PAGE and noun.is_read:
        page = await _write_page(request, noun, answer, version, now, is_notice=notice)
    if page is None:
        write = representation.write_notice if notice else representation.write
        page = Written(write(noun, answer, base), 410 if notice else 200)
    if page.status not in (200, 410):
        return respond_trouble(page, {**headers, **representation.headers})
    return await _respond(request, representation, page, headers, now)


async def _write_page(
    request: Request,
    noun: Noun,
    answer: Mapping[str, Any],
    version: int | None,
    now: str | None,
    *,
    is_notice: bool,
) -> Written | None:
    """The reading page of a record, or of the notice that it was retracted; None if the pages are
    not built.
    """
    record, retraction = answer[noun.name], answer.get("retraction")
    base = base_of(request)
    if is_notice:
        head = html.render_head(record, json_ld.notice(record, retraction, base))
        about = About(trouble=Trouble(410, "", retraction), head=head)
    else:
        # As of a day only what stands somewhere is cut, and a feed tells what comes.
        is_of_now = not is_of_moment(request)
        is_cut = is_of_now or noun.stands
        linked = noun.linked(record, base) if noun.linked is not None and is_cut else None
        about = About(
            citation=answer.get("citation"),
            retraction=retraction,
            now=now,
            head=html.render_head(record, linked, has_feed=is_of_now),
            plain=(lambda: html.render_body(noun.words, answer)) if is_cut else None,
        )
    pages: ReadingPages = request.state.pages
    return await pages.write(request, version, about)


_OF_NOTICE = ("key", "url", "curation", "recordedAt", "createdAt", "updatedAt", "version")
"""The members of a record that stand in its notice."""


async def _respond(
    request: Request,
    representation: Representation,
    written: Written,
    headers: Mapping[str, str],
    now: str | None,
) -> Response:
    """The response; 304 if the client has it. `now` is the moment in its citation, if that is
    another each time: the ETag leaves it out, and is a weak one.
    """
    body, status, coded = written
    if now is None:
        etag = shown = etag_of(body, representation.media_type)
    else:
        etag = etag_of(body.replace(now.encode(), b""), representation.media_type)
        shown = f"W/{etag}"
    headers = {**headers, **representation.headers, "etag": shown}
    if holds(request, etag):
        return Response(status_code=304, headers=headers)
    if representation.media_type == "text/html":
        body, headers = await compress(request, body, headers, coded)
    media_type = f"{representation.media_type}; charset=utf-8"
    return Response(body, status, headers, media_type)


async def _record(
    request: Request, noun: Noun, document: Document, moment: "_Moment", version: int | None
) -> Mapping[str, Any]:
    """The record, or its survivor. Raises GraphQLError with a code."""
    key = request.path_params["key"][:_LONGEST_KEY]
    at = moment.variables if noun.stands else {}
    variables = {"id": to_global_id(noun.collection, key), **at}
    # What states no day means the day that was asked for.
    asking = make_operation(request.state.reader, noon(moment.as_of), viewer_of(request))
    asked = Asked(document.text, variables=variables)
    service: Service = request.state.records.service
    answer = await service.answer(asked, asking, read_only=True, version=version)
    assert answer is not None
    record: Mapping[str, Any] | None = answer.read_data()["record"]
    if record is None:
        raise make_error(
            "NOT_FOUND", f"there is no such {noun.words}; /graphql has those that there are"
        )
    if _is_notice(record):
        return record
    if moment.known_at is not None and moment.known_at < _instant(record["recordedAt"]):
        message = f"recorded at {record['recordedAt']}; ask for that moment or a later one"
        error = make_error("NOT_FOUND", message)
        error.extensions = {**(error.extensions or {}), "recordedAt": record["recordedAt"]}
        raise error
    if noun.stands:
        record = {name: _restrict_to_moment(value, moment) for name, value in record.items()}
    return record


def _is_notice(record: Mapping[str, Any]) -> bool:
    """Whether a record was answered by the notice that it was retracted."""
    return "retraction" in record


async def _corrections(
    request: Request, record: Mapping[str, Any], moment: "_Moment"
) -> list[Mapping[str, Any]]:
    """What was changed, after the moment, in the records that the answer shows; nothing without a
    moment.
    """
    if moment.known_at is None:
        return []
    own, *shown = _list_shown_records(record)
    reader: Reader = request.state.reader.see_as(viewer_of(request).sight)
    found = await find_corrections(reader, own, shown, moment.known_at)
    return [
        {
            "url": f"/{correction.noun.replace('_', '-')}/{correction.key}",
            "kind": correction.kind,
            "changed": correction.changed,
            "at": _text(correction.at),
        }
        for correction in found
    ]


def _list_shown_records(value: Any) -> Iterator[tuple[str, str]]:
    """Noun and key of the records in an answer, from the outermost inwards."""
    if isinstance(value, Mapping):
        if "key" in value and "url" in value:
            yield value["url"].split("/")[1].replace("-", "_"), value["key"]
        for below in value.values():
            yield from _list_shown_records(below)
    elif isinstance(value, list):
        for item in value:
            yield from _list_shown_records(item)


_DATES = ("madeOn", "occurredOn", "date")
"""The dates on which things happened. The date of an article is none: it does not date what it
reports."""


def _restrict_to_moment(part: Any, moment: "_Moment") -> Any:
    """A part of a record without what certainly came after the day or was recorded after the
    moment, and without evidence from such an article.
    """
    if isinstance(part, list):
        items = (_restrict_to_moment(item, moment) for item in part)
        return [item for item in items if item is not None]
    if not isinstance(part, Mapping):
        return part
    if any(((part.get(date) or {}).get("earliest") or "") > moment.as_of for date in _DATES):
        return None
    known_at = moment.known_at
    if known_at and "recordedAt" in part and _instant(part["recordedAt"]) > known_at:
        return None
    seen = {name: _restrict_to_moment(value, moment) for name, value in part.items()}
    is_groundless = part.get("article") is not None and seen["article"] is None
    return None if is_groundless else seen


async def _retraction(
    request: Request, noun: Noun, key: str, version: int | None
) -> Mapping[str, Any] | None:
    """The change that retracted the record, or created it as retracted."""
    text, _ = _query_of("retraction")
    asked = Asked(text, variables={"noun": noun.collection.upper(), "key": key})
    now = request.state.clock.now()
    asking = make_operation(request.state.reader, now, viewer_of(request))
    service: Service = request.state.records.service
    answer = await service.answer(asked, asking, read_only=True, version=version)
    assert answer is not None
    found: list[Mapping[str, Any]] = answer.read_data()["changes"]["nodes"]
    return found[0] if found else None


class _Moment:
    """The day that an answer is about, and the moment by which its records were recorded."""

    def __init__(self, given: Mapping[str, str], today: str) -> None:
        self._now = datetime.now(UTC)
        self.as_of = given.get("asOf") or today
        known_at = given.get("knownAt")
        self.known_at = _instant(known_at) if known_at is not None else None
        if self.known_at is not None and self.known_at > self._now:
            # What will be known then is not, so no address could freeze it.
            message = "this moment is yet to come; leave it out for what is known now"
            raise BadUserInput("knownAt", message)

    @property
    def variables(self) -> dict[str, str | None]:
        """The variables of the query that depend on them."""
        if self.known_at is None:
            return {"asOf": self.as_of, "knownAt": None, "recordedAfter": _text(_LAST)}
        after = self.known_at + _MILLISECOND
        return {
            "asOf": self.as_of,
            "knownAt": _text(self.known_at),
            "recordedAfter": _text(after),
        }

    def citation(self, address: str, corrections: Sequence[Any]) -> Mapping[str, Any]:
        """How to cite the answer: an address that gives it again, the day and moment, and the
        corrections since.
        """
        frozen = {"asOf": self.as_of, "knownAt": _text(self.known_at or self._now)}
        url = f"{address}?{urlencode(frozen, safe=':')}"
        return {"url": url, **frozen, "changedSince": corrections}


def _instant(text: str) -> datetime:
    """The moment, to the millisecond, as moments are stored."""
    instant = to_instant(text)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
