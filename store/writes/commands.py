"""Commands: what somebody signed in has the store do, each in one transaction, tried or for good.

A verb (`store.writes.verbs`) turns what is asked into drafts. Here is what all of them share: user
errors with suggestions, dry runs, idempotency keys, and the row that a payload is read from.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias

from store.mongodb.collections import CHANGES, COMMANDS, QUEUE
from store.mongodb.driver import Database, ReplaceOne, Session
from store.records.base import At, Key, Problem, RecordRefused, group_keys
from store.records.changes import Origin
from store.records.enums import Described
from store.records.faults import find_similar
from store.records.nouns import NOUNS
from store.records.parties import fold_party_name
from store.records.reviews import Who
from store.viewers import Role, SignIn, Viewer
from store.writes.counters import advance_to, data_version
from store.writes.writer import (
    Author,
    Draft,
    ManyChangeAlong,
    Receipt,
    Writer,
    WriteRefused,
)

KEPT_FOR = timedelta(days=1)
"""How long it is known what a command came to, by its idempotency key."""

LONGEST_KEY = 200
"""Characters of an idempotency key."""

LONGEST_REASON = 2_000
"""Characters of a reason."""


MOST_ERRORS = 100
"""User errors that are told at once."""

MOST_SUGGESTED = 10
"""Of these, how many at most have suggestions that must be looked for."""


class UserErrorCode(Described):
    """What is wrong with an input."""

    INVALID = "INVALID", "A value breaks a rule; the message says which, and what would be right."
    MISSING = "MISSING", "A value is missing that must be given."
    UNKNOWN_KEY = "UNKNOWN_KEY", "There is no record with this key; `suggestions` has near keys."
    UNKNOWN_VALUE = "UNKNOWN_VALUE", "No such value; `suggestions` has those that there are."
    UNKNOWN_MEMBER = "UNKNOWN_MEMBER", "A record has no such member; `suggestions` has near ones."
    BAD_DATE = "BAD_DATE", "This is no date; `suggestions` has dates that it may mean."
    WORDS_NOT_FOUND = (
        "WORDS_NOT_FOUND",
        "The article does not hold these words; `suggestions` has passages that are like them.",
    )
    WORDS_STAND_TWICE = (
        "WORDS_STAND_TWICE",
        "The article holds these words more than once; `suggestions` shows the places.",
    )
    KEY_TAKEN = "KEY_TAKEN", "Another record has this key."
    VERSION_CONFLICT = (
        "VERSION_CONFLICT",
        "Somebody changed the record since; the message says who, and which version there is.",
    )
    REASON_MISSING = "REASON_MISSING", "This needs a reason, because something is taken away."
    WRONG_STAGE = "WRONG_STAGE", "A record in this stage of review cannot be treated so."
    TWO_PERSONS = (
        "TWO_PERSONS",
        "Whoever wrote it cannot accept it as well; somebody else has to.",
    )
    TOO_LONG = "TOO_LONG", "The text is longer than what is read at once."
    NOT_OWN_WORDS = (
        "NOT_OWN_WORDS",
        "Eight words in a row are those of the article; say it in your own.",
    )
    IDEMPOTENCY_KEY_USED = (
        "IDEMPOTENCY_KEY_USED",
        "Another input was sent under this idempotency key within the last day.",
    )


@dataclass(frozen=True, slots=True)
class UserError:
    """Something that whoever sent the input can mend: the path of it, such as
    `input.evidence[0].article`, and values that would be right.
    """

    code: UserErrorCode
    message: str
    path: str | None = None
    suggestions: tuple[str, ...] = ()


class CommandRefused(Exception):
    """A command that was not carried out, and why; nothing was written."""

    def __init__(self, *errors: UserError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


class NotAllowed(Exception):
    """The viewer's role does not allow this; `role` would."""

    def __init__(self, message: str, role: Role) -> None:
        super().__init__(message)
        self.role = role


