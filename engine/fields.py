"""The kinds of fields of the API. A field is declared once, and its declaration says how it is run.

Each declaration gives three things that a plan is made of:

- `paths`: the paths to read of the document. `below` are the paths read of the field's value;
  `given` is whether the query writes arguments for it.
- `step`: the kind of step that fetches the value; None if the document has it already.
- `expression`: Python source that reads the value from a fetched row `r`.

Nothing here runs anything, and nothing here knows a noun.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

import strawberry
from graphql import GraphQLField
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from engine.context import Operation
from engine.rows import Path, Row, getter, join_path, read_at, value_at
from store.mongodb.driver import Session
from store.reads.reader import Via
from store.records.base import At
from store.viewers import Role

Arguments: TypeAlias = Mapping[str, Any]
"""Arguments as graphql-core coerces them, under their GraphQL names; absent ones are missing."""


Kind: TypeAlias = Literal["follow", "connect", "ask", "sum", "compute", "command", "tell"]
"""The kinds of steps, each a module of `steps`."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A value of the document, returned unchanged. With `many`, an absent value is an
    empty list.
    """

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
        """The paths read of the part; the path of the part itself if none is read."""
        at = join_path(self.path)
        return [f"{at}.{path}" for path in below] or (at,)

    def expression(self, slot: str, found: str) -> str:
        """The part at the path."""
        return read_at(self.path)


@dataclass(frozen=True, slots=True)
class Link:
    """The document whose key is at a path, or the documents whose keys are there.

    `collection` is the documents' collection. If it differs from row to row, it is None, and
    `discriminator` is the path of its name.
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
        """The outputs of the linked documents; from a list, missing documents are left out."""
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
    """The document whose key is at `path`; another one if the arguments ask for it.

    `choose(row, arguments)` returns that key. It reads the paths `needs` of the row, which are
    fetched only if the query writes an argument.
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
        """The path of the key and, with arguments, the paths that `choose` reads."""
        return (join_path(self.path), *self.needs) if given else (join_path(self.path),)

    def expression(self, slot: str, found: str) -> str:
        """The output of the document whose key is in the slot."""
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
    """A value that a step puts into the row's slot for the field, a member that no document has."""

    __slots__ = ()
    within: ClassVar[Path | None] = None

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The key of the document, by which its answer is found."""
        return ("_id",)

    def expression(self, slot: str, found: str) -> str:
        """The value in the slot."""
        return read_at((slot,))


@dataclass(frozen=True, slots=True)
class Connected(Slotted):
    """A connection to the documents of a collection: all, or with `via` those that name the parent.

    - `narrow_via(via, arguments)` changes `via` by arguments of the field itself.
    - `extra_query(arguments, operation)` gives a further condition for the documents.
    - `load_query(arguments, operation, query)` does so, too, where the store has to be asked for
      it; `query` is that of the filter.
    - `give_rows(arguments, operation)` gives what each row of the page gets as its member `asked`.
    - `ranks` says that all matches are looked at, however few are shown.
    """

    collection: str
    via: Via | None = None
    narrow_via: Callable[[Via, Arguments], Via] | None = None
    extra_query: Callable[[Arguments, Operation], Mapping[str, Any]] | None = None
    load_query: Ahead | None = None
    give_rows: Callable[[Arguments, Operation], Row] | None = None
    ranks: bool = False
    step: ClassVar[Kind | None] = "connect"


@dataclass(frozen=True, slots=True)
class Looked:
    """The document that an argument identifies: at most one, or one per id in the list. The
    argument is an id, with `by_address` an address; with a `collection`, an input with either.
    """

    argument: str
    collection: str | None = None
    many: bool = False
    by_address: bool = False
    step: ClassVar[Kind | None] = "follow"
    within: ClassVar[Path | None] = None
    leaves_out: ClassVar[bool] = False

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: the field is on the root, which is no document."""
        return ()

    def expression(self, slot: str, found: str) -> str:
        """The outputs of the documents in the slot; null for one that does not exist."""
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

    `weight` is what a value costs, in records, if it can be as large as several of them.
    """

    function: Callable[[Sequence[Row], Arguments, Operation], Sequence[Any]]
    needs: tuple[str, ...]
    weight: int = 0
    step: ClassVar[Kind | None] = "compute"
    within: ClassVar[Path | None] = None

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The paths that the function reads."""
        return self.needs

    def expression(self, slot: str, found: str) -> str:
        """The value in the slot. Leaves have no slot: the assembly computes them."""
        return read_at((slot,))


Needs: TypeAlias = frozenset[str] | None
Ask: TypeAlias = Callable[[Operation, Sequence[str], Arguments, Needs], Any]


