"""Expressions of MongoDB for the values that commitments and others are counted by."""

from collections.abc import Mapping
from typing import Any


def holds_on(day: Any) -> Mapping[str, Any]:
    """Whether a segment, `$$this`, holds on a day."""
    return {"$and": [{"$lte": ["$$this.since", day]}, {"$gt": ["$$this.until", day]}]}


def segment_on(day: Any) -> Mapping[str, Any]:
    """The segment that holds on a day; missing where none does."""
    return {"$first": {"$filter": {"input": "$derived.segments", "cond": holds_on(day)}}}


def distinct_values(values: Any) -> Mapping[str, Any]:
    """Each value once."""
    return {"$setUnion": [values]}


def parties_in_role(role: str, member: str = "party") -> Mapping[str, Any]:
    """The parties in a role, or another member of them; with merges resolved."""
    of_role = {"$filter": {"input": "$derived.roles", "cond": {"$eq": ["$$this.role", role]}}}
    return {"$map": {"input": of_role, "in": f"$$this.{member}"}}


def year(path: str) -> Mapping[str, Any]:
    """The year of the day at a path; null where there is none."""
    day = f"${path}"
    return {"$cond": [{"$gt": [day, None]}, {"$substrBytes": [day, 0, 4]}, None]}


def add_wider_topics(path: str) -> Mapping[str, Any]:
    """The topics at a path and those that they lie in, each once."""
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
