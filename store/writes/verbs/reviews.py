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


def review(
    action: ReviewAction, ats: Sequence[At], expected: Mapping[At, int | None] | None = None
) -> Verb:
    """Does this with all of these records, or with none. `expected` are their versions, where
    another is a conflict.
    """
    transition = TRANSITIONS[action]

    async def verb(work: Work) -> Verdict:
        work.require(transition.role, f"to {action.lower()}")
        if transition.with_reason:
            work.require_reason(f"{action.lower()} records")
        drafts, paths, errors = [], {}, []
        for i, at in enumerate(dict.fromkeys(ats)):
            path = f"input.records[{i}]"
            document = await work.load(*at, f"{path}.key")
            await work.check_version(
                at[0], document, (expected or {}).get(at), f"{path}.expectedVersion"
            )
            if document["curation"] not in transition.before:
                errors.append(_make_stage_error(action, at, document, path))
                continue
            if action is ReviewAction.SUBMIT:
                await require_right_to_change(work, at[0], document)
            if (
                action is ReviewAction.ACCEPT
                and work.two_persons
                and work.who in find_writers(await work.list_changes(*at))
            ):
                errors.append(make_two_persons_error(path))
                continue
            record = to_record(at[0], document)
            drafts.append(Draft(record.model_copy(update={"curation": transition.after})))
            paths[at] = path
        if errors:
            raise CommandRefused(*errors)
        return Verdict(drafts, paths=paths)

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
