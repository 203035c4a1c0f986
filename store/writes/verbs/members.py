"""Members, as somebody gives them, to a record: evidence by its words, then the model's rules."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from store.records.articles import Mention
from store.records.base import At, Key, Record, Shape
from store.records.evidence import (
    Evidence,
    Selector,
    WordsNotFound,
    WordsStandTwice,
    find_nearest,
    find_words,
)
from store.records.faults import Member, MemberFault, find_faults, members_of
from store.records.nouns import model_of
from store.records.references import Member as NamingMember
from store.records.references import find_members
from store.writes.commands import (
    MOST_ERRORS,
    MOST_SUGGESTED,
    CommandRefused,
    UserError,
    UserErrorCode,
    Work,
    find_near,
)

Members = dict[str, Any]
"""The members of a record or of a part, by their names in documents."""

CODES: Mapping[str, UserErrorCode] = {
    "missing": UserErrorCode.MISSING,
    "date": UserErrorCode.BAD_DATE,
    "enum": UserErrorCode.UNKNOWN_VALUE,
    "extra_forbidden": UserErrorCode.UNKNOWN_MEMBER,
}
"""The code of each sort of fault; of all others, INVALID."""


async def build_record(
    work: Work,
    noun: str,
    members: Members,
    path: str = "input",
    new_texts: Mapping[Key, str] = {},
) -> Record:
    """The record with these members. Raises CommandRefused with all that is wrong with them.

    A selector may name words by `prefix` and `suffix` or `occurrence`, or give offsets alone.
    `new_texts` are those of articles that are written with it, by key.
    """
    model = model_of(noun, members)
    texts = {**await _load_texts(work, members, model), **new_texts}
    errors: list[UserError] = []
    found = _locate(members, model, texts, path, errors)
    try:
        record = model.model_validate(found)
    except ValidationError as error:
        faults = [*find_faults(error, model, {})][: MOST_ERRORS - len(errors)]
        told = [await _explain(work, fault, path, n) for n, fault in enumerate(faults)]
        raise CommandRefused(*errors, *told) from None
    if errors:
        raise CommandRefused(*errors[:MOST_ERRORS])
    return record


def rename_references(
    members: Mapping[str, Any], model: type[Shape], renamed: Mapping[At, At]
) -> Members:
    """The members of a record, or of a part of one, with other keys where they name one of the
    `renamed` records. A key of a record of another noun is left out.
    """
    found = dict(members)
    for member in find_members(model):
        value = found.get(member.alias)
        if value is None:
            continue
        items = [
            renamed_item
            for item in (value if isinstance(value, list) else [value])
            if (renamed_item := _rename_item(item, member, renamed)) is not None
        ]
        if isinstance(value, list):
            found[member.alias] = items
        elif items:
            found[member.alias] = items[0]
        else:
            del found[member.alias]
    return found


def _rename_item(item: Any, member: NamingMember, renamed: Mapping[At, At]) -> Any:
    if isinstance(item, Mapping):
        return rename_references(item, member.shape, renamed) if member.shape else item
    for noun in member.nouns:
        if (noun, item) in renamed:
            after, key = renamed[noun, item]
            return key if after in member.nouns else None
    return item


async def _explain(work: Work, fault: MemberFault, path: str, place: int) -> UserError:
    code, suggestions = CODES.get(fault.sort, UserErrorCode.INVALID), fault.suggestions
    if fault.missing is not None:
        code = UserErrorCode.UNKNOWN_KEY
    if fault.missing is not None and place < MOST_SUGGESTED:
        suggestions = tuple(await find_near(work.database, fault.among, fault.missing))
    at = f"{path}.{fault.path}" if fault.path else path
    return UserError(code, fault.message, at, suggestions)


async def _load_texts(work: Work, members: Members, model: type[Record]) -> dict[Key, str]:
    """The texts of the articles that the evidence names; `""` has the record's own, if it has."""
    keys = {part.get("article") for part in _list_parts(members, model, Evidence)}
    wanted = [key for key in keys if isinstance(key, str)]
    found = await work.find_documents("articles", wanted) if wanted else {}
    texts = {key: document["text"] for key, document in found.items()}
    if isinstance(members.get("text"), str):
        texts[""] = members["text"].rstrip()
    return texts


def _list_parts(members: Members, model: type[Shape], kind: type[Shape]) -> Iterator[Members]:
    """The parts of one kind, at any depth."""
    for name, member in members_of(model).items():
        shape = _shape_of(member)
        if shape is None:
            continue
        value = members.get(name)
        for part in value if isinstance(value, list | tuple) else [value]:
            if not isinstance(part, dict):
                continue
            if shape is kind:
                yield part
            else:
                yield from _list_parts(part, shape, kind)


def _shape_of(member: Member) -> type[Shape] | None:
    kind = (member.item() or member).kind
    return kind if isinstance(kind, type) and issubclass(kind, Shape) else None


def _locate(
    members: Members,
    model: type[Shape],
    texts: Mapping[Key, str],
    path: str,
    errors: list[UserError],
) -> Members:
    """The members with every selector as a span. What cannot be found is noted as an error."""
    found = dict(members)
    for name, member in members_of(model).items():
        shape = _shape_of(member)
        value = members.get(name)
        if shape is None or not isinstance(value, dict | list | tuple):
            continue

        def change(part: Any, at: str, shape: type[Shape] = shape) -> Any:
            if not isinstance(part, dict):
                return part
            if shape is Selector:
                of = "" if model is Mention else members.get("article", "")
                return _locate_span(part, texts.get(of), at, errors)
            return _locate(part, shape, texts, at, errors)

        at = f"{path}.{name}"
        if isinstance(value, dict):
            found[name] = change(value, at)
        else:
            found[name] = [change(part, f"{at}[{i}]") for i, part in enumerate(value)]
    return found


_ANY_WORDS: Members = {"exact": "…"}
"""In place of a selector of which something was said already."""


def _locate_span(given: Members, text: str | None, path: str, errors: list[UserError]) -> Members:
    """A selector as a model takes it, so that the model says what else is wrong. `text` is None of
    an article that there is not.
    """
    span = {n: v for n, v in given.items() if v is not None}
    how = {n: span.pop(n) for n in ("prefix", "suffix", "occurrence") if n in span}
    start, end = span.get("start"), span.get("end")
    if text is None:
        # The rules say so of the article.
        return span if "exact" in span or "exactSha256" in span else _ANY_WORDS
    if start is None and end is None and span.get("exact"):
        exact = span["exact"]
        try:
            begin = find_words(exact, text, **how)
        except WordsNotFound as error:
            near = find_nearest(exact, text) if len(errors) < MOST_SUGGESTED else ()
            code = UserErrorCode.WORDS_NOT_FOUND
            errors.append(UserError(code, str(error), f"{path}.exact", tuple(near)))
        except WordsStandTwice as error:
            code = UserErrorCode.WORDS_STAND_TWICE
            errors.append(UserError(code, str(error), f"{path}.exact", error.around))
        else:
            return {**span, "start": begin, "end": begin + len(exact)}
    elif start is not None and end is not None and not {"exact", "exactSha256"} & span.keys():
        if 0 <= start < end <= len(text):
            return {**span, "exact": text[start:end]}
        message = f"[{start},{end}) is no span of the text, which has {len(text)} code points"
        errors.append(UserError(UserErrorCode.INVALID, message, path))
        return _ANY_WORDS
    return span
