"""Strawberry as its documentation teaches it: typed resolvers, DataLoaders, pydantic, motor.

uvicorn stock_strawberry:app
"""

import os
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, NewType

import commands
import strawberry
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, Field
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig


def _enum(name: str, values: str) -> Any:
    return strawberry.enum(Enum(name, {value: value for value in values.split()}))


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
Date = NewType("Date", str)


# --- Documents -----------------------------------------------------------------------------------


class Document(BaseModel):
    key: str = Field(alias="_id")


class DateDocument(BaseModel):
    edtf: str
    earliest: str | None = None
    latest: str | None = None
    precision: Precision


class PartyDocument(Document):
    kind: PartyKind
    name: str
    country: str | None = None


class MeetingDocument(Document):
    title: str
    date: DateDocument


class ArticleDocument(Document):
    headline: str | None = None


class EntryDocument(BaseModel):
    key: str


class FollowUpDerived(BaseModel):
    target: str
    articles: list[str]


class FollowUpDocument(Document):
    kind: FollowUpKind
    occurred_on: DateDocument = Field(alias="occurredOn")
    meeting: str | None = None
    restated_as: str | None = Field(default=None, alias="restatedAs")
    derived: FollowUpDerived
    depth: int | None = Field(default=None, alias="_depth")


class PromisorDocument(BaseModel):
    attribution: Attribution
    party: str


class SegmentDocument(BaseModel):
    since: str
    until: str
    value: StatusValue
    contested: bool


class CommitmentDerived(BaseModel):
    segments: list[SegmentDocument]


class CommitmentDocument(Document):
    title: str
    gist: str
    term: Term
    strength: Strength
    made_on: DateDocument = Field(alias="madeOn")
    promisors: list[PromisorDocument]
    made_at: str | None = Field(default=None, alias="madeAt")
    derived: CommitmentDerived


# --- Loaders -------------------------------------------------------------------------------------

client: Any = AsyncIOMotorClient(os.environ["MONGODB_URL"], tz_aware=True)
database = client[os.environ["DATABASE"]]


class Loaders:
    """The loaders of one request."""

    def __init__(self) -> None:
        self.parties = _by_key("parties", commands.PARTY, PartyDocument)
        self.meetings = _by_key("meetings", commands.MEETING, MeetingDocument)
        self.articles = _by_key("articles", commands.ARTICLE, ArticleDocument)
        self.commitments = _by_key("commitments", commands.COMMITMENT, CommitmentDocument)
        self.follow_ups: DataLoader[str, list[FollowUpDocument]] = DataLoader(_follow_ups)
        self.trails: DataLoader[tuple[str, int], list[FollowUpDocument]] = DataLoader(_trails)


def _by_key(
    collection: str, projection: Mapping[str, Any], model: type[Document]
) -> DataLoader[str, Any]:
    async def load(keys: list[str]) -> list[Any]:
        cursor = database[collection].find(commands.with_keys(keys), projection)
        rows = await cursor.to_list(None)
        found = {row["_id"]: model.model_validate(row) for row in rows}
        return [found.get(key) for key in keys]

    return DataLoader(load)


async def _follow_ups(keys: list[str]) -> list[list[FollowUpDocument]]:
    cursor = database["follow_ups"].find(commands.following(keys), commands.FOLLOW_UP)
    rows = await cursor.sort(list(commands.FOLLOW_UP_SORT)).to_list(None)
    found = commands.by_target(rows)
    return [[FollowUpDocument.model_validate(row) for row in found.get(key, ())] for key in keys]


async def _trails(wanted: list[tuple[str, int]]) -> list[list[FollowUpDocument]]:
    depth = max(depth for _, depth in wanted)
    pipeline = commands.trails([key for key, _ in wanted], depth)
    rows = await database["commitments"].aggregate(pipeline).to_list(None)
    found = {row["_id"]: commands.in_trail_order(row["found"]) for row in rows}
    return [[FollowUpDocument.model_validate(row) for row in found[key]] for key, _ in wanted]


Info = strawberry.Info[Any, None]


