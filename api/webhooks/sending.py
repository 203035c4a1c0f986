"""Sends one message: bounded in time, to the address that was checked, following nothing."""

import asyncio
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from ssl import SSLContext

import httpx2

from api.webhooks.addresses import BadAddress, find_target
from api.webhooks.signing import make_headers
from store.webhooks import Webhook

SECONDS = 15.0
"""Within which a receiver must have answered, all in all."""

LONGEST_WAIT_S = 3_600.0
"""The longest that a receiver may ask to be left alone."""

_GONE = 410
_ASKING_TO_WAIT = (429, 503)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: nothing in `error` if the message was taken. `gone` says that the receiver wants
    no more, `wait` for how many seconds it asks to be left alone.
    """

    error: str | None = None
    gone: bool = False
    wait: float = 0.0


class Sender:
    """Sends messages. With `private`, to addresses that are not public, and without TLS, too."""

    def __init__(self, client: httpx2.AsyncClient, *, private: bool) -> None:
        self._client = client
        self._private = private

    async def send(self, hook: Webhook, message: str, body: bytes, secrets: list[str]) -> Outcome:
        """Sends a message to a webhook."""
        headers = {
            **make_headers(message, int(time.time()), body, secrets),
            "content-type": "application/json",
            "user-agent": "Followthrough-Webhooks",
        }
        try:
            async with asyncio.timeout(SECONDS):
                target = await find_target(hook.url, private=self._private)
                headers["host"] = target.host
                # The rest of the answer is nobody's, and is not read.
                async with self._client.stream(
                    "POST",
                    target.url,
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": target.name},
                ) as response:
                    return _judge(response)
        except BadAddress as error:
            return Outcome(str(error))
        except TimeoutError:
            return Outcome(f"no answer within {SECONDS:g} s")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return Outcome(type(error).__name__)


def make_client() -> httpx2.AsyncClient:
    """The client for a `Sender`. It keeps no connection, for that to an address was made for one
    name, and takes no proxy from the environment, which would look names up anew.
    """
    return httpx2.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        verify=_load_trusted(),
        timeout=SECONDS,
        limits=httpx2.Limits(max_connections=50, max_keepalive_connections=0),
    )


@cache
def _load_trusted() -> SSLContext:
    """The authorities that are trusted; to read them takes longer than the rest of a client."""
    return httpx2.create_ssl_context(trust_env=False)


def _judge(response: httpx2.Response) -> Outcome:
    status = response.status_code
    if 200 <= status < 300:
        return Outcome()
    wait = _read_wait(response.headers.get("retry-after")) if status in _ASKING_TO_WAIT else 0.0
    told = f"answered {status}" + (
        ", and redirects are not followed" if 300 <= status < 400 else ""
    )
    return Outcome(told, status == _GONE, wait)


def _read_wait(given: str | None) -> float:
    """Seconds of `Retry-After`, as a number or a moment; 0 if it says nothing that can be read."""
    if given is None:
        return 0.0
    try:
        seconds = float(given)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(given).timestamp() - time.time()
        except (ValueError, OverflowError):
            return 0.0
    # Not a number compares as neither.
    return min(seconds, LONGEST_WAIT_S) if seconds > 0 else 0.0
