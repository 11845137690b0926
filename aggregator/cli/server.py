"""The service put together: polls, clusterer, scheduler and page in one event loop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping
from contextlib import (
    AbstractContextManager,
    aclosing,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from pathlib import Path
from typing import Any

from aggregator import bootstrap
from aggregator.cli.jobs import jobs, mails, upkeep
from aggregator.cli.logs import configure_logging
from aggregator.cli.notify import Notifier
from aggregator.cli.page import address_of, listening, page, probes
from aggregator.errors import AggregatorError, ConfigError
from aggregator.schedule.jobs import scheduled
from aggregator.service.reload import FeedList, InForce
from aggregator.settings.schema import Settings
from aggregator.settings.watch import Config, ConfigChange, changes, read_config

log = logging.getLogger(__name__)


async def serve(config_dir: Path, *, environ: Mapping[str, str] = os.environ) -> None:
    """Runs the service until SIGTERM or SIGINT; both end it in order.

    ``environ`` overrides settings throughout.

    Raises:
        ConfigError: the config is wrong at the start.
        AggregatorError: the address to listen on is taken or not ours.
    """
    await through_changes(Serving, config_dir, environ)


async def work(
    config_dir: Path, *, environ: Mapping[str, str] = os.environ, probes: bool = False
) -> None:
    """Runs a worker until SIGTERM or SIGINT; both end it in order.

    ``probes``: whether it listens, at the page's address, to who watches it.

    Raises:
        ConfigError: the config is wrong at the start, or names no PostgreSQL database.
    """
    kind = Probed if probes else Working
    await through_changes(kind, config_dir, environ)


class Run(ABC):
    """A process's work by one set of settings.

    Attributes:
        ready: whether it got so far as to do its work.
        owns_feeds: whether it reads feeds.toml; else the feed list is the database's.
    """

    owns_feeds: bool

    def __init__(
        self,
        config_dir: Path,
        environ: Mapping[str, str],
        config: Config,
        *,
        error: str | None = None,
    ) -> None:
        self._config_dir = config_dir
        self._folder = str(config_dir.absolute())
        self._environ = environ
        self._config = config
        self._over = asyncio.Event()
        self._following: Config | None = None
        self._in_force = InForce(settings_changed=self._changed, error=error)
        self.ready = False

    async def until(
        self, stop: asyncio.Event, wake: asyncio.Event, notifier: Notifier
    ) -> Config | None:
        """Runs until told to stop, or until the settings change: then gives the config to go on."""
        settings = self._config.settings
        configure_logging(settings.log.level, settings.log.format)
        saved = changes(
            self._config_dir, self._environ, self._config, wake=wake, feeds=self.owns_feeds
        )
        async with aclosing(saved):
            await self._run(settings, saved, stop, notifier)
        return None if stop.is_set() else self._following

    @abstractmethod
    async def _run(
        self,
        settings: Settings,
        saved: AsyncGenerator[ConfigChange],
        stop: asyncio.Event,
        notifier: Notifier,
    ) -> None:
        """Does the work until ``stop`` is set or the settings are others."""

    def _changed(self, config: Config) -> None:
        self._following = config
        self._over.set()


class Serving(Run):
    """The service with its page: `aggregator serve`."""

    owns_feeds = True

    async def _run(
        self,
        settings: Settings,
        saved: AsyncGenerator[ConfigChange],
        stop: asyncio.Event,
        notifier: Notifier,
    ) -> None:
        with listening(settings.web.host, settings.web.port) as listener:
            async with bootstrap.opened_store(settings) as store:
                feeds = FeedList(store, bootstrap.clock(), self._in_force)
                async with (
                    bootstrap.opened_service(
                        settings,
                        store,
                        in_force=self._in_force,
                        urls=[feed.url for feed in self._config.feeds],
                        feeds=feeds,
                        address=address_of(listener, settings.web.path),
                        config_dir=self._folder,
                        here=settings.poll.here,
                    ) as service,
                    service.running(),
                    scheduled(
                        [
                            *jobs(service, notifier),
                            *upkeep(settings, store, self._config_dir),
                            *mails(settings, store),
                        ]
                    ),
                    beside(feeds.own(self._config.feeds, saved), name="feeds"),
                ):
                    notifier.ready()
                    self.ready = True
                    try:
                        async with ending(stop, self._over) as ended:
                            await page(store, service, settings, self._config_dir, listener, ended)
                    finally:
                        if stop.is_set():
                            notifier.stopping()


class Working(Run):
    """One of a fleet's workers: `aggregator worker`."""

    owns_feeds = False

    async def _run(
        self,
        settings: Settings,
        saved: AsyncGenerator[ConfigChange],
        stop: asyncio.Event,
        notifier: Notifier,
    ) -> None:
        if settings.database.url.startswith("sqlite"):
            raise ConfigError(
                "workers need a PostgreSQL database; this config names an SQLite file",
                hint="Set database.url to postgresql://…; on SQLite, `aggregator serve` does all.",
            )
        with self._listening(settings) as listener:
            async with (
                bootstrap.opened_store(settings) as store,
                bootstrap.opened_service(
                    settings,
                    store,
                    in_force=self._in_force,
                    config_dir=self._folder,
                    address=address_of(listener, "") if listener else None,
                ) as service,
                service.running(),
                scheduled(jobs(service, notifier)),
                beside(self._in_force.follow(saved), name="settings"),
            ):
                await service.acquaint()
                await service.beat()
                log.info("working")
                notifier.ready()
                self.ready = True
                async with ending(stop, self._over) as ended:
                    if listener:
                        await probes(store, service, settings, listener, ended)
                    else:
                        await ended.wait()
                if stop.is_set():
                    notifier.stopping()

    def _listening(self, settings: Settings) -> AbstractContextManager[socket.socket | None]:
        return nullcontext()


