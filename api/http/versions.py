"""The version of the data that an answer must include, as a request says it, and as it is told.

Every address reads `X-Followthrough-Min-Data-Version`. GraphQL takes `minDataVersion` in
`extensions` as well, for clients that can set no header or read none.
"""

from collections.abc import Mapping

from graphql import GraphQLError
from starlette.requests import HTTPConnection, Request

from engine.requests.document import make_error
from engine.requests.versions import VersionNotReached, Versions

LEAST = "x-followthrough-min-data-version"
INCLUDED = "x-followthrough-data-version"

NOT_REACHED = "DATA_VERSION_NOT_REACHED"

_LEAST = LEAST.encode()
_LONGEST = 18
"""Digits, so that every version that may be asked for is one that MongoDB could hold."""


def read_least_version(request: Request) -> int | None:
    """The version that a header asks for; None without the header. Raises GraphQLError."""
    # Without a Headers object in between: each request is asked this, and few have it.
    sent = [value for name, value in request.scope["headers"] if name == _LEAST]
    if not sent:
        return None
    # Two of them are one list, as the specification has it, and no number.
    given = b", ".join(sent).decode("latin-1")
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST):
        raise make_error("BAD_USER_INPUT", f"{LEAST}: {_REMEDY}")
    return int(given)


def check_least_version(given: object) -> int | None:
    """The version that a member `minDataVersion` asks for. Raises GraphQLError."""
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < 10**_LONGEST:
        raise make_error("BAD_USER_INPUT", f"minDataVersion: {_REMEDY}")
    return given


_REMEDY = "send the number that a payload gave as dataVersion; 0 asks for no more than to be told"


async def include_version(
    connection: HTTPConnection, least: int | None, *, certain: bool = False
) -> int | None:
    """The version from which on is read; None if nobody asks. It is at least `least`, and, if
    `certain`, that of the last write that was acknowledged. Raises GraphQLError.
    """
    versions: Versions = connection.state.versions
    version = await versions.ask() if certain else None
    if least is None or (version is not None and version >= least):
        return version
    try:
        return await versions.reach(least)
    except VersionNotReached as missed:
        raise _explain(missed, versions.seconds) from None


def _explain(missed: VersionNotReached, seconds: float) -> GraphQLError:
    error = make_error(
        NOT_REACHED,
        f"the data has version {missed.reached}, and did not reach {missed.least} within "
        f"{seconds:g} s; ask for a version that a payload of this store gave, or leave it out",
    )
    assert error.extensions is not None
    error.extensions |= {"dataVersion": missed.reached, "minDataVersion": missed.least}
    return error


def tell_version(version: int | None) -> Mapping[str, str]:
    """The header that tells a version; none if it is None."""
    return {} if version is None else {INCLUDED: str(version)}
