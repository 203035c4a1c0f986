"""Tells each webhook what happened, in order, at least once, whichever program is free.

A webhook is worked on by a lease. Its place in the log is noted after each message, so that a
program that is killed leaves at most one message that is sent again, under the same id.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from graphql import GraphQLError

from api.news.loading import Happening, News
from api.news.scopes import Scope, Selection
from api.webhooks.messages import Message, make_messages
from api.webhooks.sending import Outcome, Sender
from engine.context import Operation
from schema.build import make_operation
from store.mongodb.driver import GaveUp, Refused, Unreachable
from store.mongodb.keys import new_key
from store.reads.reader import Reader
from store.viewers import SignIn, Viewer
from store.webhooks import LEASE, DeadLetter, NoSuchWebhook, Place, Webhook, Webhooks

logger = logging.getLogger("followthrough.webhooks")

LOOK_S = 5.0
"""How often a program looks for what is due although nobody told it; while there is no webhook,
every `IDLE_S` seconds."""
IDLE_S = 30.0

BATCH = 50
"""Changes that are read at a time."""


FRESH_S = 2.0
"""For how many seconds what was read is sent: what is retracted meanwhile is not told any more."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a message is tried: after each failure but the last it waits `waits` seconds, give
    or take a fifth. A webhook that took nothing for `gives_up` is disabled.
    """

    waits: Sequence[float] = (5, 60, 300, 1_800, 7_200, 18_000, 36_000)
    gives_up: timedelta = timedelta(days=5)
    lease: timedelta = LEASE


Observe = Callable[[str, float], None]
"""Is told how a try went (`delivered`, `failed`, `dead`) and how many seconds after the change."""


class Deliveries:
    """What delivers. `base` stands before each address in a message; whoever writes sets `wake`.
    `today` gives the moment at which it is asked what is told.
    """

    def __init__(
        self,
        webhooks: Webhooks,
        reader: Reader,
        news: News,
        selection: Selection,
        sender: Sender,
        base: str,
        wake: asyncio.Event,
        observe: Observe = lambda _outcome, _seconds: None,
        patience: Patience = Patience(),
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._webhooks = webhooks
        self._reader = reader
        self._news = news
        self._selection = selection
        self._sender = sender
        self._base = base
        self._observe = observe
        self._patience = patience
        self._today = today
        self._working: dict[str, asyncio.Task[None]] = {}
        self._missing: set[str] = set()
        self.wake = wake

    async def begin_due(self) -> bool:
        """Begins to tell every webhook that is due what there is to tell, each in a task of its
        own, so that a slow one keeps no other waiting; whether there are any webhooks.
        """
        # What was written just now, those that are under way may have missed.
        self._missing |= self._working.keys()
        hooks = await self._webhooks.list_all()
        for hook in hooks:
            is_due = hook.enabled and (hook.due is None or hook.due <= _now())
            if is_due and hook.key not in self._working:
                task = asyncio.create_task(self._work(hook.key))
                self._working[hook.key] = task
                task.add_done_callback(partial(self._end, hook.key))
        return bool(hooks)

    def _end(self, key: str, _task: "asyncio.Task[None]") -> None:
        del self._working[key]
        if key in self._missing:
            self._missing.discard(key)
            self.wake.set()

    async def finish(self) -> None:
        """Waits for what was begun."""
        await asyncio.gather(*self._working.values())

    async def stop(self) -> None:
        """Ends what was begun; what was sent and not noted is sent again."""
        tasks = [*self._working.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, key: str) -> None:
        try:
            await self._tell_all(key)
        except NoSuchWebhook:
            logger.info("webhook %s was deleted", key)
        except (Unreachable, Refused, GaveUp, GraphQLError) as error:
            logger.warning("webhook %s is told later: %s", key, error)
        except Exception:
            # A fault of ours with one webhook keeps no other from being told.
            logger.exception("webhook %s is told later", key)

    async def _tell_all(self, key: str) -> None:
        me = new_key()
        if not await self._webhooks.take(key, me, _now(), self._patience.lease):
            return
        try:
            await self._send_again(key, me)
            while await self._tell_batch(key, me):
                pass
        finally:
            await self._webhooks.release(key, me)

    async def _tell_batch(self, key: str, me: str) -> bool:
        """Tells a webhook of the next changes; whether there may be more to tell now."""
        hook = await self._webhooks.get(key)
        changes = await self._webhooks.find_changes(hook.place, BATCH)
        if not changes:
            return False
        loaded = time.monotonic()
        seen = await self._load(hook, [id_ for id_, _ in changes])
        place = hook.place
        for id_, place in changes:
            messages = self._messages(hook, seen.get(id_))
            for part in range(place[2], len(messages)):
                if time.monotonic() - loaded > FRESH_S:
                    return True
                last = part + 1 == len(messages)
                onward = _after(place) if last else (place[0], place[1], part + 1)
                if not await self._tell(hook, me, id_, part, messages[part], onward):
                    return False
                hook = await self._webhooks.get(key)
        return await self._webhooks.note_place(key, me, _after(place)) and len(changes) == BATCH

    async def _load(self, hook: Webhook, changes: Sequence[str]) -> dict[str, Happening]:
        """What a webhook is to be told of these changes, by their ids."""
        asking = self._asking_for(hook)
        found = await self._news.load(asking, changes)
        nouns = hook.interest.nouns
        wanted = [one for one in found if not nouns or one.at[0] in nouns]
        scope = Scope(hook.key, "", filters=hook.interest.filters, own=frozenset(hook.interest.own))
        try:
            matching = await self._selection.leave_matching(asking, scope, wanted)
        except GraphQLError as error:
            if (error.extensions or {}).get("code") != "BAD_USER_INPUT":
                raise
            # It names a topic that nothing is about any more, so nothing matches.
            logger.warning("webhook %s: its filter finds nothing: %s", hook.key, error.message)
            return {}
        return {one.id: one for one in matching}

    def _asking_for(self, hook: Webhook) -> Operation:
        viewer = Viewer(hook.key, hook.role, SignIn.LOCAL)
        return make_operation(self._reader, self._today(), viewer)

    def _messages(self, hook: Webhook, happening: Happening | None) -> list[Message]:
        if happening is None:
            return []
        return make_messages(happening, self._base, hook.interest.types)

    async def _tell(
        self, hook: Webhook, me: str, change: str, part: int, message: Message, onward: Place
    ) -> bool:
        """Sends one message and notes how it went; whether the next may be sent."""
        # Held anew, so that no other program sends while this one waits for an answer.
        if not await self._webhooks.take(hook.key, me, _now(), self._patience.lease):
            return False
        id_ = _id_of(hook.key, change, part)
        outcome = await self._sender.send(hook, id_, message.write(), hook.signing(_now()))
        seconds = (_now() - datetime.fromisoformat(message.timestamp)).total_seconds()
        if outcome.error is None:
            self._observe("delivered", seconds)
            logger.info("webhook %s took %s", hook.key, id_)
            return await self._webhooks.note_delivered(hook.key, me, onward, _now())
        self._observe("failed", seconds)
        logger.warning("webhook %s did not take %s: %s", _name(hook), id_, outcome.error)
        letter = DeadLetter(id_, hook.key, change, part, hook.attempts + 1, outcome.error, _now())
        return await self._note_failed(hook, me, letter, outcome, onward, seconds)

    async def _note_failed(
        self,
        hook: Webhook,
        me: str,
        letter: DeadLetter,
        outcome: Outcome,
        onward: Place,
        seconds: float,
    ) -> bool:
        since = hook.failing_since or _now()
        if outcome.gone or _now() - since > self._patience.gives_up:
            why = "its receiver is gone (410)" if outcome.gone else f"took nothing since {since:%F}"
            await self._webhooks.disable(hook.key, why)
            logger.warning("webhook %s is disabled: %s", _name(hook), why)
            return False
        if hook.attempts < len(self._patience.waits):
            wait = self._patience.waits[hook.attempts] * random.uniform(0.8, 1.2)
            due = _now() + timedelta(seconds=max(wait, outcome.wait))
            assert outcome.error is not None
            await self._webhooks.note_failed(hook.key, me, outcome.error, due, since)
            return False
        self._observe("dead", seconds)
        logger.warning("webhook %s: %s is given up", _name(hook), letter.key)
        return await self._webhooks.note_dead(letter, me, onward)

    async def _send_again(self, key: str, me: str) -> None:
        """Sends what was given up and asked for again, as it is seen now."""
        hook = await self._webhooks.get(key)
        for letter in await self._webhooks.list_dead(key):
            if not letter.again:
                continue
            if not await self._webhooks.take(key, me, _now(), self._patience.lease):
                return
            found = await self._load(hook, [letter.change])
            messages = self._messages(hook, found.get(letter.change))
            if letter.part >= len(messages):
                logger.info("webhook %s: what %s told is not seen any more", key, letter.key)
                await self._webhooks.forget_dead(letter.key)
                continue
            body, secrets = messages[letter.part].write(), hook.signing(_now())
            outcome = await self._sender.send(hook, letter.key, body, secrets)
            if outcome.error is None:
                logger.info("webhook %s took %s after all", key, letter.key)
                await self._webhooks.forget_dead(letter.key)
            else:
                await self._webhooks.note_dead_again(letter.key, outcome.error)


@asynccontextmanager
async def delivering(deliveries: Deliveries) -> AsyncIterator[None]:
    """Delivers what there is, again whenever it is woken, for as long as this lasts."""
    task = asyncio.create_task(_deliver(deliveries))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await deliveries.stop()


async def _deliver(deliveries: Deliveries) -> None:
    while True:
        deliveries.wake.clear()
        pause = LOOK_S
        try:
            pause = LOOK_S if await deliveries.begin_due() else IDLE_S
        except (Unreachable, Refused, GaveUp) as error:
            logger.warning("webhooks are told later: %s", error)
        except Exception:
            # Whatever it was, it must not end this task, which nobody would notice.
            logger.exception("webhooks are told later")
        # Not `wait_for`, which forgets that it was cancelled if it is woken at the same time.
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await deliveries.wake.wait()


def _id_of(hook: str, change: str, part: int) -> str:
    """The id of a message, the same each time that it is sent."""
    return f"msg_{hook.removeprefix('wh_')}_{change.replace('-', '')}_{part}"


def _name(hook: Webhook) -> str:
    """A webhook in a line of the log: its path may be a secret."""
    return f"{hook.key} ({urlsplit(hook.url).hostname})"


def _after(place: Place) -> Place:
    return place[0], place[1] + 1, 0


def _now() -> datetime:
    return datetime.now(UTC)
