"""The floor: bare Starlette, commands written by hand for each query, orjson; no GraphQL at all.

A request is known by its `operationName`. What it does is what the best of plans could do.

    uvicorn floor:app
"""

import asyncio
import gc
import os
from collections.abc import Iterable, Mapping
from typing import Any

import commands
import orjson
from motor.motor_asyncio import AsyncIOMotorClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Row = commands.Row

client: Any = AsyncIOMotorClient(os.environ["MONGODB_URL"], tz_aware=True)
database = client[os.environ["DATABASE"]]
BATCH = 10_000


async def _find(
    collection: str,
    query: Row,
    projection: Mapping[str, Any],
    sort: Iterable[tuple[str, Any]] = (),
    limit: int = 0,
) -> list[Row]:
    body: Row = {"find": collection, "filter": query, "projection": projection, "batchSize": BATCH}
    if sort:
        body["sort"] = dict(sort)
    if limit:
        body |= {"limit": limit, "singleBatch": True}
    answer = await database.command(body)
    found: list[Row] = answer["cursor"]["firstBatch"]
    return found


async def _aggregate(pipeline: list[Row]) -> list[Row]:
    body = {"aggregate": "commitments", "pipeline": pipeline, "cursor": {"batchSize": BATCH}}
    answer = await database.command(body)
    found: list[Row] = answer["cursor"]["firstBatch"]
    return found


async def _by_key(
    collection: str, keys: Iterable[str], projection: Mapping[str, Any]
) -> dict[str, Row]:
    wanted = set(keys)
    if not wanted:
        return {}
    rows = await _find(collection, commands.with_keys(wanted), projection)
    return {row["_id"]: row for row in rows}


async def _q1(variables: Row) -> Row:
    fields = dict.fromkeys(("title", "gist", "term", "strength", "madeOn", "promisors"), 1)
    found = await _by_key("commitments", [variables["key"]], fields)
    if not found:
        return {"commitment": None}
    row = found[variables["key"]]
    parties = await _by_key("parties", (p["party"] for p in row["promisors"]), commands.PARTY)
    made_on = row["madeOn"]
    return {
        "commitment": {
            "key": row["_id"],
            "title": row["title"],
            "gist": row["gist"],
            "term": row["term"],
            "strength": row["strength"],
            "madeOn": {"edtf": made_on["edtf"], "precision": made_on["precision"]},
            "promisors": [
                {"attribution": p["attribution"], "party": _whole_party(parties[p["party"]])}
                for p in row["promisors"]
            ],
        }
    }


def _whole_party(row: Row) -> Row:
    return {
        "key": row["_id"],
        "kind": row["kind"],
        "name": row["name"],
        "country": row.get("country"),
    }


async def _q2(variables: Row) -> Row:
    query = commands.commitments({"madeOn": {"from": variables["from"], "match": "CERTAIN"}})
    fields = {
        **dict.fromkeys(("title", "gist", "madeOn.edtf", "madeAt"), 1),
        **dict.fromkeys(("promisors.party", "promisors.attribution"), 1),
    }
    rows = await _find("commitments", query, fields, commands.commitment_sort(None), 50)
    keys = {p["party"] for row in rows for p in row["promisors"]}
    wanted = ("kind", "occurredOn.edtf", "derived.target", "derived.articles")
    parties, meetings, follow_ups = await asyncio.gather(
        _by_key("parties", keys, {"name": 1}),
        _by_key(
            "meetings",
            (row["madeAt"] for row in rows if "madeAt" in row),
            {"title": 1, "date.edtf": 1},
        ),
        _find(
            "follow_ups",
            commands.following(row["_id"] for row in rows),
            dict.fromkeys(wanted, 1),
            commands.FOLLOW_UP_SORT,
        ),
    )
    pages = {key: page[:5] for key, page in commands.by_target(follow_ups).items()}
    articles = await _articles(follow_up for page in pages.values() for follow_up in page)
    shown = {key: {"key": key, "name": row["name"]} for key, row in parties.items()}
    at = {
        key: {"title": row["title"], "date": {"edtf": row["date"]["edtf"]}}
        for key, row in meetings.items()
    }
    nodes = [
        {
            "key": row["_id"],
            "title": row["title"],
            "gist": row["gist"],
            "madeOn": {"edtf": row["madeOn"]["edtf"]},
            "promisors": [
                {"attribution": p["attribution"], "party": shown[p["party"]]}
                for p in row["promisors"]
            ],
            "madeAt": at.get(row.get("madeAt")),
            "followUps": {
                "nodes": [
                    {
                        "key": f["_id"],
                        "kind": f["kind"],
                        "occurredOn": {"edtf": f["occurredOn"]["edtf"]},
                        "articles": [articles[key] for key in f["derived"]["articles"]],
                    }
                    for f in pages.get(row["_id"], ())
                ]
            },
        }
        for row in rows
    ]
    return {"commitments": {"nodes": nodes}}


async def _articles(follow_ups: Iterable[Row]) -> dict[str, Row]:
    keys = (key for follow_up in follow_ups for key in follow_up["derived"]["articles"])
    rows = await _by_key("articles", keys, commands.ARTICLE)
    return {key: {"key": key, "headline": row.get("headline")} for key, row in rows.items()}


