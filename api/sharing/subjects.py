"""What is shared: a record at a moment, in the few words that a citation, picture or frame needs.

Read by queries of the public API, as anybody sees it: what is shared is for everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from graphql import GraphQLSchema, OperationDefinitionNode, parse
from starlette.requests import Request

from engine.context import noon
from engine.errors import BadUserInput
from engine.global_ids import to_global_id
from engine.requests.document import make_error
from engine.requests.prepared import Request as Asked
from engine.requests.service import Service
from engine.requests.url_variables import Parameters
from schema.build import make_operation
from schema.shared.scalars import to_instant

NOUNS: Final[Mapping[str, str]] = {
    "commitments": "Commitment",
    "requests": "Request",
    "parties": "Party",
    "meetings": "Meeting",
    "articles": "Article",
    "follow-ups": "Follow-up",
}
"""The nouns with pages, by the first part of their addresses."""

LONGEST_KEY: Final = 200
"""Longer than any key, and short enough to be looked up."""

_DOCUMENTS: Final = Path(__file__).parent / "documents"


@dataclass(frozen=True, slots=True)
class Moment:
    """The day that something is shown as of, and the moment up to which records are known.

    `is_stated` says whether the address asked for either; without it, both are now.
    """

    as_of: str
    known_at: datetime
    is_stated: bool
    is_known_at_stated: bool

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters of an address that gives the same answer tomorrow."""
        known_at = self.known_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"asOf": self.as_of, "knownAt": known_at}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a commitment or request stands: the status, and the sentence that explains it."""

    value: str
    contested: bool
    overdue: bool
    is_self_reported: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A record that is shared. `by` are those who promised, asked, or published."""

    noun: str
    key: str
    url: str
    title: str
    gist: str | None
    by: Sequence[str]
    made_on: str | None
    standing: Standing | None
    updated_at: str
    moment: Moment

    @property
    def path(self) -> str:
        """The part of the addresses about it that names it, such as `commitments/K03`."""
        return f"{self.noun}/{quote(self.key)}"

    @property
    def query(self) -> str:
        """The moment as the address gave it, such as `?asOf=2024-06-30`; empty if it gave none."""
        return f"?{urlencode(self._stated, safe=':')}" if self._stated else ""

    @property
    def _stated(self) -> Mapping[str, str]:
        given = self.moment.parameters if self.moment.is_stated else {}
        if not self.moment.is_known_at_stated:
            given = {name: value for name, value in given.items() if name != "knownAt"}
        return given

    @property
    def frozen(self) -> str:
        """The address, without its host, that gives the same answer tomorrow."""
        if self.standing is None:
            return self.url + self.query
        return f"{self.url}?{urlencode(self.moment.parameters, safe=':')}"


