"""Comments on records, for those who curate. They are no records: nothing follows from them."""

from typing import Annotated, Any

from pydantic import StringConstraints, TypeAdapter, ValidationError

from store.mongodb.collections import COMMENTS
from store.mongodb.driver import InsertOne
from store.mongodb.keys import new_key
from store.records.base import Key, to_stored_precision
from store.writes.commands import CommandRefused, UserError, UserErrorCode, Verb, Verdict, Work

MOST_COMMENTS = 100
"""On one record."""

LONGEST = 2_000
"""Characters of a comment."""

_TEXT: TypeAdapter[str] = TypeAdapter(
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
)


def comment(noun: str, key: Key, text: str, path: str | None = None) -> Verb:
    """Comments on a record, or on what stands at a path in it."""

    async def verb(work: Work) -> Verdict:
        await work.load(noun, key, "input.key")
        said = _check_text(text, "input.text")
        about = {"noun": noun, "record": key}
        fields = {"_id": 1}
        others = await work.find(COMMENTS, about, fields=fields, limit=MOST_COMMENTS)
        if len(others) >= MOST_COMMENTS:
            message = f"a record has at most {MOST_COMMENTS} comments; decide about it"
            raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.key"))
        by, via = work.who
        document: dict[str, Any] = {"_id": new_key(), **about, "text": said, "by": by}
        document["at"] = to_stored_precision(work.now)
        if via is not None:
            document["via"] = via
        if path is not None:
            document["path"] = _check_text(path, "input.path")
        await work.database.write(COMMENTS, [InsertOne(document)], work.session)
        return Verdict(lists=(COMMENTS,), row={"comment": document})

    return verb


def _check_text(text: str, path: str) -> str:
    try:
        return _TEXT.validate_python(text)
    except ValidationError:
        message = f"write 1 to {LONGEST:,} characters"
        raise CommandRefused(UserError(UserErrorCode.INVALID, message, path)) from None
