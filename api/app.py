"""The Starlette application: its routes, and what lives as long as it does."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import parent_process
from typing import TypedDict

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Route, WebSocketRoute

from api.auth.backend import BearerBackend
from api.auth.local import Local, read_local
from api.auth.openid.provider import Provider
from api.auth.openid.verifier import OpenIdVerifier
from api.auth.sign_ins import SignIns
from api.clock import Clock
from api.database import open_database
from api.exports.routes import Exports, export_routes
from api.feeds.routes import Feeds, feed_routes
from api.http import headers
from api.http.connections import Lingering
from api.http.endpoint import GraphQLEndpoint, respond_internal_error, respond_method_not_allowed
from api.http.errors import respond_refused_sign_in, respond_unavailable
from api.http.health import Readiness, respond_live, respond_ready
from api.http.outgoing import Outgoing
from api.http.rate_limit import Throttle
from api.intakes.model import Model, ModelClient
from api.intakes.reader import ArticleReader
from api.intakes.routes import intake_routes
from api.intakes.working import Worker
from api.intakes.working import working as reading_articles
from api.observability import logs
from api.observability.instrument import Instrument, make_service_factory
from api.observability.setup import make_instruments
from api.pages.reading import ReadingPages, Site, reading_routes, respond_not_found
from api.pages.rendering import Renderer
from api.pages.routes import DIST, OpenIdClient, page_routes
from api.records.routes import Records, record_routes
from api.sandbox.pages import DayOfPages
from api.sandbox.routes import Sandbox, sandbox_routes
from api.settings import Settings
from api.sharing.cards import Cards
from api.sharing.routes import sharing_routes
from api.sharing.sitemaps import Sitemaps
from api.sharing.subjects import Sharing
from api.subscriptions.event_stream import StreamEndpoint
from api.subscriptions.live import Live
from api.subscriptions.socket import SocketEndpoint
from api.webhooks.delivering import Deliveries, delivering
from api.webhooks.sending import Sender, make_client
from api.workbench.routes import workbench_routes
from engine.requests.limits import Limits
from engine.requests.persisted_documents import Documents
from engine.requests.response_cache import ResponseCache
from engine.requests.service import Service
from engine.requests.subscriptions import Subscriptions
from engine.requests.versions import Versions
from schema.build import build
from schema.registry import COLLECTIONS
from store.bounds import MIB
from store.feed import News, follow_data_version
from store.log import Log
from store.mongodb.driver import Database, Unreachable
from store.persisted_documents import TrustedDocuments
from store.reads.reader import Reader
from store.tokens import Tokens
from store.webhooks import Webhooks
from store.writes.commands import Desk
from store.writes.loading import find_moving_version
from store.writes.queue import working

WAIT_MS = 5_000
"""How long a request waits for a MongoDB that can take its command, in milliseconds: less than a
query may take, so that its error says that MongoDB is away."""


class State(TypedDict):
    """The members of `request.state`."""

    database: Database
    clock: Clock
    sign_ins: SignIns
    readiness: Readiness
    reader: Reader
    versions: Versions
    service: Service
    explaining: Service
    subscriptions: Subscriptions
    live: Live
    documents: Documents
    desk: Desk
    draft_statuses: bool
    debug: bool
    public_url: str | None
    exports: Exports
    records: Records
    pages: ReadingPages
    feeds: Feeds
    site: Site
    embedded_by: str
    sharing: Sharing
    cards: Cards
    sitemaps: Sitemaps


def create_app(
    settings: Settings, started_by: Local | None = None, sandbox: Sandbox | None = None
) -> Starlette:
    """The application for these settings. MongoDB is opened when it starts. `started_by` is who may
    sign in by a printed link. With a `sandbox` tests may reset the data and set the day; no setting
    gives one. Raises Missing.
    """
    clock = sandbox.clock if sandbox is not None else Clock()
    instruments = make_instruments(settings)
    observers = [instrument.observer for instrument in instruments]
    backend = BearerBackend(settings.known_tokens)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[State]:
        _end_with_parent()
        schema = build()
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(
                open_database(
                    settings,
                    observers=observers,
                    wait_ms=WAIT_MS,
                    # A sandbox loaded it, or kept what the same sources had loaded.
                    is_prepared=sandbox is not None,
                )
            )
            limits = limits_of(settings)
            reader = Reader(database.with_time_limit(limits.seconds))
            listening = _Listening()
            versions = await _follow_versions(settings, database, reader, listening, stack)
            cache = versions.cache
            service = make_service_factory(instruments)(
                schema, COLLECTIONS, cache=cache, limits=limits
            )
            ours = Limits(seconds=limits.seconds)
            exports = Exports(schema)
            own_service = make_service_factory(instruments)(
                schema, COLLECTIONS, cache=cache, limits=ours, bound="own documents"
            )
            records = Records(schema, own_service)
            renderer = Renderer(DIST / "server" / "reading.js")
            stack.callback(renderer.close)
            site = Site.of(settings)
            pages = ReadingPages(own_service, renderer, site, DIST)
            feeds = Feeds(schema, own_service, versions.ask)
            documents = Documents(
                TrustedDocuments(database).text,
                only=settings.trusted_only,
                version=cache.version if cache is not None else None,
            )
            sign_ins = await _make_sign_ins(settings, database, started_by, stack)
            await stack.enter_async_context(working(database, listening.queue))
            deliveries = Deliveries(
                Webhooks(database),
                reader,
                feeds.news,
                feeds.selection,
                Sender(
                    await stack.enter_async_context(make_client()),
                    private=settings.private_webhooks,
                ),
                settings.public_url or "",
                listening.webhooks,
                partial(_count_delivery, instruments),
                today=clock.now,
            )
            await stack.enter_async_context(delivering(deliveries))
            model = await _make_model(settings, stack)
            worker = Worker(database, ArticleReader(database), model=model)
            await stack.enter_async_context(reading_articles(worker, listening.intakes))
            _settle_memory()
            yield {
                "database": database,
                "clock": clock,
                "sign_ins": sign_ins,
                "readiness": Readiness(),
                "reader": reader,
                "versions": versions,
                "service": service,
                "explaining": Service(
                    schema, COLLECTIONS, limits=limits, bound="explained documents"
                ),
                "subscriptions": Subscriptions(service, listening.log),
                "live": Live(settings, instruments),
                "documents": documents,
                "desk": Desk(
                    database,
                    two_persons=settings.two_persons,
                    today=clock.today,
                    language_model=settings.model_name if model is not None else None,
                ),
                "draft_statuses": settings.draft_statuses,
                "debug": settings.debug,
                "public_url": settings.public_url,
                "exports": exports,
                "records": records,
                "pages": pages,
                "feeds": feeds,
                "site": site,
                "embedded_by": settings.embedded_by,
                "sharing": Sharing(schema, own_service),
                "cards": Cards(),
                "sitemaps": Sitemaps(schema),
            }

    return Starlette(
        routes=[
            Route("/graphql", GraphQLEndpoint(), methods=["GET", "POST"]),
            WebSocketRoute("/graphql", SocketEndpoint(backend)),
            Route("/graphql/stream", StreamEndpoint(backend), methods=["GET", "POST"]),
            Route("/health/live", respond_live),
            Route("/health/ready", respond_ready),
            *export_routes(),
            *feed_routes(),
            *intake_routes(),
            *reading_routes(),
            *record_routes(),
            *workbench_routes(),
            *sharing_routes(),
            *page_routes(openid=_openid_client(settings)),
            *(sandbox_routes(sandbox) if sandbox is not None else ()),
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
                backend=backend,
                on_error=respond_refused_sign_in,
            ),
            *([Middleware(DayOfPages, clock=clock)] if sandbox is not None else ()),
        ],
        exception_handlers={
            404: respond_not_found,
            405: respond_method_not_allowed,
            Unreachable: respond_unavailable,
        },
        lifespan=lifespan,
    )


def _count_delivery(instruments: Sequence[Instrument], outcome: str, seconds: float) -> None:
    for instrument in instruments:
        instrument.count_delivery(outcome, seconds)


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


async def _make_model(settings: Settings, stack: AsyncExitStack) -> ModelClient | None:
    """What asks the operator's language model; None where there is none."""
    if settings.model_url is None:
        return None
    client = httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=None)
    model = Model(
        settings.model_url, settings.model_name, settings.model_key, settings.model_seconds
    )
    return ModelClient(model, await stack.enter_async_context(client))


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings give."""
    return Limits(
        depth=settings.most_depth, cost=settings.most_cost, seconds=settings.query_seconds
    )


@dataclass(frozen=True, slots=True)
class _Listening:
    """Who is told of writes: the `queue` when something may be new in it, the others always."""

    queue: asyncio.Event = field(default_factory=asyncio.Event)
    webhooks: asyncio.Event = field(default_factory=asyncio.Event)
    intakes: asyncio.Event = field(default_factory=asyncio.Event)
    log: Log = field(default_factory=Log)


async def _follow_versions(
    settings: Settings,
    database: Database,
    reader: Reader,
    listening: _Listening,
    stack: AsyncExitStack,
) -> Versions:
    """The versions of the data, with the response cache of the settings, which is told of writes,
    or asks before each answer. Whoever is `listening` is told, too.
    """

    async def refresh(database: Database) -> None:
        await reader.unsettled.refresh(database)
        listening.log.hold(await find_moving_version(database))
        listening.queue.set()

    cache = ResponseCache(settings.answers_mb * MIB) if settings.answers != "off" else None
    told = cache if settings.answers == "fast" else None

    def hear(news: News) -> None:
        if told is not None:
            told.hear(news)
        listening.log.hear(news.version)
        listening.webhooks.set()
        listening.intakes.set()

    heard = await stack.enter_async_context(follow_data_version(database, hear, refresh))
    versions = Versions(
        reader, heard, cache, partial(refresh, database), settings.version_wait_seconds
    )
    if cache is not None:
        cache.version = versions.ask if settings.answers == "strict" else versions.get_heard
    return versions


def _settle_memory() -> None:
    """Takes everything made so far out of garbage collection, and makes its rounds rarer: rows and
    answers have no reference cycles, and looking for some is most of the p99 of long answers.
    """
    gc.collect()
    gc.freeze()
    gc.enable()  # what starts a program may have put it off until here
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
