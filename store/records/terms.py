"""Terms: what a record can be looked up by, as words in one list of its document. Pure.

A commitment has `article:daily-2024`, `party:PROMISOR:meta`, `strength:PLEDGED`. One index over the
list, in the order of the noun's date, answers what would take an index for each path, and every
index costs each write of a record. `find_terms` says which words a query can be narrowed by.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from pydantic.alias_generators import to_snake

from store.records.base import Curation, Record, Shape

PATH = "derived.terms"

Query: TypeAlias = Mapping[str, Any]
"""A query of MongoDB. What it nests are dictionaries: asking for any mapping would cost more."""


@dataclass(frozen=True, slots=True)
class Term:
    """A question that is answered by words `kind:value` of the values at `path`.

    With `by`, a member beside the value, there are also words `kind:by:value`. `only` these values
    have words, of a path that nearly always has another. With `presence` there are the words `kind`
    and `kind:` for documents that have any value and none. `either` says that the value is always
    true or false. `narrow` says that few documents share a value: then no other index is used.
    """

    question: str
    kind: str
    path: str
    by: str | None = None
    only: tuple[Any, ...] = ()
    presence: bool = False
    either: bool = False
    narrow: bool = False

    def words(self, record: Record, derived: Shape) -> Iterator[str]:
        """The words of a record."""
        way = _steps(self.path)
        holders: Sequence[Any] = (derived if way.of_derived else record,)
        for step in way.steps:
            holders = [one for holder in holders for one in _each(holder, step)]
        found = False
        for holder in holders:
            for value in _each(holder, way.last):
                found = True
                if self._has_word(value):
                    yield self.word(value)
                    if self.by is not None:
                        for by in _each(holder, _steps(self.by).last):
                            yield self.word(value, by)
        if self.presence:
            yield self.kind if found else f"{self.kind}:"

    def word(self, value: Any, by: Any = None) -> Any:
        """The word of a value, or of a value with what stands beside it; a pattern of a pattern of
        beginnings.
        """
        if isinstance(value, re.Pattern):
            return re.compile(f"^{self.kind}:{value.pattern.removeprefix('^')}", value.flags)
        said = str(value).lower() if isinstance(value, bool) else str(value)
        return f"{self.kind}:{said}" if by is None else f"{self.kind}:{by}:{said}"

    def _has_word(self, value: Any) -> bool:
        return value in self.only if self.only else _is_word(value)

    def words_asked(self, condition: Any, beside: Query) -> list[Any] | None:
        """The words of which a document that meets the condition has one; None if that cannot be
        told. `beside` are the conditions on the members beside it.
        """
        if self.presence and (is_there := _asks_whether_there(condition)) is not None:
            return [self.kind if is_there else f"{self.kind}:"]
        if self.either and condition in ({"$ne": True}, {"$ne": False}):
            condition = not condition["$ne"]
        values = _values_asked(condition)
        if values is None or not all(map(self._has_word, values)):
            return None
        bys = _values_asked(beside.get(self.by)) if self.by is not None else None
        if bys is None:
            return [self.word(value) for value in values]
        return [self.word(value, by) for value in values for by in bys]


def _each(holder: Any, name: str) -> Iterable[Any]:
    value = getattr(holder, name, None)
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


class _Way(NamedTuple):
    """How a value is reached: from what is derived or the record itself, by some steps."""

    of_derived: bool
    steps: Sequence[str]
    last: str


@cache
def _steps(path: str) -> _Way:
    of_derived = path.startswith("derived.")
    *steps, last = map(to_snake, path.removeprefix("derived.").split("."))
    return _Way(of_derived, steps, last)


def _values_asked(condition: Any) -> Sequence[Any] | None:
    """The values of which a condition wants one, all of them words or truth values."""
    if isinstance(condition, dict):
        if "$in" in condition:
            values = list(condition["$in"])
        elif "$eq" in condition:
            values = [condition["$eq"]]
        else:
            return None
    else:
        values = [condition]
    return values if all(map(_is_word, values)) else None


def _is_word(value: Any) -> bool:
    return isinstance(value, str | bool) or (
        isinstance(value, re.Pattern) and value.pattern.startswith("^")
    )


def _asks_whether_there(condition: Any) -> bool | None:
    """Whether a condition wants that there is any value, or that there is none."""
    match condition:
        case {"$exists": bool(wanted)}:
            return wanted
        case {"$gt": ""}:
            return True
        case {"$not": {"$gt": ""}}:
            return False
    return None


_NOT_ACCEPTED = tuple(one for one in Curation if one is not Curation.ACCEPTED)
_CURATION = Term("Which are not accepted, or not yet?", "curation", "curation", only=_NOT_ACCEPTED)

_SOURCES = (
    Term(
        "What is called so in another register?",
        "identifier",
        "derived.identifiers.value",
        "scheme",
        narrow=True,
    ),
    Term("Whose page at the source is this?", "page", "derived.pages", narrow=True),
)
"""Of every noun: they find one record, mostly."""

_ROLES = (
    Term("Of which has this party a role?", "party", "derived.roles.party", "role", narrow=True),
    Term(
        "Of which has this body or one below it a role?",
        "within",
        "derived.roles.within",
        "role",
        narrow=True,
    ),
)
_ROLES_IN_GENERAL = (
    Term(
        "Of which has a party of this country a role?", "country", "derived.roles.country", "role"
    ),
    Term("Of which has one of this kind a role?", "partyKind", "derived.roles.kind", "role"),
    Term("Of which has anybody this role?", "role", "derived.roles.role"),
)
_TRACKABLE = (
    Term("Which does this article evidence?", "article", "derived.articles", narrow=True),
    Term("Which were made at this meeting?", "meeting", "derived.meeting", narrow=True),
    *_ROLES,
    Term("Which are known through this party?", "relay", "derived.relays", presence=True),
    Term("Which are known through this body or those below it?", "relayWithin",
         "derived.relaysWithin"),
    Term("Which are about this topic?", "topic", "topics"),
    Term("Which were reported by this publisher?", "publisher", "derived.publishers"),
    *_ROLES_IN_GENERAL,
    Term("Which were assessed?", "assessed", "derived.segments.assessed", presence=True),
    Term("Which have follow-ups that may have come before them?", "orderCertain",
         "derived.orderCertain", only=(False,)),
    Term("Which have follow-ups of this kind?", "followedBy", "derived.edges.kind"),
    Term("Which were made at meetings of this kind?", "meetingKind", "derived.meetingKind"),
    Term("Which are worded so?", "strength", "strength"),
    Term("Which are in this language?", "language", "inLanguage"),
    _CURATION,
)  # fmt: skip

_TERMS: Mapping[str, tuple[Term, ...]] = {
    "parties": (
        Term("What belongs to this body?", "parent", "derived.parent", narrow=True),
        Term("Who is or was in this body?", "memberOf", "derived.memberOf", narrow=True),
        Term("Who has or had this post?", "post", "derived.posts.role", "organization"),
        Term("What is this body, or below it?", "within", "derived.within", narrow=True),
        Term("Which are of this country?", "country", "country"),
        Term("Which are of this kind?", "kind", "kind"),
        _CURATION,
    ),
    "articles": (
        Term("How is this party named in print?", "printed", "derived.printed.party", narrow=True),
        Term("Which are about this party?", "party", "derived.parties", narrow=True),
        Term("Which are about this body or those below it?", "within", "derived.within",
             narrow=True),
        Term("Which rest on this party's statement?", "relays", "derived.relays", narrow=True),
        Term("What did this publisher print?", "publisher", "derived.publisher", narrow=True),
        Term("Of which is the publisher stated?", "published", "publisher", presence=True),
        Term("Which are evidence of something about this topic?", "topic", "derived.topics"),
        Term("Of which is this kind of text known?", "textKind", "textKind"),
        Term("Which are withheld?", "textAccess", "textAccess"),
        Term("Which are in this language?", "language", "inLanguage"),
        _CURATION,
    ),
    "meetings": (
        Term("Which does this article report?", "article", "derived.articles", narrow=True),
        Term("Which did this party take part in?", "party", "derived.parties.party", narrow=True),
        Term("Which did this body or those below it take part in?", "within",
             "derived.parties.within", narrow=True),
        Term("Which are about this topic?", "topic", "topics"),
        Term("In which did a party of this country take part?", "country",
             "derived.parties.country"),
        Term("In which did a party of this kind take part?", "partyKind", "derived.parties.kind"),
        Term("In which was somebody host, or speaker?", "capacity", "derived.parties.capacities"),
        Term("Which were reported by this publisher?", "publisher", "derived.publishers"),
        Term("Which were announced only, or cancelled?", "state", "state"),
        Term("Which are disputed?", "disputed", "claims.evidence.article", presence=True),
        Term("Which are of this kind?", "kind", "kind"),
        _CURATION,
    ),
    "commitments": (
        *_TRACKABLE,
        Term("Which restate a promise that is not here?", "presupposesEarlier",
             "presupposesEarlier", only=(True,)),
        Term("Which have a day by which they are due?", "due", "dueOn", presence=True),
        Term("Which are known through these words?", "attribution", "promisors.attribution"),
        Term("Which end so?", "term", "term"),
    ),
    "requests": (
        Term("Which does this commitment answer?", "answeredBy", "derived.answeredBy", narrow=True),
        *_TRACKABLE,
        Term("Which were answered?", "answered", "derived.answered", either=True),
    ),
    "follow_ups": (
        Term("What answers this?", "answers", "derived.answers", narrow=True),
        Term("What does this article evidence?", "article", "derived.articles", narrow=True),
        Term("What followed at this meeting?", "meeting", "derived.meeting", narrow=True),
        Term("What did this party do?", "actor", "derived.actors", narrow=True),
        Term("What did this body or those below it do?", "actorWithin", "derived.within",
             narrow=True),
        *_ROLES,
        Term("What followed something about this topic?", "topic", "derived.topics"),
        Term("What was reported by this publisher?", "publisher", "derived.publishers"),
        *_ROLES_IN_GENERAL,
        Term("What may have come before what it follows?", "orderCertain", "derived.orderCertain",
             only=(False,)),
        Term("What changed the scope so?", "scopeChange", "scopeChange"),
        Term("What happened at meetings of this kind?", "meetingKind", "derived.meetingKind"),
        Term("Who says so?", "independence", "independence"),
        Term("How sure is the link?", "confidence", "confidence"),
        _CURATION,
    ),
    "assessments": (Term("What was judged so?", "value", "value"), _CURATION),
    "check_logs": (_CURATION,),
    "concepts": (
        Term("What is called so?", "label", "derived.searchLabels", narrow=True),
        _CURATION,
    ),
}  # fmt: skip

TERMS: Mapping[str, tuple[Term, ...]] = {
    noun: (*_SOURCES, *terms) for noun, terms in _TERMS.items()
}
"""What records can be looked up by, by noun, what finds the fewest first."""


def find_own_paths(noun: str) -> frozenset[str]:
    """The paths of a record itself, not of what is derived of it, of which it has words."""
    paths = (term.path for term in TERMS.get(noun, ()))
    return frozenset(path for path in paths if not path.startswith("derived."))


def terms_of(noun: str, record: Record, derived: Shape) -> tuple[str, ...]:
    """The words of a record, each once."""
    words = (word for term in TERMS.get(noun, ()) for word in term.words(record, derived))
    return tuple(dict.fromkeys(words))


_RANKED: Mapping[str, Mapping[str, Sequence[tuple[int, Term]]]] = {
    noun: {
        path: [(rank, term) for rank, term in enumerate(terms) if term.path == path]
        for path in {term.path for term in terms}
    }
    for noun, terms in TERMS.items()
}
"""By noun and path, the terms, each with its place among the noun's."""


