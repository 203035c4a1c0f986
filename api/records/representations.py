"""The forms in which a record is sent, and the nouns that have addresses.

The page of a noun that is read (`api/pages/reading.py`) is written there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import orjson

from api.http.negotiation import Accepted
from api.pages.routes import READING_HEADERS
from api.records import html, json_ld
from engine.requests.document import make_error

Record: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Mapping[str, Any]
"""What is sent: the record under its noun's name and, for nouns with a status, `citation`."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with addresses. `stands` is whether it has a status on a day, and `is_read` whether it
    is one of the reading pages.
    """

    name: str
    collection: str
    linked: Callable[[Record, str], Record] | None = None
    stands: bool = False
    is_read: bool = True

    @property
    def path(self) -> str:
        """The first part of its addresses."""
        return self.collection.replace("_", "-")

    @property
    def words(self) -> str:
        """The noun as people write it."""
        return html.spell_out(self.name)


NOUNS: Final = (
    Noun("article", "articles", json_ld.article),
    Noun("party", "parties", json_ld.party),
    Noun("meeting", "meetings", json_ld.meeting),
    Noun("commitment", "commitments", json_ld.commitment, stands=True),
    Noun("request", "requests", stands=True),
    Noun("followUp", "follow_ups"),
    Noun("assessment", "assessments", is_read=False),
    Noun("checkLog", "check_logs", is_read=False),
    Noun("concept", "concepts", is_read=False),
)


Writing: TypeAlias = Callable[[Noun, Answer, str], bytes]


@dataclass(frozen=True, slots=True)
class Representation:
    """A form in which records are sent, and notices that one was retracted: in their `Answer` the
    record has its key, address and moments, and `retraction` says when and why.
    """

    media_type: str
    write: Writing
    write_notice: Writing
    headers: Mapping[str, str] = field(default_factory=dict)


def _write_json(_noun: Noun, answer: Answer, _base: str) -> bytes:
    return orjson.dumps(answer)


def _write_json_ld(noun: Noun, answer: Answer, base: str) -> bytes:
    assert noun.linked is not None
    return orjson.dumps(noun.linked(answer[noun.name], base))


def _write_page(noun: Noun, answer: Answer, base: str) -> bytes:
    linked = noun.linked(answer[noun.name], base) if noun.linked is not None else None
    return html.render_page(noun.words, answer, linked)


def _write_notice_as_json_ld(noun: Noun, answer: Answer, base: str) -> bytes:
    return orjson.dumps(json_ld.notice(answer[noun.name], answer["retraction"], base))


def _write_notice_as_page(noun: Noun, answer: Answer, base: str) -> bytes:
    linked = json_ld.notice(answer[noun.name], answer["retraction"], base)
    return html.render_notice(noun.words, answer[noun.name], answer["retraction"], linked)


JSON = Representation("application/json", _write_json, _write_json)
LINKED_DATA = Representation("application/ld+json", _write_json_ld, _write_notice_as_json_ld)
PAGE = Representation("text/html", _write_page, _write_notice_as_page, READING_HEADERS)


FILES: Final[Mapping[str, Representation]] = {"json": JSON, "jsonld": LINKED_DATA}
"""The forms that have addresses of their own, by how these end."""


def choose_representation(noun: Noun, accept: str) -> Representation:
    """The form that a client prefers; JSON if it likes all alike. Raises GraphQLError."""
    offered = {
        form.media_type: form
        for form in (JSON, LINKED_DATA, PAGE)
        if form is not LINKED_DATA or noun.linked is not None
    }
    if not accept.strip():
        return JSON
    best = Accepted.read(accept).best(offered)
    if best is None:
        raise make_error("NOT_ACCEPTABLE", f"this address answers {', '.join(offered)}")
    return offered[best]
