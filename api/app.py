"""The Starlette application: its routes, and what lives as long as it does."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from multiprocessing import parent_process
from typing import TypedDict

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Route

from api.auth.backend import BearerBackend
from api.auth.local import Local, read_local
from api.auth.openid.provider import Provider
from api.auth.openid.verifier import OpenIdVerifier
from api.auth.sign_ins import SignIns
from api.database import open_database
from api.exports.routes import Exports, export_routes
from api.http import headers
from api.http.connections import Lingering
from api.http.endpoint import GraphQLEndpoint, respond_internal_error, respond_method_not_allowed
from api.http.errors import respond_not_found, respond_refused_sign_in, respond_unavailable
from api.http.health import Readiness, respond_live, respond_ready
from api.http.outgoing import Outgoing
from api.http.rate_limit import Throttle
from api.observability import logs
from api.observability.instrument import make_service_factory
from api.observability.setup import make_instruments
from api.pages.routes import OpenIdClient, page_routes
from api.records.routes import Records, record_routes
from api.settings import Settings
from engine.requests.limits import Limits
from engine.requests.persisted_documents import Documents
from engine.requests.response_cache import ResponseCache
from engine.requests.service import Service
from schema.build import build
from schema.registry import COLLECTIONS
from store.bounds import MIB
from store.feed import follow_data_version
from store.mongodb.driver import Database, Unreachable
from store.persisted_documents import TrustedDocuments
from store.reads.reader import Reader
from store.tokens import Tokens
from store.writes.commands import Desk
from store.writes.queue import working

WAIT_MS = 5_000
"""How long a request waits for a MongoDB that can take its command, in milliseconds: less than a
query may take, so that its error says that MongoDB is away."""


class State(TypedDict):
    """The members of `request.state`."""

    database: Database
    sign_ins: SignIns
    readiness: Readiness
    reader: Reader
    service: Service
    documents: Documents
    desk: Desk
    draft_statuses: bool
    debug: bool
    public_url: str | None
    exports: Exports
    records: Records


def create_app(settings: Settings, started_by: Local | None = None) -> Starlette:
    """The application for these settings. MongoDB is opened when it starts.
    `started_by` is who may sign in by a printed link. Raises Missing.
    """
    instruments = make_instruments(settings)
    observers = [instrument.observer for instrument in instruments]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[State]:
        _end_with_parent()
        schema = build()
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(
                open_database(settings, observers=observers, wait_ms=WAIT_MS)
            )
            limits = limits_of(settings)
            reader = Reader(database.with_time_limit(limits.seconds))
            wake = asyncio.Event()
            cache = await _make_response_cache(settings, database, reader, wake, stack)
            service = make_service_factory(instruments)(
                schema, COLLECTIONS, cache=cache, limits=limits
            )
            ours = Limits(seconds=limits.seconds)
            exports = Exports(schema)
            records = Records(
                schema,
                make_service_factory(instruments)(
                    schema, COLLECTIONS, cache=cache, limits=ours, bound="own documents"
                ),
            )
            documents = Documents(
                TrustedDocuments(database).text,
                only=settings.trusted_only,
                version=cache.version if cache is not None else None,
            )
            sign_ins = await _make_sign_ins(settings, database, started_by, stack)
            await stack.enter_async_context(working(database, wake))
            _settle_memory()
            yield {
                "database": database,
                "sign_ins": sign_ins,
                "readiness": Readiness(),
                "reader": reader,
                "service": service,
                "documents": documents,
                "desk": Desk(database, two_persons=settings.two_persons),
                "draft_statuses": settings.draft_statuses,
                "debug": settings.debug,
                "public_url": settings.public_url,
                "exports": exports,
                "records": records,
            }

    return Starlette(
        routes=[
            Route("/graphql", GraphQLEndpoint(), methods=["GET", "POST"]),
            Route("/health/live", respond_live),
            Route("/health/ready", respond_ready),
            *export_routes(),
            *record_routes(),
            *page_routes(openid=_openid_client(settings)),
            *(route for instrument in instruments for route in instrument.routes()),
        ],
        middleware=[
            Middleware(Lingering),
            Middleware(logs.AccessLog),
            Middleware(Outgoing),
            *(middleware for instrument in instruments for middleware in instrument.middleware()),
            *headers.middleware(settings),
            # Starlette's own stands before all of these, and its answers would lack their headers.
            Middleware(ServerErrorMiddleware, handler=respond_internal_error),
            *_make_rate_limit(settings),
            Middleware(
                AuthenticationMiddleware,
                backend=BearerBackend(settings.known_tokens),
                on_error=respond_refused_sign_in,
            ),
        ],
        exception_handlers={
            404: respond_not_found,
            405: respond_method_not_allowed,
            Unreachable: respond_unavailable,
        },
        lifespan=lifespan,
    )


def _openid_client(settings: Settings) -> OpenIdClient | None:
    if settings.oidc_issuer is None:
        return None
    return {"issuer": settings.oidc_issuer, "clientId": settings.oidc_client_id}


def _make_rate_limit(settings: Settings) -> list[Middleware]:
    if not settings.requests_per_minute and not settings.requests_in_flight:
        return []
    return [
        Middleware(
            Throttle,
            per_minute=settings.requests_per_minute,
            in_flight=settings.requests_in_flight,
            tokens=settings.known_tokens,
        )
    ]


async def _make_sign_ins(
    settings: Settings, database: Database, started_by: Local | None, stack: AsyncExitStack
) -> SignIns:
    """Who may sign in: by tokens of the store, and at the OpenID provider where there is one."""
    openid: OpenIdVerifier | None = None
    if settings.oidc_issuer is not None:
        client = await stack.enter_async_context(httpx2.AsyncClient(follow_redirects=False))
        openid = OpenIdVerifier(
            Provider(settings.oidc_issuer, client),
            settings.oidc_client_id,
            settings.oidc_name_claim,
            settings.oidc_role_claim,
            settings.roles_of_claim,
        )
    sign_ins = SignIns(Tokens(database), started_by=started_by, openid=openid)
    stack.push_async_callback(sign_ins.finish)
    return sign_ins


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings give."""
    return Limits(
        depth=settings.most_depth, cost=settings.most_cost, seconds=settings.query_seconds
    )


