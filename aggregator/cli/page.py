"""The page as part of the service: its socket, its options, its server."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI

from aggregator import bootstrap
from aggregator.errors import AggregatorError
from aggregator.model.discovery import FoundFeed
from aggregator.model.status import ServiceStatus
from aggregator.ports import Store
from aggregator.service.discover import discover
from aggregator.service.run import Service
from aggregator.settings.load import FEEDS_FILE
from aggregator.settings.schema import Settings
from aggregator.web.app import create_app, create_probes
from aggregator.web.options import StatusProvider, WebOptions

log = logging.getLogger(__name__)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound before anything else is begun, so that a taken port is said at once.

    Raises:
        AggregatorError: the address is taken, or none of this machine's.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise AggregatorError(
            f"cannot listen on {host}:{port}: {error.strerror}",
            hint="Another service may run there; name another port with --port or web.port.",
        ) from error
    try:
        yield listener
    finally:
        listener.close()


def address_of(listener: socket.socket, path: str) -> str:
    """Where it listens, as a link."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}{path}" if ":" in host else f"http://{host}:{port}{path}"


async def page(
    store: Store,
    service: Service,
    settings: Settings,
    config_dir: Path,
    listener: socket.socket,
    ended: asyncio.Event,
) -> None:
    """Offers the page until it is to end."""

    async def find(address: str) -> Sequence[FoundFeed]:
        # Fetcher and parser of its own: looking around never delays a poll.
        async with (
            bootstrap.opened_fetcher(settings) as fetcher,
            bootstrap.opened_parser(settings) as parser,
        ):
            return await discover(address, fetcher=fetcher, parser=parser)

    app = create_app(
        store=store,
        clock=bootstrap.clock(),
        options=_options(settings, config_dir / FEEDS_FILE),
        status=_told(service),
        finder=find,
        figures=service.measures.exposition,
        hubs=service.websub,
        corrected=service.placer.wake,
    )
    await _offer(app, service, listener, ended)


async def probes(
    store: Store,
    service: Service,
    settings: Settings,
    listener: socket.socket,
    ended: asyncio.Event,
) -> None:
    """Offers what watches a process that has no page, until it is to end."""
    app = create_probes(
        store=store,
        clock=bootstrap.clock(),
        options=_options(settings),
        status=_told(service),
        figures=service.measures.exposition,
    )
    await _offer(app, service, listener, ended)


def _options(settings: Settings, feeds_file: Path | None = None) -> WebOptions:
    return WebOptions(
        path=settings.web.path,
        hosts=known_hosts(settings),
        since=settings.digest.since,
        limit=settings.digest.limit,
        zone=ZoneInfo(settings.digest.timezone),
        feeds_file=feeds_file,
        password_hash=settings.web.password_hash,
        trusted_header=settings.web.trusted_header,
    )


def _told(service: Service) -> StatusProvider:
    async def status() -> ServiceStatus:
        return service.status()

    return status


async def _offer(
    app: FastAPI, service: Service, listener: socket.socket, ended: asyncio.Event
) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
            root_path="",
        )
    )
    await service.beat()
    # What start-up made stays: to look through it for garbage again and again would hold up a page
    # by 40 ms each time. What an earlier start left is let go of first.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    log.info("serving at %s", service.status().address)

    async def end() -> None:
        await ended.wait()
        server.should_exit = True

    ending = asyncio.create_task(end(), name="end")
    try:
        await server.serve(sockets=[listener])
    finally:
        ending.cancel()


def known_hosts(settings: Settings) -> tuple[str, ...]:
    """The names the site is called by, its public one included."""
    public = urlsplit(settings.web.public_url).hostname
    return (*settings.web.hosts, public) if public else settings.web.hosts


class _Server(uvicorn.Server):
    """A server that leaves signals to us: they end the polls as well."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
