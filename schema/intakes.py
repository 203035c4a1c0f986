"""Intakes as curators see them: an article that is read for proposals, and how far it is."""

from collections.abc import Sequence
from typing import Any

import orjson
import strawberry

from engine.context import Operation
from engine.fields import Arguments, computed, embedded, link, stored
from engine.lists.filters import any_of, one_of, where
from engine.rows import Row
from intake.refusals import RefusalCode
from schema.registry import PROPOSALS
from schema.shared.connections import (
    Connection,
    Filter,
    KeyFilter,
    connected,
    filter_input,
    order_input,
)
from schema.shared.enums import register_enum
from schema.shared.lazy_types import ArticleRef, Proposals
from schema.shared.nodes import Node
from schema.shared.scalars import Instant
from store.reads.reader import Via
from store.records.changes import Origin
from store.records.enums import Described
from store.records.intakes import IntakeState, IntakeStep
from store.viewers import Sight

register_enum(IntakeState)
register_enum(IntakeStep)
register_enum(RefusalCode)
register_enum(Origin)


def _texts(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [row.get("text") for row in rows]


def _drafts(rows: Sequence[Row], _arguments: Arguments, _operation: Operation) -> Sequence[Any]:
    return [orjson.dumps(row["articleMembers"]).decode() for row in rows]


def _models(rows: Sequence[Row], _arguments: Arguments, operation: Operation) -> Sequence[Any]:
    desk = operation.desk if operation.sight is Sight.ALL else None
    return [desk.language_model if desk is not None else None for _ in rows]


language_model_field: Any = computed(
    _models,
    (),
    "What the operator's language model is called, which `submitArticle` may send a text to where "
    "`sendToModel` says so; null if there is none, and for readers.",
)


@strawberry.type(description="Why an article cannot be read.")
class IntakeFailure:
    code: RefusalCode = stored("code", "Which fault it is, for programs.")
    message: str = stored("message", "What is wrong, and what would be right; for people.")


@strawberry.type(description="A stored article that shares wording with one that was submitted.")
class AlikeArticle:
    article: ArticleRef | None = link("article", "articles", "The article.")
    share: float = stored(
        "share",
        "The share of common sequences of four words, 0 to 1: from 0.1 on it is most probably the "
        "same meeting, from 0.8 on nearly the same text.",
    )


@strawberry.type(
    description="An article that was submitted to be read, and what came of it. Only curators see "
    "intakes; nothing of them is published before it is accepted."
)
class Intake(Node):
    key: str = stored("_id", "Its key.")
    state: IntakeState = stored("state", "How far it is.")
    step: IntakeStep | None = stored("step", "What is done with it now; null unless RUNNING.")
    submitted_at: Instant = stored("submittedAt", "When it was submitted.")
    submitted_by: str = stored("submittedBy", "Who submitted it.")
    via: Origin | None = stored("via", "How it came.")
    file_name: str | None = stored("fileName", "The name of the file; null of a pasted text.")
    sends_to_model: bool = stored(
        "toModel", "Whether its text may be sent to the operator's language model."
    )
    model_note: str | None = stored(
        "modelNote", "What came of asking the language model, in words; null if it was not asked."
    )
    text: str | None = computed(
        _texts,
        ("text",),
        "The text as it was read, to which spans point; null until then.",
        weight=10,
    )
    language: str | None = stored("language", "The language of the text; null until it is known.")
    failure: IntakeFailure | None = embedded("failure", "Why it cannot be read; null if it can.")
    warnings: list[str] = stored(
        "warnings", "What is odd about the text, in words for people.", many=True
    )
    article_key: str = stored("article", "The key that its article has, or is to have.")
    article: ArticleRef | None = link(
        "article", "articles", "Its article; null until the first proposal is accepted."
    )
    article_draft: str = computed(
        _drafts,
        ("articleMembers",),
        "What is known of the article, in JSON with the members of a bundle; `acceptProposals` "
        "takes the rest.",
    )
    same_text: ArticleRef | None = link(
        "sameText", "articles", "The stored article that has this very text, if one has."
    )
    alike: list[AlikeArticle] = embedded(
        "alike", "Stored articles that share wording, the most alike first.", many=True
    )
    finished_at: Instant | None = stored(
        "finishedAt", "When it was read, or could not be; null until then."
    )
    proposal_count: int = stored("proposalCount", "How many proposals there are.")
    open_count: int = stored("openCount", "How many of them nobody has decided yet.")
    proposals: Proposals = connected(
        PROPOSALS,
        "What is proposed, in the order in which drafts name each other.",
        Via("intake", single=True),
    )


@strawberry.type(description="A page of intakes.")
class IntakeConnection(Connection[Intake]):
    pass


class IntakeOrderField(Described):
    """What intakes can be ordered by."""

    SUBMITTED_AT = "SUBMITTED_AT", "When they were submitted."


IntakeOrder = order_input(IntakeOrderField, "intakes")


@filter_input(description="Which intakes; all members must match.")
class IntakeFilter(Filter):
    key: KeyFilter | None = where(one_of("_id"), "With this key.")
    article: KeyFilter | None = where(
        one_of("article"), "Of the article that has this key, or is to have it."
    )
    state: list[IntakeState] | None = where(any_of("state"), "In one of these states.")