async def _q3(variables: Row) -> Row:
    key = variables["key"]
    found, trails = await asyncio.gather(
        _by_key("commitments", [key], {"title": 1}), _aggregate(commands.trails([key], 8))
    )
    if not found:
        return {"commitment": None}
    steps = commands.in_trail_order(trails[0]["found"])
    page = steps[:100]
    articles, meetings, restated = await asyncio.gather(
        _articles(page),
        _by_key("meetings", (s["meeting"] for s in page if "meeting" in s), {"title": 1}),
        _by_key("commitments", (s["restatedAs"] for s in page if "restatedAs" in s), {"title": 1}),
    )
    titles = {key: {"title": row["title"]} for key, row in meetings.items()}
    made = {key: {"key": key, "title": row["title"]} for key, row in restated.items()}
    nodes = [
        {
            "depth": step["_depth"],
            "followUp": {
                "key": step["_id"],
                "kind": step["kind"],
                "occurredOn": {"edtf": step["occurredOn"]["edtf"]},
                "articles": [articles[key] for key in step["derived"]["articles"]],
                "meeting": titles.get(step.get("meeting")),
                "restatedAs": made.get(step.get("restatedAs")),
            },
        }
        for step in page
    ]
    trail = {"totalCount": len(steps), "nodes": nodes}
    return {"commitment": {"key": key, "title": found[key]["title"], "trail": trail}}


async def _q4(variables: Row) -> Row:
    wanted = commands.search(variables["words"], ["ARTICLES"])
    entries = await _find("entries", wanted, commands.ENTRY, commands.SEARCH_SORT, 20)
    rows = await _by_key("articles", (entry["key"] for entry in entries), commands.ARTICLE)
    shown = {
        key: {"__typename": "Article", "key": key, "headline": row.get("headline")}
        for key, row in rows.items()
    }
    return {"search": {"nodes": [{"item": shown[entry["key"]]} for entry in entries]}}


async def _q5(variables: Row) -> Row:
    return await _page_at(
        {
            "party": {"eq": variables["party"]},
            "status": {"in": variables["status"], "asOf": variables["asOf"]},
            "madeOn": {"from": variables["from"], "to": variables["to"], "match": "CERTAIN"},
        }
    )


async def _q5_day(variables: Row) -> Row:
    return await _page_at({"status": {"in": variables["status"], "asOf": variables["asOf"]}})


async def _page_at(given: Row) -> Row:
    query, day = commands.commitments(given), given["status"]["asOf"]
    sort = commands.commitment_sort([{"direction": "DESC"}])
    segments = {f"derived.segments.{name}": 1 for name in ("since", "until", "value", "contested")}
    fields = {"title": 1, "madeOn.edtf": 1, "promisors.party": 1, **segments}
    counted, rows = await asyncio.gather(
        _aggregate(commands.counting(query)), _find("commitments", query, fields, sort, 20)
    )
    keys = {p["party"] for row in rows for p in row["promisors"]}
    parties = await _by_key("parties", keys, {"name": 1})
    shown = {key: {"key": key, "name": row["name"]} for key, row in parties.items()}
    nodes = [
        {
            "key": row["_id"],
            "title": row["title"],
            "madeOn": {"edtf": row["madeOn"]["edtf"]},
            "status": _status(row, day),
            "promisors": [{"party": shown[p["party"]]} for p in row["promisors"]],
        }
        for row in rows
    ]
    total = counted[0]["n"] if counted else 0
    return {"commitments": {"totalCount": total, "nodes": nodes}}


def _status(row: Row, day: str) -> Row | None:
    segment = commands.status_at(row, day)
    return segment and {"value": segment["value"], "contested": segment["contested"]}


async def _q7(variables: Row) -> Row:
    query = commands.commitments(
        {
            "topic": {"eq": variables["topic"]},
            "madeOn": {"from": variables["from"], "to": variables["to"], "match": "CERTAIN"},
        }
    )
    by = ["STATUS", "TOPIC"]
    (found,) = await _aggregate(commands.statistics(query, by, variables["asOf"]))
    return {"commitmentStats": commands.statistics_shown(found, 100)}


async def _q8(variables: Row) -> Row:
    query = commands.commitments({"party": {"eq": variables["party"]}})
    days = commands.month_ends(variables["from"], variables["to"])
    rows = await _aggregate(commands.turns(query, days))
    return {"statusSeries": commands.series(rows, days)}


async def _q6(_: Row) -> Row:
    by = ["STATUS", "MADE_YEAR"]
    rows = await _find("counters", *commands.kept(by))
    return {"commitments": {"facets": commands.kept_counts(rows, by)}}


ANSWERS = {
    "Q1": _q1,
    "Q2": _q2,
    "Q3": _q3,
    "Q4": _q4,
    "Q5": _q5,
    "Q5Day": _q5_day,
    "Q6": _q6,
    "Q7": _q7,
    "Q8": _q8,
}


async def graphql(request: Request) -> Response:
    """Answers by the name of the operation; the document is not read."""
    asked = orjson.loads(await request.body())
    data = await ANSWERS[asked["operationName"]](asked.get("variables") or {})
    return Response(orjson.dumps({"data": data}), media_type="application/json")


app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
gc.freeze()
gc.set_threshold(50_000, 50, 100)
