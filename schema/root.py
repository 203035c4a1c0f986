"""The root: a list of what each noun contributes, and no behaviour."""

from typing import Any

import strawberry

from engine.collection import Collection
from engine.fields import Argument, Looked, declared
from schema.articles import Article
from schema.changes import corrections
from schema.commitments import Commitment
from schema.concepts import Concept
from schema.date_readings import DateReading, fuzzy_date_field
from schema.follow_ups import FollowUp
from schema.intakes import Intake, language_model_field
from schema.meetings import Meeting
from schema.parties import Party
from schema.registry import (
    ARTICLES,
    ASSESSMENTS,
    CHANGES,
    CHECK_LOGS,
    COMMITMENTS,
    CONCEPTS,
    FOLLOW_UPS,
    INTAKES,
    MEETINGS,
    PARTIES,
    PROPOSALS,
    REQUESTS,
    TIMELINE,
)
from schema.request_statistics import RequestStats, request_stats
from schema.requests import Request
from schema.search import search_field
from schema.shared.connections import connected
from schema.shared.lazy_types import (
    Articles,
    Assessments,
    Changes,
    CheckLogs,
    Commitments,
    Concepts,
    FollowUps,
    Hits,
    Intakes,
    Meetings,
    Parties,
    Proposals,
    Requests,
    Timeline,
)
from schema.shared.nodes import Node, Record
from schema.shared.scalars import Url
from schema.statistics import (
    CommitmentStats,
    StatusSeriesPoint,
    commitment_stats,
    status_series,
)
from schema.status_changes import CommitmentDifferences, changes_between
from schema.statuses import KNOWN_AT, match_known_at
from schema.viewers import Viewer, viewer_field
from store.records.nouns import NOUNS


@strawberry.input(one_of=True, description="Which record: give exactly one of these members.")
class By:
    id: strawberry.ID | None = strawberry.field(
        description="Its global id.", default=strawberry.UNSET
    )
    key: str | None = strawberry.field(description="Its key.", default=strawberry.UNSET)
    url: Url | None = strawberry.field(
        description="Its address on this server, such as `/commitments/K03`. A host in it is "
        "ignored, because a server does not know all the names that it is reached by.",
        default=strawberry.UNSET,
    )


def _one(collection: Collection, description: str) -> Any:
    by = Argument("by", By, "Which record.")
    told = description
    if collection.name in NOUNS:
        told += " Null as well for whoever sees only the notice that it was retracted."
    return declared(Looked("by", collection.name), told, [by])


@strawberry.type(description="The root of every query.")
class Query:
    articles: Articles = connected(ARTICLES, "Articles, oldest first.")
    article: Article | None = _one(ARTICLES, "One article; null if there is none.")
    parties: Parties = connected(PARTIES, "Persons and organisations, by name.")
    party: Party | None = _one(PARTIES, "One person or organisation; null if there is none.")
    meetings: Meetings = connected(MEETINGS, "Meetings, oldest first.")
    meeting: Meeting | None = _one(MEETINGS, "One meeting; null if there is none.")
    commitments: Commitments = connected(COMMITMENTS, "Commitments, oldest first.")
    commitment: Commitment | None = _one(COMMITMENTS, "One commitment; null if there is none.")
    requests: Requests = connected(REQUESTS, "Requests, oldest first.")
    request: Request | None = _one(REQUESTS, "One request; null if there is none.")
    follow_ups: FollowUps = connected(FOLLOW_UPS, "Follow-ups, oldest first.")
    follow_up: FollowUp | None = _one(FOLLOW_UPS, "One follow-up; null if there is none.")
    assessments: Assessments = connected(ASSESSMENTS, "Assessments, oldest first.")
    check_logs: CheckLogs = connected(CHECK_LOGS, "Check logs, newest first.")
    concepts: Concepts = connected(CONCEPTS, "What topics are called, by label.")
    concept: Concept | None = _one(CONCEPTS, "What one topic is called; null if nothing says so.")
    changes: Changes = connected(CHANGES, "The log of changes to records, oldest first.")
    corrections: Changes = corrections
    changes_between: CommitmentDifferences | None = changes_between
    commitment_stats: CommitmentStats | None = commitment_stats
    request_stats: RequestStats | None = request_stats
    status_series: list[StatusSeriesPoint] | None = status_series
    search: Hits = search_field
    timeline: Timeline = connected(
        TIMELINE,
        "Everything that happened, by the first day on which it may have happened.",
        arguments=[KNOWN_AT],
        extra_query=match_known_at,
    )
    intakes: Intakes = connected(
        INTAKES, "Articles that are read for proposals, newest first; none for readers."
    )
    intake: Intake | None = _one(INTAKES, "One intake; null if there is none, and for readers.")
    proposals: Proposals = connected(
        PROPOSALS, "What is proposed of all intakes, oldest first; none for readers."
    )
    language_model: str | None = language_model_field
    fuzzy_date: DateReading = fuzzy_date_field
    viewer: Viewer = viewer_field
    record: Record | None = declared(
        Looked("url", by_address=True),
        "The record at this address, of whichever kind, or the notice that it was retracted; null "
        "if there is none.",
        [
            Argument(
                "url", Url, "Its address on this server, such as `/commitments/K03`, as in `By`."
            )
        ],
    )
    node: Node | None = declared(
        Looked("id"),
        "The object with this global id, or the notice that it was retracted; null if there is "
        "none.",
        [Argument("id", strawberry.ID, "Its global id.")],
    )
    nodes: list[Node | None] | None = declared(
        Looked("ids", many=True),
        "The objects with these global ids, in the same order, with null for each "
        "that does not exist. If one is not a global id at all, the whole list is "
        "null, with an error.",
        [Argument("ids", list[strawberry.ID], "Their global ids, at most 100.")],
    )
