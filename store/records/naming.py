"""Who names whom, as the models' `Refers` say it. Pure.

Each record keeps the words of all that it names with it, `parties:meta`, in one index: so what
names a record is found by one look-up, wherever in it that is. What a record names is its own to
say, merged or not, so these words are never behind.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from store.records.assessments import Assessment
from store.records.base import At, Key, Record
from store.records.check_logs import CheckLog
from store.records.follow_ups import FollowUp
from store.records.nouns import NOUNS, noun_of
from store.records.references import find_keys, named_nouns

NAMERS: Mapping[str, tuple[str, ...]] = {
    noun: tuple(
        namer
        for namer, models in NOUNS.items()
        if namer == noun or any(noun in named_nouns(model) for model in models)
    )
    for noun in NOUNS
}
"""Per noun, those whose records may name one of its records; its own among them, by a merge."""


def word(noun: str, key: Key) -> str:
    """How it is kept that a record is named."""
    return f"{noun}:{key}"


def merged_word(noun: str, key: Key) -> str:
    """How it is kept that a record is merged into this one."""
    return f"into:{noun}:{key}"


def match_merged_into(noun: str, keys: Iterable[Key]) -> dict[str, Any]:
    """The query for the records that are merged into any of these, which an index answers."""
    return {"derived.refersTo": {"$in": [merged_word(noun, key) for key in keys]}}


def refers_to(record: Record) -> tuple[str, ...]:
    """The words of all that a record names, each once."""
    words = dict.fromkeys(word(noun, key) for noun, key in named_by(record))
    if record.merged_into is not None:
        words[merged_word(noun_of(record), record.merged_into)] = None
    return tuple(words)


def named_by(record: Record) -> list[At]:
    """Noun and key of all that a record names; of a key that may be of several nouns, of each,
    unless the writer has said of which it is.
    """
    known = None
    if isinstance(record, FollowUp):
        known = record.target_noun
    elif isinstance(record, Assessment | CheckLog):
        known = record.trackable_noun
    found: list[At] = []
    for nouns, key in find_keys(record, noun_of(record)):
        if known is not None and len(nouns) > 1:
            found.append((str(known), key))
        else:
            found += [(noun, key) for noun in nouns]
    return found
