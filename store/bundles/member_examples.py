"""An example of each member of a record or part, as it stands in a bundle: from a bundle that there
is, or else made of what the member's declaration says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import AwareDatetime

from store.bundles.files import files_of
from store.bundles.reader import Raw, read
from store.records.base import Shape
from store.records.dates import FuzzyDate
from store.records.enums import Described
from store.records.faults import Member, list_required, members_of
from store.records.nouns import model_of

MOST_SHOWN = 80
"""Characters of an example. What is longer is made shorter, or shown as made."""

At = tuple[str, str]
"""The names of a model and of its member."""


class Examples:
    """Examples of members. `bundles` are those from which values are taken."""

    def __init__(self, bundles: Iterable[Path] = ()) -> None:
        self._found: dict[At, Any] = {}
        self._parts: dict[type[Shape], Any] = {}
        for raw in _read_records(bundles):
            self._gather(model_of(raw.noun, raw.members), raw.members)

    def _gather(self, model: type[Shape], members: Mapping[str, Any]) -> None:
        known = members_of(model)
        for name, value in members.items():
            if (member := known.get(name)) is None:
                continue
            self._keep((model.__name__, name), value)
            kind = (member.item() or member).kind
            if isinstance(kind, type) and issubclass(kind, Shape):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, Mapping):
                        if len(format_value(part)) <= MOST_SHOWN:
                            self._parts.setdefault(kind, part)
                        self._gather(kind, part)

    def _keep(self, at: At, value: Any) -> None:
        """Keeps the first value that is short enough."""
        if at not in self._found and len(format_value(value)) <= MOST_SHOWN:
            self._found[at] = value

    def find(self, model: type[Shape], name: str, member: Member) -> Any:
        """A value of a member, as a bundle has it."""
        found = self._found.get((model.__name__, name))
        if found is None and model is FuzzyDate and name in _BOUNDS:
            return _BOUNDS[name]
        return found if found is not None else self._make(member)

    def _make(self, member: Member) -> Any:
        """A value that a member takes, made of its declaration and of what its parts have."""
        if (item := member.item()) is not None:
            return [self._make(item)]
        kind = member.kind
        if not isinstance(kind, type) or not issubclass(kind, Shape):
            return _make_plain(member)
        if issubclass(kind, FuzzyDate):
            return "2024-05"
        if (part := self._parts.get(kind)) is not None:
            return part
        known, required = members_of(kind), list_required(kind)
        return {name: self.find(kind, name, known[name]) for name in required or [*known][:1]}


def _read_records(bundles: Iterable[Path]) -> Iterator[Raw]:
    for file in files_of(bundles):
        yield from (item for item in read(file) if isinstance(item, Raw))


_BOUNDS = {"earliest": "2024-05-01", "latest": "2024-05-31"}
"""Days that are worked out: an export has them, and a bundle leaves them out."""

_SUCH_AS = re.compile(r"such as '([^']+)'")


def _make_plain(member: Member) -> Any:
    """A value of a member that is no list and no part, made of its declaration."""
    kind = member.kind
    if member.refers is not None:
        return f"a-key-among-{member.refers.nouns[0].replace('_', '-')}"
    if member.form is not None:
        said = _SUCH_AS.search(member.form.rule)
        return said[1] if said else "0" * 64  # The only form without an example is a SHA-256.
    if get_origin(kind) is not None:
        return get_args(kind)[0]
    if issubclass(kind, Described):
        return str(next(iter(kind)))
    if kind in (datetime, AwareDatetime):
        return datetime(2024, 5, 1, 10, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    return {bool: True, int: 3, float: 25.5}.get(kind, "Some words")


def format_value(value: Any) -> str:
    """A value in one line of YAML."""
    text: str = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    )
    return text.removesuffix("...\n").strip()
