"""Reads the articles that were submitted, one after the other, whichever program is free.

An intake is worked on by a lease, which is held for longer while it is read. What a killed program
left is taken up by another when the lease has ended, and read from the beginning.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from api.intakes.model import ModelClient, ModelFailed
from api.intakes.reader import ArticleReader
from intake.refusals import RefusalCode, Refused
from store.intake_files import IntakeFiles
from store.intakes import LEASE, Intakes, Job, Outcome
from store.mongodb.driver import Database, GaveUp, Unreachable
from store.mongodb.driver import Refused as RefusedByMongoDB
from store.mongodb.keys import new_key
from store.records.intakes import IntakeStep

logger = logging.getLogger("followthrough.intake")

LOOK_S = 15.0
"""How often a program that serves looks for what a killed program left."""

IDLE_S = 300.0
"""For how long the reading process is kept although nothing is read."""

TRIES = 2
"""How often a language model is asked at most: once more if its answer cannot be used."""

Result = TypeVar("Result")


class _Lost(Exception):
    """The intake is not this program's any more: it was called off, or another has it."""


class Worker:
    """Reads the intakes of one database, as one program among others."""

    def __init__(
        self,
        database: Database,
        reader: ArticleReader,
        lease: timedelta = LEASE,
        model: ModelClient | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._intakes = Intakes(database, lease)
        self._files = IntakeFiles(database)
        self._reader = reader
        self._pause = lease.total_seconds() / 3
        self._model = model
        self._clock = clock

    async def work_off(self) -> int:
        """Reads all that no other program has taken; how many articles."""
        done = 0
        while (job := await self._intakes.take(me := new_key(), self._clock())) is not None:
            await self._work(job, me)
            done += 1
        return done

    async def stop(self) -> None:
        """Ends the reading process."""
        await self._reader.stop()

    async def _work(self, job: Job, me: str) -> None:
        try:
            await self._read(job, me)
        except _Lost:
            logger.info("intake %s is no longer this program's", job.key)
        except Refused as refusal:
            logger.info("intake %s was refused: %s", job.key, refusal.code)
            now = self._clock()
            await self._intakes.fail(job.key, me, refusal.code.value, str(refusal), now)
        except RefusedByMongoDB as error:
            # It would be refused again, each time that the lease ends. Of the error no more than
            # its kind is logged: it may hold words of an article.
            logger.error(
                "what was found for intake %s is refused: %s", job.key, type(error).__name__
            )
            message = "what was found cannot be kept, which is a fault of this program"
            code = RefusalCode.READER_FAILED.value
            await self._intakes.fail(job.key, me, code, message, self._clock())
        except asyncio.CancelledError:
            # This program ends; another one need not wait for the lease.
            with suppress(Unreachable, RefusedByMongoDB, GaveUp):
                await self._intakes.release(job.key, me, self._clock())
            raise

    async def _read(self, job: Job, me: str) -> None:
        text, digest, day = job.given, None, _day_of(job.article_members)
        notes: Sequence[str] = ()
        if job.file is not None:
            content = await self._files.load(job.file)
            if content is None:
                raise Refused(RefusalCode.FILE_GONE, "the file is no longer kept; upload it again")
            decoded = await self._ask(
                job, me, IntakeStep.DECODE, {"do": "decode", "content": content}
            )
            text, digest = decoded["text"], decoded["sourceSha256"]
            day, notes = day or decoded["publishedOn"], decoded["notes"]
        await self._hold(job, me, self._reader.learn())
        asks = job.to_model and self._model is not None
        request = {
            "do": "read",
            "text": text,
            "publishedOn": day,
            "article": job.article,
            "asks": asks,
            "notes": notes,
        }
        read = await self._ask(job, me, IntakeStep.READ, request)
        note = await self._ask_model(job, me, read["question"]) if job.to_model else None
        request = {
            "do": "file",
            "intake": job.key,
            "article": job.article,
            "sourceSha256": digest,
        }
        filed = await self._ask(job, me, IntakeStep.FILE, request)
        members = {
            **filed["members"],
            # What somebody said of the article counts for more than what the text says.
            "articleMembers": {**filed["members"]["articleMembers"], **job.article_members},
            **({"modelNote": note} if note is not None else {}),
        }
        outcome = Outcome(members, filed["proposals"])
        if not await self._intakes.finish(job.key, me, outcome, self._clock()):
            raise _Lost
        if job.file is not None:
            await self._files.forget(job.file)

    async def _ask_model(self, job: Job, me: str, question: Mapping[str, Any] | None) -> str:
        """Asks the language model, once more if its answer cannot be used; what came of it, in
        words. An article is read without it as well, so nothing here fails the intake.
        """
        if self._model is None:
            return "no language model is set up here, and none was asked"
        if question is None:
            return "the text is too long for the language model, which was not asked"
        if not await self._intakes.note_step(job.key, me, IntakeStep.ASK_MODEL, self._clock()):
            raise _Lost
        fault: str | None = None
        try:
            for _ in range(TRIES):
                answer = await self._hold(job, me, self._model.ask(question, fault))
                request = {"do": "check", "answer": answer}
                checked = await self._hold(job, me, self._reader.ask(request))
                fault = checked["fault"]
                if fault is None:
                    return (
                        f"the language model was asked: {checked['kept']} more proposals, "
                        f"{checked['leftOut']} findings left out that do not stand in the text"
                    )
        except ModelFailed as error:
            fault = str(error)
        logger.warning("intake %s: the language model was of no use: %s", job.key, fault)
        return f"the language model was of no use: {fault}"

    async def _ask(
        self, job: Job, me: str, step: IntakeStep, request: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Says which step comes, and has the reading process do it."""
        if not await self._intakes.note_step(job.key, me, step, self._clock()):
            raise _Lost
        return await self._hold(job, me, self._reader.ask(request))

    async def _hold(self, job: Job, me: str, work: Awaitable[Result]) -> Result:
        """What comes of the work, for as long as which the intake is held."""
        task = asyncio.ensure_future(work)
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=self._pause)
                if done:
                    return task.result()
                if not await self._intakes.hold(job.key, me, self._clock()):
                    raise _Lost
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


def _day_of(members: Mapping[str, Any]) -> str | None:
    """The day of the article as EDTF, where somebody has given it."""
    date = members.get("datePublished")
    return date.get("edtf") if isinstance(date, Mapping) else None


@asynccontextmanager
async def working(worker: Worker, wake: asyncio.Event) -> AsyncIterator[None]:
    """Reads what is submitted, for as long as this lasts; whoever submits sets `wake`."""
    task = asyncio.create_task(_work(worker, wake))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await worker.stop()


async def _work(worker: Worker, wake: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        wake.clear()
        try:
            if await worker.work_off():
                last = loop.time()
            elif loop.time() - last > IDLE_S:
                await worker.stop()
        except (Unreachable, RefusedByMongoDB, GaveUp) as error:
            logger.warning("articles are read later: %s", error)
        except Exception as error:
            # It must not end this task, which nobody would notice. Of the error no more than its
            # kind is logged: its message may hold words of an article.
            logger.error("articles are read later: %s", type(error).__name__)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await wake.wait()
