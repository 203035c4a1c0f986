"""The topics by all their labels, so that a table may name them as its author does."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from store.bundles.tables.report import Report
from store.bundles.tables.rows import Unread
from store.mongodb.driver import Database
from store.records.base import SET_ASIDE, slug
from store.records.concepts import key_of, path_of
from store.records.letters import fold_name

_PATH = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")


class Topics:
    """Topics by each of their labels. Case, diacritics and punctuation do not matter."""

    def __init__(self) -> None:
        self._paths: dict[str, dict[str, None]] = {}
        self._merged: dict[str, str] = {}

    def add(self, members: Mapping[str, Any]) -> None:
        """Adds a concept as a bundle has it. What was set aside is not found by its labels."""
        key = str(members.get("key", ""))
        if members.get("mergedInto"):
            self._merged[key] = str(members["mergedInto"])
        if not key or members.get("curation") in SET_ASIDE:
            return
        for label in members.get("labels") or ():
            if isinstance(label, Mapping) and (name := fold_name(str(label.get("value", "")))):
                self._paths.setdefault(name, {})[key] = None

    def find(self, label: str) -> list[str]:
        """The paths of the topics with this label."""
        keys = self._paths.get(fold_name(label), {})
        return [*dict.fromkeys(path_of(self._merged.get(key, key)) for key in keys)]


_FIELDS = {"labels": 1, "curation": 1, "mergedInto": 1}


async def load_topics(database: Database, others: Iterable[Mapping[str, Any]] = ()) -> Topics:
    """The topics that are stored, and others that are imported with the table."""
    topics = Topics()
    async for document in database.stream("concepts", {}, fields=_FIELDS):
        topics.add({**document, "key": document["_id"]})
    for members in others:
        topics.add(members)
    return topics


class TopicReader:
    """Makes texts of cells the paths of topics. With `new_labels`, those that no topic is called
    are made, with the text as their label in this language; `made` are their concepts by key.
    """

    def __init__(self, topics: Topics, report: Report, new_labels: str | None) -> None:
        self._topics, self._report, self._language = topics, report, new_labels
        self.made: dict[str, dict[str, Any]] = {}

    def read(self, text: str, column: str) -> str:
        """The path that a text means. Raises Unread."""
        found = self._topics.find(text)
        if len(found) > 1:
            raise Unread(f"{text!r} is a label of {' and '.join(found)}; write the path of one")
        path = found[0] if found else self._make_path(text)
        if path != text:
            self._report.values[column, text, path] += 1
        return path

    def _make_path(self, text: str) -> str:
        if _PATH.fullmatch(text):
            return text
        path = slug(text)
        is_whole = path and not _has_other_letters(text)
        if self._language is None:
            if is_whole:
                return path
            raise Unread(
                f"no topic is called {text!r}, and its letters make no path; say "
                "`newTopics: {language: …}` in the map, and it is made with this label, or say "
                f'which it is, `values: {{"{text}": …}}`'
            )
        if not is_whole:
            digest = sha256(text.encode()).hexdigest()[:8]
            path = f"{path}-{digest}" if path else f"topic-{digest}"
        label = {"value": text, "kind": "PREFERRED", "language": self._language}
        concept: dict[str, Any] = {"key": key_of(path), "labels": [label]}
        self.made[key_of(path)] = concept
        self._topics.add(concept)
        return path


def _has_other_letters(text: str) -> bool:
    """Whether a text has letters that are none of a to z, even without their diacritics."""
    return any(
        letter.isalpha() and not letter.isascii() for letter in unicodedata.normalize("NFKD", text)
    )
