"""Webhooks: who is to be told of what, how far they were told, and what they were never told.

A webhook follows the log of changes by a place in it, so that what is to be sent need not be kept:
nothing is lost when a program ends, and nothing is sent that may not be seen any more. Whichever
program is free works on a webhook, by a lease, and one at a time, so that it is told in order.

Secrets are kept as they are, because they sign; whoever reads the database can sign with them.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from store.mongodb.collections import CHANGES, DEAD_LETTERS, WEBHOOKS
from store.mongodb.driver import Database, DeleteOne, InsertOne, ReplaceOne, UpdateOne
from store.records.base import to_stored_precision
from store.viewers import Role
from store.writes.loading import find_mark

LEASE = timedelta(seconds=60)
"""For how long a program has a webhook to itself: far longer than one message may take."""

OVERLAP = timedelta(hours=24)
"""For how long a replaced secret goes on to sign beside the new one."""

Place = tuple[int, int, int]
"""What a webhook is told next: data version and sequence of a change, and which of the messages
about that change, from 0. There need not be such a change yet."""

BEGINNING: Place = (0, 0, 0)


STATUS_CHANGED = "status.changed"
TYPES = (
    *(f"record.{deed}" for deed in ("published", "proposed", "changed", "corrected", "merged")),
    "record.retracted",
    STATUS_CHANGED,
)
"""The types of messages."""

MOST = 100
"""Webhooks of a store. Each may be sent something at the same time."""


class TooManyWebhooks(Exception):
    """There are `MOST` webhooks."""


class NoSuchWebhook(Exception):
    """No webhook has this key."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that signs, `whsec_` and 256 random bits in base64; until a moment, if it was
    replaced.
    """

    text: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """What a webhook is told of: changes of these nouns, messages of these types, what is about
    commitments and requests that match `filters`, by noun, and about the records `own`, each as
    noun and key. What is empty leaves nothing out.
    """

    nouns: Sequence[str] = ()
    types: Sequence[str] = ()
    filters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    own: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it is kept. Its messages hold what a viewer of the role may see.

    `attempts` counts those of the message that is due, the next of them at `due`. `failing_since`
    is the first failure after the last success.
    """

    key: str
    url: str
    secrets: Sequence[Secret]
    role: Role
    interest: Interest
    created_at: datetime
    place: Place
    enabled: bool = True
    disabled_because: str | None = None
    attempts: int = 0
    due: datetime | None = None
    failing_since: datetime | None = None
    delivered: int = 0
    delivered_at: datetime | None = None
    last_error: str | None = None

    def signing(self, now: datetime) -> list[str]:
        """The secrets that sign at a moment, the newest first."""
        return [one.text for one in self.secrets if one.until is None or one.until > now]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up: which of which change, and why. `again` asks to send it once
    more.
    """

    key: str
    hook: str
    change: str
    part: int
    attempts: int
    error: str
    died_at: datetime
    again: bool = False


def make_secret() -> str:
    """A new secret in the form of Standard Webhooks."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


