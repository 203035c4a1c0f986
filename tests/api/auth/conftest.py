"""An address that answers who its viewer is, behind the sign-in of the application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.auth.backend import BearerBackend
from api.auth.sign_ins import SignIns
from api.auth.viewer import viewer_of
from api.http.errors import respond_refused_sign_in


class Clock:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def _tell_viewer(request: Request) -> JSONResponse:
    viewer = viewer_of(request)
    told = {"name": viewer.name, "role": viewer.role.name, "signIn": viewer.sign_in}
    return JSONResponse({**told, "scopes": request.auth.scopes})


@asynccontextmanager
async def asking(
    sign_ins: SignIns, address: str = "10.0.0.1", counted: frozenset[str] = frozenset()
) -> AsyncIterator[httpx.AsyncClient]:
    """A client at an address, whose requests are answered with their viewer."""
    app = Starlette(
        routes=[Route("/", _tell_viewer), Route("/health/live", _tell_viewer)],
        middleware=[
            Middleware(
                AuthenticationMiddleware,
                backend=BearerBackend(counted),
                on_error=respond_refused_sign_in,
            )
        ],
    )

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"sign_ins": sign_ins}}, receive, send)

    transport = httpx.ASGITransport(with_state, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    """The header with a token."""
    return {"authorization": f"Bearer {token}"}
