"""What commitments and requests share: they are followed, and have a status."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import strawberry

from engine.context import Operation
from engine.errors import BadUserInput
from engine.fields import (
    Argument,
    Arguments,
    Needs,
    asked,
    chosen,
    computed,
    embedded,
    link,
    link_among,
    links,
    stored,
)
from engine.lists.cursors import Order, decode, encode
from engine.lists.page_request import DEFAULT_SIZE, LARGEST_SIZE
from engine.lists.search_filter import RELEVANCE
from engine.rows import Row
from schema.registry import ASSESSMENTS, CHECK_LOGS, FOLLOW_UPS, TIMELINE
from schema.shared.connections import PageInfo, connected, order_input
from schema.shared.enums import shown
from schema.shared.evidence import Evidence
from schema.shared.fuzzy_dates import FuzzyDate
from schema.shared.lazy_types import (
    ArticleRef,
    Assessments,
    CheckLogs,
    FollowUpRef,
    FollowUps,
    MeetingRef,
    PartyRef,
    Timeline,
    TrackableRef,
)
from schema.shared.nodes import Record, merged_from_field
from schema.shared.recording_delay import days_until_recorded_field, recorded_late_field
from schema.shared.scalars import Day, Instant
from schema.statuses import (
    AS_OF,
    KNOWN_AT,
    NEEDS,
    Status,
    StatusPeriod,
    histories,
    known_by,
    statuses,
)
from store.reads.reader import Cut, Query, Via
from store.records.derived import Role
from store.records.enums import Described
from store.records.follow_ups import ScopeChange, TrackableNoun
from store.records.history.as_known import latest_follow_up_known
from store.records.nouns import TRACKABLES
from store.records.parties import PartyKind

shown(ScopeChange)
shown(TrackableNoun)

DEEPEST_TRAIL = 12
_TRAIL_ORDER: Order = (("depth", 1), ("followUp.occurredOn.earliest", 1), ("_id", 1))


def _trails_in(collection: str) -> Any:
    async def ask(
        operation: Operation, keys: Sequence[str], arguments: Arguments, needs: Needs
    ) -> Mapping[str, list[Row]]:
        depth = arguments["maxDepth"]
        if not 0 <= depth <= DEEPEST_TRAIL:
            raise BadUserInput("maxDepth", f"from 0 to {DEEPEST_TRAIL}")
        fields = _of_follow_ups(needs, "followUp.")
        return await operation.reader.find_trails(collection, keys, depth, fields, _cut(arguments))

    return ask


def _cut(arguments: Arguments) -> Cut:
    return Cut(arguments.get("knownAt"), arguments.get("asOf"))


def _of_follow_ups(needs: Needs, member: str) -> Sequence[str] | None:
    """The paths wanted of the follow-ups that stand in an answer as this member."""
    if needs is None:
        return None
    below = (path.partition(member)[2] for path in needs if member in path)
    return [*_OF_EVERY_FOLLOW_UP, *below]


_OF_EVERY_FOLLOW_UP = (
    "occurredOn.earliest",
    "targetNoun",
    "scopeChange",
    "derived.target",
    "derived.restatedAs",
)


def _trail(_row: Row, found: Iterable[Row], arguments: Arguments) -> Row:
    """A connection over the steps of a trail, which the store gives whole."""
    steps = sorted(map(_step, _marked(found)), key=_trail_place)
    size = arguments.get("first")
    size = DEFAULT_SIZE if size is None else size
    if not 0 <= size <= LARGEST_SIZE:
        raise BadUserInput("first", f"a page holds 0 to {LARGEST_SIZE}; ask on with after")
    rest, cursor = steps, arguments.get("after")
    if cursor is not None:
        depth, day, key = decode(_TRAIL_ORDER, cursor, "after")
        rest = [step for step in steps if _trail_place(step) > (depth, day or "", key)]
    page = rest[:size]
    return {
        "edges": [{"node": step} for step in page],
        "nodes": page,
        "totalCount": len(steps),
        "pageInfo": {
            "hasNextPage": len(rest) > size,
            "hasPreviousPage": cursor is not None,
            "startCursor": encode(_TRAIL_ORDER, page[0]) if page else None,
            "endCursor": encode(_TRAIL_ORDER, page[-1]) if page else None,
        },
    }


def _step(follow_up: Row) -> Row:
    return {"_id": follow_up["_id"], "depth": follow_up["_depth"], "followUp": follow_up}


def _marked(found: Iterable[Row]) -> Sequence[Row]:
    """Follow-ups of our own to write into: several trails may share what was found."""
    documents = [{**follow_up} for follow_up in found]
    FOLLOW_UPS.mark(documents)
    return documents


def _trail_place(step: Row) -> tuple[int, str, str]:
    return step["depth"], step["followUp"]["occurredOn"].get("earliest") or "", step["_id"]


def _trail_cursors(edges: Sequence[Row], _arguments: Arguments, _: Operation) -> Sequence[str]:
    return [encode(_TRAIL_ORDER, edge["node"]) for edge in edges]


def _threads_in(collection: str) -> Any:
    async def ask(
        operation: Operation, keys: Sequence[str], arguments: Arguments, needs: Needs
    ) -> Mapping[str, list[Row] | None]:
        fields = _of_follow_ups(needs, "restatedBy.")
        found = await operation.reader.find_restatements(collection, keys, fields, _cut(arguments))
        return {key: found.get(key) for key in keys}

    return ask


def _thread(row: Row, found: Sequence[Row] | None, _arguments: Arguments) -> list[Row]:
    """The chain of restatements, in the order in which they happened, each once.

    None is found of what was itself not made by then, or not known.
    """
    if found is None:
        return []
    restated = {link["derived"]["restatedAs"] for link in found}
    roots = {link["derived"]["target"]: link["targetNoun"] for link in found}
    roots = {key: noun for key, noun in roots.items() if key not in restated}
    if not found:
        roots = {row["_id"]: row["__noun"]}
    steps: list[Row] = [
        {"key": key, "noun": noun, "scopeChange": "NONE"} for key, noun in sorted(roots.items())
    ]
    seen = set(roots)
    for step in sorted(
        _marked(found), key=lambda f: (f["occurredOn"].get("earliest") or "", f["_id"])
    ):
        key = step["derived"]["restatedAs"]
        if key not in seen:
            seen.add(key)
            steps.append({"key": key, "noun": "commitments", **_restatement(step)})
    return [{**step, "position": place} for place, step in enumerate(steps, start=1)]


def _restatement(follow_up: Row) -> Row:
    return {
        "restatedBy": follow_up,
        "restates": follow_up["derived"]["target"],
        "restatesNoun": follow_up["targetNoun"],
        "scopeChange": follow_up["scopeChange"],
    }


@strawberry.type(description="A party in a role towards a commitment or request.")
class PartyInRole:
    role: Role = stored("role", "What it has to do with it.")
    kind: PartyKind = stored("kind", "What sort of party it is.")
    party: PartyRef | None = link("party", "parties", "The party.")


@strawberry.type(description="A follow-up on the way from a commitment to what came of it.")
class TrailStep:
    depth: int = stored("depth", "How many restatements lie between; 0 follows directly.")
    follow_up: FollowUpRef = embedded("followUp", "The follow-up.")
    through: TrackableRef | None = link_among(
        "followUp.derived.target", "followUp.targetNoun", "What it follows directly."
    )


@strawberry.type(description="A step of a trail with its cursor.")
class TrailEdge:
    cursor: str = computed(_trail_cursors, ["node"], "Where the step stands.")
    node: TrailStep = embedded("node", "The step.")


@strawberry.type(description="A page of a trail: nearest first, then oldest first.")
class TrailConnection:
    edges: list[TrailEdge] = embedded("edges", "The steps with their cursors.", many=True)
    nodes: list[TrailStep] = embedded("nodes", "The steps.", many=True)
    page_info: PageInfo = embedded("pageInfo", "Where the page stands.")
    total_count: int = stored("totalCount", "How many steps there are.")


@strawberry.type(description="A commitment in a chain of restatements.")
class ThreadStep:
    position: int = stored("position", "Its place, from 1 for the oldest.")
    trackable: TrackableRef | None = link_among("key", "noun", "The commitment or request.")
    restates: TrackableRef | None = link_among(
        "restates", "restatesNoun", "What it restates; null for the oldest."
    )
    restated_by: FollowUpRef | None = embedded(
        "restatedBy", "The follow-up that made it; null for the oldest."
    )
    scope_change: ScopeChange = stored(
        "scopeChange", "How its scope differs from what it restates."
    )


_REACHED_BY = Argument(
    "knownAt",
    Instant | None,
    "Without what was recorded after this moment, and what is reached only through that; "
    "corrections count as they are now.",
)
_REACHED_ON = Argument(
    "asOf",
    Day | None,
    "Without what certainly came after this day, and what is reached only through that; all unless "
    "told.",
)
_TRAIL_ARGUMENTS = [
    Argument("maxDepth", int, f"How many restatements to go on through, to {DEEPEST_TRAIL}.", 8),
    Argument("first", int | None, f"How many steps, at most {LARGEST_SIZE}."),
    Argument("after", str | None, "Start after the step with this cursor."),
    _REACHED_ON,
    _REACHED_BY,
]


def _latest(row: Row, arguments: Arguments) -> str | None:
    return latest_follow_up_known(row, arguments.get("asOf"), arguments.get("knownAt"))


def _had_begun(dated: str) -> Callable[[Arguments, Operation], Query]:
    """The query for what may have begun by `asOf`, by the date at this path, and had been recorded
    at `knownAt`."""
    return lambda arguments, _: _cut(arguments).match_known(dated)


def _known_then(via: Via, arguments: Arguments) -> Via:
    known_at = arguments.get("knownAt")
    return via if known_at is None else replace(via, where={"knownSince": {"$lte": known_at}})


def trail_field(collection: str) -> Any:
    """The `trail` of a collection's documents."""
    return asked(
        _trails_in(collection),
        _trail,
        "Everything that came of it, through restatements: follow-up, the commitment that it "
        "made, that one's follow-ups, and so on.",
        _TRAIL_ARGUMENTS,
        matters=("maxDepth", "asOf", "knownAt"),
    )