def loaders(info: Info) -> Loaders:
    """The loaders of this request."""
    found: Loaders = info.context["loaders"]
    return found


# --- Types ---------------------------------------------------------------------------------------


@strawberry.type
class FuzzyDate:
    edtf: str
    earliest: Date | None
    latest: Date | None
    precision: Precision


def fuzzy_date(document: DateDocument) -> FuzzyDate:
    return FuzzyDate(
        edtf=document.edtf,
        earliest=document.earliest,
        latest=document.latest,
        precision=document.precision,
    )


@strawberry.interface
class Party:
    key: str
    kind: PartyKind
    name: str
    country: str | None


@strawberry.type
class Person(Party):
    pass


@strawberry.type
class Organization(Party):
    pass


def party_of(document: PartyDocument) -> Party:
    model = Person if document.kind is PartyKind.PERSON else Organization
    return model(key=document.key, kind=document.kind, name=document.name, country=document.country)


@strawberry.type
class Meeting:
    key: str
    title: str
    date: FuzzyDate


async def meeting_of(key: str | None, info: Info) -> Meeting | None:
    if key is None:
        return None
    found = await loaders(info).meetings.load(key)
    return Meeting(key=found.key, title=found.title, date=fuzzy_date(found.date))


@strawberry.type
class Article:
    key: str
    headline: str | None


@strawberry.type
class FollowUp:
    document: strawberry.Private[FollowUpDocument]
    key: str
    kind: FollowUpKind
    occurred_on: FuzzyDate

    @strawberry.field
    async def meeting(self, info: Info) -> Meeting | None:
        return await meeting_of(self.document.meeting, info)

    @strawberry.field
    async def restated_as(
        self, info: Info
    ) -> Annotated["Commitment", strawberry.lazy("stock_strawberry")] | None:
        if self.document.restated_as is None:
            return None
        found = await loaders(info).commitments.load(self.document.restated_as)
        return commitment_of(found)

    @strawberry.field
    async def articles(self, info: Info) -> list[Article]:
        found = await loaders(info).articles.load_many(self.document.derived.articles)
        return [Article(key=article.key, headline=article.headline) for article in found]


def follow_up_of(document: FollowUpDocument) -> FollowUp:
    return FollowUp(
        document=document,
        key=document.key,
        kind=document.kind,
        occurred_on=fuzzy_date(document.occurred_on),
    )


@strawberry.type
class FollowUpConnection:
    nodes: list[FollowUp]


@strawberry.type
class TrailStep:
    depth: int
    follow_up: FollowUp


@strawberry.type
class TrailConnection:
    total_count: int
    nodes: list[TrailStep]


@strawberry.type
class Promisor:
    document: strawberry.Private[PromisorDocument]
    attribution: Attribution

    @strawberry.field
    async def party(self, info: Info) -> Party | None:
        return party_of(await loaders(info).parties.load(self.document.party))


@strawberry.type
class Status:
    value: StatusValue
    contested: bool


@strawberry.type
class Commitment:
    document: strawberry.Private[CommitmentDocument]
    key: str
    title: str
    gist: str
    term: Term
    strength: Strength
    made_on: FuzzyDate

    @strawberry.field
    def promisors(self) -> list[Promisor]:
        found = self.document.promisors
        return [Promisor(document=one, attribution=one.attribution) for one in found]

    @strawberry.field
    async def made_at(self, info: Info) -> Meeting | None:
        return await meeting_of(self.document.made_at, info)

    @strawberry.field
    async def follow_ups(self, info: Info, first: int = 20) -> FollowUpConnection:
        found = await loaders(info).follow_ups.load(self.key)
        return FollowUpConnection(nodes=[follow_up_of(document) for document in found[:first]])

    @strawberry.field
    async def trail(self, info: Info, max_depth: int = 8, first: int = 20) -> TrailConnection:
        found = await loaders(info).trails.load((self.key, max_depth))
        steps = [TrailStep(depth=d.depth, follow_up=follow_up_of(d)) for d in found[:first]]
        return TrailConnection(total_count=len(found), nodes=steps)

    @strawberry.field
    def status(self, as_of: Date) -> Status | None:
        for segment in self.document.derived.segments:
            if segment.since <= as_of < segment.until:
                return Status(value=segment.value, contested=segment.contested)
        return None


