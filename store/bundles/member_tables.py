"""What docs/bundles.md says of the models: the nouns, and in tables which members a record has,
which are required, which values.

Made from the models, so that they say what an import takes. `make bundles` writes them anew.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from store.bundles.member_examples import Examples, format_value
from store.records.base import Record, Shape
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.faults import Member, members_of
from store.records.nouns import NOUNS

BEGIN, END = "<!-- made by `make bundles` -->", "<!-- to here -->"


FIXTURES = Path(__file__).parents[2] / "fixtures"
"""Where examples are from; only the page of the project's own sources is made of them."""


def tables() -> str:
    """All tables, with a heading each: what every record has, the nouns, the parts, the values."""
    examples = Examples([FIXTURES / "invented", FIXTURES / "meta-pakistan"])
    parts: dict[type[Shape], None] = {}
    values: dict[type[Described], None] = {}
    lines = ["### Every record", "", *_table(Record, parts, values, examples)]
    for noun, models in NOUNS.items():
        # Organisations have what persons have, and more.
        lines += [
            "",
            f"### `{noun}`",
            "",
            *_table(models[-1], parts, values, examples, without=Record),
        ]
    for part in _with_those_within(parts, values):
        lines += ["", f"### {part.__name__}", "", *_table(part, parts, values, examples)]
    lines += ["", "### Values", ""]
    for described in sorted(values, key=lambda d: d.__name__):
        lines += [f"**{described.__name__}**", ""]
        lines += [f"- `{value}`: {value.description}" for value in described]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _with_those_within(
    parts: dict[type[Shape], None], values: dict[type[Described], None]
) -> Iterator[type[Shape]]:
    """The parts, and what is part of these."""
    told: set[type[Shape]] = set()
    while more := [part for part in parts if part not in told]:
        for part in more:
            told.add(part)
            yield part
            for member in members_of(part).values():
                _note(member, parts, values)


def _table(
    model: type[Shape],
    parts: dict[type[Shape], None],
    values: dict[type[Described], None],
    examples: Examples,
    without: type[Shape] | None = None,
) -> Iterator[str]:
    yield "| Member | | What stands there | Example |"
    yield "|---|---|---|---|"
    left_out = members_of(without) if without is not None else {}
    infos = {info.alias or name: info for name, info in model.model_fields.items()}
    for name, member in members_of(model).items():
        if name not in left_out:
            _note(member, parts, values)
            shown = format_value(examples.find(model, name, member)).replace("|", "\\|")
            told = _in_cell(member, infos[name])
            yield f"| `{name}` | {_need(infos[name])} | {told} | `{shown}` |"


def _note(
    member: Member, parts: dict[type[Shape], None], values: dict[type[Described], None]
) -> None:
    kind = (member.item() or member).kind
    if isinstance(kind, type) and issubclass(kind, Described):
        values[kind] = None
    elif isinstance(kind, type) and issubclass(kind, Shape):
        parts[kind] = None


def _need(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    default = info.default
    if default is None or default == ():
        return ""
    if isinstance(default, bool):
        return f"else `{str(default).lower()}`"
    return f"else `{default.value if isinstance(default, Enum) else default}`"


def _in_cell(member: Member, info: FieldInfo) -> str:
    item = member.item()
    if item is None:
        return _one(member) + _most(member)
    least = "at least one, " if _mark(member, "min_length") else ""
    return f"a list, {least}at most {_mark(member, 'max_length'):,}: {_one(item)}{_most(item)}"


def _one(member: Member) -> str:
    kind = member.kind
    if member.refers is None and isinstance(kind, type):
        if issubclass(kind, Described):
            return f"one of the values of [{kind.__name__}](#values)"
        if issubclass(kind, FuzzyDate):
            return "a [date](#dates)"
        if issubclass(kind, Shape):
            return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return member.describe().replace("|", "\\|")


def _most(member: Member) -> str:
    most = _mark(member, "max_length")
    is_text = member.kind is str and member.form is None and member.refers is None
    return f" of at most {most:,} characters" if is_text and most else ""


def _mark(member: Member, name: str) -> Any:
    found = [value for m in member.marks if (value := getattr(m, name, None)) is not None]
    return found[0] if found else None


def _name_nouns() -> str:
    """The sentence that names them, in lines of its own."""
    *first, last = (f"`{noun}`" for noun in NOUNS)
    return textwrap.fill(f"The nouns are {', '.join(first)} and {last}.", 100)


def with_tables(page: str) -> str:
    """The page with its nouns and tables made anew."""
    made = f"{BEGIN}\n\n{tables()}\n{END}"
    page = re.sub(r"^The nouns are [^.]*\.$", _name_nouns(), page, flags=re.MULTILINE)
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: made, page, flags=re.DOTALL)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
