"""Concepts: what the paths that records are about are called, in any language and script."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from engine.context import Operation
from engine.fields import Argument, Arguments, computed, embedded, stored
from engine.lists.filters import equal_or_in, where
from engine.rows import Row
from schema.shared.connections import (
    Connection,
    KeyFilter,
    RecordFilter,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.nodes import SourcedRecord
from store.records.concepts import LabelKind, key_of, path_of
from store.records.enums import Described
from store.records.parties import fold_party_name

register_enum(LabelKind)


@strawberry.type(description="A label of a topic, as in SKOS.")
class Label:
    value: str = stored("value", "The label.")
    kind: LabelKind = stored("kind", "Whether it is the preferred one, another, or not shown.")
    language: str | None = stored("language", "Its language, a BCP 47 tag.")


def _paths(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [path_of(row["_id"]) for row in rows]


def _wider(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [path_of(row["_id"]).rpartition("/")[0] or None for row in rows]


def _labels(rows: Sequence[Row], arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [_label_in(row, arguments.get("language")) for row in rows]


def _label_in(row: Row, language: str | None) -> str:
    """The preferred label in a language or a variety of it; else the first one."""
    preferred = [one for one in row["labels"] if one["kind"] == LabelKind.PREFERRED]
    wanted = (language or "").lower()
    for label in preferred if wanted else ():
        given = (label.get("language") or "").lower()
        if given == wanted or given.startswith(f"{wanted}-"):
            return str(label["value"])
    return str((preferred or row["labels"])[0]["value"])


@strawberry.type(
    description="What a topic is called. Records are about a topic by its path, whether there is "
    "such a record or not."
)
class Concept(SourcedRecord):
    path: str = computed(
        _paths, ("_id",), "The topic as records name it, a path from wide to narrow."
    )
    broader: str | None = computed(
        _wider, ("_id",), "The path of the wider topic; null for the widest."
    )
    label: str = computed(
        _labels,
        ("labels.value", "labels.kind", "labels.language"),
        "The preferred label in a language; the first preferred one where there is none in it.",
        [Argument("language", str | None, "A BCP 47 tag, such as `th`.")],
    )
    labels: list[Label] = embedded("labels", "Its labels in all languages.", many=True)
    note: str | None = stored("note", "What it takes in, and what not.")


@strawberry.type(description="A page of concepts.")
class ConceptConnection(Connection[Concept]):
    pass


class ConceptOrderField(Described):
    """What topics can be ordered by."""

    LABEL = "LABEL", "The first preferred label, ignoring case, diacritics and punctuation."
    KEY = "KEY", "The key, which follows the path."


ConceptOrder = order_input(ConceptOrderField, "concepts")


def _has_label(value: str, _: Operation) -> Mapping[str, Any]:
    label = fold_party_name(value)
    if not label:
        raise ValueError("a label has at least one letter or digit")
    return {"derived.searchLabels": label}


def _has_path(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
    keys = {
        name: [key_of(path) for path in given] if isinstance(given, list) else key_of(given)
        for name, given in value.items()
        if given is not None
    }
    condition = equal_or_in(keys)
    return {"_id": condition} if condition else {}


@filter_input(description="Which concepts; all members must match.")
class ConceptFilter(RecordFilter):
    path: KeyFilter | None = where(_has_path, "With this path.")
    label: str | None = where(
        _has_label,
        "With this as the whole of one of its labels, in any language, or of a label of a topic "
        "merged into it. Case, diacritics and punctuation do not matter.",
    )
