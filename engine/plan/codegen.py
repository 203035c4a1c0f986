"""Stage four, assemble: one generated function that turns fetched rows into the answer.

Every selection becomes a function of a row that builds one output object with all its checks
inline; a document that many rows link to is turned into output once and shared. The generated
source holds names of the schema and literals by `repr`, never a client's text but response keys,
which are names by the grammar.

What does not fit the schema (a null where none may be, a value of another type) raises
`Irregular`: the executor then runs the operation, and says exactly what GraphQL says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
)

from engine.fields import LINKS, Computed
from engine.plan.fetch import slot_of
from engine.plan.selection import Field, NotPlanned, Selection
from engine.rows import Row

Assemble: TypeAlias = Callable[..., Row]


class Irregular(Exception):
    """A value that is not what the schema says; the message is the field's place."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """The generated function, and its source for people."""

    function: Assemble
    source: str


def generate_assembly(selection: Selection) -> Assembly:
    """The function `(root, linked, arguments, operation) -> data` for a selection."""
    return _Writer().write(selection)


@dataclass(slots=True)
class _Writer:
    """Writes the source, one function per selection, and keeps the objects that it names."""

    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: {"Irregular": Irregular})
    links: list[tuple[int, str]] = field(default_factory=list)
    functions: int = 0

    def write(self, selection: Selection) -> Assembly:
        root = self._function(selection)
        body = [f"    {line}" for line in self.lines]
        # Ids grow downwards, so what a link's document links to is assembled before it.
        for identity, output in sorted(self.links, reverse=True):
            links = f"linked.get({identity}, _none)"
            body.append(f"    m{identity} = {{k: {output} for k, d in {links}.items()}}")
        source = "\n".join(
            ["def assemble(root, linked, arguments, operation):", *body, f"    return {root}(root)"]
        )
        self.names["_none"] = {}
        scope = dict(self.names)
        exec(compile(source, "<plan>", "exec"), scope)
        # Taken out of its own globals, it is in no reference cycle, and is freed with its plan.
        return Assembly(scope.pop("assemble"), source)

    def _function(self, selection: Selection) -> str:
        """Writes the function of a selection, after those that it calls; returns its name."""
        statements: list[str] = []
        members: list[str] = []
        for selected in selection.fields:
            value = f"v{selected.id}"
            statements += self._statements(selected, value, selection.type_name)
            members.append(f"{selected.response_key!r}: {value}")
        self.functions += 1
        name = f"s{self.functions}"
        self.lines.append(f"def {name}(r):  # {selection.type_name}")
        self.lines += [f"    {statement}" for statement in statements]
        self.lines.append(f"    return {{{', '.join(members)}}}")
        return name

    def _statements(self, selected: Field, value: str, type_name: str) -> Iterator[str]:
        """The statements that compute a field's value from the row `r` and check it."""
        if selected.declaration is None:
            yield f"{value} = {type_name!r}"
            return
        assert selected.definition is not None
        type_ = selected.definition.type
        if selected.selections:
            yield from self._object(selected, value, type_)
        else:
            yield f"{value} = {self._leaf_source(selected)}"
            yield from self._write_check(selected, value, type_)

    # --- Leaves ----------------------------------------------------------------------------------

    def _leaf_source(self, selected: Field) -> str:
        declaration = selected.declaration
        if isinstance(declaration, Computed):
            self.names[f"f{selected.id}"] = declaration.function
            return f"f{selected.id}((r,), arguments[{selected.id}], operation)[0]"
        return self._source(selected)

    def _source(self, selected: Field) -> str:
        assert selected.declaration is not None
        return selected.declaration.expression(slot_of(selected), f"m{selected.id}")

    def _write_check(self, selected: Field, value: str, type_: GraphQLOutputType) -> Iterator[str]:
        fault = f"raise Irregular({selected.place!r})"
        if isinstance(type_, GraphQLNonNull):
            yield f"if {value} is None: {fault}"
            yield from self._write_type_check(selected, value, type_.of_type, fault)
        else:
            inner = list(self._write_type_check(selected, value, type_, fault))
            yield f"if {value} is not None:"
            yield from (f"    {line}" for line in inner)

    def _write_type_check(
        self, selected: Field, value: str, type_: GraphQLOutputType, fault: str
    ) -> Iterator[str]:
        if isinstance(type_, GraphQLList):
            self.names[f"c{selected.id}"] = _completer(type_.of_type, selected.place)
            yield f"{value} = [c{selected.id}(x) for x in {value}]"
        elif type_ in (GraphQLString, GraphQLID):
            yield f"if {value}.__class__ is not str: {fault}"
        elif type_ is GraphQLInt:
            # MongoDB's 64-bit integers come as a subclass of int; so does bool, which is none.
            yield f"if not isinstance({value}, int) or {value} is True or {value} is False: {fault}"
            yield f"if not -2147483648 <= {value} <= 2147483647: {fault}"
        elif type_ is GraphQLBoolean:
            yield f"if {value} is not True and {value} is not False: {fault}"
        elif isinstance(type_, GraphQLEnumType):
            self.names[f"e{selected.id}"] = _names_of(type_)
            yield f"{value} = e{selected.id}[{value}]"
        elif isinstance(type_, GraphQLScalarType):
            self.names[f"c{selected.id}"] = _serializer(type_)
            yield f"{value} = c{selected.id}({value})"
        else:
            raise NotPlanned(f"{selected.place} is a leaf of another type")

    # --- Objects ---------------------------------------------------------------------------------

    def _object(self, selected: Field, value: str, type_: GraphQLOutputType) -> Iterator[str]:
        yield f"{value} = {self._source(selected)}"
        if isinstance(selected.declaration, LINKS):
            # Linked documents are outputs already, each made once.
            self.links.append((selected.id, self._output(selected, "d")))
        elif _is_list(type_):
            yield f"{value} = [{self._output(selected, 'x')} for x in {value} or ()]"
        else:
            yield f"if {value} is not None: {value} = {self._output(selected, value)}"
        if isinstance(type_, GraphQLNonNull):
            yield f"if {value} is None: raise Irregular({selected.place!r})"

    def _output(self, selected: Field, row: str) -> str:
        """The expression that turns a row into output, by its type if that is abstract."""
        functions = {name: self._function(s) for name, s in selected.selections.items()}
        if not selected.abstract:
            (function,) = functions.values()
            return f"{function}({row})"
        table = ", ".join(f"{name!r}: {function}" for name, function in functions.items())
        self.lines.append(f"t{selected.id} = {{{table}}}")
        return f"t{selected.id}[{row}['__typename']]({row})"


def _is_list(type_: GraphQLOutputType) -> bool:
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)


def _names_of(type_: GraphQLEnumType) -> Mapping[Any, str]:
    return {value.value: name for name, value in type_.values.items()}


def _serializer(type_: GraphQLScalarType) -> Callable[[Any], Any]:
    return type_.coerce_output_value


def _completer(type_: GraphQLOutputType, place: str) -> Callable[[Any], Any]:
    """A function that checks an item of a list of leaves, as the executor would."""
    if not isinstance(type_, GraphQLNonNull):
        raise NotPlanned(f"{place} is a list with nulls")
    leaf = type_.of_type
    if not isinstance(leaf, GraphQLEnumType | GraphQLScalarType):
        raise NotPlanned(f"{place} is a list of lists")
    names = _names_of(leaf) if isinstance(leaf, GraphQLEnumType) else None

    def complete(item: Any) -> Any:
        if names is not None:
            return names[item]
        if item is None or (leaf in (GraphQLString, GraphQLID) and item.__class__ is not str):
            raise Irregular(place)
        return leaf.coerce_output_value(item)

    return complete