def find_terms(noun: str, query: Query) -> tuple[Term, list[Any]] | None:
    """The term that narrows a query the most, and the words of which what matches has one."""
    by_path = _RANKED.get(noun, {})
    best, found = len(TERMS.get(noun, ())), None
    for path, condition, beside in _find_conditions(query):
        for rank, term in by_path.get(path, ()):
            if rank < best and (words := term.words_asked(condition, beside)) is not None:
                best, found = rank, (term, words)
    return found


def _find_conditions(query: Query) -> list[tuple[str, Any, Query]]:
    """Paths with what is wanted of them, and of the members beside them."""
    found: list[tuple[str, Any, Query]] = []
    for path, condition in query.items():
        if path == "$and":
            for part in condition:
                found += _find_conditions(part)
        elif not path.startswith("$"):
            found.append((path, condition, {}))
            if isinstance(condition, dict) and isinstance(
                members := condition.get("$elemMatch"), dict
            ):
                found += [(f"{path}.{name}", one, members) for name, one in members.items()]
    return found


def narrow_query(noun: str, query: Query) -> Query:
    """The query with the words by which it can be looked up; the same one where there are none."""
    if noun not in TERMS or "_id" in query:
        return query
    if found := find_terms(noun, query):
        words = found[1]
        wanted: Any = words[0] if len(words) == 1 else {"$in": words}
        return {"$and": [{PATH: wanted}, query]}
    return _narrow_alternatives(noun, query)


def _narrow_alternatives(noun: str, query: Query) -> Query:
    """The query with its alternatives narrowed, each for itself."""
    for name, narrow in (("$or", narrow_query), ("$and", _narrow_alternatives)):
        if parts := query.get(name):
            narrowed = [narrow(noun, part) for part in parts]
            if any(new is not old for new, old in zip(narrowed, parts, strict=True)):
                return {**query, name: narrowed}
    return query
