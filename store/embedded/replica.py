"""A running mongod made ready: one member, primary, with the user that programs log in as."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import quote_plus

from store.embedded.directory import POLL, Directory
from store.embedded.errors import MongodError
from store.embedded.failures import load_log
from store.embedded.process import SET_NAME, Mongod
from store.mongodb import driver

logger = logging.getLogger("followthrough.mongod")

USER = "followthrough"
# What the store needs, and no more: data, indexes and validators of any database, and the
# server's health. Only the server itself administers the set.
ROLES = ("readWriteAnyDatabase", "dbAdminAnyDatabase", "clusterMonitor")

# After a crash mongod replays its journal before it listens, which can take minutes.
PATIENCE = 600.0
ANSWER_MS = 2000

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
AUTHENTICATION_FAILED = 18
NOT_YET_INITIALIZED = 94
ALREADY_EXISTS = 51003


class Died(Exception):
    """mongod ended before it was ready."""


def user_url(directory: Directory, port: int, *, redacted: bool = False) -> str:
    """Where programs connect.

    Not directConnection: with the set's name a driver waits for the primary while mongod restarts.
    """
    password = "***" if redacted else quote_plus(directory.load_password())
    return f"mongodb://{USER}:{password}@127.0.0.1:{port}/?replicaSet={SET_NAME}&authSource=admin"


def system_url(directory: Directory, port: int) -> str:
    """As the server itself, which whoever reads the key file is.

    It may do everything and is known before there is a configuration or a user, so every step
    can be taken, and taken again after a kill, without MongoDB's exception for localhost, which
    would let any local process create the first user.
    """
    return (
        f"mongodb://__system:{quote_plus(directory.load_key())}@127.0.0.1:{port}/"
        "?authSource=local&authMechanism=SCRAM-SHA-256&directConnection=true"
    )


async def make_ready(mongod: Mongod, directory: Directory) -> None:
    """Return when mongod is primary and our user can log in, taking only the steps that lack.

    Raises `Died` if mongod ends, `MongodError` if it lives and cannot be made ready.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await _wait_until_listening(mongod)
            while not await _attempt(mongod, directory):
                _check_alive(mongod)
                await asyncio.sleep(POLL)
    except TimeoutError:
        said = load_log(mongod, directory).splitlines()[-1:]
        raise MongodError(
            f"mongod (pid {mongod.pid}) is not ready after {PATIENCE:.0f} s. Look into "
            f"{directory.log}; `followthrough mongo stop` ends it. It said last: {said}"
        ) from None


async def version(directory: Directory, port: int) -> str | None:
    """MongoDB's version, or None if it does not answer."""
    try:
        async with driver.admin(system_url(directory, port), timeout_ms=1000) as command:
            return str((await command({"buildInfo": 1}))["version"])
    except (MongodError, OSError, driver.Unreachable, driver.Refused):
        return None


def _check_alive(mongod: Mongod) -> None:
    if not mongod.alive():
        raise Died


async def _wait_until_listening(mongod: Mongod) -> None:
    # Asked of the system: a driver waits half a second before it tries again, and until mongod
    # finds out that its port is taken, it is another program that would answer.
    while not mongod.listens():
        _check_alive(mongod)
        await asyncio.sleep(POLL)


async def _attempt(mongod: Mongod, directory: Directory) -> bool:
    """Go as far as mongod lets us; false if it must be tried again."""
    try:
        async with driver.admin(
            system_url(directory, mongod.port), timeout_ms=ANSWER_MS
        ) as command:
            host = f"127.0.0.1:{mongod.port}"
            while not await _advance(command, host):  # noqa: ASYNC110 - an election sets no event
                await asyncio.sleep(POLL)
            if not await _can_log_in(directory, mongod.port):
                await _create_user(command, directory)
    except driver.Unreachable as error:
        logger.debug("mongod (pid %d) does not answer: %s", mongod.pid, error)
        return False
    except driver.Refused as error:
        if error.code == AUTHENTICATION_FAILED and mongod.alive():
            raise MongodError(
                f"mongod (pid {mongod.pid}) does not know the key in {directory.key}: end it with "
                "`followthrough mongo stop` and start again."
            ) from error
        # Steps are refused while others are under way: the set is being read, or elects.
        logger.debug("mongod (pid %d) is not ready: %s", mongod.pid, error)
        return False
    return True


async def _advance(command: driver.Command, host: str) -> bool:
    """Take the next step towards a primary at `host`; true when there is none left."""
    hello = await command({"hello": 1})
    if "setName" not in hello:
        await _configure(command, host)
    return bool(hello.get("isWritablePrimary"))


async def _configure(command: driver.Command, host: str) -> None:
    """Create the set, or tell it the port that mongod listens on now."""
    member = {"_id": 0, "host": host}
    try:
        config = (await command({"replSetGetConfig": 1}))["config"]
    except driver.Refused as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        await command({"replSetInitiate": {"_id": SET_NAME, "members": [member]}})
        return
    if [old["host"] for old in config["members"]] != [host]:
        config |= {"members": [member], "version": config["version"] + 1}
        # By force, because a set whose only member is not where it should be has no primary.
        await command({"replSetReconfig": config, "force": True})


async def _can_log_in(directory: Directory, port: int) -> bool:
    url = user_url(directory, port) + "&directConnection=true"
    try:
        async with driver.admin(url, timeout_ms=ANSWER_MS) as command:
            await command({"ping": 1})
    except driver.Refused as error:
        if error.code != AUTHENTICATION_FAILED:
            raise
        return False
    return True


async def _create_user(command: driver.Command, directory: Directory) -> None:
    user = {"pwd": directory.load_password(), "roles": list(ROLES)}
    try:
        await command({"createUser": USER, **user})
    except driver.Refused as error:
        if error.code != ALREADY_EXISTS:
            raise
        await command({"updateUser": USER, **user})
