"""What a field of the API can be. A field is declared once, and how it is run follows from that.

Nothing here runs anything: `binding` makes resolvers from declarations, and a planner can make
plans from the same. Nothing here knows a noun.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from schema.execution.operation import Operation
from store.aggregates import Aggregates, Values
from store.reader import Via

Row: TypeAlias = dict[str, Any]
"""What a resolver is given as its source: a document, or a part of one."""

Path: TypeAlias = tuple[str, ...]
Arguments: TypeAlias = Mapping[str, Any]
"""Arguments as graphql-core coerces them, under their GraphQL names; absent ones are missing."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A value at a path of the document, handed on as it is; `many` makes absent an empty list."""

    path: Path
    many: bool = False


@dataclass(frozen=True, slots=True)
class Embedded:
    """A part of the document, or a list of parts, with fields of their own."""

    path: Path
    many: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """The document whose key stands at a path, or the documents whose keys stand there.

    `collection` names it; where keys of several stand at the path, `discriminator` is the path
    that says which.
    """

    path: Path
    collection: str | None = None
    discriminator: Path | None = None
    many: bool = False


Choose: TypeAlias = Callable[[Row, Arguments], str | None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The document whose key a row has at `path`; another one where arguments say so.

    `choose` gives the key that a row has for the arguments. It reads the paths `needs` of the row,
    which are fetched only where an argument is written at all.
    """

    path: Path
    collection: str
    choose: Choose
    needs: tuple[str, ...]

    def key_in(self, row: Row, arguments: Arguments) -> str | None:
        """The key of the document; None if there is none."""
        if all(given is None for given in arguments.values()):
            key: str | None = value_at(row, self.path)
            return key
        return self.choose(row, arguments)


Ahead: TypeAlias = Callable[[Arguments, Operation, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection to the documents of a collection: all, or those that name the parent.

    `narrowed` says how arguments of the field itself change `via`, and `among` gives a further
    query for them; `ahead`, too, where the store has to be asked for it, and is given the query of
    the filter. `told` says what of them each row of the page is to have as `asked`. One that
    `ranks` looks at all that matches, whatever is shown of it.
    """

    collection: str
    via: Via | None = None
    narrowed: Callable[[Via, Arguments], Via] | None = None
    among: Callable[[Arguments, Operation], Mapping[str, Any]] | None = None
    ahead: Ahead | None = None
    told: Callable[[Arguments, Operation], Row] | None = None
    ranks: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """The document that an argument identifies: at most one, or one per id in the list."""

    argument: str
    collection: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of the paths `needs` and of the arguments, for a whole batch of rows.

    `weight` is what a value counts as in the cost of a query, in records, where it may be as large
    as several.
    """

    function: Callable[[Sequence[Row], Arguments, Operation], Sequence[Any]]
    needs: tuple[str, ...]
    weight: int = 0


Needs: TypeAlias = frozenset[str] | None
Ask: TypeAlias = Callable[[Operation, Sequence[str], Arguments, Needs], Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that the store has for a whole batch of keys in one command.

    `ask` answers for keys; it is told which paths of the field's value are selected, or None for
    all. `shape` turns one row's answer into the field's value.
    """

    ask: Ask
    shape: Callable[[Row, Any, Arguments], Any]
    matters: tuple[str, ...] = ()


Sum: TypeAlias = Callable[[Operation, Mapping[str, Any], Arguments, Needs], Any]


Rows: TypeAlias = Callable[[Arguments], int]


@dataclass(frozen=True, slots=True)
class Summed:
    """An answer about all documents of a collection that the argument `filter` chooses.

    `ask` is given the query that the filter means, and which paths of the value are selected, or
    None for all. `matched` says of an answer whether it shows that any document was chosen. `rows`
    says how many rows the answer has at most, by those arguments that are plain values.
    """

    collection: str
    ask: Sum
    matched: Callable[[Any], bool]
    rows: Rows | None = None


@dataclass(frozen=True, slots=True)
class Paged:
    """A part of a connection: `edges`, `nodes`, `pageInfo`, `totalCount` or `facets`."""

    part: str


Declaration: TypeAlias = (
    Stored | Embedded | Link | Chosen | Connected | Looked | Computed | Asked | Summed | Paged
)


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field: its GraphQL name, type, description and default."""

    name: str
    type: Any
    description: str
    default: Any = strawberry.UNSET

    def as_strawberry(self) -> StrawberryArgument:
        """The argument as Strawberry wants it."""
        return StrawberryArgument(
            python_name=self.name,
            graphql_name=self.name,
            type_annotation=StrawberryAnnotation(self.type),
            description=self.description,
            default=self.default,
        )


def declared(
    declaration: Declaration,
    description: str,
    arguments: Sequence[Argument] = (),
    deprecation_reason: str | None = None,
) -> Any:
    """A Strawberry field that carries its declaration."""
    made = StrawberryField(
        description=description,
        deprecation_reason=deprecation_reason,
        default=None,
        metadata={"declaration": declaration},
    )
    if arguments:
        made.arguments = [argument.as_strawberry() for argument in arguments]
    return made


def declaration_of(field: StrawberryField | None) -> Declaration | None:
    """The declaration that a field carries, if it does."""
    return field.metadata.get("declaration") if field is not None else None


def value_at(row: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value at a path; None where the path breaks off."""
    value: Any = row
    for name in path:
        if value is None:
            return None
        value = value.get(name)
    return value


def getter(path: Path) -> Callable[[Mapping[str, Any]], Any]:
    """A function for the value at a path, for many rows."""
    if len(path) == 1:
        (name,) = path
        return lambda row: row.get(name)
    return lambda row: value_at(row, path)


def _path(dotted: str) -> Path:
    return tuple(dotted.split("."))


def stored(path: str, description: str, *, many: bool = False) -> Any:
    """A value of the document."""
    return declared(Stored(_path(path), many), description)


def embedded(path: str, description: str, *, many: bool = False) -> Any:
    """A part of the document, or parts."""
    return declared(Embedded(_path(path), many), description)


def link(path: str, to: str, description: str) -> Any:
    """The document whose key stands at the path."""
    return declared(Link(_path(path), to), description)


def links(path: str, to: str, description: str) -> Any:
    """The documents whose keys stand at the path, in that order."""
    return declared(Link(_path(path), to, many=True), description)


def link_among(path: str, discriminator: str, description: str) -> Any:
    """The document whose key stands at the path, of the collection named at `discriminator`."""
    return declared(Link(_path(path), None, _path(discriminator)), description)


def chosen(
    path: str,
    to: str,
    choose: Choose,
    needs: Sequence[str],
    description: str,
    arguments: Sequence[Argument],
) -> Any:
    """The document whose key stands at the path; with arguments, the one that `choose` gives."""
    return declared(Chosen(_path(path), to, choose, tuple(needs)), description, arguments)


def computed(
    function: Callable[[Sequence[Row], Arguments, Operation], Sequence[Any]],
    needs: Sequence[str],
    description: str,
    arguments: Sequence[Argument] = (),
    *,
    weight: int = 0,
) -> Any:
    """A pure function of the document and the arguments."""
    return declared(Computed(function, tuple(needs), weight), description, arguments)


def asked(
    ask: Ask,
    shape: Callable[[Row, Any, Arguments], Any],
    description: str,
    arguments: Sequence[Argument] = (),
    *,
    matters: Sequence[str] = (),
) -> Any:
    """An answer of the store for a batch; `matters` names the arguments that change the asking."""
    return declared(Asked(ask, shape, tuple(matters)), description, arguments)


def paged(part: str, description: str, arguments: Sequence[Argument] = ()) -> Any:
    """A part of a connection."""
    return declared(Paged(part), description, arguments)


Leading: TypeAlias = Callable[[Aggregates, int, Sequence[str]], Awaitable[Values]]
"""Asks the store for a facet's most frequent values of all that is listed, at most so many, and
for these values, too.
"""

Alike: TypeAlias = Mapping[str, Callable[[Any], Any]]
"""By member of a filter: the choice of values of a facet that what it was given means; None if
it means more than that.
"""


Includes: TypeAlias = Callable[
    [Operation, Sequence[str], Sequence[str]], Awaitable[AbstractSet[str]]
]
"""Which of some values of a facet other ones, that are chosen as wide ones, take in."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A dimension to count by.

    `leaves_out` are the filter's members that choose in it, as `status.in` where one lies within
    another; `alike` those that may. `value` gives, for a day, the expression for a document's
    value or its set of values; null is not counted. `dated` says that it hangs on the day,
    `counted` that the store keeps counters of it, `leading` how to read it where each value has a
    counter of its own, `includes` what lies within each other. `ranks` are its values from least
    to most, for members that choose a least one.
    """

    leaves_out: tuple[str, ...]
    value: Callable[[str], Any]
    dated: bool = False
    counted: bool = False
    leading: Leading | None = None
    ranks: tuple[str, ...] = ()
    alike: Alike = field(default_factory=dict)
    includes: Includes | None = None


def at(path: str, *leaves_out: str, ranks: Iterable[str] = (), **kept: Any) -> Facet:
    """A facet of the value at a path; `kept` says how the store keeps it counted."""
    return Facet(leaves_out, lambda _: f"${path}", ranks=tuple(map(str, ranks)), **kept)


def at_each(path: str, *leaves_out: str, counted: bool = False) -> Facet:
    """A facet of the list of values at a path; a document counts once for each of its values."""
    values = {"$setUnion": [{"$ifNull": [f"${path}", []]}]}
    return Facet(leaves_out, lambda _: values, counted=counted)


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as the API shows it.

    `typename` is its type, or its types by the value at `discriminator`, with `None` for all
    other values. `filter`, `order` and `facet` are the annotations of its inputs. `orders` gives
    the paths to sort by for each order field, `-path` from the largest; every order ends in `_id`
    and, but for that of relevance, has an index that begins with it. `always` is what no
    list shows, `unless` what lists leave out until the filter's member of that name asks for it.
    `orders_now` are the orders that go by what is known now of each document.
    `day` is the filter's member that says for which day it asks; `counted` says that the store
    keeps counters of what is listed. `kept_in` names the documents' collection in MongoDB where
    that is another. `members` are expressions of MongoDB for what each document is given before it
    is ordered. With `neighbours`, each document of a page has as `__before` what stands before it
    in the list, as far as the order's paths: None for the first.
    """

    name: str
    typename: str | Mapping[str | None, str]
    filter: Any
    filter_name: str
    order: Any
    orders: Mapping[str, tuple[str, ...]]
    default_order: tuple[tuple[str, int], ...]
    orders_now: frozenset[str] = frozenset()
    discriminator: str | None = None
    always: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    facet: Any = None
    facets: Mapping[str, Facet] = field(default_factory=dict)
    day: Path = ()
    counted: bool = True
    kept_in: str | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    neighbours: bool = False

    @property
    def source(self) -> str:
        """The name of the documents' collection in MongoDB."""
        return self.kept_in or self.name

    def mark(self, documents: Iterable[Row]) -> None:
        """Writes into documents what they are: their type, and their collection as the noun."""
        noun, typename, discriminator = self.name, self.typename, self.discriminator
        if isinstance(typename, str):
            for document in documents:
                document["__typename"] = typename
                document["__noun"] = noun
            return
        assert discriminator is not None
        others = typename[None]
        for document in documents:
            document["__typename"] = typename.get(document[discriminator], others)
            document["__noun"] = noun
