"""MongoDB's expressions for the values by which commitments and other records are counted."""

from collections.abc import Mapping
from typing import Any


def holds_on(day: Any) -> Mapping[str, Any]:
    """Whether the segment `$$this` holds on a day."""
    return {"$and": [{"$lte": ["$$this.since", day]}, {"$gt": ["$$this.until", day]}]}


def segment_on(day: Any) -> Mapping[str, Any]:
    """The segment of a document's history that holds on a day; missing if none does."""
    return {"$first": {"$filter": {"input": "$derived.segments", "cond": holds_on(day)}}}


def distinct_values(values: Any) -> Mapping[str, Any]:
    """The values of a list, each once."""
    return {"$setUnion": [values]}


def parties_in_role(role: str, member: str = "party") -> Mapping[str, Any]:
    """The parties in a role, with merges resolved; `member` may be `kind` or `country` instead."""
    of_role = {"$filter": {"input": "$derived.roles", "cond": {"$eq": ["$$this.role", role]}}}
    return {"$map": {"input": of_role, "in": f"$$this.{member}"}}


def year(path: str) -> Mapping[str, Any]:
    """The year of the day at a path, as text; null if there is no day."""
    day = f"${path}"
    return {"$cond": [{"$gt": [day, None]}, {"$substrBytes": [day, 0, 4]}, None]}


def add_wider_topics(path: str) -> Mapping[str, Any]:
    """The topics at a path and the wider ones in which they lie, each once."""
    wider = {"$concat": [{"$last": "$$value"}, "/", "$$this"]}
    paths = {
        "$reduce": {
            "input": {"$split": ["$$topic", "/"]},
            "initialValue": [],
            "in": {
                "$concatArrays": [
                    "$$value",
                    [{"$cond": [{"$eq": ["$$value", []]}, "$$this", wider]}],
                ]
            },
        }
    }
    each = {"$map": {"input": f"${path}", "as": "topic", "in": paths}}
    union = {"$setUnion": ["$$value", "$$this"]}
    return {"$reduce": {"input": each, "initialValue": [], "in": union}}
