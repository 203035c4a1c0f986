"""Inputs made from the models of the records, so that nothing about a record is said twice.

Types follow the annotations, descriptions are those of the fields that show the members. There are
no rules here: what is given goes to the model, which says what is wrong with it.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import strawberry
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo
from strawberry.types import get_object_definition

from schema.articles import Article, Mention
from schema.assessments import Assessment
from schema.check_logs import CheckLog
from schema.commitments import Commitment, Implementer, Promisor
from schema.concepts import Concept, Label
from schema.follow_ups import FollowUp
from schema.meetings import Meeting, MeetingClaim, Participation, Place
from schema.parties import Membership, Name, Organization
from schema.requests import Request
from schema.shared.enums import register_enum
from schema.shared.evidence import Evidence
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.measures import Measure
from schema.shared.nodes import Identifier
from schema.shared.scalars import Instant
from store.records.base import Record, Shape
from store.records.enums import Described
from store.records.evidence import Selector
from store.records.faults import Member as ModelMember
from store.records.faults import member_of

SHOWN: Mapping[str, Any] = {
    "Claim": MeetingClaim,
    **{
        shown.__name__: shown
        for shown in (
            Organization,
            Name,
            Identifier,
            Membership,
            Article,
            Mention,
            Meeting,
            Place,
            Participation,
            Evidence,
            Commitment,
            Promisor,
            Implementer,
            Measure,
            Request,
            FollowUp,
            Assessment,
            CheckLog,
            Concept,
            Label,
            FuzzyDate,
        )
    },
}
"""By the name of a model, the type that shows it."""

FILLED = frozenset({*Record.model_fields, "target_noun", "trackable_noun"}) - {"key"}
"""Members that the store fills, or that have commands of their own."""

_COMPUTED = frozenset({"earliest", "latest", "precision"})
"""Members of a date that follow from its text."""

Input = dict[str, tuple[Any, Any]]
"""The members of an input by their GraphQL names: the annotation, and the Strawberry field."""


def take(description: str, type_: Any, name: str, *, required: bool = False) -> Input:
    """A member of an input. One that is not required may be absent, or null."""
    if required:
        return {name: (type_, strawberry.field(name=name, description=description))}
    made = strawberry.field(name=name, description=description, default=strawberry.UNSET)
    return {name: (type_ | None, made)}


def make_input(name: str, description: str, members: Input) -> Any:
    """The Strawberry input of these members."""
    body = {
        "__annotations__": {n: annotation for n, (annotation, _) in members.items()},
        **{n: made for n, (_, made) in members.items()},
    }
    return strawberry.input(type(name, (), body), name=name, description=description)


def take_members(
    model: type[Shape],
    *,
    without: Iterable[str] = (),
    optional: bool = False,
    defaults: Mapping[str, str] = {},
) -> Input:
    """The members of a record or a part. All are `optional` where what is absent stays; `defaults`
    says what some are if they are not given.
    """
    found: Input = {}
    for name, info in model.model_fields.items():
        if name in without:
            continue
        alias = info.alias or name
        required = info.is_required() and not optional and alias not in defaults
        description = _describe(model, alias) + _describe_key(info)
        if alias in defaults:
            description += f" By default {defaults[alias]}."
        elif not optional:
            description += _describe_default(info)
        found |= take(description, _type_of(info), alias, required=required)
    return found


def find_description(model: type[Shape], alias: str) -> str | None:
    """What the API says of a member of a model; None if it does not show it."""
    shown = SHOWN.get(model.__name__)
    fields = get_object_definition(shown, strict=True).fields if shown is not None else []
    # What shows a member may have another name, and another field its name: `url` of an article.
    found = [f for f in fields if getattr(f.metadata.get("declaration"), "path", None) == (alias,)]
    found += [f for f in fields if (f.graphql_name or _to_camel(f.python_name)) == alias]
    return found[0].description if found else None


def _describe(model: type[Shape], alias: str) -> str:
    description = find_description(model, alias)
    assert description, f"{model.__name__} shows no {alias}"
    return description


def _to_camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def _describe_key(info: FieldInfo) -> str:
    """That a member which names records has their keys."""
    member = member_of(info.annotation, info.metadata)
    item = member.item()
    if item is not None:
        return " Their keys." if item.refers is not None else ""
    return " Its key." if member.refers is not None else ""


def _describe_default(info: FieldInfo) -> str:
    if isinstance(info.default, bool):
        return f" By default {str(info.default).lower()}."
    if isinstance(info.default, str):
        return f" By default {info.default}."
    return ""


def _type_of(info: FieldInfo) -> Any:
    return _type_of_member(member_of(info.annotation, info.metadata))


def _type_of_member(member: ModelMember) -> Any:
    if (item := member.item()) is not None:
        inner: Any = _type_of_member(item)
        return list[inner]
    kind = member.kind
    if kind is AwareDatetime:
        return Instant
    assert isinstance(kind, type)
    if issubclass(kind, Described):
        return register_enum(kind)
    if kind is Selector:
        return SELECTOR_INPUT
    return make_part_input(kind) if issubclass(kind, Shape) else kind


@cache
def make_part_input(model: type[Shape]) -> Any:
    """The input of a part of a record, one for each model."""
    description = get_object_definition(SHOWN[model.__name__], strict=True).description
    assert description is not None
    name = f"{model.__name__}Input"
    without = _COMPUTED if model.__name__ == "FuzzyDate" else ()
    return make_input(name, description, take_members(model, without=without))


SELECTOR_INPUT: Any = make_input(
    "SelectorInput",
    "A span of the article's text: its exact words, or where it begins and ends. The rest of it is "
    "worked out and checked.",
    {
        **take("The words as the text has them, at most 20,000 characters of it.", str, "exact")
        | take(
            "What stands right before the words; tells which are meant where they stand twice.",
            str,
            "prefix",
        )
        | take("What stands right after the words.", str, "suffix")
        | take(
            "Which of several places, in the order of the text, from 1; of those between `prefix` "
            "and `suffix`, where these are given.",
            int,
            "occurrence",
        )
        | take("The first code point, from 0; instead of the words, or beside them.", int, "start")
        | take("The code point after the last.", int, "end"),
    },
)


def take_terms() -> Input:
    """What every input ends with."""
    return (
        take("Why. Kept with the change; that of a correction is public.", str, "reason")
        | take(
            "Whether only the record was wrong, and nothing happened in the world.",
            bool,
            "correction",
        )
        | take(
            "A text of your own, such as a UUID. The same input under the same key is carried out "
            "once a day and gets the same payload; another input under it is refused.",
            str,
            "idempotencyKey",
        )
        | take("Try only: the payload is what it would be, and nothing is written.", bool, "dryRun")
    )


def take_version() -> Input:
    """The version that whoever changes a record has read."""
    said = "The version that you have read: if it is another by now, nothing is written."
    return take(said, int, "expectedVersion")
