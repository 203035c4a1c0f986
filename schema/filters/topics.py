"""Topics: paths from wide to narrow, such as `online-safety/child-safety`."""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.context import Operation
from engine.lists.filters import Ahead, Unfit
from store.records.base import Topic
from store.records.parties import fold_party_name

_TOPIC: TypeAdapter[str] = TypeAdapter(Topic)

MOST_COMPARED = 500
"""Topics that are compared to find one that is spelt alike."""

LONGEST_COMPARED = 80
"""Characters of the longest topic for which one that is spelt alike is looked for: to compare two
takes time in proportion to the product of their lengths."""

MOST_NAMED = 8
"""Topics that an error suggests."""


def is_about(path: str, *, with_wider: bool = False) -> Ahead:
    """An input with `eq` and `in`: a topic at the path is one of these, or a narrower one.

    What cannot be a topic is refused, and so is one that no record has, because it is probably
    misspelt. `with_wider` says that topics at the path stand there together with the wider ones.
    """

    async def query(value: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
        named = {f".in[{i}]": topic for i, topic in enumerate(value.get("in") or ())}
        wanted = list(named.values()) if value.get("in") is not None else None
        if (equal := value.get("eq")) is not None:
            named[".eq"] = equal
            wanted = [equal] if wanted is None or equal in wanted else []
        if wanted is None:
            return {}
        for place, topic in named.items():
            await _check(place, topic, operation)
        known = await _find_topics(operation, named.values())
        for place, topic in named.items():
            if topic not in known:
                raise Unfit(place, partial(_unknown, topic, operation.reader.topics.ordered))
        if with_wider:
            return {path: {"$in": wanted}}
        return {path: {"$in": [found for topic in wanted for found in (topic, _narrower(topic))]}}

    return query


async def _check(place: str, value: str, operation: Operation) -> None:
    try:
        _TOPIC.validate_python(value)
    except ValidationError:
        await _refuse_label(place, value, operation)
        message = "a topic is a path of slugs, such as online-safety/child-safety"
        raise Unfit(place, message) from None


async def _refuse_label(place: str, value: str, operation: Operation) -> None:
    """Names the path where a label was given: facets and cursors know topics by their paths. The
    store is asked once for all labels of an operation.
    """

    async def answer(labels: Sequence[str]) -> Mapping[str, str | None]:
        return await operation.reader.find_topics_called(labels)

    label = fold_party_name(value)
    if label and (path := await operation.load("topic labels", answer, label)):
        raise Unfit(place, f"this is what the topic {path} is called; give that")


async def _find_topics(operation: Operation, wanted: Collection[str]) -> Collection[str]:
    """The topics that exist, at least those that are wanted; the store is asked once
    an operation.
    """
    topics = operation.reader.topics
    if topics.known.issuperset(wanted):
        return topics.known

    async def answer(questions: Sequence[str]) -> Mapping[str, Collection[str]]:
        return dict.fromkeys(questions, await topics.refresh())

    known: Collection[str] = await operation.load("topics", answer, "all")
    return known


def _unknown(topic: str, ordered: Sequence[str]) -> str:
    return f"nothing is about this topic; {_instead(topic, ordered)}"


def _instead(topic: str, ordered: Sequence[str]) -> str:
    """The topics to suggest: those that are spelt alike, else the widest ones."""
    spelt_out = len(topic) <= LONGEST_COMPARED
    if spelt_out and (near := get_close_matches(topic, ordered[:MOST_COMPARED])):
        return f"the nearest are: {', '.join(near)}"
    wide = [other for other in ordered if "/" not in other]
    if not wide:
        return "no record has a topic yet"
    more = ", …" if len(wide) > MOST_NAMED else ""
    return f"the widest that there are: {', '.join(wide[:MOST_NAMED])}{more}"


def _narrower(topic: str) -> re.Pattern[str]:
    # MongoDB looks a beginning up in the index if the pattern has no alternatives and no options;
    # without ASCII, Python's would have one for Unicode. A topic has nothing to escape.
    return re.compile(f"^{topic}/", re.ASCII)