class Probed(Working):
    """A worker that says to whoever watches it how it is."""

    def _listening(self, settings: Settings) -> AbstractContextManager[socket.socket | None]:
        return listening(settings.web.host, settings.web.port)


async def through_changes(kind: type[Run], config_dir: Path, environ: Mapping[str, str]) -> None:
    """Runs through every saved change of the settings, until SIGTERM or SIGINT.

    With each change all is made anew, within this process; where that fails, the last good
    settings are in force again.
    """
    config: Config | None = read_config(config_dir, environ, feeds=kind.owns_feeds)
    stop, wake, notifier = asyncio.Event(), asyncio.Event(), Notifier()
    good: Config | None = None
    error: str | None = None
    async with signals(stop, wake):
        while config is not None:
            run = kind(config_dir, environ, config, error=error)
            try:
                following = await run.until(stop, wake, notifier)
            except AggregatorError as fault:
                if run.ready or good is None:
                    raise
                error = f"the changed settings cannot be put in force: {fault}"
                log.error("%s; the last good ones are", error)
                config, good = good, None
                wake.clear()
                continue
            if following is not None:
                log.info("starting anew with the changed settings")
            good, config, error = config, following, None
            # What was saved while nobody looked.
            wake.set()
    log.info("stopped")


@asynccontextmanager
async def signals(stop: asyncio.Event, wake: asyncio.Event) -> AsyncIterator[None]:
    """SIGTERM and SIGINT end the process in order; SIGHUP has the config read at once."""
    loop = asyncio.get_running_loop()

    def stopping() -> None:
        log.info("stopping")
        stop.set()

    handled = {signal.SIGTERM: stopping, signal.SIGINT: stopping, signal.SIGHUP: wake.set}
    for number, handler in handled.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def ending(*reasons: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that comes with the first of these."""
    ended = asyncio.Event()

    async def pass_on(reason: asyncio.Event) -> None:
        await reason.wait()
        ended.set()

    tasks = [asyncio.create_task(pass_on(reason)) for reason in reasons]
    try:
        yield ended
    finally:
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None], *, name: str) -> AsyncIterator[None]:
    """Does this work for as long as the block lasts."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
