"""Filter inputs: each member is declared with the query that it means.

`Filters.compile` turns a coerced filter (plain dicts under GraphQL names) into a MongoDB query.
Members are joined by AND; `and`, `or` and `not` nest, at most `DEEPEST` levels.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter

from engine.collection import Collection
from engine.context import Operation
from engine.errors import BadUserInput
from store.gather import gather_all
from store.records.base import At

Where: TypeAlias = Callable[[Any, Operation], Mapping[str, Any]]
"""The query that a member's value means."""

Ahead: TypeAlias = Callable[[Any, Operation], Awaitable[Mapping[str, Any]]]
"""As `Where`, for a query that the store has to be asked for."""

Remedy: TypeAlias = Callable[[Any], str | None]
"""What to do instead of giving a member's value together with `knownAt`, if it would match by what
is known now; None if it may be given."""

DEEPEST = 5

NO_VALUES = "An empty list of values matches nothing."
"""The last sentence of the description of every filter."""

NOTHING: Mapping[str, Any] = {"_id": {"$in": []}}
"""The query that no document matches."""


class TooMuch(ValueError):
    """A value beyond a limit. `said` is for programs: the limit and the most."""

    def __init__(self, message: str, **said: Any) -> None:
        super().__init__(message)
        self.said = said


class Unfit(ValueError):
    """A part of a member's value cannot be used: where (`.eq`, `[0].key`), and why.

    A `message` that takes long to make is given as a function. It is called only if the error is
    shown, and of all that is wrong with a filter only the first is.
    """

    def __init__(self, place: str, message: str | Callable[[], str]) -> None:
        super().__init__()
        self.place = place
        self._message = message

    def __str__(self) -> str:
        return self._message if isinstance(self._message, str) else self._message()

    def prefix_place(self, argument: str) -> "Unfit":
        """The same error, its place preceded by the argument that the value is of."""
        return Unfit(f"{argument}{self.place}", self._message)


OWN_NOUN = "(own)"
"""In `keys_of`: the noun that the filter is for."""


def where(
    query: Where, description: str, *, keys_of: Sequence[str] = (), as_known: Remedy | None = None
) -> Any:
    """Declares a member of a filter input, with the query that its value means.

    `keys_of` are the nouns of the records whose keys it takes. `as_known` is for a member that goes
    by what is known now: the remedy if it is given together with `knownAt`.
    """
    return strawberry.field(
        description=description,
        default=strawberry.UNSET,
        metadata={"where": query, "keys_of": keys_of, "as_known": as_known},
    )


def where_found(
    query: Ahead, description: str, *, keys_of: Sequence[str] = (), as_known: Remedy | None = None
) -> Any:
    """Declares a member whose query the store is asked for. `keys_of`, `as_known` as in `where`."""
    return strawberry.field(
        description=description,
        default=strawberry.UNSET,
        metadata={"ahead": query, "keys_of": keys_of, "as_known": as_known},
    )


def combined(name: str, description: str) -> Any:
    """Declares the member `and`, `or` or `not` of a filter input."""
    return strawberry.field(
        name=name, description=description, default=strawberry.UNSET, metadata={"combined": True}
    )


