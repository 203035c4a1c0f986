"""Says what is wrong with a record, to those who wrote it: what stands there, what is expected.

Follows the annotations of the models, as `member_tables` does for docs/bundles.md. It has no rules:
pydantic and the models decide what is refused.
"""

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, ValidationError
from pydantic.fields import FieldInfo

from store.records.base import MOST, Form, Refers, Shape
from store.records.dates import EdtfError, FuzzyDate
from store.records.enums import Described

MOST_SHOWN = 80
"""The most characters of a value that a message repeats."""

_DATE = "a date of EDTF in quotes, such as '2024-05-01', '2024-05' or '../2024'"
_MOMENT = "a day, a time and its zone, such as '2024-05-01T10:00:00Z'"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a model: its type, and the marks in its annotation."""

    kind: Any
    marks: tuple[Any, ...] = ()

    @property
    def form(self) -> Form | None:
        """The form of its text, if it has one."""
        return next((mark for mark in self.marks if isinstance(mark, Form)), None)

    @property
    def refers(self) -> Refers | None:
        """The nouns of the record whose key it is, if it is a key."""
        return next((mark for mark in self.marks if isinstance(mark, Refers)), None)

    def item(self) -> "Member | None":
        """The item of its list; None if it is not a list."""
        if get_origin(self.kind) is not tuple:
            return None
        return member_of(get_args(self.kind)[0])

    def describe(self) -> str:
        """What to write here, in words."""
        if self.refers is not None:
            return f"the key of a record among {' or '.join(self.refers.nouns)}"
        if self.form is not None:
            return f"a {self.form.name}: {self.form.rule}"
        if (item := self.item()) is not None:
            return f"a list, each {item.describe()}"
        if get_origin(self.kind) is Literal:
            return f"{get_args(self.kind)[0]}"
        return _describe_kind(self.kind)


def _describe_kind(kind: type) -> str:
    if issubclass(kind, Described):
        return f"one of {', '.join(kind)}"
    if issubclass(kind, FuzzyDate):
        return _DATE
    if issubclass(kind, Shape):
        return f"a mapping such as {format_example(kind)}"
    return {
        bool: "true or false",
        int: f"a whole number, at most {MOST:,}",
        float: "a number, such as 25 or 0.5",
        datetime: f"a moment: {_MOMENT}",
        AwareDatetime: f"a moment: {_MOMENT}",
    }.get(kind, "a text")


def member_of(annotation: Any, metadata: Sequence[Any] = ()) -> Member:
    """The member for an annotation, without `| None`."""
    marks = [*metadata]
    while True:
        if hasattr(annotation, "__metadata__"):
            marks += annotation.__metadata__
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, types.UnionType):
            (annotation,) = (a for a in get_args(annotation) if a is not type(None))
        else:
            break
    # pydantic wraps the constraints of a field in a FieldInfo.
    inner = [m for mark in marks if isinstance(mark, FieldInfo) for m in mark.metadata]
    return Member(annotation, (*marks, *inner))


def members_of(model: type[Shape]) -> dict[str, Member]:
    """The members of a record or part, by their names in a file."""
    return {
        info.alias or name: member_of(info.annotation, info.metadata)
        for name, info in model.model_fields.items()
    }


def list_required(model: type[Shape]) -> list[str]:
    """The names of the required members."""
    return [info.alias or n for n, info in model.model_fields.items() if info.is_required()]


def format_example(model: type[Shape], first: str = "…") -> str:
    """An example of a part with its required members: `{party: …, attribution: …}`."""
    names = list_required(model) or list(members_of(model))[:2]
    return "{" + ", ".join(f"{n}: {first if n == names[0] else '…'}" for n in names) + "}"


# --- What is wrong -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberFault:
    """What is wrong with a member: its path, a message, and pydantic's word for the sort of fault.
    `suggestions` are values that would be right, as far as they can be told. `missing` is what was
    given for the key of a record and is none, `among` the nouns of the record.
    """

    path: str
    message: str
    sort: str
    suggestions: tuple[str, ...] = ()
    missing: str | None = None
    among: tuple[str, ...] = ()


def faults_of(
    error: ValidationError, model: type[Shape], written: Mapping[str, str], *, whole: bool = True
) -> Iterator[tuple[str, str]]:
    """The path and the message of each fault, as `find_faults` has them."""
    return ((f.path, f.message) for f in find_faults(error, model, written, whole=whole))


def find_faults(
    error: ValidationError, model: type[Shape], written: Mapping[str, str], *, whole: bool = True
) -> Iterator[MemberFault]:
    """Each fault.

    `written` is the text in the file, by path, where YAML read something else. Faults that only
    follow from others are left out. Missing members are left out unless the record is `whole`: if
    its defaults are at fault, members may be missing only for that.
    """
    details = error.errors(include_url=False)
    places = {tuple(detail["loc"]) for detail in details}
    for detail in details:
        location = tuple(detail["loc"])
        inner = any(p != location and p[: len(location)] == location for p in places)
        # pydantic leaves wrong items out of a list, which may then seem too short.
        follows = detail["type"] == "too_short" and inner
        if not follows and (whole or detail["type"] != "missing"):
            path = format_path(location)
            message = _describe_fault(detail, model, written.get(path))
            suggestions = tuple(_suggest(detail, model))
            cause = detail.get("ctx", {}).get("error")
            sort = "date" if isinstance(cause, EdtfError) else detail["type"]
            missing: str | None = None
            among: tuple[str, ...] = ()
            if detail["type"] == "string_pattern_mismatch":
                refers = _member_at(model, location).refers
                missing, among = (detail["input"], refers.nouns) if refers else (None, ())
            yield MemberFault(path, message, sort, suggestions, missing, among)


def _suggest(detail: Any, model: type[Shape]) -> Iterator[str]:
    """Values that would be right: those of an enum, the dates that a bad one may mean, the names of
    members for one that there is not.
    """
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, EdtfError):
        yield from cause.hints
    elif detail["type"] == "enum":
        yield from (str(value) for value in _member_at(model, detail["loc"]).kind)
    elif detail["type"] == "extra_forbidden":
        known = list(members_of(_model_at(model, detail["loc"][:-1])))
        yield from find_similar(str(detail["loc"][-1]), known)


def format_path(location: tuple[int | str, ...]) -> str:
    """A place in a record as a path, such as `names[0].kind`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _describe_fault(detail: Any, model: type[Shape], written: str | None) -> str:
    """The message for one of pydantic's errors."""
    given, context = detail["input"], detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        return _describe_unknown_member(
            _model_at(model, detail["loc"][:-1]), str(detail["loc"][-1])
        )
    member = _member_at(model, detail["loc"])
    if detail["type"] == "value_error" and not (given is None or isinstance(given, bool | list)):
        return str(context["error"])
    match detail["type"]:
        case "missing":
            return f"is missing; write {member.describe()}"
        case "string_pattern_mismatch":
            return _describe_wrong_form(member, given)
        case "string_too_short":
            return "is empty; write some words, or leave it out if it may be"
        case "string_too_long":
            return f"has {len(given):,} characters, at most {context['max_length']:,}"
        case "too_long":
            # The length is counted here, because pydantic stops at the first item too many.
            return f"has {len(given):,} items, at most {context['max_length']:,}"
        case "too_short":
            return "is empty; write at least one: " + _item(member).describe()
        case "string_unicode":
            return "holds half a character, a surrogate without its other half; write all of it"
        case "tuple_type":
            return f"{format_value(given)} is no list; write {_example_list(member, given)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{format_value(given)} is no mapping; write {_example_mapping(member, given)}"
        case "enum":
            return _describe_unknown_value(member, given)
        case "greater_than_equal":
            return f"{format_value(given)} is too small; write at least {context['ge']:,}"
        case "less_than_equal":
            return f"{format_value(given)} is too large; write at most {context['le']:,}"
    return _describe_wrong_kind(member, given, written)


