"""Reads what happened from the public API, as whoever asks sees it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from graphql import parse, print_ast, separate_operations

from engine.context import Operation
from engine.global_ids import from_global_id, to_global_id
from engine.requests.prepared import Request
from engine.requests.service import Service
from store.reads.status_effects import StatusEffect, find_status_effects

DOCUMENT: Final = Path(__file__).parent / "documents" / "news.graphql"

Record = Mapping[str, Any]


class Deed(StrEnum):
    """What a change did to its record, as whoever is told of it sees it."""

    PUBLISHED = "published"
    PROPOSED = "proposed"
    CHANGED = "changed"
    CORRECTED = "corrected"
    MERGED = "merged"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Happening:
    """A change of the log as `news.graphql` has it, with the statuses that it made others. `id` is
    its key in the log, a UUID.
    """

    id: str
    change: Record
    effects: Sequence[StatusEffect] = ()

    @property
    def at(self) -> tuple[str, str]:
        """Noun and key of the record that was changed."""
        return self.change["noun"].lower(), self.change["key"]

    @property
    def record(self) -> Record:
        """The record as it is now. Of one that lives on in another, or is not seen any more, there
        is next to nothing.
        """
        found: Record = self.change["record"] or {}
        if found and found["key"] != self.change["key"]:
            return {"curation": found["curation"]}
        return found

    @property
    def deed(self) -> Deed:
        """What it did. What is published again counts as published."""
        kind, changed = self.change["kind"], self.change["changed"]
        if kind in ("MERGED", "RETRACTED"):
            return Deed[kind]
        if self.record.get("curation") == "ACCEPTED" and (
            kind == "CREATED" or "curation" in changed
        ):
            return Deed.PUBLISHED
        if kind == "CREATED":
            return Deed.PROPOSED
        return Deed.CORRECTED if self.change["correction"] else Deed.CHANGED

    @property
    def was_published(self) -> bool:
        """Whether the change put the record before readers, for the first time or again."""
        return self.deed is Deed.PUBLISHED

    @property
    def moved(self) -> Sequence[StatusEffect]:
        """The statuses that became others, without those that began or ended."""
        return [effect for effect in self.effects if effect.before and effect.after]

    @property
    def is_late(self) -> bool:
        """Whether it tells for the first time of what happened long ago."""
        return self.was_published and bool(self.record.get("recordedLate"))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what happened, the latest first; `after` leads on, None at the end."""

    happenings: Sequence[Happening]
    after: str | None


class News:
    """Asks the public API what happened, by a service for documents of our own. Answers are of the
    version of the data that `ask_version` gives, or later.
    """

    def __init__(self, service: Service, ask_version: Callable[[], Awaitable[int | None]]) -> None:
        self._service = service
        self._ask_version = ask_version

    async def load_page(
        self, asking: Operation, operation: str, filter_: Any, first: int, after: str | None
    ) -> Page:
        """A page of the list that an operation of `news.graphql` asks for. Raises GraphQLError."""
        variables = {"filter": filter_, "first": first, "after": after}
        data = await self._ask(asking, operation, variables)
        page = data["page"]
        found = await _complete(asking, [edge["node"] for edge in page["edges"]])
        info = page["pageInfo"]
        return Page(found, info["endCursor"] if info["hasNextPage"] else None)

    async def load(self, asking: Operation, changes: Sequence[str]) -> Sequence[Happening]:
        """What these changes of the log did, in their order, without those that are not seen."""
        ids = [to_global_id("changes", change) for change in changes]
        data = await self._ask(asking, "ById", {"ids": ids})
        return await _complete(asking, [node for node in data["nodes"] if node is not None])

    async def load_subject(self, asking: Operation, url: str) -> Record | None:
        """What is at an address; None if there is nothing."""
        found: Record | None = (await self._ask(asking, "Subject", {"url": url}))["record"]
        return found

    async def _ask(
        self, asking: Operation, operation: str, variables: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        asked = Request(_text_of(operation), variables=dict(variables))
        version = await self._ask_version()
        answer = await self._service.answer(asked, asking, read_only=True, version=version)
        assert answer is not None
        return answer.read_data()


@cache
def _text_of(operation: str) -> str:
    """The operation of that name with the fragments that it uses."""
    whole = parse(DOCUMENT.read_text(encoding="utf-8"))
    return print_ast(separate_operations(whole)[operation])


async def _complete(asking: Operation, changes: Sequence[Record]) -> Sequence[Happening]:
    keys = [from_global_id(change["id"], "id")[1] for change in changes]
    effects = await find_status_effects(asking.reader, keys)
    return [
        Happening(key, change, effects.get(key, ()))
        for key, change in zip(keys, changes, strict=True)
    ]
