"""Intakes: articles that are read for proposals. They are no records: nothing follows from them.

An intake is a job and what it came to; a proposal is a draft of a record that nobody has accepted
yet. Both are for curators alone, as is every word of an article in them.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from store.records.base import Instant, Key, Line, Sha256, Text
from store.records.changes import Origin
from store.records.enums import Described


class IntakeState(Described):
    """How far an intake is."""

    QUEUED = "QUEUED", "It waits to be read."
    RUNNING = "RUNNING", "It is being read; `step` says how far."
    READY = "READY", "It was read, and its proposals wait for decisions, or have them."
    FAILED = "FAILED", "It cannot be read; `failure` says why. `retryIntake` tries again."
    CANCELLED = "CANCELLED", "Somebody called it off. `retryIntake` takes it up again."


class IntakeStep(Described):
    """What is done with an article, in this order."""

    DECODE = "DECODE", "A file becomes a text."
    READ = "READ", "The text is read beside what is stored."
    ASK_MODEL = "ASK_MODEL", "The operator's language model is asked, where that was agreed to."
    FILE = "FILE", "What was found becomes proposals."


class ProposalState(Described):
    """What was decided about a proposal."""

    OPEN = "OPEN", "Nobody has decided yet."
    ACCEPTED = "ACCEPTED", "It became a record, or evidence of one."
    REJECTED = "REJECTED", "It was refused; kept with the reason. `reopenProposal` takes it back."


class _Shape(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


MOST_CHARACTERS = 1_000_000
"""Of a text that is kept; far fewer are read."""

GivenText = Annotated[str, Field(max_length=MOST_CHARACTERS)]


class Failure(_Shape):
    """Why an article cannot be read: a code for programs, and what would be right."""

    code: Line
    message: Text


class Alike(_Shape):
    """A stored article that shares wording, and the share of common sequences of four words."""

    article: Key
    share: Annotated[float, Field(ge=0, le=1)]


class Intake(_Shape):
    """An article that was submitted, the job that reads it, and what it came to.

    `given` is the text as it was pasted, until it is read; `file` the key of an upload in its
    place. `text` is what was read, to which spans point. `article` is the key that its article has
    or is to have, `article_members` what is known of it. `same_text` is the stored article with
    this very text. `by` holds the lease `until` a moment; both are there while it is RUNNING.
    """

    key: Key
    state: IntakeState
    step: IntakeStep | None = None
    submitted_at: Instant
    submitted_by: Text
    via: Origin | None = None
    given: GivenText | None = None
    given_sha256: Sha256
    file: Key | None = None
    file_name: Line | None = None
    to_model: bool = False
    model_note: Text | None = None
    text: GivenText | None = None
    language: Line | None = None
    article: Key
    article_members: dict[str, Any]
    same_text: Key | None = None
    alike: tuple[Alike, ...] = ()
    warnings: tuple[Text, ...] = ()
    failure: Failure | None = None
    attempts: int = 0
    by: Key | None = None
    until: Instant | None = None
    finished_at: Instant | None = None
    proposal_count: int = 0
    open_count: int = 0


class SpanOfProposal(_Shape):
    """A span of the intake's text in code points, with the words and what stands around them."""

    start: int
    end: int
    exact: Text
    prefix: str
    suffix: str
    exact_sha256: Sha256


class Candidate(_Shape):
    """Whom or what a member of a draft may mean: a stored record, or a name that is not stored."""

    member: Line
    noun: Line | None = None
    key: Key | None = None
    name: Text


class NamedRecord(_Shape):
    """A record by noun and key."""

    noun: Line
    key: Key


class Proposal(_Shape):
    """A draft of a record, or of evidence for a stored one, with what a curator needs to judge it.

    `number` is its place in the intake, `sureness` its confidence as 1 to 3. `members` are those of
    the record, as a bundle has them. `needs` are proposals of the same intake whose records the
    draft names.
    """

    key: Key
    intake: Key
    number: int
    kind: Line
    state: ProposalState
    confidence: Line
    sureness: int
    origin: Line
    reasons: tuple[Text, ...] = ()
    spans: tuple[SpanOfProposal, ...] = ()
    noun: Line | None = None
    members: dict[str, Any] = {}
    about: NamedRecord | None = None
    candidates: tuple[Candidate, ...] = ()
    unresolved: tuple[Text, ...] = ()
    needs: tuple[Key, ...] = ()
    record: NamedRecord | None = None
    decided_at: Instant | None = None
    decided_by: Text | None = None
    reason: Text | None = None


class IntakeEvent(_Shape):
    """That an intake went a step further; kept for a day, for those who follow it."""

    key: Key
    intake: Key
    state: IntakeState
    step: IntakeStep | None = None
    at: Instant
    data_version: int
    sequence: int
    until: Instant