@dataclass(frozen=True, slots=True)
class Terms:
    """What every command takes beside what it is about."""

    reason: str | None = None
    correction: bool = False
    idempotency_key: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a command comes to: drafts to write, and what its payload has beside what all have.

    `about` is the record that the payload shows. `paths` says where in the input each draft is
    from. `left` are records that stay as they are, as in `Writer.write_within`. `lists` are
    collections beside the records that the verb has written to.
    """

    drafts: Sequence[Draft] = ()
    about: At | None = None
    paths: Mapping[At, str] = field(default_factory=dict)
    _: KW_ONLY
    left: Collection[At] = ()
    lists: Collection[str] = ()
    row: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """The transaction of a command, as its verb sees it: who commands, and what is stored."""

    database: Database
    session: Session
    viewer: Viewer
    terms: Terms
    two_persons: bool
    now: datetime

    @property
    def who(self) -> Who:
        """The viewer, as changes name whoever wrote them."""
        via = origin_of(self.viewer)
        return self.viewer.name or "", str(via) if via is not None else None

    async def find(
        self, collection: str, query: Mapping[str, Any], **options: Any
    ) -> list[dict[str, Any]]:
        """As `Database.find`."""
        return await self.database.find(collection, query, session=self.session, **options)

    async def find_documents(self, noun: str, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """The documents of these records, by key."""
        found = await self.find(noun, {"_id": {"$in": sorted(set(keys))}})
        return {document["_id"]: document for document in found}

    async def load(self, noun: str, key: Key, path: str) -> dict[str, Any]:
        """The document of a record. Raises CommandRefused with near keys if there is none."""
        return (await self.load_all({(noun, key): path}))[noun, key]

    async def load_expected(
        self, noun: str, key: Key, expected: int | None, path: str = "input.key"
    ) -> dict[str, Any]:
        """As `load`, of the version that is expected. Raises CommandRefused of another one."""
        document = await self.load(noun, key, path)
        await self.check_version(noun, document, expected, "input.expectedVersion")
        return document

    async def find_all(self, ats: Iterable[At]) -> dict[At, dict[str, Any]]:
        """The documents of those of these records that there are."""
        found: dict[At, dict[str, Any]] = {}
        for noun, keys in group_keys(ats).items():
            documents = await self.find_documents(noun, keys)
            found |= {(noun, key): document for key, document in documents.items()}
        return found

    async def load_all(self, paths: Mapping[At, str]) -> dict[At, dict[str, Any]]:
        """The documents of several records; `paths` says where in the input each is named. Raises
        CommandRefused with all that there are not.
        """
        found = await self.find_all(paths)
        missing = [at for at in paths if at not in found][:MOST_SUGGESTED]
        if missing:
            raise CommandRefused(*[await self._name_missing(*at, paths[at]) for at in missing])
        return found

    async def _name_missing(self, noun: str, key: Key, path: str) -> UserError:
        near = await find_near(self.database, [noun], key)
        message = f"no record {key!r} among {noun}; correct the key"
        return UserError(UserErrorCode.UNKNOWN_KEY, message, path, tuple(near))

    async def list_changes(self, noun: str, key: Key) -> list[dict[str, Any]]:
        """The entries of a record in the log of changes, oldest first."""
        return (await self.list_all_changes([(noun, key)]))[noun, key]

    async def list_all_changes(self, ats: Iterable[At]) -> dict[At, list[dict[str, Any]]]:
        """The entries of several records, of each the oldest first."""
        found: dict[At, list[dict[str, Any]]] = {at: [] for at in ats}
        order = [("dataVersion", 1), ("sequence", 1)]
        for noun, keys in group_keys(found).items():
            query = {"noun": noun, "record": {"$in": keys}}
            for change in await self.find(CHANGES, query, sort=order):
                found[noun, change["record"]].append(change)
        return found

    async def check_version(
        self, noun: str, document: Mapping[str, Any], expected: int | None, path: str
    ) -> None:
        """Raises CommandRefused if a record has another version than is expected."""
        if expected is None or expected == document["version"]:
            return
        changes = await self.list_changes(noun, document["_id"])
        by = f", by {changes[-1]['by']} at {changes[-1]['at'].isoformat()}" if changes else ""
        message = (
            f"version {expected} was expected, and {noun}/{document['_id']} has version "
            f"{document['version']}{by}; read it again and apply the change to what it says now"
        )
        raise CommandRefused(UserError(UserErrorCode.VERSION_CONFLICT, message, path))

    def require(self, role: Role, what: str) -> None:
        """Raises NotAllowed unless the viewer has at least this role."""
        if self.viewer.role < role:
            raise NotAllowed(f"{what} needs the role {role.name}", role)

    def require_reason(self, what: str) -> None:
        """Raises CommandRefused without a reason."""
        if not (self.terms.reason or "").strip():
            message = f"to {what} needs a reason, which readers may see; give one"
            raise CommandRefused(UserError(UserErrorCode.REASON_MISSING, message, "input.reason"))


Row: TypeAlias = dict[str, Any]
"""What a payload is read from."""

Verb: TypeAlias = Callable[[Work], Awaitable[Verdict]]

Finish: TypeAlias = Callable[[Row, Session | None], Awaitable[None]]
"""Reads the rest of a payload; with a session, what its transaction sees."""


class _Undone(Exception):
    """Ends the transaction of a dry run."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row


