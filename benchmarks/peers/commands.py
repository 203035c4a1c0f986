"""What the Python peers ask of MongoDB: the same queries, projections and pipelines for all.

Only plain dicts, no driver: how they are sent is each peer's own. `commands.mjs` says the same.
"""

import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]

LISTED = {"mergedInto": {"$exists": False}, "curation": "ACCEPTED"}

# Every peer reads only the members that its types have.
PARTY = {"kind": 1, "name": 1, "country": 1}
MEETING = {"title": 1, "date": 1}
ARTICLE = {"headline": 1}
FOLLOW_UP = {"kind": 1, "occurredOn": 1, "meeting": 1, "restatedAs": 1, "derived": 1}
COMMITMENT = {
    **dict.fromkeys(("title", "gist", "term", "strength", "madeOn", "promisors", "madeAt"), 1),
    **{f"derived.segments.{name}": 1 for name in ("since", "until", "value", "contested")},
}

ENTRY = {"key": 1}

FOLLOW_UP_SORT = (("occurredOn.earliest", 1), ("_id", 1))
STATUSES = (
    "NO_FOLLOW_UP",
    "REAFFIRMED",
    "IN_PROGRESS",
    "PARTLY_FULFILLED",
    "FULFILLED",
    "STALLED",
    "BROKEN",
    "SUPERSEDED",
    "WITHDRAWN",
    "NOT_TRACKABLE",
)

SEARCH_SORT = (("score", {"$meta": "textScore"}), ("_id", -1))


def today() -> str:
    """The day it is, in UTC."""
    return datetime.now(UTC).date().isoformat()


def with_keys(keys: Iterable[str]) -> Row:
    """The documents with these keys."""
    return {"_id": {"$in": list(keys)}}


def commitments(given: Mapping[str, Any] | None) -> Row:
    """The commitments that a filter chooses; of dates only CERTAIN matches are known here."""
    given = given or {}
    query: Row = dict(LISTED)
    if party := given.get("party"):
        query["derived.roles"] = {"$elemMatch": {"party": party["eq"]}}
    if status := given.get("status"):
        day = status.get("asOf") or today()
        segment = {"since": {"$lte": day}, "until": {"$gt": day}, "value": {"$in": status["in"]}}
        query["derived.segments"] = {"$elemMatch": segment}
    if topic := given.get("topic"):
        # Python's default, Unicode, is an option with which MongoDB uses no index.
        query["topics"] = {"$in": [topic["eq"], re.compile(f"^{topic['eq']}/", re.ASCII)]}
    made_on = given.get("madeOn") or {}
    if made_on and made_on["match"] != "CERTAIN":
        raise ValueError("this peer knows CERTAIN matches only")
    if made_on.get("from"):
        query["madeOn.earliest"] = {"$gte": made_on["from"]}
    if made_on.get("to"):
        query["madeOn.latest"] = {"$lte": made_on["to"]}
    if made_on.get("from") and made_on.get("to"):
        # It follows, and bounds the index at both ends.
        query["madeOn.earliest"]["$lte"] = made_on["to"]
    return query


def commitment_sort(order_by: Sequence[Mapping[str, Any]] | None) -> list[tuple[str, int]]:
    """By date made, whichever end comes first."""
    way = -1 if order_by and order_by[0]["direction"] == "DESC" else 1
    return [("madeOn.earliest", way), ("_id", way)]


def counting(query: Mapping[str, Any]) -> list[Row]:
    """A pipeline that counts."""
    return [{"$match": query}, {"$count": "n"}]


def search(word: str, types: Iterable[str]) -> Row:
    """The listed entries of these sorts that have a word, which is asked for as it is."""
    return {"$text": {"$search": word}, "noun": {"$in": [t.lower() for t in types]}, **LISTED}


def following(keys: Iterable[str]) -> Row:
    """The listed follow-ups of these commitments."""
    return {"derived.target": {"$in": list(keys)}, **LISTED}


