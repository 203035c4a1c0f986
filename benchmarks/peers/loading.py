"""The loaders of Ariadne and graphene, which share aiodataloader; documents stay plain dicts."""

import os
from collections.abc import Mapping
from typing import Any

import commands
from aiodataloader import DataLoader
from motor.motor_asyncio import AsyncIOMotorClient

Row = commands.Row

client: Any = AsyncIOMotorClient(os.environ["MONGODB_URL"], tz_aware=True)
database = client[os.environ["DATABASE"]]


class Loaders:
    """The loaders of one request."""

    def __init__(self) -> None:
        self.parties = _by_key("parties", commands.PARTY)
        self.meetings = _by_key("meetings", commands.MEETING)
        self.articles = _by_key("articles", commands.ARTICLE)
        self.commitments = _by_key("commitments", commands.COMMITMENT)
        self.follow_ups = DataLoader(_follow_ups)
        self.trails = DataLoader(_trails)


def _by_key(collection: str, projection: Mapping[str, Any]) -> Any:
    async def load(keys: list[str]) -> list[Row | None]:
        rows = await find(collection, commands.with_keys(keys), projection)
        found = {row["_id"]: row for row in rows}
        return [found.get(key) for key in keys]

    return DataLoader(load)


async def find(
    collection: str,
    query: Row,
    projection: Mapping[str, Any],
    sort: list[tuple[str, Any]] | None = None,
    limit: int = 0,
) -> list[Row]:
    """The documents that match."""
    cursor = database[collection].find(query, projection, limit=limit)
    found: list[Row] = await (cursor.sort(sort) if sort else cursor).to_list(None)
    return found


async def facets(query: Row, by: list[str]) -> list[Row]:
    """Counts by each of these: the counters' of all that is listed, else by a pipeline."""
    if query == commands.LISTED:
        return commands.kept_counts(await find("counters", *commands.kept(by)), by)
    return commands.facet_counts(await aggregate(commands.facets(query, by)), by)


async def aggregate(pipeline: list[Row]) -> list[Row]:
    """What a pipeline over the commitments yields."""
    found: list[Row] = await database["commitments"].aggregate(pipeline).to_list(None)
    return found


async def _follow_ups(keys: list[str]) -> list[list[Row]]:
    sort = list(commands.FOLLOW_UP_SORT)
    rows = await find("follow_ups", commands.following(keys), commands.FOLLOW_UP, sort)
    found = commands.by_target(rows)
    return [found.get(key, []) for key in keys]


async def _trails(wanted: list[tuple[str, int]]) -> list[list[Row]]:
    depth = max(depth for _, depth in wanted)
    rows = await aggregate(commands.trails([key for key, _ in wanted], depth))
    found = {row["_id"]: commands.in_trail_order(row["found"]) for row in rows}
    return [found[key] for key, _ in wanted]
