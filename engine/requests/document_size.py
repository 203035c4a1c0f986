"""How large an operation is with its fragments spread out: depth, aliases and fields.

Each fragment is measured once, however often it is spread, so that this takes no longer than the
document is long. It comes before whatever spreads fragments out: the sums of a cost, and plans.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from engine.requests.limits import LONGEST_ALIAS, Limits, make_limit_error

_INTROSPECTION = ("__schema", "__type")
"""What of introspection is selected at the root. What is below is no matter of depth: the types of
types nest, and graphql-core has a rule of its own for the lists among them."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much a selection is: how deep, and how many aliases and fields it has in all."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0


def index_fragments(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    """The fragments of a document, by name."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def measure_size(
    document: DocumentNode, operation: OperationDefinitionNode, limits: Limits
) -> tuple[Size, list[GraphQLError]]:
    """The size of an operation of a valid document, and where it is make_limit_error the limits."""
    sizing = _Sizing(index_fragments(document))
    size = sizing.selection(operation.selection_set)
    roots = sizing.roots(operation.selection_set)
    refusals = sizing.refusals
    for name, value, most, remedy in (
        ("depth", size.depth, limits.depth, "ask in two requests, the second by id"),
        ("aliases", size.aliases, limits.aliases, "ask in several requests"),
        ("root fields", roots, limits.root_fields, "ask in several requests"),
        ("fields", size.fields, limits.fields, "select less, or spread fragments in fewer places"),
    ):
        if value > most:
            refusals.append(make_limit_error(name, most, value, remedy, operation))
    return size, refusals


@dataclass(slots=True)
class _Sizing:
    fragments: Mapping[str, FragmentDefinitionNode]
    refusals: list[GraphQLError] = field(default_factory=list)
    known: dict[str, Size] = field(default_factory=dict)

    def selection(self, selection_set: SelectionSetNode) -> Size:
        depth = aliases = fields = 0
        for selection in selection_set.selections:
            part = self._part(selection)
            depth = max(depth, part.depth)
            aliases += part.aliases
            fields += part.fields
        return Size(depth, aliases, fields)

    def roots(self, selection_set: SelectionSetNode) -> int:
        """How many fields stand in a selection set itself; those of a fragment count once."""
        count, seen, waiting = 0, set[str](), [selection_set]
        while waiting:
            for selection in waiting.pop().selections:
                match selection:
                    case FieldNode():
                        count += 1
                    case InlineFragmentNode():
                        waiting.append(selection.selection_set)
                    case FragmentSpreadNode() if (name := selection.name.value) not in seen:
                        seen.add(name)
                        waiting.append(self.fragments[name].selection_set)
        return count

    def _part(self, selection: SelectionNode) -> Size:
        match selection:
            case FieldNode():
                return self._field(selection)
            case InlineFragmentNode():
                return self.selection(selection.selection_set)
            case FragmentSpreadNode():
                name = selection.name.value
                if name not in self.known:
                    self.known[name] = self.selection(self.fragments[name].selection_set)
                return self.known[name]
        raise TypeError(f"{selection.kind} is no selection")

    def _field(self, node: FieldNode) -> Size:
        below = Size() if node.selection_set is None else self.selection(node.selection_set)
        if node.alias is not None and (length := len(node.alias.value)) > LONGEST_ALIAS:
            remedy = "it stands in the answer once for each row; make it shorter"
            self.refusals.append(
                make_limit_error("length of an alias", LONGEST_ALIAS, length, remedy, node)
            )
        depth = 1 if node.name.value in _INTROSPECTION else below.depth + 1
        return Size(depth, below.aliases + (node.alias is not None), below.fields + 1)
