"""graphene over motor with aiodataloader, on Starlette.

uvicorn with_graphene:app
"""

from collections.abc import Callable
from typing import Any

import commands
import graphene
from graphene.types.resolver import dict_resolver
from loading import Loaders, Row, aggregate, facets, find
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def _enum(name: str, values: str) -> Any:
    return graphene.Enum(name, [(value, value) for value in values.split()])


Match = _enum("Match", "CERTAIN POSSIBLE")
Direction = _enum("Direction", "ASC DESC")
TrackableOrderField = _enum("TrackableOrderField", "MADE_ON")
CommitmentFacet = _enum("CommitmentFacet", "STATUS MADE_YEAR")
CommitmentDimension = _enum("CommitmentDimension", "STATUS TOPIC")
SearchNoun = _enum("SearchNoun", "ARTICLES")
Precision = _enum("Precision", "CENTURY DECADE YEAR MONTH DAY MINUTE INTERVAL UNKNOWN")
Term = _enum("Term", "ONE_OFF STANDING PROCESS")
Strength = _enum("Strength", "ACKNOWLEDGED WILLING CONTINUING PLEDGED SPECIFIC")
Attribution = _enum(
    "Attribution",
    "SELF_QUOTED SELF_PARAPHRASED JOINT_STATEMENT COUNTERPART_CLAIM REPORTER_GLOSS HEADLINE_ONLY",
)
PartyKind = _enum(
    "PartyKind",
    "PERSON GOVERNMENT MINISTRY REGULATOR PUBLIC_BODY WORKING_GROUP COMPANY PLATFORM "
    "CIVIL_SOCIETY INTERGOVERNMENTAL MEDIA GROUP",
)
FollowUpKind = _enum(
    "FollowUpKind",
    "REAFFIRMED AMENDED PROGRESSED PARTLY_FULFILLED FULFILLED STALLED BROKEN CONTRADICTED "
    "CHALLENGED ANSWERED SUPERSEDED WITHDRAWN MENTIONED",
)
StatusValue = _enum(
    "StatusValue",
    "NO_FOLLOW_UP REAFFIRMED IN_PROGRESS PARTLY_FULFILLED FULFILLED STALLED BROKEN SUPERSEDED "
    "WITHDRAWN NOT_TRACKABLE",
)


class Date(graphene.Scalar):
    """A day."""

    serialize = staticmethod(str)
    parse_value = staticmethod(str)

    @staticmethod
    def parse_literal(node: Any, _variables: Any = None) -> str:
        return str(node.value)


def _many(type_: Any) -> Any:
    return graphene.NonNull(graphene.List(graphene.NonNull(type_)))


def _key() -> Any:
    return graphene.String(required=True, name="key")


def _loaded(name: str, path: str) -> Callable[[Row, Any], Any]:
    """A resolver that loads the document whose key stands at a path."""

    async def resolve(row: Row, info: Any) -> Any:
        key = row.get(path)
        return await getattr(info.context["loaders"], name).load(key) if key else None

    return resolve


def _at(path: str) -> Callable[[Row, Any], Any]:
    return lambda row, _info: row.get(path)


