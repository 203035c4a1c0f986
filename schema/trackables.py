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
from schema.shared.enums import register_enum
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
from schema.shared.measures import Measure
from schema.shared.nodes import SourcedRecord, merged_from_field
from schema.shared.recording_delay import days_until_recorded_field, recorded_late_field
from schema.shared.scalars import Day, Instant
from schema.statuses import (
    AS_OF,
    KNOWN_AT,
    NEEDS,
    Status,
    StatusPeriod,
    find_histories,
    find_statuses,
    match_known_at,
)
from store.reads.reader import Cut, Query, Via
from store.records.commitments import Strength
from store.records.derived import Role
from store.records.enums import Described
from store.records.follow_ups import ScopeChange, TrackableNoun
from store.records.history.as_known import latest_follow_up_known
from store.records.nouns import TRACKABLES
from store.records.parties import PartyKind

register_enum(ScopeChange)
register_enum(Strength)
register_enum(TrackableNoun)

DEEPEST_TRAIL = 12
_TRAIL_ORDER: Order = (("depth", 1), ("followUp.occurredOn.earliest", 1), ("_id", 1))


def _ask_for_trails(collection: str) -> Any:
    async def ask(
        operation: Operation, keys: Sequence[str], arguments: Arguments, needs: Needs
    ) -> Mapping[str, list[Row]]:
        depth = arguments["maxDepth"]
        if not 0 <= depth <= DEEPEST_TRAIL:
            raise BadUserInput("maxDepth", f"from 0 to {DEEPEST_TRAIL}")
        fields = _list_follow_up_paths(needs, "followUp.")
        return await operation.reader.find_trails(
            collection, keys, depth, fields, _read_cut(arguments)
        )

    return ask


def _read_cut(arguments: Arguments) -> Cut:
    return Cut(arguments.get("knownAt"), arguments.get("asOf"))


def _list_follow_up_paths(needs: Needs, member: str) -> Sequence[str] | None:
    """The paths to read of follow-ups: those selected below this member of the answer."""
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
    """A connection over the steps of a trail, all of which the store has found."""
    steps = sorted(map(_step, _mark_copies(found)), key=_trail_place)
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


def _mark_copies(found: Iterable[Row]) -> Sequence[Row]:
    """Copies of follow-ups, marked with their type: several trails may share the originals."""
    documents = [{**follow_up} for follow_up in found]
    FOLLOW_UPS.mark(documents)
    return documents


def _trail_place(step: Row) -> tuple[int, str, str]:
    return step["depth"], step["followUp"]["occurredOn"].get("earliest") or "", step["_id"]


def _trail_cursors(edges: Sequence[Row], _arguments: Arguments, _: Operation) -> Sequence[str]:
    return [encode(_TRAIL_ORDER, edge["node"]) for edge in edges]


def _ask_for_threads(collection: str) -> Any:
    async def ask(
        operation: Operation, keys: Sequence[str], arguments: Arguments, needs: Needs
    ) -> Mapping[str, list[Row] | None]:
        fields = _list_follow_up_paths(needs, "restatedBy.")
        found = await operation.reader.find_restatements(
            collection, keys, fields, _read_cut(arguments)
        )
        return {key: found.get(key) for key in keys}

    return ask


