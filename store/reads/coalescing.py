"""Questions by key that concurrent operations ask alike, sent to MongoDB together.

A command costs the process more than the few documents that it brings, so under load those who
would look up the same members of the same collection share one. Nobody waits for company: a
question goes out at once where none like it is under way, and else with all that came meanwhile
when that one is answered. So an answer is never older than its question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from store.mongodb.driver import Overdue, Unreachable
from store.mongodb.threads import for_all

MOST_KEYS = 1_000
"""In one command, unless a single question has more."""

Answers: TypeAlias = dict[str, Any]
"""What is found by key; keys with nothing are left out."""

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
    """The questions that are under way, each with those that wait to be asked next."""

    _lanes: dict[Hashable, list[_Waiting]] = field(default_factory=dict)
    _sending: set[asyncio.Task[Any]] = field(default_factory=set)

    async def ask(
        self, question: Hashable, keys: Sequence[str], ask: Ask, *, to_change: bool = True
    ) -> Answers:
        """What `ask` finds for the keys. Equal questions must `ask` the same but for their keys.

        Nobody else has the answers, whose lists and dicts may be changed; unless they are not
        `to_change`, which saves copies of large ones.
        """
        lane = self._lanes.get(question)
        if lane is not None:
            answers = asyncio.get_running_loop().create_future()
            waiting = _Waiting(keys, ask, to_change, answers, copy_context())
            lane.append(waiting)
            return await waiting.answers
        self._lanes[question] = []
        try:
            with for_all():
                return await ask(keys)
        finally:
            self._send_waiting(question)

    def _send_waiting(self, question: Hashable) -> None:
        """Sends what came meanwhile, as one command."""
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
        # In the context of one of those who asked, so that a trace of the command is some trace's.
        sending = asyncio.create_task(_send(together), context=together[0].context)
        self._keep(sending, together)
        sending.add_done_callback(lambda _: self._finish(question, sending, together))

    def _finish(
        self, question: Hashable, sending: asyncio.Task[bool], together: Sequence[_Waiting]
    ) -> None:
        if not sending.cancelled() and not sending.result():
            # One of them may be at fault, and must not spoil it for the others; nor keep those
            # who come now.
            for waiting in together:
                if not waiting.answers.done():
                    alone = asyncio.create_task(_send_alone(waiting), context=waiting.context)
                    self._keep(alone, [waiting])
        self._send_waiting(question)

    def _keep(self, sending: asyncio.Task[Any], asked: Sequence[_Waiting]) -> None:
        """Until it has ended, by itself or because nobody waits for it any more."""
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        waited = len(asked)

        def left(_: asyncio.Future[Answers]) -> None:
            nonlocal waited
            waited -= 1
            if not waited:
                sending.cancel()  # does nothing where it is this that answered

        for waiting in asked:
            waiting.answers.add_done_callback(left)


async def _ask_for_all(ask: Ask, keys: Sequence[str]) -> Answers:
    # Whoever comes meanwhile waits for it, so that it must not wait for the others of its own.
    with for_all():
        return await ask(keys)


async def _send(together: Sequence[_Waiting]) -> bool:
    """Settles what they asked; false if each is to be asked alone."""
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
    """Whether it would be the same for each: MongoDB is away, or took too long."""
    return isinstance(error, Unreachable | Overdue)


def _copy(value: Any) -> Any:
    """The value with lists and dicts of its own."""
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