def thread_field(collection: str) -> Any:
    """The `thread` of a collection's documents."""
    return asked(
        _threads_in(collection),
        _thread,
        "The chain of restatements that it stands in, both ways, oldest first.",
        [_REACHED_ON, _REACHED_BY],
        matters=("asOf", "knownAt"),
    )


@strawberry.type(
    description=(
        "A commitment or request that turned out to be another one, as its own record states it."
    )
)
class MergedTrackable:
    key: str = stored("_id", "Its key; look-ups by it lead to that in which it lives on.")
    title: str = stored("title", "Its title.")
    gist: str = stored("gist", "What it says, in our own words.")
    topics: list[str] = stored("topics", "What it is about, from wide to narrow.", many=True)
    made_on: FuzzyDate = embedded("madeOn", "When it was made.")
    due_on: FuzzyDate | None = embedded(
        "dueOn", "By when, if it is a commitment that says so; the survivor's own day counts."
    )
    evidence: list[Evidence] = embedded("evidence", "Where it is said.", many=True)
    recorded_at: Instant = stored("recordedAt", "When this store learned of it.")


def merged_trackables_field(collection: str) -> Any:
    """The `mergedFrom` of a collection's documents."""
    return merged_from_field(
        collection,
        "Their evidence is evidence of this one, their follow-ups and assessments decide its "
        "status, and it is found by their titles.",
    )