class Filters:
    """The queries that the members of a filter input mean, by their GraphQL names. `noun` is what
    it filters.
    """

    def __init__(self, input_type: GraphQLInputObjectType, noun: str) -> None:
        self._where: dict[str, Where] = {}
        self._ahead: dict[str, Ahead] = {}
        self._keys_of: dict[str, Sequence[str]] = {}
        self._as_known: dict[str, Remedy] = {}
        for name, member in input_type.fields.items():
            made = member.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
            if "where" in made.metadata:
                self._where[name] = made.metadata["where"]
            elif "ahead" in made.metadata:
                self._ahead[name] = made.metadata["ahead"]
            if nouns := made.metadata.get("keys_of"):
                self._keys_of[name] = [noun if n == OWN_NOUN else n for n in nouns]
            if remedy := made.metadata.get("as_known"):
                self._as_known[name] = remedy

    def list_records(self, given: Mapping[str, Any], depth: int = 0) -> Iterator[At]:
        """Noun and key of every record that a filter names. A key that may be of several nouns
        comes with each.
        """
        if depth > DEEPEST:
            return
        for name, value in given.items():
            if name in self._keys_of:
                for key in _keys_in(value):
                    yield from ((noun, key) for noun in self._keys_of[name])
            elif name in ("and", "or"):
                for part in value or ():
                    yield from self.list_records(part, depth + 1)
            elif name == "not" and value is not None:
                yield from self.list_records(value, depth + 1)

    def is_merge_free_if_matched(self, given: Mapping[str, Any], depth: int = 0) -> bool:
        """Whether any match proves that the filter names no merged record. The key of one matches
        nothing, so this is so if each member with keys has only one, and has to match.
        """
        if depth > DEEPEST:
            return False
        for name, value in given.items():
            if name in self._keys_of:
                if len([*_keys_in(value)]) > 1:
                    return False
            elif name == "and":
                if not all(self.is_merge_free_if_matched(part, depth + 1) for part in value or ()):
                    return False
            elif name in ("or", "not") and any(self.list_records({name: value}, depth)):
                return False
        return True

    def replace_merged_keys(
        self, given: Mapping[str, Any], survivors: Mapping[At, str], depth: int = 0
    ) -> Mapping[str, Any]:
        """The filter with the survivors' keys in place of those of merged records."""
        if depth > DEEPEST:
            return given
        return {
            n: self._replace_in_member(n, value, survivors, depth) for n, value in given.items()
        }

    def _replace_in_member(
        self, name: str, value: Any, survivors: Mapping[At, str], depth: int
    ) -> Any:
        if value is None:
            return None
        if name in ("and", "or"):
            return [self.replace_merged_keys(part, survivors, depth + 1) for part in value]
        if name == "not":
            return self.replace_merged_keys(value, survivors, depth + 1)
        nouns = self._keys_of.get(name)
        if nouns is None:
            return value
        into = {key: found for (noun, key), found in survivors.items() if noun in nouns}
        return _replace_keys(value, into)

    def check_known(self, given: Mapping[str, Any], argument: str, depth: int = 0) -> None:
        """Refuses members that go by what is known now, in a filter beside `knownAt`: their matches
        would be taken for what was known then. Raises BadUserInput.
        """
        if depth > DEEPEST:
            return
        for name, value in given.items():
            at = f"{argument}.{name}"
            if value is None:
                continue
            if name in ("and", "or"):
                for i, part in enumerate(value):
                    self.check_known(part, f"{at}[{i}]", depth + 1)
            elif name == "not":
                self.check_known(value, at, depth + 1)
            elif name in self._as_known and (remedy := self._as_known[name](value)) is not None:
                raise BadUserInput(at, f"goes by what is known now, not at knownAt; {remedy}")

    async def compile(
        self, given: Mapping[str, Any] | None, operation: Operation, argument: str
    ) -> Mapping[str, Any]:
        """The MongoDB query of a filter. A null member counts as absent; an empty list matches
        nothing.

        Raises BadUserInput.
        """
        try:
            return await self._compile(given, operation, argument, 0)
        except Unfit as unfit:
            raise BadUserInput(unfit.place, str(unfit)) from None

    async def _compile(
        self, given: Mapping[str, Any] | None, operation: Operation, argument: str, depth: int
    ) -> Mapping[str, Any]:
        if depth > DEEPEST:
            message = (
                f"and, or and not nest at most {DEEPEST} deep, not {depth}; flatten the filter"
            )
            said: dict[str, Any] = {"limit": "filters", "most": DEEPEST, "value": depth}
            raise BadUserInput(argument, message, **said)
        conditions: list[Mapping[str, Any]] = []
        for name, value in (given or {}).items():
            at = f"{argument}.{name}"
            if value is None:
                continue
            if name in ("and", "or"):
                parts = await gather_all(
                    [
                        self._compile(part, operation, f"{at}[{i}]", depth + 1)
                        for i, part in enumerate(value)
                    ]
                )
                conditions.append(_join(f"${name}", parts))
            elif name == "not":
                conditions.append({"$nor": [await self._compile(value, operation, at, depth + 1)]})
            else:
                with _name_argument(at):
                    if name in self._ahead:
                        conditions.append(await self._ahead[name](value, operation))
                    else:
                        conditions.append(self._where[name](value, operation))
        return _join("$and", conditions) if conditions else {}


