"""Topics: paths from wide to narrow, such as `online-safety/child-safety`."""

import re
from collections.abc import Mapping
from typing import Any

from schema.execution.filters import Where
from schema.execution.operation import Operation


def about(path: str) -> Where:
    """An input with `eq` and `in`: topics at the path are these, or narrower."""

    def query(value: Mapping[str, Any], _: Operation) -> Mapping[str, Any]:
        wanted = list(value["in"]) if value.get("in") is not None else None
        if value.get("eq") is not None:
            topic = value["eq"]
            wanted = [topic] if wanted is None or topic in wanted else []
        if wanted is None:
            return {}
        return {path: {"$in": [_or_narrower(topic) for topic in wanted]}}

    return query


def _or_narrower(topic: str) -> re.Pattern[str]:
    # Anchored and without options, so that MongoDB answers it from the index.
    return re.compile(f"^{re.escape(topic)}(/|$)")
