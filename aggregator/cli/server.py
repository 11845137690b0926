"""The service put together: polls, clusterer, scheduler and page in one event loop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import uvicorn

from aggregator import bootstrap
from aggregator.cli.notify import Notifier
from aggregator.errors import AggregatorError
from aggregator.model.discovery import FoundFeed
from aggregator.model.status import BEAT_EVERY, ServiceStatus
from aggregator.ports import Store
from aggregator.schedule.jobs import Job, scheduled
from aggregator.service.discover import discover
from aggregator.service.keeping import Keeper
from aggregator.service.reload import FeedList
from aggregator.service.run import Service
from aggregator.service.sending import send_digest
from aggregator.settings.load import FEEDS_FILE
from aggregator.settings.schema import Settings
from aggregator.settings.watch import changes, read_config
from aggregator.web.app import create_app
from aggregator.web.options import WebOptions

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
TIDY = timedelta(minutes=5)
SAY = timedelta(minutes=1)
RENEW = timedelta(minutes=1)


async def serve(
    config_dir: Path, settings: Settings, *, environ: Mapping[str, str] = os.environ
) -> None:
    """Runs the service until SIGTERM or SIGINT; both end it in order.

    ``environ`` overrides settings when a saved change of the config is read.

    Raises:
        ConfigError: the config is wrong at the start.
        AggregatorError: the address to listen on is taken or not ours.
    """
    config = read_config(config_dir, environ)
    with listening(settings.web.host, settings.web.port) as listener:
        host, port = listener.getsockname()[:2]
        address = f"http://{host}:{port}{settings.web.path}"
        async with bootstrap.opened_store(settings) as store:
            feeds = FeedList(store, bootstrap.clock())
            wake, notifier = asyncio.Event(), Notifier()
            saved = changes(config_dir, environ, config, wake=wake)
            daily = upkeep(settings, bootstrap.keeper(settings, store, config_dir))
            async with (
                aclosing(saved),
                bootstrap.opened_service(
                    settings,
                    store,
                    urls=[feed.url for feed in config.feeds],
                    feeds=feeds,
                    address=address,
                    here=settings.poll.here,
                ) as service,
                service.running(),
                scheduled([*jobs(service, notifier), *daily, *mails(settings, store)]),
            ):
                owning = asyncio.create_task(feeds.own(config.feeds, saved), name="feeds")
                notifier.ready()
                try:
                    await page(store, service, settings, config_dir, listener, wake)
                finally:
                    notifier.stopping()
                    owning.cancel()
                    with suppress(asyncio.CancelledError):
                        await owning
    log.info("stopped")


def jobs(service: Service, notifier: Notifier) -> list[Job]:
    """The service's handful of jobs."""
    every = notifier.watchdog
    watched = [Job(name="watchdog", work=notifier.alive, every=every)] if every else []
    return [
        *watched,
        Job(name="tick", work=service.tick, every=TICK),
        Job(name="tidy", work=service.tidy, every=TIDY),
        Job(name="websub", work=service.renew, every=RENEW),
        Job(name="say", work=service.say, every=SAY),
        Job(name="beat", work=service.beat, every=BEAT_EVERY),
    ]


def upkeep(settings: Settings, keeper: Keeper) -> list[Job]:
    """The job that backs up and takes old articles out, where there is anything to do."""
    hour, _, minute = settings.database.upkeep_at.partition(":")
    cron = f"{int(minute)} {int(hour)} * * *"
    job = Job(name="upkeep", work=keeper.run, cron=cron, zone=settings.digest.timezone)
    return [] if keeper.idle else [job]


def mails(settings: Settings, store: Store) -> list[Job]:
    """A job for each time of day the digest is mailed at; none where no mail is set up."""
    if not settings.mail.host:
        return []
    courier, mailing = bootstrap.courier(settings), bootstrap.mailing(settings)

    async def send() -> None:
        if await send_digest(store, bootstrap.clock(), courier, mailing):
            log.info("mailed the digest to %d recipients", len(mailing.recipients))

    times = [at.split(":") for at in settings.mail.at]
    return [
        Job(
            name=f"mail {hour}:{minute}",
            work=send,
            cron=f"{int(minute)} {int(hour)} * * *",
            zone=settings.digest.timezone,
        )
        for hour, minute in times
    ]


async def page(
    store: Store,
    service: Service,
    settings: Settings,
    config_dir: Path,
    listener: socket.socket,
    wake: asyncio.Event,
) -> None:
    """Offers the page until a signal ends it."""

    async def status() -> ServiceStatus:
        return service.status()

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
        options=WebOptions(
            path=settings.web.path,
            hosts=known_hosts(settings),
            since=settings.digest.since,
            limit=settings.digest.limit,
            zone=ZoneInfo(settings.digest.timezone),
            feeds_file=config_dir / FEEDS_FILE,
            password_hash=settings.web.password_hash,
            trusted_header=settings.web.trusted_header,
        ),
        status=status,
        finder=find,
        figures=service.measures.exposition,
        hubs=service.websub,
        corrected=service.placer.wake,
    )
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
    # by 40 ms each time.
    gc.collect()
    gc.freeze()
    async with signals(server, wake):
        log.info("serving at %s", service.status().address)
        await server.serve(sockets=[listener])


def known_hosts(settings: Settings) -> tuple[str, ...]:
    """The names the site is called by, its public one included."""
    public = urlsplit(settings.web.public_url).hostname
    return (*settings.web.hosts, public) if public else settings.web.hosts


class _Server(uvicorn.Server):
    """A server that leaves signals to us: they end the polls as well."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def signals(server: uvicorn.Server, wake: asyncio.Event) -> AsyncIterator[None]:
    """SIGTERM and SIGINT end the server in order, SIGHUP has the config read at once."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        log.info("stopping")
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, wake.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)


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


async def work(settings: Settings) -> None:
    """Runs a worker until SIGTERM or SIGINT; both end it in order."""
    stop, notifier = asyncio.Event(), Notifier()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with (
        bootstrap.opened_store(settings) as store,
        bootstrap.opened_service(settings, store) as service,
        service.running(),
        scheduled(jobs(service, notifier)),
    ):
        await service.beat()
        log.info("working")
        notifier.ready()
        await stop.wait()
        notifier.stopping()
    log.info("stopped")