def by_target(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """Follow-ups by what they follow, in their order."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["derived"]["target"]].append(row)
    return found


def trails(keys: Iterable[str], depth: int) -> list[Row]:
    """A pipeline for the follow-ups reachable through restatements, with their `_depth`."""
    return [
        {"$match": with_keys(keys)},
        {"$project": {"_id": 1}},
        {
            "$graphLookup": {
                "from": "follow_ups",
                "startWith": "$_id",
                "connectFromField": "derived.restatedAs",
                "connectToField": "derived.target",
                "maxDepth": depth,
                "depthField": "_depth",
                "restrictSearchWithMatch": LISTED,
                "as": "found",
            }
        },
        {"$project": {f"found.{name}": 1 for name in ("_id", "_depth", *FOLLOW_UP)}},
    ]


def in_trail_order(rows: Iterable[Row]) -> list[Row]:
    """Nearest first, then oldest first."""
    return sorted(
        rows, key=lambda r: (r["_depth"], r["occurredOn"].get("earliest") or "", r["_id"])
    )


def facets(query: Mapping[str, Any], by: Sequence[str]) -> list[Row]:
    """A pipeline that counts by each of these; rows are `{_id, n, facet}`."""
    first, *others = [_facet(query, name) for name in by]
    unions = [{"$unionWith": {"coll": "commitments", "pipeline": steps}} for steps in others]
    return [*first, *unions]


def _facet(query: Mapping[str, Any], name: str) -> list[Row]:
    steps: list[Row] = [{"$match": query}]
    value: Any = {"$substrBytes": ["$madeOn.earliest", 0, 4]}
    if name == "STATUS":
        day, value = today(), "$derived.segments.value"
        holds = {"derived.segments.since": {"$lte": day}, "derived.segments.until": {"$gt": day}}
        steps += [{"$unwind": "$derived.segments"}, {"$match": holds}]
    return [*steps, {"$group": {"_id": value, "n": {"$sum": 1}}}, {"$set": {"facet": name}}]


def kept(by: Sequence[str]) -> tuple[Row, Row]:
    """The query and the projection for the counters that say this of all that is listed today."""
    day = today()
    keys = ["commitments", f"commitments/{day[:4]}", f"commitments/{day[:7]}"]
    return {"_id": {"$in": keys}}, {"turns": 1, **{f"by.{name}": 1 for name in by}}


def kept_counts(rows: Iterable[Row], by: Sequence[str]) -> list[Row]:
    """What the counters say, in the form of `facet_counts`."""
    counters = {row["_id"]: row for row in rows}
    found: list[Row] = []
    for name in by:
        values = _standing(counters) if name == "STATUS" else counters["commitments"]["by"][name]
        found += [{"facet": name, "_id": value, "n": n} for value, n in values.items() if n]
    return facet_counts(found, by)


def _standing(counters: Mapping[str, Row]) -> Mapping[str, int]:
    """How many stand in which status today: years, months and days added up."""
    day = today()
    found: dict[str, int] = defaultdict(int)
    for key, length in (("", 4), (f"/{day[:4]}", 7), (f"/{day[:7]}", 10)):
        turns = counters.get(f"commitments{key}", {}).get("turns", {})
        for period, by in turns.items():
            if period < day[:length] or period == day:
                for value, n in by.get("STATUS", {}).items():
                    found[value] += n
    return found


def facet_counts(rows: Iterable[Row], by: Sequence[str]) -> list[Row]:
    """What `facets` found, most frequent first, as the schema shows it."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["facet"]].append({"value": row["_id"], "count": row["n"]})
    for values in found.values():
        values.sort(key=lambda v: (-v["count"], v["value"]))
    return [{"facet": name, "values": found[name]} for name in by]


def status_at(commitment: Mapping[str, Any], day: str) -> Row | None:
    """The segment of a day; None before it was made."""
    for segment in commitment["derived"]["segments"]:
        if segment["since"] <= day < segment["until"]:
            return segment
    return None


# --- Statistics and series -----------------------------------------------------------------------


def statistics(query: Row, by: Sequence[str], day: str) -> list[Row]:
    """A pipeline that counts in all and in groups, each commitment as it stood on a day."""
    holds = {"$and": [{"$lte": ["$$this.since", day]}, {"$gt": ["$$this.until", day]}]}
    segment = {"$first": {"$filter": {"input": "$derived.segments", "cond": holds}}}
    wider = {"$map": {"input": "$topics", "in": {"$first": {"$split": ["$$this", "/"]}}}}
    groups: list[Row] = [{"$unwind": "$topic"}] if "TOPIC" in by else []
    key = {name.lower(): _DIMENSIONS[name] for name in by}
    contested = {"$sum": {"$cond": ["$standing.contested", 1, 0]}}
    total: Row = {"_id": "$standing.value", "n": {"$sum": 1}, "contested": contested}
    return [
        {"$match": query},
        {"$project": {"standing": segment, "topic": {"$setUnion": ["$topics", wider]}}},
        {"$match": {"standing": {"$exists": True}}},
        {
            "$facet": {
                "total": [{"$group": total}],
                "groups": [
                    *groups,
                    {"$group": {"_id": key, "n": {"$sum": 1}}},
                    {"$sort": {"n": -1, **{f"_id.{name}": 1 for name in key}}},
                ],
            }
        },
    ]


_DIMENSIONS = {"STATUS": "$standing.value", "TOPIC": "$topic"}


def statistics_shown(found: Row, first: int) -> Row:
    """What `statistics` found, as the schema shows it."""
    standing = {row["_id"]: row for row in found["total"]}
    count = sum(row["n"] for row in standing.values())
    tracked = [row for value, row in standing.items() if value != "NOT_TRACKABLE"]
    trackable = sum(row["n"] for row in tracked)
    return {
        "total": {
            "count": count,
            "trackable": trackable,
            "contested": {"count": sum(row["contested"] for row in tracked), "of": trackable},
            "statuses": [
                {"status": value, "count": standing[value]["n"]}
                for value in STATUSES
                if value in standing
            ],
        },
        "groupCount": len(found["groups"]),
        "groups": [
            {"key": row["_id"], "figures": {"count": row["n"]}} for row in found["groups"][:first]
        ],
    }


def month_ends(first: str, last: str) -> list[str]:
    """The last day of each month, and the last day itself."""
    found = []
    for month in range(int(first[:4]) * 12 + int(first[5:7]) - 1, int(last[:4]) * 12 + 12):
        year, number = month // 12, month % 12 + 1
        day = f"{year:04}-{number:02}-{monthrange(year, number)[1]:02}"
        if day >= last:
            return [*found, last]
        found.append(day)
    return found


def turns(query: Row, days: Sequence[str]) -> list[Row]:
    """A pipeline for by how much numbers change in which month; "" is before the first."""
    segment = {"value": "$$this.value", "contested": "$$this.contested"}
    both = [
        {**segment, "day": "$$this.since", "n": 1},
        {**segment, "day": "$$this.until", "n": -1},
    ]
    each = {"$concatArrays": ["$$value", both]}
    whole = {"$reduce": {"input": "$derived.segments", "initialValue": [], "in": each}}
    month = {"$substrBytes": ["$turn.day", 0, 7]}
    key = {
        "value": "$turn.value",
        "contested": "$turn.contested",
        "month": {"$cond": [{"$gte": [month, days[0][:7]]}, month, ""]},
    }
    return [
        {"$match": query},
        {"$project": {"turn": whole}},
        {"$unwind": "$turn"},
        {"$match": {"turn.day": {"$lte": days[-1]}}},
        {"$group": {"_id": key, "n": {"$sum": "$turn.n"}}},
    ]


def series(rows: Iterable[Row], days: Sequence[str]) -> list[Row]:
    """What `turns` found, added up to each of the days, as the schema shows it."""
    by_month: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_month[row["_id"]["month"]].append(row)
    points: list[Counter[str]] = []
    contested: list[int] = []
    now: Counter[str] = Counter()
    disputed = 0
    for month in ("", *(day[:7] for day in days)):
        for row in by_month[month]:
            now[row["_id"]["value"]] += row["n"]
            disputed += row["n"] if row["_id"]["contested"] else 0
        if month:
            points.append(now.copy())
            contested.append(disputed)
    occurring = [value for value in STATUSES if any(point[value] for point in points)]
    return [
        {
            "day": day,
            "count": point.total(),
            "contested": disputed,
            "statuses": [{"status": value, "count": point[value]} for value in occurring],
        }
        for day, point, disputed in zip(days, points, contested, strict=True)
    ]