def commitment_of(document: CommitmentDocument) -> Commitment:
    return Commitment(
        document=document,
        key=document.key,
        title=document.title,
        gist=document.gist,
        term=document.term,
        strength=document.strength,
        made_on=fuzzy_date(document.made_on),
    )


@strawberry.type
class FacetValue:
    value: str
    count: int


@strawberry.type
class FacetCount:
    facet: str
    values: list[FacetValue]


@strawberry.type
class CommitmentConnection:
    query: strawberry.Private[dict[str, Any]]
    sort: strawberry.Private[list[tuple[str, int]]]
    first: strawberry.Private[int]

    @strawberry.field
    async def nodes(self) -> list[Commitment]:
        cursor = database["commitments"].find(self.query, commands.COMMITMENT)
        rows = await cursor.sort(self.sort).limit(self.first).to_list(None)
        return [commitment_of(CommitmentDocument.model_validate(row)) for row in rows]

    @strawberry.field
    async def total_count(self) -> int:
        rows = await database["commitments"].aggregate(commands.counting(self.query)).to_list(None)
        return rows[0]["n"] if rows else 0

    @strawberry.field
    async def facets(self, by: list[CommitmentFacet]) -> list[FacetCount]:
        names = [facet.value for facet in by]
        if self.query == commands.LISTED:
            rows = await database["counters"].find(*commands.kept(names)).to_list(None)
            counts = commands.kept_counts(rows, names)
        else:
            pipeline = commands.facets(self.query, names)
            rows = await database["commitments"].aggregate(pipeline).to_list(None)
            counts = commands.facet_counts(rows, names)
        return [
            FacetCount(facet=row["facet"], values=[FacetValue(**v) for v in row["values"]])
            for row in counts
        ]


@strawberry.type
class Share:
    count: int
    of: int


@strawberry.type
class StatusCount:
    status: StatusValue
    count: int


@strawberry.type
class CommitmentFigures:
    count: int
    trackable: int
    contested: Share
    statuses: list[StatusCount]


@strawberry.type
class CommitmentGroupKey:
    status: StatusValue | None = None
    topic: str | None = None


@strawberry.type
class GroupFigures:
    count: int


@strawberry.type
class CommitmentGroup:
    key: CommitmentGroupKey
    figures: GroupFigures


@strawberry.type
class CommitmentStats:
    total: CommitmentFigures
    group_count: int
    groups: list[CommitmentGroup]


@strawberry.type
class StatusSeriesPoint:
    day: Date
    count: int
    contested: int
    statuses: list[StatusCount]


def status_counts(rows: list[dict[str, Any]]) -> list[StatusCount]:
    return [StatusCount(status=StatusValue(row["status"]), count=row["count"]) for row in rows]


def statistics_of(shown: dict[str, Any]) -> CommitmentStats:
    total = shown["total"]
    figures = CommitmentFigures(
        count=total["count"],
        trackable=total["trackable"],
        contested=Share(**total["contested"]),
        statuses=status_counts(total["statuses"]),
    )
    groups = [
        CommitmentGroup(key=group_key(row["key"]), figures=GroupFigures(**row["figures"]))
        for row in shown["groups"]
    ]
    return CommitmentStats(total=figures, group_count=shown["groupCount"], groups=groups)


def group_key(key: dict[str, Any]) -> CommitmentGroupKey:
    status = StatusValue(key["status"]) if "status" in key else None
    return CommitmentGroupKey(status=status, topic=key.get("topic"))


SearchItem = Annotated[Article, strawberry.union("SearchItem")]


@strawberry.type
class SearchHit:
    document: strawberry.Private[EntryDocument]

    @strawberry.field
    async def item(self, info: Info) -> SearchItem | None:
        found = await loaders(info).articles.load(self.document.key)
        return Article(key=found.key, headline=found.headline)


@strawberry.type
class SearchConnection:
    nodes: list[SearchHit]