@strawberry.interface(description="What can be followed: a commitment or a request.")
class Trackable(Record):
    title: str = stored("title", "A short title.")
    gist: str = stored("gist", "What it says, in our own words.")
    topics: list[str] = stored("topics", "What it is about, from wide to narrow.", many=True)
    made_on: FuzzyDate = embedded("madeOn", "When it was made.")
    days_until_recorded: int | None = days_until_recorded_field("madeOn")
    recorded_late: bool = recorded_late_field("madeOn")
    made_at: MeetingRef | None = link("madeAt", "meetings", "The meeting at which it was made.")
    evidence: list[Evidence] = embedded("evidence", "Where it is said.", many=True)
    articles: list[ArticleRef] = links(
        "derived.articles",
        "articles",
        "The articles behind it, and behind what was merged into it.",
    )
    parties: list[PartyInRole] = embedded(
        "derived.roles", "Everybody who has to do with it, with merges resolved.", many=True
    )
    follow_ups: FollowUps = connected(
        FOLLOW_UPS,
        "Its direct follow-ups, oldest first.",
        Via("derived.target", single=True, touching=TRACKABLES),
        [KNOWN_AT],
        among=known_by,
    )
    merged_from: list[MergedTrackable] = merged_trackables_field("commitments")
    follow_up_count: int = stored("derived.followUpCount", "How many accepted follow-ups it has.")
    latest_follow_up: FollowUpRef | None = chosen(
        "derived.latestFollowUp",
        "follow_ups",
        _latest,
        ("recordedAt", "derived.edges"),
        "The last accepted follow-up, in the order of `followUps`. `status.daysSilent` counts from "
        "the last day on which any may have happened, which can be another's.",
        [
            Argument(
                "asOf", Day | None, "Without what certainly came after this day; all unless told."
            ),
            Argument(
                "knownAt",
                Instant | None,
                "Without what was recorded after this moment; null if it was itself.",
            ),
        ],
    )
    trail: TrailConnection | None = trail_field("commitments")
    thread: list[ThreadStep] = thread_field("commitments")
    status: Status | None = computed(
        statuses, NEEDS, "Where it stands; null before it was made.", [AS_OF, KNOWN_AT]
    )
    status_history: list[StatusPeriod] = computed(
        histories,
        NEEDS,
        "How it stood, oldest first. A period ends when anything of the status changes: the value, "
        "what decided it, certainty, challenges.",
        [KNOWN_AT],
    )
    timeline: Timeline = connected(
        TIMELINE,
        "Itself, its follow-ups, and the meetings and articles that it or they rest on, oldest "
        "first.",
        Via("trackables", within="key"),
        [_REACHED_BY],
        _known_then,
        known_by,
    )
    assessments: Assessments = connected(
        ASSESSMENTS,
        "What editors say of where it stands.",
        Via("derived.trackable", single=True),
        [
            Argument(
                "asOf",
                Day | None,
                "Without what certainly takes effect after this day; all unless told. What was "
                "withdrawn is among them, see `withdrawnAt`.",
            ),
            KNOWN_AT,
        ],
        among=_had_begun("effectiveOn"),
    )
    check_logs: CheckLogs = connected(
        CHECK_LOGS,
        "When somebody looked for follow-ups, newest first.",
        Via("derived.trackable", single=True),
        [
            Argument(
                "asOf", Day | None, "Without what was certainly after this day; all unless told."
            ),
            KNOWN_AT,
        ],
        among=_had_begun("checkedOn"),
    )


class TrackableOrderField(Described):
    """What commitments and requests can be ordered by."""

    MADE_ON = "MADE_ON", "The first day on which it may have been made."
    LAST_FOLLOW_UP = "LAST_FOLLOW_UP", "The day of the last accepted follow-up; none is earliest."
    DAYS_SILENT = (
        "DAYS_SILENT",
        "Days since the last day on which an accepted follow-up can have happened, else since it "
        "was made; a follow-up dated only `2025` ends its silence with that year.",
    )
    FOLLOW_UP_COUNT = "FOLLOW_UP_COUNT", "How many accepted follow-ups there are."
    TITLE = "TITLE", "The title; without case, diacritics and punctuation."
    UPDATED_AT = "UPDATED_AT", "When the record was last changed."
    KEY = "KEY", "The key."
    RELEVANCE = "RELEVANCE", RELEVANCE


TrackableOrder = order_input(TrackableOrderField, "commitments or requests")