@dataclass(frozen=True, slots=True)
class Asked(Slotted):
    """A value that the store is asked for: one command for a whole batch of documents.

    `ask(operation, keys, arguments, needs)` returns answers by key. It gets only the arguments that
    `matters` names, and as `needs` the selected paths of the value, None for all. `shape(row,
    answer, arguments)` makes the field's value of one answer, and reads the paths `needs` of `row`.
    """

    ask: Ask
    shape: Callable[[Row, Any, Arguments], Any]
    matters: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    step: ClassVar[Kind | None] = "ask"

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """The key of the document, by which its answer is found, and what `shape` reads."""
        return ("_id", *self.needs)


Sum: TypeAlias = Callable[[Operation, Mapping[str, Any], Arguments, Needs], Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows an answer has at most, by those of its arguments that `arguments` names."""

    arguments: tuple[str, ...]
    count: Callable[[Arguments], int]


@dataclass(frozen=True, slots=True)
class Summed(Slotted):
    """A value about all documents of a collection that match the argument `filter`.

    `ask(operation, query, arguments, needs)` computes it from the filter's query; `needs` are the
    selected paths of the value, None for all. `matched(answer)` is whether the answer shows that
    any document matched. `rows(arguments)` is the most rows that the answer can have; it gets only
    the arguments that are plain values.
    """

    collection: str
    ask: Sum
    matched: Callable[[Any], bool]
    rows: Rows | None = None
    step: ClassVar[Kind | None] = "sum"

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: the field is on the root, which is no document."""
        return ()


Finish: TypeAlias = Callable[[Row, Session | None], Awaitable[None]]
"""Fetches what is selected of a payload: of what is stored, or of what a session sees of it."""

Carry: TypeAlias = Callable[[Operation, Arguments, Finish], Awaitable[Row]]


@dataclass(frozen=True, slots=True)
class Commanded(Slotted):
    """Something that is done, and its payload: a field of the mutation root.

    `carry_out(operation, input, finish)` does it for whoever has at least the `role`, and returns
    the payload's row, which it has given to `finish`. `weight` is what it costs, in records.
    """

    carry_out: Carry
    role: Role
    weight: int
    step: ClassVar[Kind | None] = "command"

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: the field is on the root, which is no document."""
        return ()


class Stretch(NamedTuple):
    """A stretch of a log: the rows that are told of its entries, and the last entry that was read;
    None if there are no more.
    """

    rows: list[Row]
    last: Row | None


class Telling(NamedTuple):
    """What is asked of a log: at most so many entries that match the query `between`. `needs` are
    the paths that are selected of a row.
    """

    arguments: Arguments
    needs: frozenset[str]
    between: Mapping[str, Any]
    most: int


Tell: TypeAlias = Callable[[Operation, Mapping[str, Any], Telling], Awaitable[Stretch]]


@dataclass(frozen=True, slots=True)
class Told(Slotted):
    """Something that is told as it happens: a field of the subscription root. Its row is the event
    of the operation.

    `tell(operation, filters, telling)` reads a stretch of the `log`; `filters` are those of the
    collections by name. `logs` are all logs whose cursors say where to go on.
    """

    log: str
    logs: tuple[str, ...]
    tell: Tell
    step: ClassVar[Kind | None] = "tell"

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: the field is on the root, which is no document."""
        return ()


@dataclass(frozen=True, slots=True)
class Paged:
    """A part of a connection: `edges`, `nodes`, `pageInfo`, `totalCount` or `facets`."""

    part: str
    step: ClassVar[Kind | None] = None

    @property
    def within(self) -> Path | None:
        """The member of the page that holds documents, if this part is one."""
        return (self.part,) if self.part in ("nodes", "edges") else None

    def paths(self, below: Sequence[str], *, given: bool) -> Iterable[str]:
        """None: a page is no document."""
        return ()

    def expression(self, slot: str, found: str) -> str:
        """The part of the page. Facets are in slots, because a query may select them
        several times.
        """
        return read_at((slot if self.part == "facets" else self.part,))


Links: TypeAlias = Link | Chosen | Looked
LINKS = (Link, Chosen, Looked)
"""The declarations whose values are documents found by key."""

Declaration: TypeAlias = (
    Stored
    | Embedded
    | Link
    | Chosen
    | Connected
    | Looked
    | Computed
    | Asked
    | Summed
    | Commanded
    | Told
    | Paged
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
    needs: Sequence[str] = (),
) -> Any:
    """A value that the store is asked for in batches; `matters` names the arguments that `ask`
    gets, `needs` the paths that `shape` reads of the row.
    """
    return declared(Asked(ask, shape, tuple(matters), tuple(needs)), description, arguments)


def paged(part: str, description: str, arguments: Sequence[Argument] = ()) -> Any:
    """A part of a connection."""
    return declared(Paged(part), description, arguments)
