"""By which names this server is asked for, and which address its answers give as their own.

A client chooses the header `Host`. What is kept, cited or linked must not follow it.
"""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api.http.errors import respond_error
from api.settings import Settings
from engine.requests.document import make_error

UNNAMED = ("/health/", "/metrics")
"""Where no answer says an address, and whoever watches over the server asks by any it knows."""

_HEADERS = {"cache-control": "no-store"}
_NO_HOST = (400, "BAD_USER_INPUT", "send one header Host, of a name or an address and a port")


def base_of(request: Request) -> str:
    """The address before every path, without a slash at the end, such as `https://example.org`."""
    return request.state.public_url or str(request.base_url).rstrip("/")


class Hosts:
    """The hosts that are ours."""

    def __init__(self, settings: Settings) -> None:
        names = frozenset(map(_plain, settings.hosts))
        self._names, self._any = names, "*" in names
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))
        # Who listens on every address of a machine is asked by the one where a connection came in.
        self._as_reached = settings.allowed_hosts is None
        self._refusal = lru_cache(maxsize=256)(self._looked_up)

    def refuse_others(self, scope: Scope) -> Response | None:
        """The answer to a request for a host that is not ours, 421, or where `Host` is none, 400;
        else None.
        """
        if scope["path"].startswith(UNNAMED):
            return None
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) == 1:
            refusal = self._refusal(given[0], scope.get("server"))
        else:
            # Only HTTP/1.0 has requests without one.
            refusal = None if not given and scope["http_version"] == "1.0" else _NO_HOST
        if refusal is None:
            return None
        status, code, message = refusal
        return respond_error(status, make_error(code, message), _HEADERS)

    def _looked_up(
        self, given: bytes, server: tuple[str, int | None] | None
    ) -> tuple[int, str, str] | None:
        """Why a host is refused, if it is; kept, for every client sends the same few."""
        url = URL(
            scope={
                "scheme": "http",
                "path": "/",
                "query_string": b"",
                "headers": [(b"host", given)],
                "server": ("", 80),
            }
        )
        # What is no host is passed over there, in favour of the server's own.
        if not given or url.netloc != given.decode("latin-1"):
            return _NO_HOST
        host = _plain(url.hostname or "")
        if self._any or host in self._names or host.endswith(self._suffixes):
            return None
        if self._as_reached and server is not None and host == _plain(str(server[0])):
            return None
        message = (
            f"{host} is not answered for here; ask by a name of this server, or give it this one "
            "with FOLLOWTHROUGH_ALLOWED_HOSTS"
        )
        return 421, "MISDIRECTED", message


class Origins:
    """The origins whose pages may open a WebSocket: ours, and those that may read answers. Browsers
    leave that to the server, which for answers they do not.
    """

    def __init__(self, settings: Settings) -> None:
        self._allowed = frozenset(settings.origins)
        public = settings.public_url
        self._ours = frozenset({public} if public else ())

    def refuse_others(self, scope: Scope) -> Response | None:
        """The answer to a page of another origin, 403; else None. What is no page names none."""
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        if not given or "*" in self._allowed:
            return None
        (origin, *others) = given
        host = next((v.decode("latin-1") for n, v in scope["headers"] if n == b"host"), "")
        # Behind a proxy that speaks TLS, only the page knows that.
        ours = {*self._ours, *self._allowed, f"http://{host}", f"https://{host}"}
        if not others and origin in ours:
            return None
        message = (
            "pages of this origin may not connect here; name it in FOLLOWTHROUGH_ALLOWED_ORIGINS"
        )
        return respond_error(403, make_error("FORBIDDEN", message), _HEADERS)


def _plain(host: str) -> str:
    """A host as it is compared: an address in the one way to write it, a name in small letters."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return host.lower().rstrip(".")
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