class Webhooks:
    """The webhooks of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, url: str, role: Role, interest: Interest, now: datetime) -> Webhook:
        """A new webhook, told of what happens from now on. Raises TooManyWebhooks."""
        if len(await self.list_all()) >= MOST:
            raise TooManyWebhooks(f"there are {MOST} webhooks, as many as may be; delete one")
        made = Webhook(
            f"wh_{secrets.token_hex(5)}",
            url,
            [Secret(make_secret())],
            role,
            interest,
            to_stored_precision(now),
            await self._find_end(),
        )
        await self._database.write(WEBHOOKS, [InsertOne(_to_document(made))])
        return made

    async def _find_end(self) -> Place:
        last = await self._database.find(
            CHANGES,
            {},
            fields={"dataVersion": 1, "sequence": 1},
            sort=[("dataVersion", -1), ("sequence", -1), ("_id", -1)],
            limit=1,
        )
        return (last[0]["dataVersion"], last[0]["sequence"] + 1, 0) if last else BEGINNING

    async def list_all(self) -> list[Webhook]:
        """All webhooks, the oldest first."""
        order = [("createdAt", 1), ("_id", 1)]
        return [_to_webhook(d) for d in await self._database.find(WEBHOOKS, {}, sort=order)]

    async def get(self, key: str) -> Webhook:
        """The webhook with this key. Raises NoSuchWebhook."""
        found = await self._database.find(WEBHOOKS, {"_id": key})
        if not found:
            raise NoSuchWebhook(
                f"{key}: no webhook has this key; `webhook list` has those there are"
            )
        return _to_webhook(found[0])

    async def rotate(self, key: str, now: datetime) -> str:
        """A new secret; the one before signs beside it for `OVERLAP`. Raises NoSuchWebhook."""
        hook = await self.get(key)
        text = make_secret()
        former = hook.signing(now)[:1]
        kept = [Secret(text), *(Secret(one, now + OVERLAP) for one in former)]
        await self._set(key, {"secrets": [_to_plain(one) for one in kept]})
        return text

    async def enable(self, key: str) -> None:
        """Goes on where it was, at once. Raises NoSuchWebhook."""
        await self.get(key)
        fresh = {"enabled": True, "attempts": 0}
        gone = dict.fromkeys(("disabledBecause", "due", "failingSince"), "")
        step = {"$set": fresh, "$unset": gone}
        await self._database.write(WEBHOOKS, [UpdateOne({"_id": key}, step)])

    async def disable(self, key: str, why: str) -> None:
        """Sends nothing more until it is enabled. Raises NoSuchWebhook."""
        await self.get(key)
        await self._set(key, {"enabled": False, "disabledBecause": why})

    async def delete(self, key: str) -> None:
        """Forgets it, with what it was never told. Raises NoSuchWebhook."""
        await self.get(key)
        await self._database.write(WEBHOOKS, [DeleteOne({"_id": key})])
        for letter in await self.list_dead(key):
            await self._database.write(DEAD_LETTERS, [DeleteOne({"_id": letter.key})])

    async def _set(self, key: str, members: Mapping[str, Any]) -> None:
        await self._database.write(WEBHOOKS, [UpdateOne({"_id": key}, {"$set": members})])

    # --- By a lease ------------------------------------------------------------------------------

    async def take(self, key: str, me: str, now: datetime, lease: timedelta = LEASE) -> bool:
        """Takes a webhook that is free, or holds it for longer; whether that was possible."""
        mine = {"$or": [{"until": {"$exists": False}}, {"until": {"$lte": now}}, {"by": me}]}
        held = {"$set": {"by": me, "until": now + lease}}
        wanted = {"_id": key, "enabled": True, **mine}
        return bool((await self._database.write(WEBHOOKS, [UpdateOne(wanted, held)])).found)

    async def release(self, key: str, me: str) -> None:
        """Lets others have it."""
        step = {"$unset": {"by": "", "until": ""}}
        await self._database.write(WEBHOOKS, [UpdateOne({"_id": key, "by": me}, step)])

    async def note_place(self, key: str, me: str, place: Place) -> bool:
        """Notes how far it was told, without a message; whether it is still this program's."""
        return await self._note(key, me, {"$set": {"place": [*place]}})

    async def note_delivered(self, key: str, me: str, place: Place, now: datetime) -> bool:
        """Notes that it took a message."""
        step = {
            "$set": {"place": [*place], "attempts": 0, "deliveredAt": now},
            "$inc": {"delivered": 1},
            "$unset": dict.fromkeys(("due", "failingSince", "lastError"), ""),
        }
        return await self._note(key, me, step)

    async def note_failed(
        self, key: str, me: str, error: str, due: datetime, failing_since: datetime
    ) -> bool:
        """Notes that it did not take a message, which is due again at a moment."""
        members = {"lastError": error, "due": due, "failingSince": failing_since}
        return await self._note(key, me, {"$set": members, "$inc": {"attempts": 1}})

    async def note_dead(self, letter: DeadLetter, me: str, place: Place) -> bool:
        """Gives a message up, and goes on with the next."""
        document = _to_dead_document(letter)
        await self._database.write(
            DEAD_LETTERS, [ReplaceOne({"_id": letter.key}, document, upsert=True)]
        )
        step = {"$set": {"place": [*place], "attempts": 0}, "$unset": {"due": ""}}
        return await self._note(letter.hook, me, step)

    async def _note(self, key: str, me: str, step: Mapping[str, Any]) -> bool:
        # What another program has by now is its own to note.
        noted = await self._database.write(WEBHOOKS, [UpdateOne({"_id": key, "by": me}, step)])
        return bool(noted.found)

    async def find_changes(self, place: Place, most: int) -> list[tuple[str, Place]]:
        """The changes of the log from a place on, each with its own. Whether they may be seen is
        not asked here. While a first load takes its place there are none: its records come after.
        """
        mark = await find_mark(self._database)
        if mark is not None and mark["moving"]:
            return []
        version, sequence, part = place
        of_same = {"dataVersion": version, "sequence": {"$gte": sequence}}
        found = await self._database.find(
            CHANGES,
            {"$or": [of_same, {"dataVersion": {"$gt": version}}]},
            fields={"dataVersion": 1, "sequence": 1},
            sort=[("dataVersion", 1), ("sequence", 1), ("_id", 1)],
            limit=most,
        )
        places = [(row["dataVersion"], row["sequence"]) for row in found]
        return [
            (row["_id"], (*at, part if at == (version, sequence) else 0))
            for row, at in zip(found, places, strict=True)
        ]

    # --- What was given up -----------------------------------------------------------------------

    async def list_dead(self, hook: str | None = None) -> list[DeadLetter]:
        """The messages that were given up, of one webhook or all, the oldest first."""
        query = {} if hook is None else {"hook": hook}
        found = await self._database.find(DEAD_LETTERS, query, sort=[("hook", 1), ("_id", 1)])
        return [_to_letter(document) for document in found]

    async def ask_again(self, hook: str, keys: Sequence[str]) -> int:
        """Has messages sent once more that were given up: these, or all without any; how many."""
        chosen = {"_id": {"$in": [*keys]}} if keys else {}
        found = await self._database.find(DEAD_LETTERS, {"hook": hook, **chosen}, fields={"_id": 1})
        again = {"$set": {"again": True}}
        steps = [UpdateOne({"_id": letter["_id"]}, again) for letter in found]
        if steps:
            await self._database.write(DEAD_LETTERS, steps)
        return len(steps)

    async def forget_dead(self, key: str) -> None:
        """Forgets a message that was given up, because it was taken after all."""
        await self._database.write(DEAD_LETTERS, [DeleteOne({"_id": key})])

    async def note_dead_again(self, key: str, error: str) -> None:
        """Notes that it was not taken once more."""
        step = {"$set": {"error": error, "again": False}, "$inc": {"attempts": 1}}
        await self._database.write(DEAD_LETTERS, [UpdateOne({"_id": key}, step)])


