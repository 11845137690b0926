"""The one place where adapters are chosen: settings in, ports out.

Adapters are imported where they are opened, so that a command starts with only what it uses.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.model.feed import Feed
from aggregator.model.instants import Instant
from aggregator.ports import Clock, Courier, DocumentParser, Fetcher, PollQueue, Store

if TYPE_CHECKING:
    from aggregator.service.deduplicate import DeduplicateOptions
    from aggregator.service.fulltext import FullTexts
    from aggregator.service.keeping import Keeper
    from aggregator.service.poll import Poller
    from aggregator.service.reload import FeedList, InForce
    from aggregator.service.run import Service
    from aggregator.service.sending import Mailing
    from aggregator.service.websub import WebSub
    from aggregator.service.work import PollWork
    from aggregator.settings.schema import Settings

    MakeFullTexts = Callable[[Callable[[], None]], FullTexts]


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """The present instant, in UTC."""
        return datetime.now(UTC)


def clock() -> Clock:
    """The clock that the program runs by."""
    return SystemClock()


def load_settings(config_dir: Path) -> Settings:
    """The settings in force; raises `ConfigError`."""
    from aggregator.settings.load import load

    return load(config_dir, os.environ)


def load_config(config_dir: Path) -> tuple[Settings, Sequence[Feed]]:
    """The settings in force and the feed list; raises `ConfigError`."""
    from aggregator.settings.feeds_file import read
    from aggregator.settings.load import FEEDS_FILE

    settings = load_settings(config_dir)
    return settings, read(config_dir / FEEDS_FILE)


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The store that ``database.url`` names, made or migrated as needed."""
    from aggregator.store import SqlStore

    store = SqlStore(settings.database.url, key=own_key(settings))
    try:
        await store.open()
        yield store
    finally:
        await store.aclose()


def own_key(settings: Settings) -> Callable[[], bytes]:
    """What gives the service's own key, which is made where there is none yet."""
    from aggregator.settings.load import data_folder
    from aggregator.settings.service_key import service_key

    return lambda: service_key(os.environ, data_folder(settings))


@asynccontextmanager
async def opened_fetcher(
    settings: Settings, *, feeds: Sequence[str] = ()
) -> AsyncIterator[Fetcher]:
    """The fetcher; ``feeds`` are the addresses followed, for the number in the User-Agent."""
    from urllib.request import getproxies_environment

    from aggregator.fetch.client import HttpFetcher
    from aggregator.fetch.logins import certificates, logins, secrets
    from aggregator.fetch.options import FetchOptions

    fetch = settings.fetch
    options = FetchOptions(
        allow_private_networks=fetch.allow_private_networks,
        contact=fetch.contact,
        deadline=fetch.timeout,
        max_bytes=fetch.max_body * 1024 * 1024,
        connections=fetch.concurrency,
        per_host=fetch.per_host,
        by_domain=fetch.by_domain,
        proxy=fetch.proxy or None,
        proxies=getproxies_environment(),
        credentials=logins(os.environ),
        secrets=secrets(os.environ),
        client_certificates=certificates(os.environ),
    )
    fetcher = HttpFetcher(options)
    fetcher.follow(feeds)
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


@asynccontextmanager
async def opened_parser(settings: Settings) -> AsyncIterator[DocumentParser]:
    """The parse workers."""
    from aggregator.workers.limits import ParserLimits
    from aggregator.workers.pool import ParserPool

    limits = ParserLimits(max_entries=settings.poll.max_entries)
    pool = ParserPool(workers=settings.poll.parsers, limits=limits)
    try:
        yield pool
    finally:
        await pool.aclose()


@asynccontextmanager
async def opened_poller(
    settings: Settings, store: Store, *, feeds: Sequence[str]
) -> AsyncIterator[Poller]:
    """A poller over a fetcher and parse workers of its own."""
    async with opened_round(settings, store, feeds=feeds) as (poller, _, _):
        yield poller


@asynccontextmanager
async def opened_round(
    settings: Settings, store: Store, *, feeds: Sequence[str]
) -> AsyncIterator[tuple[Poller, MakeFullTexts | None, Fetcher]]:
    """A poller, and what makes the full-text service beside it, over one fetcher: all three."""
    from aggregator.service.poll import Poller

    async with (
        opened_fetcher(settings, feeds=feeds) as fetcher,
        opened_parser(settings) as parser,
        opened_full_texts(store, fetcher) as full_texts,
    ):
        chance = random.Random()  # noqa: S311 - spreads polls, keeps no secret
        poller = Poller(
            store=store,
            fetcher=fetcher,
            parser=parser,
            clock=clock(),
            chance=chance,
            pages=full_texts is not None,
        )
        yield poller, full_texts, fetcher