async def _make_response_cache(
    settings: Settings,
    database: Database,
    reader: Reader,
    wake: asyncio.Event,
    stack: AsyncExitStack,
) -> ResponseCache | None:
    """The response cache, which is told of writes, or asks before each answer, as the settings
    have it. None to keep no answers. `wake` is set when the queue may have something new.
    """

    async def refresh(database: Database) -> None:
        await reader.unsettled.refresh(database)
        wake.set()

    follow = partial(follow_data_version, database, refresh=refresh)
    if settings.answers == "off":
        await stack.enter_async_context(follow())
        return None
    cache = ResponseCache(settings.answers_mb * MIB)
    if settings.answers == "strict":
        cache.version = partial(cache.ask, reader)
        await stack.enter_async_context(follow())
        return cache
    data = await stack.enter_async_context(follow(cache.hear))

    async def get_heard_version() -> int | None:
        return data.current

    cache.version = get_heard_version
    return cache


def _settle_memory() -> None:
    """Takes everything made so far out of garbage collection, and makes its rounds rarer: rows and
    answers have no reference cycles, and looking for some is most of the p99 of long answers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def _end_with_parent() -> None:
    """Ends a worker when its parent is killed: nothing else would, and it would keep the port."""
    if (parent := parent_process()) is not None:
        loop, ended = asyncio.get_running_loop(), parent.sentinel

        def leave() -> None:
            loop.remove_reader(ended)
            signal.raise_signal(signal.SIGTERM)

        loop.add_reader(ended, leave)


def create_worker_app() -> Starlette:
    """The application that each worker process serves, with the settings of its environment."""
    settings = Settings()
    logs.configure(settings)
    return create_app(settings, read_local())
