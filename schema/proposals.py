"""Proposals as curators see them: drafts of records, with what is needed to judge them."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import strawberry

from engine.context import Operation
from engine.fields import (
    Arguments,
    Needs,
    asked,
    computed,
    embedded,
    link,
    link_among,
    links,
    stored,
)
from engine.lists.filters import any_of, one_of, where
from engine.rows import Row
from intake.kinds import ProposalKind, ProposalOrigin
from schema.changes import Noun
from schema.shared.connections import (
    Connection,
    Filter,
    KeyFilter,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.lazy_types import IntakeRef, ProposalRef
from schema.shared.nodes import Node, Record
from schema.shared.scalars import Instant
from store.reads.obstacles import find_obstacles
from store.records.enums import Described
from store.records.follow_ups import Confidence
from store.records.intakes import ProposalState

register_enum(ProposalKind)
register_enum(ProposalOrigin)
register_enum(ProposalState)
register_enum(Confidence)


def _drafts(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [orjson.dumps(row["members"]).decode() if row.get("members") else None for row in rows]


async def _ask_for_obstacles(
    operation: Operation, keys: Sequence[str], _arguments: Arguments, _needs: Needs
) -> Mapping[str, Row | None]:
    return await find_obstacles(operation.reader, keys)


@strawberry.type(description="A span of an intake's text in Unicode code points, end exclusive.")
class ProposedSpan:
    start: int = stored("start", "The first code point, from 0.")
    end: int = stored("end", "The code point after the last.")
    exact: str = stored("exact", "The words.")
    prefix: str = stored("prefix", "What stands right before them.")
    suffix: str = stored("suffix", "What stands right after them.")
    exact_sha256: str = stored("exactSha256", "SHA-256 of the words.")


@strawberry.type(description="Whom or what a member of a draft may mean.")
class ProposedCandidate:
    member: str = stored("member", "The member, such as `promisors`; `sameAs` is the record as a "
                         "whole.")  # fmt: skip
    name: str = stored("name", "What it is called.")
    key: str | None = stored(
        "key", "Its key, or the one that is proposed for it; null of a name that is not stored."
    )
    record: Record | None = link_among("key", "noun", "The record; null if it is not stored.")


@strawberry.type(description="Why a record would be refused as it is drafted.")
class ProposalObstacle:
    member: str = stored("member", "The member of the draft, such as `evidence`.")
    message: str = stored("message", "What is wrong, and what would be right; for people.")


@strawberry.type(
    description="A draft of a record, or of evidence for a stored one, that was read from an "
    "article. Only curators see proposals."
)
class Proposal(Node):
    key: str = stored("_id", "Its key.")
    intake: IntakeRef | None = link("intake", "intakes", "The intake that it is of.")
    number: int = stored("number", "Its place among the proposals of its intake, from 0.")
    kind: ProposalKind = stored("kind", "What it would write.")
    state: ProposalState = stored("state", "What was decided about it.")
    confidence: Confidence = stored("confidence", "How sure it is.")
    origin: ProposalOrigin = stored("origin", "What made it.")
    reasons: list[str] = stored("reasons", "Why it is proposed, in words for people.", many=True)
    spans: list[ProposedSpan] = embedded("spans", "The words that it rests on.", many=True)
    noun: Noun | None = stored(
        "noun", "The kind of record that it would create; null if it would create none."
    )
    draft: str | None = computed(
        _drafts,
        ("members",),
        "What the record would say, in JSON with the members of a bundle; null if there is no "
        "draft. What a curator has to write or choose is missing in it.",
    )
    about: Record | None = link_among(
        "about.key", "about.noun", "The stored record that it would be evidence of, if any."
    )
    candidates: list[ProposedCandidate] = embedded(
        "candidates", "Whom or what members may mean, the likeliest first.", many=True
    )
    unresolved: list[str] = stored(
        "unresolved", "Names in the draft that no stored party has.", many=True
    )
    needs: list[ProposalRef] = links(
        "needs",
        "proposals",
        "Proposals of new parties and meetings that the draft names: accept them with it, or "
        "before, or correct the draft.",
    )
    obstacle: ProposalObstacle | None = asked(
        _ask_for_obstacles,
        lambda _row, found, _arguments: found,
        "Why its record would be refused as it is drafted, with the remedy: an open follow-up that "
        "advances its target may not rest only on articles in which that was made. Null if nothing "
        "is known of that kind.",
    )
    record: Record | None = link_among(
        "record.key", "record.noun", "The record that it became, or is evidence of now."
    )
    decided_at: Instant | None = stored("decidedAt", "When it was accepted or refused.")
    decided_by: str | None = stored("decidedBy", "Who accepted or refused it.")
    reason: str | None = stored("reason", "Why it was refused.")


@strawberry.type(description="A page of proposals.")
class ProposalConnection(Connection[Proposal]):
    pass


class ProposalOrderField(Described):
    """What proposals can be ordered by."""

    NUMBER = "NUMBER", "The intake, oldest first, and the place in it."
    SURENESS = "SURENESS", "How sure they are, the surest first."


ProposalOrder = order_input(ProposalOrderField, "proposals")


@filter_input(description="Which proposals; all members must match.")
class ProposalFilter(Filter):
    key: KeyFilter | None = where(one_of("_id"), "With this key.")
    intake: KeyFilter | None = where(one_of("intake"), "Of this intake.")
    state: list[ProposalState] | None = where(any_of("state"), "In one of these states.")
    kind: list[ProposalKind] | None = where(any_of("kind"), "Of these kinds.")
    confidence: list[Confidence] | None = where(any_of("confidence"), "As sure as one of these.")
    origin: list[ProposalOrigin] | None = where(any_of("origin"), "Made by one of these.")
