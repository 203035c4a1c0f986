"""Makes a running mongod ready: a replica set of one member, and the user of the programs."""

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
# The store needs no more: data, indexes and validators of any database, and the server's health.
# Only the system user administers the replica set.
ROLES = ("readWriteAnyDatabase", "dbAdminAnyDatabase", "clusterMonitor")

# After a crash mongod replays its journal before it listens, which can take minutes.
PATIENCE = 600.0
ANSWER_MS = 2000

LISTENING_POLL = 0.05
"""Seconds: to ask takes some 20 ms of the processor, and mongod half a second to listen."""

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
AUTHENTICATION_FAILED = 18
NOT_YET_INITIALIZED = 94
ALREADY_EXISTS = 51003


class Died(Exception):
    """mongod ended before it was ready."""


def user_url(directory: Directory, port: int, *, redacted: bool = False) -> str:
    """The address at which programs connect.

    With the name of the replica set and not directConnection, so that the driver waits for the
    primary while mongod restarts.
    """
    password = "***" if redacted else quote_plus(directory.load_password())
    return f"mongodb://{USER}:{password}@127.0.0.1:{port}/?replicaSet={SET_NAME}&authSource=admin"


def system_url(directory: Directory, port: int) -> str:
    """The address to connect as the system user, whose password is the key file.

    This user may do everything and exists before there is a configuration or another user. So each
    step can be taken, and repeated after a kill, without MongoDB's exception for localhost, which
    would let any local process create the first user.
    """
    return (
        f"mongodb://__system:{quote_plus(directory.load_key())}@127.0.0.1:{port}/"
        "?authSource=local&authMechanism=SCRAM-SHA-256&directConnection=true"
    )


async def make_ready(mongod: Mongod, directory: Directory) -> None:
    """Returns when mongod is primary and our user can log in; takes only the missing steps.

    Raises `Died` if mongod ends, `MongodError` if it runs and cannot be made ready.
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
    if not mongod.is_alive():
        raise Died


async def _wait_until_listening(mongod: Mongod) -> None:
    # The system is asked, not the port: a driver waits half a second before it tries again, and if
    # the port is taken, another program would answer.
    while not mongod.is_listening():
        _check_alive(mongod)
        await asyncio.sleep(LISTENING_POLL)


async def _attempt(mongod: Mongod, directory: Directory) -> bool:
    """Takes as many steps as mongod allows; false if they must be tried again."""
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
        if error.code == AUTHENTICATION_FAILED and mongod.is_alive():
            raise MongodError(
                f"mongod (pid {mongod.pid}) does not know the key in {directory.key}: end it with "
                "`followthrough mongo stop` and start again."
            ) from error
        # Steps are refused while the set loads its configuration or elects.
        logger.debug("mongod (pid %d) is not ready: %s", mongod.pid, error)
        return False
    return True


async def _advance(command: driver.Command, host: str) -> bool:
    """Takes the next step towards a primary at `host`; true if none is left."""
    hello = await command({"hello": 1})
    if "setName" not in hello:
        await _configure(command, host)
    return bool(hello.get("isWritablePrimary"))


async def _configure(command: driver.Command, host: str) -> None:
    """Creates the replica set, or gives it the port on which mongod listens now."""
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
        # By force: while the address of its only member is wrong, the set has no primary.
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