# --- As documents --------------------------------------------------------------------------------


def _to_document(hook: Webhook) -> dict[str, Any]:
    interest = hook.interest
    return {
        "_id": hook.key,
        "url": hook.url,
        "secrets": [_to_plain(one) for one in hook.secrets],
        "role": hook.role.name,
        "nouns": [*interest.nouns],
        "types": [*interest.types],
        # As pairs: a filter may have any member, and MongoDB's names have rules.
        "filters": [[noun, dict(filter_)] for noun, filter_ in interest.filters.items()],
        "own": [[*at] for at in interest.own],
        "createdAt": hook.created_at,
        "place": [*hook.place],
        "enabled": hook.enabled,
        "attempts": hook.attempts,
        "delivered": hook.delivered,
    }


def _to_plain(secret: Secret) -> dict[str, Any]:
    return {"text": secret.text, **({"until": secret.until} if secret.until is not None else {})}


def _to_webhook(document: Mapping[str, Any]) -> Webhook:
    version, sequence, part = document["place"]
    return Webhook(
        document["_id"],
        document["url"],
        [Secret(one["text"], one.get("until")) for one in document["secrets"]],
        Role[document["role"]],
        Interest(
            document["nouns"],
            document["types"],
            dict(document["filters"]),
            [(noun, key) for noun, key in document["own"]],
        ),
        document["createdAt"],
        (version, sequence, part),
        document["enabled"],
        document.get("disabledBecause"),
        document["attempts"],
        document.get("due"),
        document.get("failingSince"),
        document["delivered"],
        document.get("deliveredAt"),
        document.get("lastError"),
    )


def _to_dead_document(letter: DeadLetter) -> dict[str, Any]:
    return {
        "_id": letter.key,
        "hook": letter.hook,
        "change": letter.change,
        "part": letter.part,
        "attempts": letter.attempts,
        "error": letter.error,
        "diedAt": letter.died_at,
        "again": letter.again,
    }


def _to_letter(document: Mapping[str, Any]) -> DeadLetter:
    names = ("_id", "hook", "change", "part", "attempts", "error", "diedAt", "again")
    return DeadLetter(*(document[name] for name in names))