class FuzzyDate(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    edtf = graphene.String(required=True)
    earliest = Date()
    latest = Date()
    precision = Precision(required=True)


class Party(graphene.Interface):
    key = _key()
    kind = PartyKind(required=True)
    name = graphene.String(required=True)
    country = graphene.String()

    resolve_key = _at("_id")

    @classmethod
    def resolve_type(cls, row: Row, _info: Any) -> Any:
        return Person if row["kind"] == "PERSON" else Organization


class Person(graphene.ObjectType):
    class Meta:
        interfaces = (Party,)
        default_resolver = dict_resolver


class Organization(graphene.ObjectType):
    class Meta:
        interfaces = (Party,)
        default_resolver = dict_resolver


class Meeting(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    key = _key()
    title = graphene.String(required=True)
    date = graphene.Field(FuzzyDate, required=True)

    resolve_key = _at("_id")


class Article(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    key = _key()
    headline = graphene.String()

    resolve_key = _at("_id")


class FollowUp(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    key = _key()
    kind = FollowUpKind(required=True)
    occurred_on = graphene.Field(FuzzyDate, required=True)
    meeting = graphene.Field(Meeting)
    restated_as = graphene.Field(lambda: Commitment)
    articles = _many(Article)

    resolve_key = _at("_id")
    resolve_occurred_on = _at("occurredOn")
    resolve_meeting = _loaded("meetings", "meeting")
    resolve_restated_as = _loaded("commitments", "restatedAs")

    async def resolve_articles(row: Any, info: Any) -> Any:
        return await info.context["loaders"].articles.load_many(row["derived"]["articles"])


class FollowUpConnection(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    nodes = _many(FollowUp)


class TrailStep(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    depth = graphene.Int(required=True)
    follow_up = graphene.Field(FollowUp, required=True)


class TrailConnection(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    total_count = graphene.Int(required=True)
    nodes = _many(TrailStep)


class Promisor(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    attribution = Attribution(required=True)
    party = graphene.Field(Party)

    resolve_party = _loaded("parties", "party")


class Status(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    value = StatusValue(required=True)
    contested = graphene.Boolean(required=True)


class Commitment(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    key = _key()
    title = graphene.String(required=True)
    gist = graphene.String(required=True)
    term = Term(required=True)
    strength = Strength(required=True)
    made_on = graphene.Field(FuzzyDate, required=True)
    promisors = _many(Promisor)
    made_at = graphene.Field(Meeting)
    follow_ups = graphene.Field(
        FollowUpConnection, required=True, first=graphene.Int(default_value=20)
    )
    trail = graphene.Field(
        TrailConnection,
        required=True,
        max_depth=graphene.Int(default_value=8, required=True),
        first=graphene.Int(default_value=20),
    )
    status = graphene.Field(Status, as_of=Date(required=True))

    resolve_key = _at("_id")
    resolve_made_on = _at("madeOn")
    resolve_made_at = _loaded("meetings", "madeAt")

    async def resolve_follow_ups(row: Any, info: Any, first: int) -> Any:
        found = await info.context["loaders"].follow_ups.load(row["_id"])
        return {"nodes": found[:first]}

    async def resolve_trail(row: Any, info: Any, max_depth: int, first: int) -> Any:
        found = await info.context["loaders"].trails.load((row["_id"], max_depth))
        steps = [{"depth": step["_depth"], "follow_up": step} for step in found[:first]]
        return {"total_count": len(found), "nodes": steps}

    def resolve_status(row: Any, _info: Any, as_of: str) -> Any:
        return commands.status_at(row, as_of)


class FacetValue(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    value = graphene.String(required=True)
    count = graphene.Int(required=True)


class FacetCount(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    facet = graphene.String(required=True)
    values = _many(FacetValue)


class CommitmentConnection(graphene.ObjectType):
    nodes = _many(Commitment)
    total_count = graphene.Int(required=True)
    facets = graphene.Field(_many(FacetCount), by=_many(CommitmentFacet))

    async def resolve_nodes(page: Any, _info: Any) -> Any:
        return await find(
            "commitments", page["query"], commands.COMMITMENT, page["sort"], page["first"]
        )

    async def resolve_total_count(page: Any, _info: Any) -> Any:
        rows = await aggregate(commands.counting(page["query"]))
        return rows[0]["n"] if rows else 0

    async def resolve_facets(page: Any, _info: Any, by: list[Any]) -> Any:
        names = [facet.value for facet in by]
        return await facets(page["query"], names)


class Share(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    count = graphene.Int(required=True)
    of = graphene.Int(required=True)


class StatusCount(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    status = StatusValue(required=True)
    count = graphene.Int(required=True)


class CommitmentFigures(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    count = graphene.Int(required=True)
    trackable = graphene.Int(required=True)
    contested = graphene.Field(Share, required=True)
    statuses = _many(StatusCount)


class CommitmentGroupKey(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    status = StatusValue()
    topic = graphene.String()


class GroupFigures(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    count = graphene.Int(required=True)


class CommitmentGroup(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    key = graphene.Field(CommitmentGroupKey, required=True)
    figures = graphene.Field(GroupFigures, required=True)


class CommitmentStats(graphene.ObjectType):
    total = graphene.Field(CommitmentFigures, required=True)
    group_count = graphene.Int(required=True)
    groups = _many(CommitmentGroup)

    resolve_total = _at("total")
    resolve_group_count = _at("groupCount")
    resolve_groups = _at("groups")


class StatusSeriesPoint(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    day = Date(required=True)
    count = graphene.Int(required=True)
    contested = graphene.Int(required=True)
    statuses = _many(StatusCount)


class SearchItem(graphene.Union):
    class Meta:
        types = (Article,)

    @classmethod
    def resolve_type(cls, _row: Row, _info: Any) -> Any:
        return Article


class SearchHit(graphene.ObjectType):
    item = graphene.Field(SearchItem)

    resolve_item = _loaded("articles", "key")


class SearchConnection(graphene.ObjectType):
    class Meta:
        default_resolver = dict_resolver

    nodes = _many(SearchHit)


class By(graphene.InputObjectType):
    key = graphene.String(required=True)


class KeyFilter(graphene.InputObjectType):
    eq = graphene.String(required=True)


class DateFilter(graphene.InputObjectType):
    from_ = Date(name="from")
    to = Date()
    match = Match(required=True, default_value="POSSIBLE")


class StatusFilter(graphene.InputObjectType):
    in_ = graphene.List(graphene.NonNull(StatusValue), name="in")
    as_of = Date()


class CommitmentFilter(graphene.InputObjectType):
    party = KeyFilter()
    topic = KeyFilter()
    status = StatusFilter()
    made_on = DateFilter()


class TrackableOrder(graphene.InputObjectType):
    field = TrackableOrderField(required=True)
    direction = Direction(required=True, default_value="ASC")


def _value(member: Any) -> Any:
    """graphene gives enums as members, and defaults as they were written."""
    return getattr(member, "value", member)


def _plain(given: Any) -> Row:
    """The filter as `commands` takes it."""
    plain: Row = {}
    if given and given.get("party"):
        plain["party"] = {"eq": given["party"]["eq"]}
    if given and given.get("topic"):
        plain["topic"] = {"eq": given["topic"]["eq"]}
    if given and (status := given.get("status")):
        values = [_value(value) for value in status.get("in_") or ()]
        plain["status"] = {"in": values, "asOf": status.get("as_of")}
    if given and (made := given.get("made_on")):
        match = _value(made["match"])
        plain["madeOn"] = {"from": made.get("from_"), "to": made.get("to"), "match": match}
    return plain


class Query(graphene.ObjectType):
    commitment = graphene.Field(Commitment, by=By(required=True))
    commitments = graphene.Field(
        CommitmentConnection,
        required=True,
        first=graphene.Int(default_value=20),
        filter=CommitmentFilter(),
        order_by=graphene.List(graphene.NonNull(TrackableOrder)),
    )
    commitment_stats = graphene.Field(
        CommitmentStats,
        required=True,
        filter=CommitmentFilter(),
        group_by=_many(CommitmentDimension),
        as_of=Date(required=True),
        first=graphene.Int(default_value=100),
    )
    status_series = graphene.Field(
        _many(StatusSeriesPoint),
        filter=CommitmentFilter(),
        from_=Date(required=True, name="from"),
        to=Date(required=True),
    )
    search = graphene.Field(
        SearchConnection,
        query=graphene.String(required=True),
        types=_many(SearchNoun),
        first=graphene.Int(default_value=20),
    )

    async def resolve_commitment(self, info: Any, by: Any) -> Any:
        return await info.context["loaders"].commitments.load(by["key"])

    def resolve_commitments(
        self, _info: Any, first: int, filter: Any = None, order_by: Any = None
    ) -> Any:
        order = [{"direction": _value(term["direction"])} for term in order_by or ()]
        return {
            "query": commands.commitments(_plain(filter)),
            "sort": commands.commitment_sort(order),
            "first": first,
        }

    async def resolve_commitment_stats(
        self, _info: Any, group_by: list[Any], as_of: str, first: int, filter: Any = None
    ) -> Any:
        query, by = commands.commitments(_plain(filter)), [_value(one) for one in group_by]
        (found,) = await aggregate(commands.statistics(query, by, as_of))
        return commands.statistics_shown(found, first)

    async def resolve_status_series(
        self, _info: Any, from_: str, to: str, filter: Any = None
    ) -> Any:
        query, days = commands.commitments(_plain(filter)), commands.month_ends(from_, to)
        return commands.series(await aggregate(commands.turns(query, days)), days)

    async def resolve_search(self, _info: Any, query: str, types: list[Any], first: int) -> Any:
        wanted = commands.search(query, [noun.value for noun in types])
        sort = list(commands.SEARCH_SORT)
        return {"nodes": await find("entries", wanted, commands.ENTRY, sort, first)}


schema = graphene.Schema(query=Query, types=[Person, Organization])


async def graphql(request: Request) -> JSONResponse:
    """POST only, which is all that the driver sends."""
    asked = await request.json()
    result = await schema.execute_async(
        asked["query"],
        variable_values=asked.get("variables"),
        operation_name=asked.get("operationName"),
        context_value={"request": request, "loaders": Loaders()},
    )
    return JSONResponse(result.formatted)


app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
