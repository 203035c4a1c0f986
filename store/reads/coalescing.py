"""Request coalescing: equal look-ups by key of concurrent operations are sent as one command.

A command costs the process more than the few documents that it brings. A look-up is sent at once if
no equal one is under way. Otherwise it waits for that one to be answered, and is then sent together
with all others that came meanwhile. So no answer is older than its question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from store.mongodb.driver import Overdue, Unreachable
from store.mongodb.threads import for_all

MOST_KEYS = 1_000
"""The most keys in one command, unless a single question has more."""

Answers: TypeAlias = dict[str, Any]
"""What was found, by key; keys for which there is nothing are left out."""

Ask: TypeAlias = Callable[[Sequence[str]], Awaitable[Answers]]


@dataclass(slots=True, eq=False)
class _Waiting:
    keys: Sequence[str]
    ask: Ask
    to_change: bool
    answers: asyncio.Future[Answers]
    context: Context


@dataclass(slots=True)
class Shared:
    """The questions that are under way, each with the look-ups that wait to be sent next."""

    _lanes: dict[Hashable, list[_Waiting]] = field(default_factory=dict)
    _sending: set[asyncio.Task[Any]] = field(default_factory=set)

    async def ask(
        self, question: Hashable, keys: Sequence[str], ask: Ask, *, to_change: bool = True
    ) -> Answers:
        """What `ask` finds for the keys. Equal questions must have an `ask` that does the same.

        The caller may change the answers: nobody else has the same lists and dicts. Without
        `to_change` they may be shared, which saves copying large ones.
        """
        lane = self._lanes.get(question)
        if lane is not None:
            answers = asyncio.get_running_loop().create_future()
            waiting = _Waiting(keys, ask, to_change, answers, copy_context())
            lane.append(waiting)
            return await waiting.answers
        self._lanes[question] = []
        try:
            return await _ask_for_all(ask, keys)
        finally:
            self._send_waiting(question)

    def _send_waiting(self, question: Hashable) -> None:
        """Sends the look-ups that came meanwhile, as one command."""
        lane = self._lanes[question]
        together: list[_Waiting] = []
        size = 0
        while lane and (not together or size + len(lane[0].keys) <= MOST_KEYS):
            waiting = lane.pop(0)
            if not waiting.answers.done():  # whoever asked may have been cancelled
                together.append(waiting)
                size += len(waiting.keys)
        if not together:
            del self._lanes[question]
            return
        # In the context of one who asked, so that the command belongs to one of their traces.
        sending = asyncio.create_task(_send(together), context=together[0].context)
        self._keep(sending, together)
        sending.add_done_callback(lambda _: self._finish(question, sending, together))

    def _finish(
        self, question: Hashable, sending: asyncio.Task[bool], together: Sequence[_Waiting]
    ) -> None:
        if not sending.cancelled() and not sending.result():
            # One of them may have caused the error: each is sent alone, so that it harms no other,
            # and new ones do not wait for these.
            for waiting in together:
                if not waiting.answers.done():
                    alone = asyncio.create_task(_send_alone(waiting), context=waiting.context)
                    self._keep(alone, [waiting])
        self._send_waiting(question)

    def _keep(self, sending: asyncio.Task[Any], asked: Sequence[_Waiting]) -> None:
        """Keeps a task until it ends, and cancels it when nobody waits for it any more."""
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        waited = len(asked)

        def stop_waiting(_: asyncio.Future[Answers]) -> None:
            nonlocal waited
            waited -= 1
            if not waited:
                sending.cancel()  # does nothing if the task itself gave the last answer

        for waiting in asked:
            waiting.answers.add_done_callback(stop_waiting)


async def _ask_for_all(ask: Ask, keys: Sequence[str]) -> Answers:
    # Others wait for this answer, so it must not wait for other commands of its own operation.
    with for_all():
        return await ask(keys)


async def _send(together: Sequence[_Waiting]) -> bool:
    """Sends look-ups as one and settles them; false if each is to be sent alone."""
    keys = list(dict.fromkeys(key for waiting in together for key in waiting.keys))
    try:
        found = await _ask_for_all(together[0].ask, keys)
    except Exception as error:
        if len(together) > 1 and not _concerns_all(error):
            return False
        for waiting in together:
            _settle(waiting, error)
        return True
    given = set[str]()
    for waiting in together:
        answers = {key: found[key] for key in waiting.keys if key in found}
        if waiting.to_change:
            answers |= {key: _copy(answers[key]) for key in given & answers.keys()}
            given |= answers.keys()
        _settle(waiting, answers)
    return True


async def _send_alone(waiting: _Waiting) -> None:
    try:
        _settle(waiting, await _ask_for_all(waiting.ask, waiting.keys))
    except Exception as error:
        _settle(waiting, error)


def _concerns_all(error: Exception) -> bool:
    """Whether each alone would fail in the same way: MongoDB is away, or took too long."""
    return isinstance(error, Unreachable | Overdue)


def _copy(value: Any) -> Any:
    """A copy of the value, with new lists and dicts."""
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _settle(waiting: _Waiting, answer: Answers | Exception) -> None:
    if waiting.answers.done():
        return
    if isinstance(answer, Exception):
        waiting.answers.set_exception(answer)
    else:
        waiting.answers.set_result(answer)