class Desk:
    """Carries out commands on one database. `two_persons` says that nobody accepts what they wrote
    themselves. `clock` says when something is recorded, and `today` of which day effects are told:
    by default that of the clock. `language_model` is what the operator's is called that the intake
    may ask, if there is one.
    """

    def __init__(
        self,
        database: Database,
        *,
        two_persons: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        today: Callable[[], str] | None = None,
        language_model: str | None = None,
    ) -> None:
        self.language_model = language_model
        self._database = database
        self._two_persons = two_persons
        self._clock = clock
        self._today = today

    async def carry_out(
        self,
        name: str,
        given: Mapping[str, Any],
        verb: Verb,
        terms: Terms,
        viewer: Viewer,
        finish: Finish,
    ) -> Row:
        """The row of the payload, after `finish` had it. `name` and `given` tell commands under one
        idempotency key apart. Raises NotAllowed.
        """
        paths: dict[At, str] = {}
        key = None if terms.dry_run else terms.idempotency_key
        named = f"{viewer.sign_in}:{viewer.name}:{key}"
        digest = _digest(name, given)
        author = Author(viewer.name or "", terms.reason, terms.correction, via=origin_of(viewer))
        left: set[At] = set()

        async def work(session: Session) -> Row:
            now = self._clock()
            if key is not None and (kept := await self._find_kept(named, session, now)):
                if kept["digest"] != digest:
                    raise CommandRefused(_KEY_USED)
                row: Row = kept["row"]
                return row
            at_work = Work(self._database, session, viewer, terms, self._two_persons, now)
            verdict = await verb(at_work)
            paths.update(verdict.paths)
            writer = Writer(self._database, clock=lambda: now, today=self._today)
            receipt = await writer.write_within(
                session,
                verdict.drafts,
                author,
                left={*verdict.left, *left},
                for_good=not terms.dry_run,
            )
            if verdict.lists and not receipt.changes:
                # Answers that are kept by the version of the data may show them.
                version = await data_version(self._database, session) + 1
                await advance_to(self._database, session, version, (), verdict.lists)
            row = await self._make_row(verdict, receipt, session)
            if terms.dry_run:
                await finish(row, session)
                raise _Undone(row)
            if key is not None:
                kept = {"_id": named, "digest": digest, "row": row, "until": now + KEPT_FOR}
                keep = ReplaceOne({"_id": named}, kept, upsert=True)
                await self._database.write(COMMANDS, [keep], session)
            return row

        try:
            _check_terms(terms)
            try:
                row = await self._database.transaction(work)
            except ManyChangeAlong as many:
                if terms.dry_run:
                    left.update(many.ats)  # No status depends on them.
                else:
                    await Writer(self._database, clock=self._clock).write_ahead(many, author)
                row = await self._database.transaction(work)
        except _Undone as undone:
            return undone.row
        except CommandRefused as refused:
            row = make_refused_row(refused.errors)
        except WriteRefused as refused:
            row = make_refused_row(await self._explain(refused.refusals, paths))
        row = dict(row)
        await finish(row, None)
        return row

    async def _find_kept(
        self, named: str, session: Session, now: datetime
    ) -> Mapping[str, Any] | None:
        query = {"_id": named, "until": {"$gt": now}}
        found = await self._database.find(COMMANDS, query, session=session)
        return found[0] if found else None

    async def _make_row(self, verdict: Verdict, receipt: Receipt, session: Session) -> Row:
        pending = await self._database.find(QUEUE, {}, fields={"_id": 1}, session=session)
        version = receipt.data_version or await data_version(self._database, session)
        written = [*receipt.created, *receipt.updated]
        row: Row = {
            "dataVersion": version,
            "pending": len(pending),
            "effects": [
                {name: value for name, value in asdict(effect).items() if value is not None}
                | {"decidedBy": list(effect.decided_by)}
                for effect in receipt.effects
            ],
            "userErrors": [],
            "written": [
                {"noun": noun, "key": key, "change": receipt.changes[noun, key]}
                for noun, key in written
            ],
            "unchanged": len(receipt.unchanged),
            **verdict.row,
        }
        if verdict.about is not None:
            row["noun"], row["record"] = verdict.about
            if verdict.about in receipt.changes:
                row["change"] = receipt.changes[verdict.about]
        return row

    async def _explain(
        self, refusals: Iterable[RecordRefused], paths: Mapping[At, str]
    ) -> list[UserError]:
        found: list[UserError] = []
        for refusal in refusals:
            at = refusal.noun, refusal.key
            for problem in refusal.problems[: MOST_ERRORS - len(found)]:
                near: list[Key] = []
                if problem.missing is not None and len(found) < MOST_SUGGESTED:
                    near = await find_near(self._database, problem.among, problem.missing)
                found.append(_tell_problem(at, problem, paths.get(at), near))
        return found