def _thread(row: Row, found: Sequence[Row] | None, _arguments: Arguments) -> list[Row]:
    """The chain of restatements in the order in which they happened, each once.

    It is empty for what had not been made or recorded by then.
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
        _mark_copies(found), key=lambda f: (f["occurredOn"].get("earliest") or "", f["_id"])
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
    role: Role = stored("role", "The party's role.")
    kind: PartyKind = stored("kind", "What sort of party it is.")
    party: PartyRef | None = link("party", "parties", "The party.")


@strawberry.type(
    description="A follow-up of a commitment or request, reached directly or through restatements."
)
class TrailStep:
    depth: int = stored("depth", "How many restatements lie between; 0 for a direct follow-up.")
    follow_up: FollowUpRef = embedded("followUp", "The follow-up.")
    through: TrackableRef | None = link_among(
        "followUp.derived.target",
        "followUp.targetNoun",
        "The commitment or request that it follows directly.",
    )


@strawberry.type(description="A step of a trail with its cursor.")
class TrailEdge:
    cursor: str = computed(_trail_cursors, ["node"], "The step's position, for `after`.")
    node: TrailStep = embedded("node", "The step.")


@strawberry.type(description="A page of a trail: nearest first, then oldest first.")
class TrailConnection:
    edges: list[TrailEdge] = embedded("edges", "The steps with their cursors.", many=True)
    nodes: list[TrailStep] = embedded("nodes", "The steps.", many=True)
    page_info: PageInfo = embedded(
        "pageInfo", "The page's position: its cursors, and whether there is more on either side."
    )
    total_count: int = stored("totalCount", "How many steps there are.")


@strawberry.type(description="A commitment in a chain of restatements.")
class ThreadStep:
    position: int = stored("position", "Its position, from 1 for the oldest.")
    trackable: TrackableRef | None = link_among("key", "noun", "The commitment or request.")
    restates: TrackableRef | None = link_among(
        "restates", "restatesNoun", "What it restates; null for the oldest."
    )
    restated_by: FollowUpRef | None = embedded(
        "restatedBy", "The follow-up that made this restatement; null for the oldest."
    )
    scope_change: ScopeChange = stored(
        "scopeChange", "How its scope differs from what it restates."
    )


_REACHED_BY = Argument(
    "knownAt",
    Instant | None,
    "Leave out what was recorded after this moment, and what is reached only through "
    "it. What was corrected since is shown as it is now.",
)
_REACHED_ON = Argument(
    "asOf",
    Day | None,
    "Leave out what certainly came after this day, and what is reached only through "
    "it; all is shown by default.",
)
_TRAIL_ARGUMENTS = [
    Argument("maxDepth", int, f"How many restatements to follow, at most {DEEPEST_TRAIL}.", 8),
    Argument("first", int | None, f"How many steps, at most {LARGEST_SIZE}."),
    Argument("after", str | None, "Start after the step with this cursor."),
    _REACHED_ON,
    _REACHED_BY,
]


def _latest(row: Row, arguments: Arguments) -> str | None:
    return latest_follow_up_known(row, arguments.get("asOf"), arguments.get("knownAt"))


def _match_begun(dated: str) -> Callable[[Arguments, Operation], Query]:
    """The query for what may have begun by `asOf`, by the date at this path, and was recorded by
    `knownAt`.
    """
    return lambda arguments, _: _read_cut(arguments).match_known(dated)


def _narrow_to_known(via: Via, arguments: Arguments) -> Via:
    known_at = arguments.get("knownAt")
    return via if known_at is None else replace(via, where={"knownSince": {"$lte": known_at}})


def trail_field(collection: str) -> Any:
    """Declares the `trail` of a collection's documents."""
    return asked(
        _ask_for_trails(collection),
        _trail,
        "Everything that came of it: its follow-ups, the commitments by which they "
        "restated it, the follow-ups of those, and so on.",
        _TRAIL_ARGUMENTS,
        matters=("maxDepth", "asOf", "knownAt"),
    )


def thread_field(collection: str) -> Any:
    """Declares the `thread` of a collection's documents."""
    return asked(
        _ask_for_threads(collection),
        _thread,
        "The chain of restatements that it belongs to, earlier and later ones, oldest first.",
        [_REACHED_ON, _REACHED_BY],
        matters=("asOf", "knownAt"),
    )


@strawberry.type(
    description=(
        "A commitment or request whose record was merged into that of another, with "
        "what it stated itself."
    )
)
class MergedTrackable:
    key: str = stored("_id", "Its key; look-ups by it return the record that it was merged into.")
    title: str = stored("title", "Its title.")
    gist: str = stored("gist", "What it says, in our own words.")
    topics: list[str] = stored(
        "topics", "The topics it is about, each a path from wide to narrow.", many=True
    )
    made_on: FuzzyDate = embedded("madeOn", "When it was made.")
    due_on: FuzzyDate | None = embedded(
        "dueOn",
        "The date by which it was due, if one was named; what counts is the `dueOn` "
        "of the record that it was merged into.",
    )
    evidence: list[Evidence] = embedded(
        "evidence", "The spans of articles that are evidence of it.", many=True
    )
    recorded_at: Instant = stored("recordedAt", "When this store first recorded it.")


def merged_trackables_field(collection: str) -> Any:
    """Declares the `mergedFrom` of a collection's documents."""
    return merged_from_field(
        collection,
        "Their evidence is evidence of this one, their follow-ups and assessments "
        "count for its status, and a search for their titles finds it.",
    )


