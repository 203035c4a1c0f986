"""Submit articles to the intake, call them off, try them again and delete them; refuse proposals.
What accepts proposals is `store.writes.verbs.proposals`, what reopens them
`store.writes.verbs.reopening`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from store.mongodb.collections import INTAKE_FILES, INTAKES, PROPOSALS
from store.mongodb.driver import DeleteMany, InsertOne, UpdateOne
from store.mongodb.keys import new_key
from store.records.base import Key, to_stored_precision
from store.records.enums import Described
from store.records.intakes import IntakeState, ProposalState
from store.viewers import Role
from store.writes.commands import CommandRefused, UserError, UserErrorCode, Verb, Verdict, Work
from store.writes.intake_events import LISTS, tell_intake

MOST_WAITING = 200
"""Intakes that may wait to be read at a time."""

MOST_WAITING_OF_ONE = 50
"""Of these, intakes of one curator, so that nobody keeps the others waiting for an hour."""

MOST_IN_A_DAY = 500
"""Articles that one curator may submit within a day: texts are kept until somebody deletes them."""

MOST_REJECTED = 200
"""Proposals that are refused, or reopened, at once."""

Check = Callable[[Work, Mapping[Key, Mapping[str, Any]], Mapping[Key, str]], Awaitable[None]]
"""Looks at proposals by key, each with its path in the input. Raises CommandRefused."""

_STILL_COUNTS = [s.value for s in IntakeState if s is not IntakeState.CANCELLED]


@dataclass(frozen=True, slots=True)
class Submission:
    """An article as it is submitted: a pasted `text`, or the key of an uploaded `file`. `members`
    are those of the article that are known. With `to_model` the text may leave the house.
    """

    text: str | None
    file: Key | None
    members: Mapping[str, Any]
    to_model: bool = False


def submit(given: Submission) -> Verb:
    """Has an article read. The same text or file once more gives the intake that is there."""

    async def verb(work: Work) -> Verdict:
        file = await _load_file(work, given.file) if given.file is not None else None
        digest = sha256((given.text or "").encode()).hexdigest() if file is None else file["sha256"]
        same = {"givenSha256": digest, "state": {"$in": _STILL_COUNTS}}
        if found := await work.find(INTAKES, same, fields={"_id": 1}, limit=1):
            return Verdict(row={"intake": found[0]["_id"], "isNew": False})
        await _check_room(work)
        await _check_quota(work)
        key = new_key()
        by, via = work.who
        members = {n: v for n, v in given.members.items() if v is not None}
        document = {
            "_id": key,
            "state": IntakeState.QUEUED.value,
            "submittedAt": to_stored_precision(work.now),
            "submittedBy": by,
            **({"via": via} if via is not None else {}),
            **({"given": given.text} if file is None else {"file": file["file"]}),
            **({"fileName": file["name"]} if file is not None else {}),
            "givenSha256": digest,
            "toModel": given.to_model,
            "article": members.pop("key", None) or new_key(),
            "articleMembers": members,
            "alike": [],
            "warnings": [],
            "attempts": 0,
            "proposalCount": 0,
            "openCount": 0,
        }
        await work.database.write(INTAKES, [InsertOne(document)], work.session)
        await _tell(work, key, IntakeState.QUEUED)
        return Verdict(row={"intake": key, "isNew": True})

    return verb


async def _load_file(work: Work, key: Key) -> Mapping[str, Any]:
    fields = {"file": 1, "name": 1, "sha256": 1}
    found = await work.find(INTAKE_FILES, {"file": key, "part": 0}, fields=fields)
    if not found:
        message = "there is no such file, or it was forgotten; upload it again"
        raise CommandRefused(UserError(UserErrorCode.UNKNOWN_KEY, message, "input.file"))
    return found[0]


async def _check_room(work: Work) -> None:
    waiting = {"state": IntakeState.QUEUED.value}
    fields = {"submittedBy": 1}
    found = await work.find(INTAKES, waiting, fields=fields, limit=MOST_WAITING)
    if len(found) >= MOST_WAITING:
        raise _refuse_room(f"{MOST_WAITING} articles wait to be read")
    by, _ = work.who
    if sum(one["submittedBy"] == by for one in found) >= MOST_WAITING_OF_ONE:
        raise _refuse_room(f"{MOST_WAITING_OF_ONE} articles of yours wait to be read")


async def _check_quota(work: Work) -> None:
    by, _ = work.who
    within = {"submittedBy": by, "submittedAt": {"$gt": work.now - timedelta(days=1)}}
    found = await work.find(INTAKES, within, fields={"_id": 1}, limit=MOST_IN_A_DAY)
    if len(found) >= MOST_IN_A_DAY:
        message = f"{MOST_IN_A_DAY} articles a day are the most that one curator submits; go on "
        message += "tomorrow, or load a bundle with `followthrough intake --draft`"
        raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input"))


def _refuse_room(waiting: str) -> CommandRefused:
    message = f"{waiting}; submit more when some of them were"
    return CommandRefused(UserError(UserErrorCode.INVALID, message, "input"))


def cancel(key: Key) -> Verb:
    """Calls an intake off that was not read yet."""
    before = (IntakeState.QUEUED, IntakeState.RUNNING, IntakeState.FAILED)
    return _move(key, before, IntakeState.CANCELLED, "cancelled")


def retry(key: Key) -> Verb:
    """Has an intake read again that failed, or was called off."""
    before = (IntakeState.FAILED, IntakeState.CANCELLED)
    return _move(key, before, IntakeState.QUEUED, "tried again")


def delete(key: Key) -> Verb:
    """Deletes an intake for good: its text, its file and its proposals. The records that became of
    them stay. One's own may be deleted; those of others, by an EDITOR.
    """

    async def verb(work: Work) -> Verdict:
        intake = await load_intake(work, key)
        by, _ = work.who
        if intake["submittedBy"] != by:
            work.require(Role.EDITOR, "to delete what somebody else submitted")
        await work.database.write(INTAKES, [DeleteMany({"_id": key})], work.session)
        await work.database.write(PROPOSALS, [DeleteMany({"intake": key})], work.session)
        if (file := intake.get("file")) is not None:
            await work.database.write(INTAKE_FILES, [DeleteMany({"file": file})], work.session)
        # A program that reads it right now finds that it is no longer its own.
        await _tell(work, key, IntakeState.CANCELLED)
        return Verdict(row={"key": key})

    return verb


def _move(key: Key, before: Sequence[IntakeState], after: IntakeState, done: str) -> Verb:
    async def verb(work: Work) -> Verdict:
        intake = await load_intake(work, key)
        check_stage("the intake", intake["state"], before, done, "input.key")
        if after is IntakeState.QUEUED:
            await _check_room(work)
        step = UpdateOne(
            {"_id": key},
            {
                "$set": {"state": after.value},
                "$unset": dict.fromkeys(("by", "until", "step", "failure", "finishedAt"), ""),
            },
        )
        await work.database.write(INTAKES, [step], work.session)
        await _tell(work, key, after)
        return Verdict(row={"intake": key})

    return verb


def reject(keys: Sequence[Key]) -> Verb:
    """Refuses proposals, which are kept with the reason."""

    async def verb(work: Work) -> Verdict:
        work.require_reason("refuse a proposal")
        by, _ = work.who
        decided = {
            "$set": {
                "state": ProposalState.REJECTED.value,
                "decidedAt": to_stored_precision(work.now),
                "decidedBy": by,
                "reason": (work.terms.reason or "").strip(),
            }
        }
        return await decide_proposals(work, keys, (ProposalState.OPEN,), decided, "refused")

    return verb


async def decide_proposals(
    work: Work,
    keys: Sequence[Key],
    before: Sequence[ProposalState],
    step: Mapping[str, Any],
    done: str,
    check: Check | None = None,
) -> Verdict:
    """Takes a step with proposals that are in one of the states before, and are not refused by the
    check.
    """
    paths = {key: f"input.keys[{i}]" for i, key in enumerate(keys)}
    if not paths or len(keys) > MOST_REJECTED:
        message = f"give 1 to {MOST_REJECTED} keys of proposals"
        raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.keys"))
    proposals = await load_proposals(work, paths)
    for key, path in paths.items():
        check_stage("the proposal", proposals[key]["state"], before, done, path)
    if check is not None:
        await check(work, proposals, paths)
    steps = [UpdateOne({"_id": key}, step) for key in paths]
    await work.database.write(PROPOSALS, steps, work.session)
    await recount_open(work, {proposal["intake"] for proposal in proposals.values()})
    return Verdict(lists=LISTS, row={"proposals": [*paths]})


# --- What is shared with accepting ---------------------------------------------------------------


async def load_intake(work: Work, key: Key, path: str = "input.key") -> dict[str, Any]:
    """The document of an intake. Raises CommandRefused if there is none."""
    found = await work.find(INTAKES, {"_id": key})
    if not found:
        message = "there is no such intake; `intakes` lists those there are"
        raise CommandRefused(UserError(UserErrorCode.UNKNOWN_KEY, message, path))
    return found[0]


async def load_proposals(work: Work, paths: Mapping[Key, str]) -> dict[Key, dict[str, Any]]:
    """The documents of proposals by key; `paths` says where in the input each is named. Raises
    CommandRefused with all that there are not.
    """
    found = await work.find(PROPOSALS, {"_id": {"$in": [*paths]}})
    proposals = {proposal["_id"]: proposal for proposal in found}
    message = "there is no such proposal; `proposals` lists those there are"
    missing = [
        UserError(UserErrorCode.UNKNOWN_KEY, message, path)
        for key, path in paths.items()
        if key not in proposals
    ]
    if missing:
        raise CommandRefused(*missing)
    return proposals


def check_stage(what: str, state: str, before: Sequence[Described], done: str, path: str) -> None:
    """Raises CommandRefused unless a state is one of those before."""
    if state not in [one.value for one in before]:
        stages = " or ".join(one.value for one in before)
        message = f"{what} is {state}; what is {done} is {stages}"
        raise CommandRefused(UserError(UserErrorCode.WRONG_STAGE, message, path))


async def recount_open(work: Work, intakes: set[Key]) -> None:
    """Counts again the proposals of these intakes that nobody has decided."""
    steps = []
    for key in sorted(intakes):
        open_ = {"intake": key, "state": ProposalState.OPEN.value}
        count = len(await work.find(PROPOSALS, open_, fields={"_id": 1}))
        steps.append(UpdateOne({"_id": key}, {"$set": {"openCount": count}}))
    await work.database.write(INTAKES, steps, work.session)


async def _tell(work: Work, key: Key, state: IntakeState) -> None:
    await tell_intake(work.database, work.session, key, state, None, work.now)
