"""The stages of review, and who may take a record from one to the next. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store.records.base import Curation
from store.records.enums import Described
from store.viewers import Role


class ReviewAction(Described):
    """What a reviewer does with records."""

    SUBMIT = "SUBMIT", "Hand in for review: PROPOSED becomes IN_REVIEW."
    ACCEPT = (
        "ACCEPT",
        "Accept: PROPOSED, IN_REVIEW, or what was RETRACTED by mistake, becomes ACCEPTED, and is "
        "published.",
    )
    REJECT = "REJECT", "Refuse, with a reason: PROPOSED or IN_REVIEW becomes REJECTED."
    RETRACT = "RETRACT", "Withdraw, with a reason: ACCEPTED becomes RETRACTED."
    # What was RETRACTED must go on to say so, and is accepted again at once.
    REOPEN = "REOPEN", "Look at it again: REJECTED becomes IN_REVIEW."


@dataclass(frozen=True, slots=True)
class Transition:
    """From which stages an action leads to which, the role it needs, whether it needs a reason."""

    before: frozenset[Curation]
    after: Curation
    role: Role = Role.EDITOR
    with_reason: bool = False


_WAITING = frozenset({Curation.PROPOSED, Curation.IN_REVIEW})

TRANSITIONS: Mapping[ReviewAction, Transition] = {
    ReviewAction.SUBMIT: Transition(
        frozenset({Curation.PROPOSED}), Curation.IN_REVIEW, Role.PROPOSER
    ),
    # The address of what was retracted says so for ever, unless it is accepted again.
    ReviewAction.ACCEPT: Transition(_WAITING | {Curation.RETRACTED}, Curation.ACCEPTED),
    ReviewAction.REJECT: Transition(_WAITING, Curation.REJECTED, with_reason=True),
    ReviewAction.RETRACT: Transition(
        frozenset({Curation.ACCEPTED}), Curation.RETRACTED, with_reason=True
    ),
    ReviewAction.REOPEN: Transition(frozenset({Curation.REJECTED}), Curation.IN_REVIEW),
}

Who = tuple[str, str | None]
"""Who wrote a change: the name, and how it came. Names alone may repeat."""


def find_writers(changes: Iterable[Mapping[str, Any]]) -> set[Who]:
    """Who wrote what a record says and nobody has accepted yet: all who changed more than its stage
    since it was accepted last. `changes` are its entries in the log, oldest first.
    """
    writers: set[Who] = set()
    for change in changes:
        if tuple(change["changed"]) != ("curation",):
            writers.add((change["by"], change.get("via")))
        elif change["after"]["curation"] == Curation.ACCEPTED:
            writers.clear()
    return writers