def filters_of(collection: Collection, schema: GraphQLSchema) -> Filters:
    """The queries that the members of a collection's filter mean."""
    input_type = schema.type_map[collection.filter_name]
    assert isinstance(input_type, GraphQLInputObjectType)
    return Filters(input_type, collection.name)


_KEYS = ("eq", "in", "key")
"""The members of inputs that hold keys."""


def _keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in _KEYS:
            yield from _keys_in(value.get(name))
    elif isinstance(value, list):
        for item in value:
            yield from _keys_in(item)


def _replace_keys(value: Any, into: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return into.get(value, value)
    if isinstance(value, Mapping):
        return {n: _replace_keys(v, into) if n in _KEYS else v for n, v in value.items()}
    return [_replace_keys(item, into) for item in value] if isinstance(value, list) else value


def _join(operator: str, parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if not parts:
        return {} if operator == "$and" else NOTHING
    return parts[0] if len(parts) == 1 else {operator: list(parts)}


@contextmanager
def _name_argument(argument: str) -> Iterator[None]:
    """Names the argument in errors that are raised inside."""
    try:
        yield
    except Unfit as unfit:
        raise unfit.prefix_place(argument) from None
    except TooMuch as error:
        raise BadUserInput(argument, str(error), **error.said) from None
    except ValueError as error:
        raise BadUserInput(argument, str(error)) from None


# --- What members usually mean -------------------------------------------------------------------


def equal_or_in(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The condition for an input with `eq` and `in`: with both, one value must meet them."""
    equal, in_ = value.get("eq"), value.get("in")
    if equal is None:
        return {"$in": list(in_)} if in_ is not None else {}
    return {"$eq": equal} if in_ is None or equal in in_ else {"$in": []}


def one_of(path: str) -> Where:
    """An input with `eq` and `in`, about the value or values at a path."""

    def query(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
        condition = equal_or_in(value)
        return {path: condition} if condition else {}

    return query


def any_of(path: str) -> Where:
    """A list of values: any of them stands at a path; none of an empty list does."""
    return lambda value, _: {path: {"$in": value}}


def is_true(path: str) -> Where:
    """A Boolean about a Boolean at a path, where absent is false."""
    return lambda value, _: {path: True} if value else {path: {"$ne": True}}


def exists(path: str) -> Where:
    """A Boolean about whether anything stands at a path."""
    return lambda value, _: {path: {"$exists": bool(value)}}


def has_date_in_range(path: str) -> Where:
    """An input with `from`, `to` and `match`, about the fuzzy date at a path."""

    def query(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
        first, last = value.get("from"), value.get("to")
        if first is not None and last is not None and last < first:
            raise ValueError("the range is reversed: to is before from; exchange them")
        within = _certainly_within if value["match"] == "CERTAIN" else _possibly_within
        return {path: {"$exists": True}, **within(path, first, last)}

    return query


def _certainly_within(path: str, first: str | None, last: str | None) -> Mapping[str, Any]:
    query: dict[str, Any] = {}
    if first is not None:
        query[f"{path}.earliest"] = {"$gte": first}
    if last is not None:
        query[f"{path}.latest"] = {"$lte": last}
    if first is not None and last is not None:
        # The upper bound is implied, but bounds the index at both ends.
        query[f"{path}.earliest"] = {"$gte": first, "$lte": last}
    return query


def _possibly_within(path: str, first: str | None, last: str | None) -> Mapping[str, Any]:
    query: dict[str, Any] = {}
    # A missing bound is stored as absent, and a negation matches what is absent.
    if first is not None:
        query[f"{path}.latest"] = {"$not": {"$lt": first}}
    if last is not None:
        query[f"{path}.earliest"] = {"$not": {"$gt": last}}
    return query


def is_not_before(path: str) -> Where:
    """An instant: what stands at the path is at or after it."""
    return lambda value, _: {path: {"$gte": value}}
