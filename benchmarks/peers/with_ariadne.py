"""Ariadne over motor, schema first, with aiodataloader.

uvicorn with_ariadne:app
"""

from pathlib import Path
from typing import Any

import commands
from ariadne import InterfaceType, ObjectType, QueryType, UnionType, make_executable_schema
from ariadne.asgi import GraphQL
from loading import Loaders, Row, aggregate, facets, find

SDL = (Path(__file__).parent / "slice.graphql").read_text(encoding="utf-8")

query = QueryType()
connection = ObjectType("CommitmentConnection")
commitment = ObjectType("Commitment")
promisor = ObjectType("Promisor")
follow_up = ObjectType("FollowUp")
hit = ObjectType("SearchHit")
item = UnionType("SearchItem", lambda *_: "Article")
party = InterfaceType("Party", lambda row, *_: "Person" if row["kind"] == "PERSON" else _BODY)
keyed = [ObjectType(name) for name in ("Person", "Organization", "Meeting", "Article")]

_BODY = "Organization"

for type_ in (commitment, follow_up, *keyed):
    type_.set_alias("key", "_id")


def _loaders(info: Any) -> Loaders:
    found: Loaders = info.context["loaders"]
    return found


@query.field("commitment")
async def _one(_: Any, info: Any, by: Row) -> Any:
    return await _loaders(info).commitments.load(by["key"])


@query.field("commitments")
def _commitments(
    _: Any, info: Any, first: int, filter: Row | None = None, orderBy: list[Row] | None = None
) -> Row:
    sort = commands.commitment_sort(orderBy)
    return {"query": commands.commitments(filter), "sort": sort, "first": first}


@query.field("commitmentStats")
async def _statistics(
    _: Any, info: Any, groupBy: list[str], asOf: str, first: int, filter: Row | None = None
) -> Row:
    pipeline = commands.statistics(commands.commitments(filter), groupBy, asOf)
    (found,) = await aggregate(pipeline)
    return commands.statistics_shown(found, first)


@query.field("statusSeries")
async def _series(_: Any, info: Any, to: str, filter: Row | None = None, **since: str) -> list[Row]:
    days = commands.month_ends(since["from"], to)
    rows = await aggregate(commands.turns(commands.commitments(filter), days))
    return commands.series(rows, days)


@query.field("search")
async def _search(_: Any, info: Any, query: str, types: list[str], first: int) -> Row:
    sort = list(commands.SEARCH_SORT)
    wanted = commands.search(query, types)
    return {"nodes": await find("entries", wanted, commands.ENTRY, sort, first)}


@hit.field("item")
async def _item(row: Row, info: Any) -> Any:
    return await _loaders(info).articles.load(row["key"])


@connection.field("nodes")
async def _nodes(page: Row, _: Any) -> list[Row]:
    return await find(
        "commitments", page["query"], commands.COMMITMENT, page["sort"], page["first"]
    )


@connection.field("totalCount")
async def _total(page: Row, _: Any) -> int:
    rows = await aggregate(commands.counting(page["query"]))
    return rows[0]["n"] if rows else 0


@connection.field("facets")
async def _facets(page: Row, _: Any, by: list[str]) -> list[Row]:
    return await facets(page["query"], by)


@promisor.field("party")
async def _party(row: Row, info: Any) -> Any:
    return await _loaders(info).parties.load(row["party"])


@commitment.field("madeAt")
async def _made_at(row: Row, info: Any) -> Any:
    key = row.get("madeAt")
    return await _loaders(info).meetings.load(key) if key else None


@commitment.field("followUps")
async def _follow_ups(row: Row, info: Any, first: int) -> Row:
    found = await _loaders(info).follow_ups.load(row["_id"])
    return {"nodes": found[:first]}


@commitment.field("trail")
async def _trail(row: Row, info: Any, maxDepth: int, first: int) -> Row:
    found = await _loaders(info).trails.load((row["_id"], maxDepth))
    steps = [{"depth": step["_depth"], "followUp": step} for step in found[:first]]
    return {"totalCount": len(found), "nodes": steps}


@commitment.field("status")
def _status(row: Row, _: Any, asOf: str) -> Row | None:
    return commands.status_at(row, asOf)


@follow_up.field("meeting")
async def _meeting(row: Row, info: Any) -> Any:
    key = row.get("meeting")
    return await _loaders(info).meetings.load(key) if key else None


@follow_up.field("restatedAs")
async def _restated_as(row: Row, info: Any) -> Any:
    key = row.get("restatedAs")
    return await _loaders(info).commitments.load(key) if key else None


@follow_up.field("articles")
async def _articles(row: Row, info: Any) -> Any:
    return await _loaders(info).articles.load_many(row["derived"]["articles"])


schema = make_executable_schema(
    SDL, query, connection, commitment, promisor, follow_up, hit, item, party, *keyed
)
app = GraphQL(
    schema, context_value=lambda request, _data: {"request": request, "loaders": Loaders()}
)
