"""Take records from one stage of review to the next."""

from collections.abc import Mapping, Sequence
from typing import Any

from store.mongodb.documents import to_record
from store.records.base import At
from store.records.reviews import TRANSITIONS, ReviewAction, find_writers
from store.writes.commands import (
    CommandRefused,
    UserError,
    UserErrorCode,
    Verb,
    Verdict,
    Work,
)
from store.writes.verbs.records import make_two_persons_error, require_right_to_change
from store.writes.writer import Draft

MOST_RECORDS = 1_000
"""Of one review."""


def review(action: ReviewAction, records: Sequence[tuple[At, int | None]]) -> Verb:
    """Does this with all of these records, or with none. With each comes the version that is
    expected, where another is a conflict.
    """
    transition = TRANSITIONS[action]

    async def verb(work: Work) -> Verdict:
        work.require(transition.role, f"to {action.lower()}")
        if transition.with_reason:
            work.require_reason(f"{action.lower()} records")
        if len(records) > MOST_RECORDS:
            message = f"at most {MOST_RECORDS:,} records at once"
            raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.records"))
        paths = {at: f"input.records[{i}]" for i, (at, _) in enumerate(records)}
        documents = await work.load_all({at: f"{path}.key" for at, path in paths.items()})
        for at, version in records:
            path = f"{paths[at]}.expectedVersion"
            await work.check_version(at[0], documents[at], version, path)
        errors = [
            _make_stage_error(action, at, documents[at], path)
            for at, path in paths.items()
            if documents[at]["curation"] not in transition.before
        ]
        if action is ReviewAction.SUBMIT and not errors:
            for at in paths:
                await require_right_to_change(work, at[0], documents[at])
        if action is ReviewAction.ACCEPT and work.two_persons:
            changes = await work.list_all_changes(paths)
            own = (at for at in paths if work.who in find_writers(changes[at]))
            errors += [make_two_persons_error(paths[at]) for at in own]
        if errors:
            raise CommandRefused(*errors)
        reviewed = (to_record(at[0], documents[at]) for at in paths)
        moved = (r.model_copy(update={"curation": transition.after}) for r in reviewed)
        return Verdict([Draft(record) for record in moved], paths=paths)

    return verb


def _make_stage_error(
    action: ReviewAction, at: At, document: Mapping[str, Any], path: str
) -> UserError:
    stages = " or ".join(sorted(TRANSITIONS[action].before))
    message = f"{'/'.join(at)} is {document['curation']}; {action.value} is for what is {stages}"
    fitting = tuple(
        a.value
        for a, transition in TRANSITIONS.items()
        if document["curation"] in transition.before
    )
    return UserError(UserErrorCode.WRONG_STAGE, message, path, fitting)
