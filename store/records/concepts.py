"""Concepts: what the paths that records are about are called, in any language and script.

Records name a topic by its path, `online-safety/child-safety`, whether there is a record of it or
not. Labels follow SKOS; a wider topic is the beginning of the path, so it needs no member.
"""

from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from store.records.base import (
    Distinct,
    Language,
    Line,
    Problem,
    Shape,
    Some,
    SourcedRecord,
    Text,
    slug,
)
from store.records.base import Topic as Path
from store.records.enums import Described
from store.records.letters import fold_name


class LabelKind(Described):
    """A kind of label (SKOS `prefLabel`, `altLabel`, `hiddenLabel`)."""

    PREFERRED = "PREFERRED", "What it is called; one in each language."
    ALTERNATIVE = "ALTERNATIVE", "Another word for it, or what a source calls it."
    HIDDEN = "HIDDEN", "Not shown, and found: a misspelling, a code."


class Label(Shape):
    """A label of a topic."""

    value: Line
    kind: LabelKind = LabelKind.PREFERRED
    language: Language | None = None


class Concept(SourcedRecord):
    """What a topic is called. Its key is the path with dots: `online-safety.child-safety`."""

    labels: Annotated[Some[Label], Distinct]
    note: Text | None = None


_PATH: TypeAdapter[str] = TypeAdapter(Path)


def path_of(key: str) -> str:
    """The path of the topic with this key: `a/b` for `a.b`."""
    return key.replace(".", "/")


def key_of(path: str) -> str:
    """The key of the topic with this path: `a.b` for `a/b`."""
    return path.replace("/", ".")


def search_labels(topic: Concept) -> list[str]:
    """Every label of a topic, folded as names are, without repeats, sorted."""
    return sorted({fold_name(label.value) for label in topic.labels} - {""})


def name_of(topic: Concept) -> str:
    """The first preferred label, else the first there is."""
    preferred = (one for one in topic.labels if one.kind is LabelKind.PREFERRED)
    return next(preferred, topic.labels[0]).value


def check(topic: Concept) -> list[Problem]:
    """The problems of a topic whose key is no path, or that has two names in one language."""
    problems = []
    try:
        _PATH.validate_python(path_of(topic.key))
    except ValidationError:
        problems.append(
            Problem(
                "key",
                "the key of a topic is its path with dots: lower-case letters a to z, digits and "
                f"hyphens, such as {key_of(slug(path_of(topic.key)) or 'health-care')!r}",
            )
        )
    seen: dict[str | None, str] = {}
    for i, label in enumerate(topic.labels):
        if label.kind is not LabelKind.PREFERRED:
            continue
        if label.language in seen:
            problems.append(
                Problem(
                    f"labels[{i}].kind",
                    f"{seen[label.language]!r} is preferred in this language already; make one of "
                    "the two ALTERNATIVE",
                )
            )
        seen.setdefault(label.language, label.value)
    return problems