@strawberry.interface(description="What can be followed up: a commitment or a request.")
class Trackable(SourcedRecord):
    title: str = stored("title", "A short title.")
    gist: str = stored("gist", "What it says, in our own words.")
    topics: list[str] = stored(
        "topics", "The topics it is about, each a path from wide to narrow.", many=True
    )
    strength: Strength = stored(
        "strength", "How demanding the wording is; UNSTATED where the source does not tell."
    )
    measures: list[Measure] = embedded(
        "measures", "Numbers that it states, as data beside the words.", many=True
    )
    made_on: FuzzyDate = embedded("madeOn", "When it was made.")
    days_until_recorded: int | None = days_until_recorded_field("madeOn")
    recorded_late: bool = recorded_late_field("madeOn")
    made_at: MeetingRef | None = link("madeAt", "meetings", "The meeting at which it was made.")
    evidence: list[Evidence] = embedded(
        "evidence", "The spans of articles that are evidence of it.", many=True
    )
    articles: list[ArticleRef] = links(
        "derived.articles",
        "articles",
        "The articles that are evidence of it, or of what was merged into it.",
    )
    parties: list[PartyInRole] = embedded(
        "derived.roles",
        "Every party with a role in it. A merged party stands here as the one that it "
        "was merged into.",
        many=True,
    )
    follow_ups: FollowUps = connected(
        FOLLOW_UPS,
        "Its direct follow-ups, oldest first; those of kind CONTEXT came before it.",
        Via("derived.target", single=True, touching=TRACKABLES),
        [KNOWN_AT],
        extra_query=match_known_at,
    )
    merged_from: list[MergedTrackable] = merged_trackables_field("commitments")
    follow_up_count: int = stored(
        "derived.followUpCount",
        "How many accepted follow-ups it has, with those of kind CONTEXT, which came before it.",
    )
    latest_follow_up: FollowUpRef | None = chosen(
        "derived.latestFollowUp",
        "follow_ups",
        _latest,
        ("recordedAt", "derived.edges"),
        "The last accepted follow-up, in the order of `followUps`; never of kind CONTEXT. "
        "`status.daysSilent` may count from another one, whose date is less precise "
        "and ends later.",
        [
            Argument(
                "asOf",
                Day | None,
                "Leave out what certainly came after this day; all is shown by default.",
            ),
            Argument(
                "knownAt",
                Instant | None,
                "Leave out what was recorded after this moment; null if the "
                "commitment or request itself was.",
            ),
        ],
    )
    trail: TrailConnection | None = trail_field("commitments")
    thread: list[ThreadStep] = thread_field("commitments")
    status: Status | None = computed(
        find_statuses, NEEDS, "Its status on a day; null before it was made.", [AS_OF, KNOWN_AT]
    )
    status_history: list[StatusPeriod] = computed(
        find_histories,
        NEEDS,
        "Its statuses over time, oldest first. A new period begins when anything in "
        "the status changes: value, deciding follow-ups, certainty, challenges.",
        [KNOWN_AT],
    )
    timeline: Timeline = connected(
        TIMELINE,
        "The record itself, its follow-ups, and the meetings and articles that they "
        "rest on, oldest first.",
        Via("trackables", within="key"),
        [_REACHED_BY],
        _narrow_to_known,
        match_known_at,
    )
    assessments: Assessments = connected(
        ASSESSMENTS,
        "What people have judged its status to be.",
        Via("derived.trackable", single=True),
        [
            Argument(
                "asOf",
                Day | None,
                "Leave out what certainly takes effect after this day; all is shown "
                "by default. Withdrawn assessments are included, see `withdrawnAt`.",
            ),
            KNOWN_AT,
        ],
        extra_query=_match_begun("effectiveOn"),
    )
    check_logs: CheckLogs = connected(
        CHECK_LOGS,
        "When somebody looked for follow-ups, newest first.",
        Via("derived.trackable", single=True),
        [
            Argument(
                "asOf",
                Day | None,
                "Leave out what was certainly after this day; all is shown by default.",
            ),
            KNOWN_AT,
        ],
        extra_query=_match_begun("checkedOn"),
    )


class TrackableOrderField(Described):
    """What commitments and requests can be ordered by."""

    MADE_ON = "MADE_ON", "The first day on which it may have been made."
    LAST_FOLLOW_UP = (
        "LAST_FOLLOW_UP",
        ("The day of the last accepted follow-up; those without one count as earliest."),
    )
    DAYS_SILENT = (
        "DAYS_SILENT",
        "Days since the last day on which an accepted follow-up can have happened, or "
        "since it was made if there is none. A follow-up dated only `2025` counts "
        "from the end of that year.",
    )
    FOLLOW_UP_COUNT = "FOLLOW_UP_COUNT", "How many accepted follow-ups there are."
    TITLE = "TITLE", "The title, ignoring case, diacritics and punctuation."
    UPDATED_AT = "UPDATED_AT", "When the record was last changed."
    KEY = "KEY", "The key."
    RELEVANCE = "RELEVANCE", RELEVANCE


TrackableOrder = order_input(TrackableOrderField, "commitments or requests")
