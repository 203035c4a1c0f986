"""What a field of the API can be. A field is declared once, and how it is run follows from that.

Every declaration says three things that a plan is made of: the `paths` that it reads of its
document (`below` are those read of its value, `given` says whether arguments are written), the
`step` that fetches its value, and the `expression` that reads the value from a fetched row `r`.
Nothing here runs anything, and nothing here knows a noun.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import strawberry
from graphql import GraphQLField
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from engine.context import Operation
from engine.rows import Path, Row, getter, join_path, read_at, value_at
from store.reads.reader import Via
from store.records.base import At

Arguments: TypeAlias = Mapping[str, Any]
"""Arguments as graphql-core coerces them, under their GraphQL names; absent ones are missing."""


Kind: TypeAlias = Literal["follow", "connect", "ask", "sum", "compute"]
"""The kinds of steps, each a module of `steps`."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A value at a path of the document, handed on as it is; `many` makes absent an empty list."""

    path: Path
    many: bool = False
    step: ClassVar[Kind | None] = None
    within: ClassVar[Path | None] = None

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The path of the value, with dots."""
        return (join_path(self.path),)

    def expression(self, slot: str, found: str) -> str:
        """The value at the path."""
        return f"{read_at(self.path)} or ()" if self.many else read_at(self.path)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A part of the document, or a list of parts, with fields of their own."""

    path: Path
    many: bool = False
    step: ClassVar[Kind | None] = None

    @property
    def within(self) -> Path:
        """Where the parts stand in the row."""
        return self.path

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The paths read of the part; that of the part itself if nothing in it is read."""
        at = join_path(self.path)
        return [f"{at}.{path}" for path in below] or (at,)

    def expression(self, slot: str, found: str) -> str:
        """The part at the path."""
        return read_at(self.path)


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
    step: ClassVar[Kind | None] = "follow"
    within: ClassVar[Path | None] = None
    leaves_out: ClassVar[bool] = True

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The path of the key, and that of its collection's name."""
        paths = (self.path,) if self.discriminator is None else (self.path, self.discriminator)
        return map(join_path, paths)

    def expression(self, slot: str, found: str) -> str:
        """The output of what the keys lead to; what is not there is left out of a list."""
        at = read_at(self.path)
        if self.many:
            return f"[{found}[k] for k in {at} or () if k in {found}]"
        if self.discriminator is not None:
            return f"{found}.get(({read_at(self.discriminator)}, {at}))"
        return f"{found}.get({at})"

    def links_of(self, slot: str) -> Callable[[Row], Any]:
        """A function for what a row links to: a key, a list of keys, or a collection and a key."""
        keys_of = getter(self.path)
        if self.discriminator is None:
            return keys_of
        noun_of = getter(self.discriminator)

        def pair_of(row: Row) -> At | None:
            noun, key = noun_of(row), keys_of(row)
            return None if noun is None or key is None else (noun, key)

        return pair_of

    def places_of(self, links: Sequence[Any]) -> dict[Any, At]:
        """Collection and key of what each link leads to."""
        if self.collection is None:
            return dict(zip(links, links, strict=True))
        return {link: (self.collection, link) for link in links}


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
    many: ClassVar[bool] = False
    step: ClassVar[Kind | None] = "follow"
    within: ClassVar[Path | None] = None
    leaves_out: ClassVar[bool] = False

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The path of the key, and what is read to choose another."""
        return (join_path(self.path), *self.needs) if given else (join_path(self.path),)

    def expression(self, slot: str, found: str) -> str:
        """The output of what the slot leads to."""
        return f"{found}.get({read_at((slot,))})"

    def links_of(self, slot: str) -> Callable[[Row], Any]:
        """A function for the key in the slot."""
        return getter((slot,))

    def places_of(self, links: Sequence[Any]) -> dict[Any, At]:
        """Collection and key of what each link leads to."""
        return {link: (self.collection, link) for link in links}

    def key_in(self, row: Row, arguments: Arguments) -> str | None:
        """The key of the document; None if there is none."""
        if all(given is None for given in arguments.values()):
            key: str | None = value_at(row, self.path)
            return key
        return self.choose(row, arguments)


Ahead: TypeAlias = Callable[[Arguments, Operation, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


class Slotted:
    """What a step puts into a slot of the row, a member that no document has."""

    __slots__ = ()
    within: ClassVar[Path | None] = None

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The key of the document, by which the answer is found."""
        return ("_id",)

    def expression(self, slot: str, found: str) -> str:
        """What is in the slot."""
        return read_at((slot,))