def _describe_unknown_member(model: type[Shape], name: str) -> str:
    known = list(members_of(model))
    said = "there is no such member; "
    if meant := find_similar(name, known):
        return f"{said}did you mean {' or '.join(meant)}?"
    return f"{said}correct its name, or leave it out: there are {', '.join(known)}"


def _describe_unknown_value(member: Member, given: Any) -> str:
    values = [*member.kind]
    meant = find_similar(given, values) if isinstance(given, str) else []
    hint = f"; did you mean {' or '.join(meant)}?" if meant else ""
    return f"{format_value(given)} is none of {', '.join(values)}{hint}"


def _describe_wrong_form(member: Member, given: Any) -> str:
    form = member.form
    assert form is not None, f"a pattern without a Form: {member}"
    said = f"{format_value(given)} is no {form.name}; write {form.rule}"
    mended = form.mended(given) if form.mended is not None else None
    if mended is not None and mended != given and _has_pattern(member, mended):
        said += f": {format_value(mended)}?"
    return said


def _has_pattern(member: Member, text: str) -> bool:
    patterns = [m.pattern for m in member.marks if getattr(m, "pattern", None) is not None]
    return all(re.search(pattern, text) for pattern in patterns)


def _describe_wrong_kind(member: Member, given: Any, written: str | None) -> str:
    if given is None:
        return f"has no value; write {member.describe()}"
    if member.kind is not str or isinstance(given, list | dict):
        return f"{format_value(given)} is not what is wanted; write {member.describe()}"
    said = format_value(given)
    if written is not None and written != said:
        return f"{written} is {said} to YAML, and a text is wanted; put it in quotes: '{written}'"
    return f"{said} is no text; put it in quotes: '{said}'"