@asynccontextmanager
async def opened_full_texts(store: Store, fetcher: Fetcher) -> AsyncIterator[MakeFullTexts | None]:
    """What makes the full-text service; None where its libraries are not installed."""
    try:
        from aggregator.workers.pages import PagePool
    except ModuleNotFoundError:
        yield None
        return
    from aggregator.fetch.robots import Robots
    from aggregator.service.fulltext import FullTexts

    reader = PagePool()
    rules = Robots(fetcher, now=clock().now)
    try:
        yield lambda stored: FullTexts(
            store=store,
            fetcher=fetcher,
            rules=rules,
            reader=reader,
            clock=clock(),
            stored=stored,
        )
    finally:
        await reader.aclose()


@asynccontextmanager
async def opened_service(
    settings: Settings,
    store: Store,
    *,
    in_force: InForce,
    urls: Sequence[str] = (),
    feeds: FeedList | None = None,
    address: str | None = None,
    config_dir: str | None = None,
    here: bool = True,
) -> AsyncIterator[Service]:
    """The service's work: a page's process has a feed list, a worker of a fleet has none."""
    from aggregator.service.run import Service
    from aggregator.settings.masking import shown

    async with opened_round(settings, store, feeds=urls) as (poller, full_texts, fetcher):
        if feeds is not None:
            feeds.tell(fetcher.follow)
        yield Service(
            store=store,
            clock=clock(),
            poller=poller,
            feeds=feeds,
            follow=fetcher.follow,
            queue=poll_queue(settings, store, here=here),
            full_texts=full_texts,
            websub=websub(settings, store, fetcher, poller),
            options=deduplicate_options(settings),
            address=address,
            in_force=in_force,
            config_dir=config_dir,
            settings=tuple(shown(settings).items()),
        )


def websub(
    settings: Settings, store: Store, fetcher: Fetcher, poller: Poller
) -> Callable[[Callable[[], None]], WebSub] | None:
    """What makes the WebSub subscriber; None where the world does not reach this service."""
    url = settings.web.public_url
    if not url:
        return None
    from aggregator.service.websub import WebSub

    key = own_key(settings)()
    return lambda stored: WebSub(
        store=store,
        fetcher=fetcher,
        poller=poller,
        clock=clock(),
        public_url=url,
        key=key,
        stored=stored,
    )


def poll_queue(settings: Settings, store: Store, *, here: bool) -> Callable[[PollWork], PollQueue]:
    """The queue of due feeds: of this process on SQLite, of the whole fleet on PostgreSQL.

    ``here``: whether this process polls, too, where others can.
    """
    from aggregator.service.rounds import PLACES_EACH

    url, places = settings.database.url, settings.fetch.concurrency * PLACES_EACH
    if url.startswith("sqlite"):
        from aggregator.service.desk import Desk

        return lambda work: Desk(store=store, work=work, clock=clock(), places=places)
    from aggregator.fleet.queue import FleetQueue

    return lambda work: FleetQueue(
        url,
        store=store,
        clock=clock(),
        poll=work.poll_if_due,
        places=places if here else 0,
    )


def keeper(settings: Settings, store: Store, config_dir: Path) -> Keeper:
    """What holds the bounds of the database and backs it up."""
    from aggregator.model.store import Retention
    from aggregator.service.keeping import Keeper, KeepingOptions

    database = settings.database
    retention = Retention(
        age=database.keep or None,
        articles=database.keep_articles or None,
        per_feed=database.keep_per_feed or None,
        size=database.max_size * 1_000_000 or None,
    )
    folder = config_dir.absolute() / database.backup_folder if database.backup_folder else None
    options = KeepingOptions(retention=retention, backups=folder, backups_kept=database.backups)
    return Keeper(store=store, clock=clock(), options=options)


def courier(settings: Settings) -> Courier:
    """What takes mails to the server that [mail] names."""
    from aggregator.mail.smtp import SmtpCourier, SmtpOptions

    mail = settings.mail
    options = SmtpOptions(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        user=mail.user or None,
        password=mail.password or None,
    )
    return SmtpCourier(options)


def mailing(settings: Settings) -> Mailing:
    """What is mailed, and to whom."""
    from zoneinfo import ZoneInfo

    from aggregator.service.sending import Mailing

    return Mailing(
        sender=settings.mail.sender,
        recipients=settings.mail.recipients,
        since=settings.digest.since,
        limit=settings.digest.limit,
        zone=ZoneInfo(settings.digest.timezone),
        site=settings.web.public_url or None,
    )


def deduplicate_options(settings: Settings) -> DeduplicateOptions:
    """How the clusterer keeps house."""
    from aggregator.service.deduplicate import DeduplicateOptions

    return DeduplicateOptions(window=settings.cluster.window)