@dataclass(frozen=True, slots=True)
class Row:
    """A commitment in a list."""

    url: str
    title: str
    by: Sequence[str]
    made_on: str | None
    value: str | None
    contested: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a list of commitments, and how many there are."""

    rows: Sequence[Row]
    total: int
    moment: Moment


class Sharing:
    """Loads what is shared, by queries of our own."""

    def __init__(self, schema: GraphQLSchema, service: Service) -> None:
        self._service = service
        without = ("id",)
        self._of_record = Parameters(schema, _definition("shared"), without=without)
        self._of_list = Parameters(schema, _definition("listed"))

    async def load_subject(
        self, request: Request, noun: str, key: str, given: Sequence[tuple[str, str]]
    ) -> Subject:
        """The record, or that in which it lives on. Raises GraphQLError with a code: NOT_FOUND for
        what readers do not see, or what was not recorded by the moment.
        """
        if noun not in NOUNS:
            raise make_error("NOT_FOUND", f"nothing of {noun!r:.40} is shared")
        moment = _read_moment(request, self._of_record.read(given, lenient=True))
        id_ = to_global_id(noun.replace("-", "_"), key[:LONGEST_KEY])
        record = (await self._ask(request, "shared", moment, {"id": id_}))["record"]
        if record is None or "curation" not in record or record["curation"] != "ACCEPTED":
            raise make_error("NOT_FOUND", f"there is no {NOUNS[noun].lower()} {key[:LONGEST_KEY]}")
        if moment.is_known_at_stated and to_instant(record["recordedAt"]) > moment.known_at:
            raise make_error("NOT_FOUND", f"recorded at {record['recordedAt']}, after that moment")
        return _make_subject(noun, record, moment)

    async def load_listing(self, request: Request, given: Sequence[tuple[str, str]]) -> Listing:
        """The first commitments of a list. Raises GraphQLError with a code."""
        if request.state.documents.only and any(name in ("filter", "orderBy") for name, _ in given):
            raise make_error(
                "FORBIDDEN", "only registered documents are run here; leave out filter"
            )
        read = self._of_list.read(given)
        moment = _read_moment(request, read)
        variables = {name: value for name, value in read.items() if name in ("filter", "orderBy")}
        found = (await self._ask(request, "listed", moment, variables))["commitments"]
        rows = [_make_row(node) for node in found["nodes"]]
        return Listing(rows, found["totalCount"], moment)

    async def _ask(
        self, request: Request, name: str, moment: Moment, variables: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        known_at = moment.parameters["knownAt"] if moment.is_known_at_stated else None
        at = {"asOf": moment.as_of, "knownAt": known_at}
        asking = make_operation(request.state.reader, noon(moment.as_of))
        asked = Asked(_text_of(name), variables={**variables, **at})
        answer = await self._service.answer(asked, asking, read_only=True)
        assert answer is not None
        return answer.read_data()


@cache
def _text_of(name: str) -> str:
    return (_DOCUMENTS / f"{name}.graphql").read_text(encoding="utf-8")


def _definition(name: str) -> OperationDefinitionNode:
    definitions = parse(_text_of(name)).definitions
    return next(one for one in definitions if isinstance(one, OperationDefinitionNode))


def _read_moment(request: Request, given: Mapping[str, Any]) -> Moment:
    now = datetime.now(UTC)
    known_at = to_instant(given["knownAt"]) if given.get("knownAt") else None
    if known_at is not None and known_at > now:
        message = "this moment is yet to come; leave it out for what is known now"
        raise BadUserInput("knownAt", message)
    as_of = given.get("asOf") or request.state.clock.today()
    is_stated = bool(given.get("asOf")) or known_at is not None
    return Moment(as_of, known_at or now, is_stated, known_at is not None)


def _make_subject(noun: str, record: Mapping[str, Any], moment: Moment) -> Subject:
    status = record.get("status")
    standing = None
    if status is not None:
        standing = Standing(
            status["value"],
            status["contested"],
            status["overdue"] is True,
            status["verification"] == "SELF_REPORTED",
            status["explanation"],
        )
    made_on = next(
        (
            record[name]["edtf"]
            for name in ("madeOn", "published", "date", "occurredOn")
            if record.get(name)
        ),
        None,
    )
    return Subject(
        noun,
        record["key"],
        record["url"],
        _title_of(record),
        record.get("gist") or record.get("rationale"),
        _list_names(record),
        made_on,
        standing,
        record["updatedAt"],
        moment,
    )


def _title_of(record: Mapping[str, Any]) -> str:
    for name in ("title", "headline", "event", "name"):
        if record.get(name):
            return str(record[name])
    if record.get("target"):
        kind = str(record["kind"]).replace("_", " ").capitalize()
        return f"{kind}: {record['target']['title']}"
    return str(record["key"])


def _list_names(record: Mapping[str, Any]) -> list[str]:
    """Who promised or asked, or published it: each name once."""
    promisors = [one["party"] for one in record.get("promisors") or ()]
    publisher = [record.get("publisher")]
    parties = [*promisors, *(record.get("askers") or ()), *publisher]
    return list(dict.fromkeys(party["name"] for party in parties if party))


def _make_row(node: Mapping[str, Any]) -> Row:
    status = node["status"] or {"value": None, "contested": False, "overdue": None}
    return Row(
        node["url"],
        node["title"],
        _list_names(node),
        node["madeOn"]["edtf"] if node["madeOn"] else None,
        status["value"],
        status["contested"],
        status["overdue"] is True,
    )
