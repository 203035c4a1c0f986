"""A plan in words: what is fetched on which level, with which fields, and how it is assembled."""

from collections.abc import Iterator, Sequence

from schema.execution.declarations import Chosen, Connected, Link, Looked
from schema.execution.planning import Ask, Compute, Connect, Fill, Follow, Op, Sum
from schema.execution.plans import Plan


def described(plan: Plan) -> str:
    """The plan as an indented list: deeper is later, the same depth is sent together."""
    return "\n".join(_lines(plan.ops, 0)) or "nothing is fetched"


def _lines(ops: Sequence[Op], depth: int) -> Iterator[str]:
    for op in ops:
        indent = "  " * depth
        yield f"{indent}{op.field.place} ({op.field.response_key}): {_what(op)}"
        if isinstance(op, Follow):
            for below in op.below.values():
                yield from _lines(below, depth + 1)
        elif isinstance(op, Fill):
            yield from _lines(op.below, depth if isinstance(op, Compute) else depth + 1)


def _what(op: Op) -> str:
    match op:
        case Follow():
            fields = _listed(frozenset[str]().union(*op.needs.values()))
            return f"find in {_target(op)} by key, reading {fields}"
        case Connect():
            return f"page of {_target(op)}: {', '.join(_parts(op))}"
        case Sum():
            return f"one question about all that the filter chooses, reading {_listed(op.needs)}"
        case Ask():
            return f"one question to the store, reading {_listed(op.needs)}"
        case _:
            return "worked out of what was read"


def _target(op: Op) -> str:
    match op.field.declaration:
        case Link(_, collection) | Chosen(_, collection) | Looked(_, collection):
            return collection or "the collections that rows name"
        case Connected(collection, via):
            return f"{collection} by {via.path}" if via is not None else collection
    return "?"


def _parts(op: Connect) -> Iterator[str]:
    if op.documents:
        yield f"documents, reading {_listed(op.needs)}"
    if op.total:
        yield "how many there are"
    if op.facets:
        yield "counts by facet"


def _listed(paths: frozenset[str]) -> str:
    return " ".join(sorted(paths)) or "_id"
