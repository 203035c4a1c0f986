"""Create, update and revert records, and apply many at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from store.mongodb.documents import BOOKKEEPING, to_record
from store.mongodb.keys import new_key
from store.records.base import Curation, Key, Record
from store.records.nouns import noun_of
from store.viewers import Role
from store.writes.commands import (
    CommandRefused,
    UserError,
    UserErrorCode,
    Verb,
    Verdict,
    Work,
)
from store.writes.verbs.members import Members, build_record
from store.writes.writer import Draft

_KEPT_BY_OTHER_VERBS = ("curation", "mergedInto", "recordedAt")
"""Members that a revert leaves: a stage of review and a merge have verbs of their own."""


def create(noun: str, members: Members, *, accept: bool = False) -> Verb:
    """Creates a record, PROPOSED unless it is to be accepted at once."""

    async def verb(work: Work) -> Verdict:
        key = members.get("key")
        if key is not None and await work.find_documents(noun, [key]):
            message = f"{noun} has a record {key!r} already; update that, or give another key"
            raise CommandRefused(UserError(UserErrorCode.KEY_TAKEN, message, "input.key"))
        if accept:
            work.require(Role.EDITOR, "to accept a record")
            if work.two_persons:
                raise CommandRefused(make_two_persons_error("input.accept"))
        given = {n: v for n, v in members.items() if v is not None}
        curation = Curation.ACCEPTED if accept else Curation.PROPOSED
        whole = {**given, "key": new_key() if key is None else key, "curation": curation}
        record = await build_record(work, noun, whole)
        return _write_one(noun, record)

    return verb


def update(noun: str, key: Key, members: Members, expected: int | None = None) -> Verb:
    """Changes members of a record: what is absent stays, None empties."""

    async def verb(work: Work) -> Verdict:
        document = await work.load_expected(noun, key, expected)
        await require_right_to_change(work, noun, document)
        whole = {**members_in(document), **members}
        whole = {n: v for n, v in whole.items() if v is not None}
        return _write_one(noun, await build_record(work, noun, whole))

    return verb


def revert(noun: str, key: Key, version: int, expected: int | None = None) -> Verb:
    """Has a record say again what it said in an earlier version. Its stage of review and what it
    is merged into stay.
    """

    async def verb(work: Work) -> Verdict:
        document = await work.load_expected(noun, key, expected)
        work.require_reason("take back changes")
        changes = await work.list_changes(noun, key)
        # Each change adds one to the version, and an imported record may begin with any.
        first = document["version"] - len(changes) + 1
        if not first <= version <= document["version"]:
            message = f"{noun}/{key} has the versions {first} to {document['version']}"
            raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.version"))
        then = changes[version - first]["after"]
        now = {n: document[n] for n in _KEPT_BY_OTHER_VERBS if n in document}
        said = {n: v for n, v in then.items() if n not in _KEPT_BY_OTHER_VERBS}
        return _write_one(noun, to_record(noun, {"_id": key, **said, **now}))

    return verb


def withdraw_assessment(key: Key, at: datetime | None, expected: int | None = None) -> Verb:
    """Ends an assessment, from a moment on, by default this one."""

    async def verb(work: Work) -> Verdict:
        document = await work.load_expected("assessments", key, expected)
        work.require_reason("withdraw an assessment")
        if "withdrawnAt" in document:
            message = f"it was withdrawn at {document['withdrawnAt'].isoformat()}"
            raise CommandRefused(UserError(UserErrorCode.WRONG_STAGE, message, "input.key"))
        whole = {**members_in(document), "withdrawnAt": at or work.now}
        return _write_one("assessments", await build_record(work, "assessments", whole))

    return verb


def members_in(document: Mapping[str, Any]) -> Members:
    """What a stored record says, as members that a model takes."""
    dropped = {*BOOKKEEPING, "derived", "_id"}
    return {"key": document["_id"], **{n: v for n, v in document.items() if n not in dropped}}


def _write_one(noun: str, record: Record) -> Verdict:
    at = noun, record.key
    return Verdict([Draft(record)], at, {at: "input"})


async def require_right_to_change(work: Work, noun: str, document: Mapping[str, Any]) -> None:
    """Raises NotAllowed unless the viewer may change what this record says: editors may, and
    whoever proposed it while it is PROPOSED.
    """
    if work.viewer.role >= Role.EDITOR:
        return
    if document["curation"] == Curation.PROPOSED:
        changes = await work.list_changes(noun, document["_id"])
        if changes and (changes[0]["by"], changes[0].get("via")) == work.who:
            return
    work.require(Role.EDITOR, "to change what is no proposal of your own")


def make_two_persons_error(path: str) -> UserError:
    """The error for whoever would accept their own words."""
    message = "whoever wrote it cannot accept it as well; have somebody else accept it"
    return UserError(UserErrorCode.TWO_PERSONS, message, path)


# --- Many at once --------------------------------------------------------------------------------


def apply_records(records: Sequence[tuple[Record, str]]) -> Verb:
    """Writes records as an import does, all or none; each comes with its place in the input. They
    may name each other. What is stored so already stays.
    """

    async def verb(work: Work) -> Verdict:
        ats = {(noun_of(record), record.key): (record, path) for record, path in records}
        stored = await work.find_all(ats)
        for at, (record, path) in ats.items():
            await _check_right_to_apply(work, record, stored.get(at), path)
        drafts = [Draft(record, record.version) for record, _ in records]
        return Verdict(drafts, None, {at: path for at, (_, path) in ats.items()})

    return verb


async def _check_right_to_apply(
    work: Work, record: Record, stored: Mapping[str, Any] | None, path: str
) -> None:
    """Raises NotAllowed, or CommandRefused, if the viewer may not have a record become this."""
    if work.viewer.role < Role.EDITOR:
        if stored is not None:
            await require_right_to_change(work, noun_of(record), stored)
        if record.curation is not Curation.PROPOSED or record.merged_into or record.recorded_at:
            work.require(Role.EDITOR, f"{path}: to say more than a proposal does")
    before = stored["curation"] if stored is not None else None
    if record.curation is Curation.ACCEPTED != before and work.two_persons:
        raise CommandRefused(make_two_persons_error(f"{path}.curation"))