# --- Inputs and the root -------------------------------------------------------------------------


@strawberry.input
class By:
    key: str


@strawberry.input
class KeyFilter:
    eq: str


@strawberry.input
class DateFilter:
    from_: Date | None = strawberry.field(name="from", default=None)
    to: Date | None = None
    match: Match = Match.POSSIBLE


@strawberry.input
class StatusFilter:
    in_: list[StatusValue] | None = strawberry.field(name="in", default=None)
    as_of: Date | None = None


@strawberry.input
class CommitmentFilter:
    party: KeyFilter | None = None
    topic: KeyFilter | None = None
    status: StatusFilter | None = None
    made_on: DateFilter | None = None

    def plain(self) -> dict[str, Any]:
        """The filter as `commands` takes it."""
        given: dict[str, Any] = {}
        if self.party:
            given["party"] = {"eq": self.party.eq}
        if self.topic:
            given["topic"] = {"eq": self.topic.eq}
        if self.status:
            values = [value.value for value in self.status.in_ or ()]
            given["status"] = {"in": values, "asOf": self.status.as_of}
        if (made := self.made_on) is not None:
            given["madeOn"] = {"from": made.from_, "to": made.to, "match": made.match.value}
        return given


@strawberry.input
class TrackableOrder:
    field: TrackableOrderField
    direction: Direction = Direction.ASC


@strawberry.type
class Query:
    @strawberry.field
    async def commitment(self, info: Info, by: By) -> Commitment | None:
        found = await loaders(info).commitments.load(by.key)
        return commitment_of(found) if found else None

    @strawberry.field
    def commitments(
        self,
        first: int = 20,
        filter: CommitmentFilter | None = None,
        order_by: list[TrackableOrder] | None = None,
    ) -> CommitmentConnection:
        order = [{"direction": term.direction.value} for term in order_by or ()]
        return CommitmentConnection(
            query=commands.commitments(filter.plain() if filter else None),
            sort=commands.commitment_sort(order),
            first=first,
        )

    @strawberry.field
    async def commitment_stats(
        self,
        group_by: list[CommitmentDimension],
        as_of: Date,
        filter: CommitmentFilter | None = None,
        first: int = 100,
    ) -> CommitmentStats:
        query = commands.commitments(filter.plain() if filter else None)
        pipeline = commands.statistics(query, [one.value for one in group_by], as_of)
        (found,) = await database["commitments"].aggregate(pipeline).to_list(None)
        return statistics_of(commands.statistics_shown(found, first))

    @strawberry.field
    async def status_series(
        self,
        from_: Annotated[Date, strawberry.argument(name="from")],
        to: Date,
        filter: CommitmentFilter | None = None,
    ) -> list[StatusSeriesPoint]:
        days = commands.month_ends(from_, to)
        pipeline = commands.turns(commands.commitments(filter.plain() if filter else None), days)
        rows = await database["commitments"].aggregate(pipeline).to_list(None)
        return [
            StatusSeriesPoint(**{**point, "statuses": status_counts(point["statuses"])})
            for point in commands.series(rows, days)
        ]

    @strawberry.field
    async def search(
        self, query: str, types: list[SearchNoun], first: int = 20
    ) -> SearchConnection | None:
        wanted = commands.search(query, [noun.value for noun in types])
        cursor = database["entries"].find(wanted, commands.ENTRY)
        rows = await cursor.sort(list(commands.SEARCH_SORT)).limit(first).to_list(None)
        documents = [EntryDocument.model_validate(row) for row in rows]
        return SearchConnection(nodes=[SearchHit(document=document) for document in documents])


_DATE = strawberry.scalar(name="Date", serialize=str, parse_value=str)

schema = strawberry.Schema(
    query=Query,
    types=[Person, Organization],
    config=StrawberryConfig(scalar_map={Date: _DATE}),
)


class App(GraphQL[Any, None]):
    """The documented way to give every request its own loaders."""

    async def get_context(self, request: Any, response: Any) -> Any:
        return {"request": request, "response": response, "loaders": Loaders()}


app = App(schema)