def _tell_problem(at: At, problem: Problem, path: str | None, near: Sequence[Key]) -> UserError:
    code = UserErrorCode.INVALID
    if problem.missing is not None:
        code = UserErrorCode.UNKNOWN_KEY
    elif problem.path == "version":
        code = UserErrorCode.VERSION_CONFLICT
    if path is None:
        where = f" {problem.path}" if problem.path else ""
        return UserError(code, f"{'/'.join(at)}{where}: {problem.message}", None, tuple(near))
    place = f"{path}.{problem.path}" if problem.path else path
    return UserError(code, problem.message, place, tuple(near))


_KEY_USED = UserError(
    UserErrorCode.IDEMPOTENCY_KEY_USED,
    "another input was sent under this key within the last day; send this one under a new key",
    "input.idempotencyKey",
)


def make_refused_row(errors: Iterable[UserError]) -> Row:
    """The row of a payload of what was refused."""
    told = [{n: v for n, v in asdict(error).items() if v is not None} for error in errors]
    return {"userErrors": told, "effects": [], "written": []}


def origin_of(viewer: Viewer) -> Origin | None:
    """How what a viewer writes comes."""
    return None if viewer.sign_in is SignIn.NONE else Origin(viewer.sign_in.value)


def _check_terms(terms: Terms) -> None:
    if terms.idempotency_key is not None and not 0 < len(terms.idempotency_key) <= LONGEST_KEY:
        message = f"an idempotency key has 1 to {LONGEST_KEY} characters"
        raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.idempotencyKey"))
    if terms.reason is not None and not 0 < len(terms.reason.strip()) <= LONGEST_REASON:
        message = f"a reason has 1 to {LONGEST_REASON:,} characters; leave it out if there is none"
        raise CommandRefused(UserError(UserErrorCode.INVALID, message, "input.reason"))


def _digest(name: str, given: Mapping[str, Any]) -> str:
    return sha256(json.dumps([name, given], sort_keys=True, default=str).encode()).hexdigest()


_MOST_COMPARED = 1_000
_MOST_NEAR = 5


async def find_near(database: Database, nouns: Iterable[str], given: str) -> list[Key]:
    """The keys of records of these nouns that may have been meant, at most five: like the given
    one, or of a party with such a name.
    """
    found: list[Key] = []
    few = 2 if len(given) > 2 else 1
    beginnings = {case[:few] for case in (given, given.lower(), given.upper(), given.title())}
    for noun in nouns:
        if noun not in NOUNS:
            continue
        ranges = [{"_id": _begins(b)} for b in sorted(beginnings - {""})]
        if not ranges:
            continue
        rows = await database.find(noun, {"$or": ranges}, fields={"_id": 1}, limit=_MOST_COMPARED)
        found += find_similar(given, [row["_id"] for row in rows])
        if noun == "parties" and (folded := fold_party_name(given)):
            query = {"derived.searchNames": _begins(folded[:3])}
            fields = {"derived.searchNames": 1}
            rows = await database.find(noun, query, fields=fields, limit=_MOST_COMPARED)
            names = {name: row["_id"] for row in rows for name in row["derived"]["searchNames"]}
            found += [names[name] for name in find_similar(folded, list(names))]
    return list(dict.fromkeys(found))[:_MOST_NEAR]


def _begins(text: str) -> Mapping[str, str]:
    return {"$gte": text, "$lt": f"{text}\U0010ffff"}
