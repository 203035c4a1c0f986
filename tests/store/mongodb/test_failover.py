"""A MongoDB that fails, elects, hangs or is killed: what is tried again, and what is told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.http.health import Readiness
from store.mongodb import driver
from store.mongodb.driver import (
    KEY_NOT_FOUND,
    WRITE_CONFLICT,
    CommandLog,
    Database,
    GaveUp,
    InsertOne,
    NotInitiated,
    Refused,
    Session,
    Unreachable,
)
from tests.store.mongodb.replicas import Members, replica_set

pytestmark = pytest.mark.slow

NOT_PRIMARY = 10107
TRANSIENT = ["TransientTransactionError"]


@pytest.fixture(scope="module")
async def member(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Members]:
    """A set of one."""
    async with replica_set(tmp_path_factory.mktemp("set")) as found:
        yield found


@pytest.fixture
async def log() -> CommandLog:
    return CommandLog()


@pytest.fixture
async def failing(member: Members, log: CommandLog) -> AsyncIterator[Database]:
    """A database of it, with a row; no failure is left behind."""
    database = Database.connect(member.url, "failing", timeout_ms=3_000, log=log)
    await database.write("rows", [InsertOne({"_id": 1})])
    yield database
    await member.fail("off")
    await database.drop()
    database.close()


def _sent(log: CommandLog, name: str) -> int:
    return sum(name in command for command in log.commands)


async def _write(database: Database, key: int) -> int:
    async def work(session: Session) -> int:
        await database.find("rows", {"_id": 1}, session=session)
        await database.write("rows", [InsertOne({"_id": key})], session)
        return key

    return await database.transaction(work)


# --- Reads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{"errorCode": NOT_PRIMARY}, {"closeConnection": True}])
async def test_a_read_is_tried_once_more(
    failing: Database, member: Members, log: CommandLog, how: dict[str, Any]
) -> None:
    await member.fail(1, "find", "aggregate", **how)
    assert await failing.find("rows", {}) == [{"_id": 1}]
    await member.fail(1, "find", "aggregate", **how)
    assert [row async for row in failing.stream("rows", {})] == [{"_id": 1}]
    await member.fail("alwaysOn", "find", "aggregate", **how)
    log.commands.clear()
    with pytest.raises(Unreachable):
        await failing.find("rows", {})
    assert _sent(log, "find") == 2
    with pytest.raises(Unreachable):
        await failing.aggregate("rows", [])


async def test_an_error_of_the_question_is_not_tried_again(
    failing: Database, log: CommandLog
) -> None:
    log.commands.clear()
    with pytest.raises(Refused):
        await failing.find("rows", {"$nonsense": 1})
    assert _sent(log, "find") == 1


async def test_commands_are_sent_again_while_mongodb_lacks_the_key_of_the_time(
    failing: Database, member: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    await member.fail(3, "find", "insert", errorCode=KEY_NOT_FOUND)
    assert await failing.find("rows", {}) == [{"_id": 1}]
    await member.fail(3, "insert", errorCode=KEY_NOT_FOUND)
    await failing.write("rows", [InsertOne({"_id": 2})])
    await member.fail(3, "find", "insert", "commitTransaction", errorCode=KEY_NOT_FOUND)
    assert await _write(failing, 3) == 3
    monkeypatch.setattr(driver, "_KEYS_S", 0.1)
    await member.fail("alwaysOn", "find", errorCode=KEY_NOT_FOUND)
    with pytest.raises(Unreachable, match="does not know the key any more"):
        await failing.find("rows", {})
    with pytest.raises(GaveUp, match="does not know the key any more"):
        await _write(failing.with_patience(0.1), 4)


# --- Writes --------------------------------------------------------------------------------------


async def test_a_transaction_that_is_in_the_way_of_another_is_begun_again(
    failing: Database, member: Members
) -> None:
    await member.fail(3, "insert", errorCode=WRITE_CONFLICT, errorLabels=TRANSIENT)
    assert await _write(failing, 2) == 2
    await member.fail(1, "insert", closeConnection=True)
    assert await _write(failing, 3) == 3
    await member.fail("alwaysOn", "insert", errorCode=WRITE_CONFLICT, errorLabels=TRANSIENT)
    with pytest.raises(GaveUp, match=r"other programs kept changing .* do the same again"):
        await _write(failing.with_patience(0.1), 4)
    await member.fail("off")
    assert [row["_id"] for row in await failing.find("rows", {})] == [1, 2, 3]


async def test_many_who_write_the_same_all_come_through(failing: Database) -> None:
    async def add(session: Session) -> None:
        (found,) = await failing.find("rows", {"_id": 1}, session=session)
        changed = {"_id": 1, "n": found.get("n", 0) + 1}
        await failing.write("rows", [driver.ReplaceOne({"_id": 1}, changed)], session)

    await asyncio.gather(*(failing.transaction(add) for _ in range(8)))
    assert await failing.find("rows", {}) == [{"_id": 1, "n": 8}]


async def test_a_commit_of_unknown_outcome_is_tried_again(
    failing: Database, member: Members, log: CommandLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.commands.clear()
    await member.fail(4, "commitTransaction", closeConnection=True)
    assert await _write(failing, 2) == 2
    assert _sent(log, "insert") == 1, "what was written is not written again"
    monkeypatch.setattr(driver, "PATIENCE_S", 0.1)
    # It is kept, and the answer says that it may not be on most members yet.
    await member.fail(
        "alwaysOn", "commitTransaction", writeConcernError={"code": 64, "errmsg": "timed out"}
    )
    with pytest.raises(GaveUp, match=r"not known whether .* Do the same again"):
        await _write(failing, 3)
    await member.fail("off")
    assert [row["_id"] for row in await failing.find("rows", {})] == [1, 2, 3]


# --- What is slow, and what nobody waits for -----------------------------------------------------

SLOW = {"$where": "sleep(60000) || true"}


async def _under_way(member: Members) -> int:
    mine = {"command.comment": {"$exists": True}, "appName": "followthrough"}
    mine["ns"] = "failing.rows"  # type: ignore[assignment]
    steps = [{"$currentOp": {}}, {"$match": mine}]
    found = await member.told({"aggregate": 1, "pipeline": steps, "cursor": {}})
    return len(found["cursor"]["firstBatch"])


async def _until(member: Members, number: int) -> None:
    async with asyncio.timeout(90):
        while await _under_way(member) != number:
            await asyncio.sleep(0.05)


async def test_slow_commands_stop_nobody_and_end_with_their_readers(
    failing: Database, member: Members
) -> None:
    slow = [asyncio.create_task(failing.find("rows", SLOW)) for _ in range(24)]
    await _until(member, 24)
    assert await failing.find("rows", {}) == [{"_id": 1}]
    for task in slow:
        task.cancel()
    await _until(member, 0)


async def test_neither_health_nor_listening_needs_a_thread_that_reads(
    failing: Database, member: Members
) -> None:
    number = failing._readers.most
    slow = [asyncio.create_task(failing.find("rows", SLOW)) for _ in range(number)]
    await _until(member, number)
    assert (await failing.ping())["isWritablePrimary"]
    assert ("rows", "_id_") in await failing.find_ready_indexes(["rows", "nowhere"])
    changes = failing.watch("rows", "2", 50)
    for task in slow[:1]:
        task.cancel()  # what is there is read first, as everybody reads
    assert await anext(changes) is None
    assert await anext(changes) is None
    await changes.aclose()  # type: ignore[attr-defined]
    for task in slow:
        task.cancel()
    await _until(member, 0)


async def test_a_stream_is_bounded_and_ends_with_its_reader(
    failing: Database, member: Members, log: CommandLog
) -> None:
    await failing.write("rows", [InsertOne({"_id": n}) for n in range(2, 8)])
    first = {"$where": "this._id < 4 || sleep(60000) || true"}

    async def read() -> None:
        async for _ in failing.stream("rows", first, batch=2):
            pass

    reading = asyncio.create_task(read())
    async with asyncio.timeout(30):
        while not _sent(log, "getMore"):  # for which MongoDB takes no limit
            await asyncio.sleep(0.05)
    await _until(member, 1)
    reading.cancel()
    await _until(member, 0)

    log.commands.clear()
    bounded = failing.with_time_limit(0.3)
    with pytest.raises(driver.Overdue):
        _ = [row async for row in bounded.stream("rows", first, batch=2)]
    _ = [row async for row in bounded.stream("rows", {}, paced=True)]
    limits = [command["maxTimeMS"] for command in log.commands if "find" in command]
    assert limits == [300, driver.PACED_MS]


async def test_many_readiness_checks_send_one_command(failing: Database, log: CommandLog) -> None:
    readiness = Readiness()
    log.commands.clear()
    found = [await readiness.check(failing)]
    found += await asyncio.gather(*(readiness.check(failing) for _ in range(50)))
    assert all(body is found[0] for body in found)
    assert found[0]["mongodb"] == "writable"
    # And hello, which is not noted.
    assert sorted(next(iter(sent)) for sent in log.commands) == ["aggregate", "count"]


# --- A set ---------------------------------------------------------------------------------------


async def test_a_set_that_was_not_initiated_is_told_soon(tmp_path: Any) -> None:
    async with replica_set(tmp_path, initiated=False) as found:
        for url in (found.url, f"mongodb://{found.hosts[0]}/"):
            database = Database.connect(url, "nothing", timeout_ms=600_000)
            with pytest.raises(NotInitiated, match=r"run rs.initiate\(\) once in mongosh"):
                await database.hello()
            database.close()


@pytest.mark.parametrize("held", [False, True], ids=["killed", "held still"])
async def test_no_acknowledged_write_is_lost_when_the_primary_goes(
    tmp_path: Any, held: bool
) -> None:
    """Writes that were acknowledged are there, and reads are answered or told UNAVAILABLE."""
    async with replica_set(tmp_path, 3) as found:
        database = Database.connect(found.url, "failover", timeout_ms=5_000)
        acknowledged: list[int] = []
        reads: list[object] = []
        gone = asyncio.Event()

        async def write() -> None:
            for n in range(10_000):
                await _write(database, n)
                acknowledged.append(n)
                if gone.is_set() and n > at + 5:
                    return
                await asyncio.sleep(0.02)

        async def read() -> None:
            while not writing.done():
                try:
                    await database.with_time_limit(15).find("rows", {"_id": 0})
                    reads.append(None)
                except Exception as error:
                    reads.append(error)
                await asyncio.sleep(0.02)

        at = 1_000_000
        await database.write("rows", [InsertOne({"_id": -1})])
        writing = asyncio.create_task(write())
        reading = asyncio.create_task(read())
        while len(acknowledged) < 5:
            await asyncio.sleep(0.05)
        primary = await found.primary()
        at = len(acknowledged)
        primary.send_signal(19) if held else primary.kill()
        gone.set()
        async with asyncio.timeout(90):
            await asyncio.gather(writing, reading)
        assert {type(error) for error in reads} <= {type(None), Unreachable}
        kept = {row["_id"] for row in await database.find("rows", {})}
        assert kept == {-1, *acknowledged}
        database.close()