@dataclass(frozen=True, slots=True)
class Connected(Slotted):
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
    step: ClassVar[Kind | None] = "connect"


@dataclass(frozen=True, slots=True)
class Looked:
    """The document that an argument identifies: at most one, or one per id in the list."""

    argument: str
    collection: str | None = None
    many: bool = False
    step: ClassVar[Kind | None] = "follow"
    within: ClassVar[Path | None] = None
    leaves_out: ClassVar[bool] = False

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: it stands at the root."""
        return ()

    def expression(self, slot: str, found: str) -> str:
        """The output of what the slot leads to, null for what is not there."""
        at = read_at((slot,))
        return f"[{found}.get(k) for k in {at}]" if self.many else f"{found}.get({at})"

    def links_of(self, slot: str) -> Callable[[Row], Any]:
        """A function for the collection and key in the slot, or the list of them."""
        return getter((slot,))

    def places_of(self, links: Sequence[Any]) -> dict[Any, At]:
        """The links themselves: each is a collection and a key."""
        return dict(zip(links, links, strict=True))


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of the paths `needs` and of the arguments, for a whole batch of rows.

    `weight` is what a value counts as in the cost of a query, in records, where it may be as large
    as several.
    """

    function: Callable[[Sequence[Row], Arguments, Operation], Sequence[Any]]
    needs: tuple[str, ...]
    weight: int = 0
    step: ClassVar[Kind | None] = "compute"
    within: ClassVar[Path | None] = None

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """What the function reads."""
        return self.needs

    def expression(self, slot: str, found: str) -> str:
        """What is in the slot. A leaf has none: it is worked out where it is read."""
        return read_at((slot,))


Needs: TypeAlias = frozenset[str] | None
Ask: TypeAlias = Callable[[Operation, Sequence[str], Arguments, Needs], Any]


@dataclass(frozen=True, slots=True)
class Asked(Slotted):
    """An answer that the store has for a whole batch of keys in one command.

    `ask` answers for keys; it is told which paths of the field's value are selected, or None for
    all. `shape` turns one row's answer into the field's value.
    """

    ask: Ask
    shape: Callable[[Row, Any, Arguments], Any]
    matters: tuple[str, ...] = ()
    step: ClassVar[Kind | None] = "ask"


Sum: TypeAlias = Callable[[Operation, Mapping[str, Any], Arguments, Needs], Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows an answer has at most, by those of its arguments that `arguments` names."""

    arguments: tuple[str, ...]
    count: Callable[[Arguments], int]


@dataclass(frozen=True, slots=True)
class Summed(Slotted):
    """An answer about all documents of a collection that the argument `filter` chooses.

    `ask` is given the query that the filter means, and which paths of the value are selected, or
    None for all. `matched` says of an answer whether it shows that any document was chosen. `rows`
    says how many rows the answer has at most, where there may be several.
    """

    collection: str
    ask: Sum
    matched: Callable[[Any], bool]
    rows: Rows | None = None
    step: ClassVar[Kind | None] = "sum"

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: it stands at the root."""
        return ()


@dataclass(frozen=True, slots=True)
class Paged:
    """A part of a connection: `edges`, `nodes`, `pageInfo`, `totalCount` or `facets`."""

    part: str
    step: ClassVar[Kind | None] = None

    @property
    def within(self) -> Path | None:
        """Where the page has documents, whose fields go on."""
        return (self.part,) if self.part in ("nodes", "edges") else None

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: a page is no document."""
        return ()

    def expression(self, slot: str, found: str) -> str:
        """The part of the page; facets, which may be asked for several times, are in slots."""
        return read_at((slot if self.part == "facets" else self.part,))


Links: TypeAlias = Link | Chosen | Looked
LINKS = (Link, Chosen, Looked)
"""The declarations of what is followed to documents."""

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


def declaration_of(field: GraphQLField) -> Declaration | None:
    """The declaration that a field of the schema carries, if it does."""
    made: StrawberryField | None = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return made.metadata.get("declaration") if made is not None else None


def _path(text: str) -> Path:
    return tuple(text.split("."))


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
