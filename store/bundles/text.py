"""Reads records out of a text, as an import reads files, for a command that applies them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from store.bundles.reader import Fault, Raw, read
from store.records.base import Record
from store.records.contradictions import find_future_moments
from store.records.enums import Described
from store.records.faults import find_faults
from store.records.nouns import model_of
from store.writes.commands import CommandRefused, UserError, UserErrorCode
from store.writes.verbs.members import CODES

MOST_RECORDS = 1_000
_MOST_ERRORS = 100


class BundleFormat(Described):
    """How records are written in a text."""

    JSON_LINES = "JSON_LINES", "A record a line, each with its `noun`."
    JSON = "JSON", "One object: for each noun a list of records, and `defaults` if you like."
    YAML = "YAML", "The same in YAML."


_SUFFIXES = {
    BundleFormat.JSON_LINES: ".jsonl",
    BundleFormat.JSON: ".json",
    BundleFormat.YAML: ".yaml",
}


def read_records(text: str, form: BundleFormat) -> list[tuple[Record, str]]:
    """The records, each with its place such as `input.records[0]`. Raises CommandRefused with all
    that is wrong with them.
    """
    errors: list[UserError] = []
    found: list[tuple[Record, str]] = []
    for i, item in enumerate(_read(text, form)):
        path = f"input.records[{i}]"
        if i >= MOST_RECORDS:
            message = f"more than {MOST_RECORDS:,} records; send them in several requests"
            errors.append(UserError(UserErrorCode.INVALID, message, "input.records"))
            break
        if isinstance(item, Fault):
            message = f"line {item.place.line}: {item.path}: {item.message}"
            errors.append(UserError(UserErrorCode.INVALID, message, path))
        else:
            found += _validate(item, path, errors)
    if errors:
        raise CommandRefused(*errors[:_MOST_ERRORS])
    return found


def _read(text: str, form: BundleFormat) -> Iterator[Raw | Fault]:
    # The reader tells lines, and reads files as they are, so the text becomes one for a moment.
    with TemporaryDirectory(prefix="followthrough-apply-") as folder:
        file = Path(folder, f"records{_SUFFIXES[form]}")
        file.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
        yield from read(file)


def _validate(raw: Raw, path: str, errors: list[UserError]) -> Iterator[tuple[Record, str]]:
    model = model_of(raw.noun, raw.members)
    try:
        record = model.model_validate(raw.members)
    except ValidationError as error:
        for fault in find_faults(error, model, raw.written, whole=not raw.unsure):
            code = CODES.get(fault.sort, UserErrorCode.INVALID)
            line = raw.place_of(fault.path).line
            message = f"line {line}: {fault.message}"
            errors.append(UserError(code, message, f"{path}.{fault.path}", fault.suggestions))
        return
    for problem in find_future_moments(record, datetime.now(UTC)):
        errors.append(UserError(UserErrorCode.INVALID, problem.message, f"{path}.{problem.path}"))
    yield record, path
