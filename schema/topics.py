"""Topics: paths from wide to narrow, such as `online-safety/child-safety`."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from schema.execution.filters import Unfit, Where
from schema.execution.operation import Operation
from store.records.shape import Topic

_TOPIC: TypeAdapter[str] = TypeAdapter(Topic)


def about(path: str) -> Where:
    """An input with `eq` and `in`: topics at the path are these, or narrower.

    A topic needs no setting up, so one that nothing is about matches nothing. What cannot be a
    topic is refused.
    """

    def query(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
        wanted = None
        if value.get("in") is not None:
            wanted = [_topic(f".in[{i}]", topic) for i, topic in enumerate(value["in"])]
        if value.get("eq") is not None:
            topic = _topic(".eq", value["eq"])
            wanted = [topic] if wanted is None or topic in wanted else []
        if wanted is None:
            return {}
        return {path: {"$in": [found for topic in wanted for found in (topic, _narrower(topic))]}}

    return query


def _topic(place: str, value: str) -> str:
    try:
        return _TOPIC.validate_python(value)
    except ValidationError:
        message = "a topic is a path of slugs, such as online-safety/child-safety"
        raise Unfit(place, message) from None


def _narrower(topic: str) -> re.Pattern[str]:
    # MongoDB looks a beginning up in the index if the pattern has no alternatives and no options;
    # without ASCII, Python's would have one for Unicode. A topic has nothing to escape.
    return re.compile(f"^{topic}/", re.ASCII)
