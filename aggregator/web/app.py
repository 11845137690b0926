"""The application: routes, guards and the answers to what goes wrong."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregator import __version__
from aggregator.errors import AggregatorError, NotFound, StoreError, UsageError
from aggregator.ports import Clock, Store
from aggregator.web import (
    assets,
    feeds,
    front,
    health,
    login,
    marks,
    mending,
    outgoing,
    search,
    searches,
    statistics,
    story,
    tastes,
    websub,
)
from aggregator.web.feeds import Finder
from aggregator.web.forms import Forged, FormTokens
from aggregator.web.gate import Doorkeeper, Gate
from aggregator.web.guards import (
    HEADERS,
    Conditional,
    HeadAsGet,
    HostGuard,
    SecurityHeaders,
    UnderPath,
)
from aggregator.web.kept import Shelf
from aggregator.web.options import Exposition, StatusProvider, WebOptions
from aggregator.web.site import Site, site_templates, wants_json
from aggregator.web.tokens import TokenDesk


def create_app(
    *,
    store: Store,
    clock: Clock,
    options: WebOptions | None = None,
    status: StatusProvider | None = None,
    figures: Exposition | None = None,
    finder: Finder | None = None,
    hubs: websub.Hubs | None = None,
    corrected: Callable[[], None] = lambda: None,
    secret: bytes | None = None,
) -> FastAPI:
    """The site over a store that is open already; whoever opened it closes it.

    ``finder`` looks for feeds at a site the reader names; left out, addresses go unchecked.
    ``corrected`` is called after a correction by hand, to wake a clusterer in this process;
    ``secret`` signs form tokens; left out, pages from before a restart must be loaded again.
    """
    chosen = options or WebOptions()
    files = assets.load_assets()
    site = Site(
        store=store,
        clock=clock,
        options=chosen,
        tokens=FormTokens(secret or secrets.token_bytes(32)),
        templates=site_templates(chosen),
        assets={name: chosen.path + asset.path for name, asset in files.items()},
        shelf=Shelf(store, clock),
    )
    # No documentation pages: they would fetch their script from elsewhere. /openapi.json stays.
    app = FastAPI(
        title=chosen.title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
    )
    app.state.site = site
    for module in (front, marks, story, tastes, search, searches, statistics, outgoing):
        app.include_router(module.routes(site))
    app.include_router(health.routes(store, status, figures))
    app.include_router(feeds.routes(site, finder=finder))
    app.include_router(mending.routes(site, changed=corrected))
    app.include_router(assets.routes(files))
    if hubs is not None:
        app.include_router(websub.routes(hubs))
    for kind, handler in _faults(site).items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(Conditional)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    doorkeeper = Doorkeeper(password_hash=chosen.password_hash, clock=clock)
    if chosen.password_hash or chosen.trusted_header:
        app.include_router(login.routes(site, doorkeeper))
    _guard(app, store, doorkeeper, chosen)
    return app


def create_probes(
    *,
    store: Store,
    clock: Clock,
    options: WebOptions,
    status: StatusProvider,
    figures: Exposition,
) -> FastAPI:
    """What a process without a page offers: ``/healthz``, ``/readyz`` and ``/metrics``."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health.routes(store, status, figures))
    _guard(app, store, Doorkeeper(password_hash=options.password_hash, clock=clock), options)
    return app


def _guard(app: FastAPI, store: Store, doorkeeper: Doorkeeper, options: WebOptions) -> None:
    app.add_middleware(Gate, doorkeeper=doorkeeper, desk=TokenDesk(store), options=options)
    app.add_middleware(HeadAsGet)
    app.add_middleware(UnderPath, path=options.path)
    app.add_middleware(HostGuard, hosts=options.hosts)
    app.add_middleware(SecurityHeaders)


_Handler = Callable[[Request, Exception], Awaitable[Response]]


def _faults(site: Site) -> dict[type[Exception], _Handler]:
    """Every fault as a page that says what happened and what to do; a program gets JSON."""

    def told(request: Request, status: int, heading: str, message: str) -> Response:
        if wants_json(request) or request.url.path.endswith(".json"):
            return JSONResponse({"error": message}, status)
        return site.page(request, "fault.html", status=status, heading=heading, message=message)

    def plain(status: int, heading: str, words: Callable[[Exception], str]) -> _Handler:
        async def handle(request: Request, error: Exception) -> Response:
            return told(request, status, heading, words(error))

        return handle

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        heading = {404: "There is nothing here", 405: "That cannot be done here"}.get(
            status, "That did not work"
        )
        message = "The address leads nowhere. Perhaps it was cut off or is from another time."
        return told(request, status, heading, message)

    async def broken(request: Request, error: Exception) -> Response:
        # Answered outside of every guard; the server logs the error with its trace.
        message = "This is a mistake in the program, not yours. The service's log says what broke."
        response = told(request, 500, "Something broke", message)
        response.headers.update(HEADERS)
        return response

    def said(error: Exception) -> str:
        return str(error)

    return {
        NotFound: plain(404, "There is nothing here", said),
        UsageError: plain(400, "That cannot be read", said),
        RequestValidationError: plain(
            400, "That cannot be read", lambda _: "A value in the address or the form is wrong."
        ),
        Forged: plain(
            403,
            "This page is too old",
            lambda _: "Nothing was changed. Go back, load the page again and repeat what you did.",
        ),
        StoreError: plain(503, "The database does not answer", said),
        AggregatorError: plain(400, "That did not work", said),
        HTTPException: http,
        Exception: broken,
    }