def _example_list(member: Member, given: Any) -> str:
    one = given if isinstance(given, str) and len(given) <= MOST_SHOWN else "…"
    kind = _item(member).kind
    if isinstance(kind, type) and issubclass(kind, Shape):
        return f"[{format_example(kind, one)}]"
    return f"[{one}]"


def _example_mapping(member: Member, given: Any) -> str:
    assert issubclass(member.kind, Shape)
    short = isinstance(given, str) and given and len(given) <= MOST_SHOWN
    return format_example(member.kind, given if short else "…")


def _item(member: Member) -> Member:
    item = member.item()
    assert item is not None
    return item


def _model_at(model: type[Shape], location: Sequence[int | str]) -> type[Shape]:
    found = _member_at(model, location).kind if location else model
    assert issubclass(found, Shape)
    return found


def _member_at(model: type[Shape], location: Sequence[int | str]) -> Member:
    member = Member(model)
    for part in location:
        member = _item(member) if isinstance(part, int) else members_of(member.kind)[part]
    return member


# --- Shown ---------------------------------------------------------------------------------------


def find_similar(name: str, known: Sequence[str]) -> list[str]:
    """The known names that may have been meant, at most three.

    These are spelt alike, differ in case, or begin or end with the name, or the name with them.
    """
    plain = {_bare(k): k for k in known}
    bare = _bare(name)[:MOST_SHOWN]
    if bare in plain:
        return [plain[bare]]
    within = [k for b, k in plain.items() if _is_end_of(bare, b)]
    alike = [plain[b] for b in get_close_matches(bare, plain, n=2, cutoff=0.7)]
    return list(dict.fromkeys([*alike, *within]))[:3] if bare else []


def _is_end_of(one: str, other: str) -> bool:
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(shorter) > 2 and (longer.startswith(shorter) or longer.endswith(shorter))


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def format_value(value: object) -> str:
    """A value for a message: as in JSON, cut to `MOST_SHOWN`, without control characters."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str() if not isinstance(value, Enum):
            return repr(value[:MOST_SHOWN] + "…" if len(value) > MOST_SHOWN else value)
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
    return make_printable(str(value))


def make_printable(text: str, most: int = MOST_SHOWN) -> str:
    """A text that is safe on a terminal: control characters escaped, and cut to `most`."""
    cut = text[:most] + "…" if len(text) > most else text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)
