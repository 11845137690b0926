"""The service put together: polls, clusterer, scheduler and page in one event loop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

from aggregator import bootstrap
from aggregator.cli.jobs import jobs, mails, upkeep
from aggregator.cli.logs import configure_logging
from aggregator.cli.notify import Notifier
from aggregator.cli.page import listening, page
from aggregator.errors import AggregatorError
from aggregator.schedule.jobs import scheduled
from aggregator.service.reload import FeedList
from aggregator.settings.schema import Settings
from aggregator.settings.watch import Config, changes, read_config

log = logging.getLogger(__name__)


async def serve(config_dir: Path, *, environ: Mapping[str, str] = os.environ) -> None:
    """Runs the service until SIGTERM or SIGINT; both end it in order.

    A saved change of the settings has everything made anew with them, within this process; where
    that fails, the last good ones are in force again. ``environ`` overrides settings throughout.

    Raises:
        ConfigError: the config is wrong at the start.
        AggregatorError: the address to listen on is taken or not ours.
    """
    config: Config | None = read_config(config_dir, environ)
    stop, wake, notifier = asyncio.Event(), asyncio.Event(), Notifier()
    good: Config | None = None
    error: str | None = None
    async with signals(stop, wake):
        while config is not None:
            run = Run(config_dir, environ, config, error=error)
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


class Run:
    """The service by one set of settings.

    Attributes:
        ready: whether it got so far as to answer requests.
    """

    def __init__(
        self,
        config_dir: Path,
        environ: Mapping[str, str],
        config: Config,
        *,
        error: str | None = None,
    ) -> None:
        self._config_dir = config_dir
        self._environ = environ
        self._config = config
        self._error = error
        self._following: Config | None = None
        self.ready = False

    async def until(
        self, stop: asyncio.Event, wake: asyncio.Event, notifier: Notifier
    ) -> Config | None:
        """Runs until told to stop, or until the settings change: then gives the config to go on."""
        settings, over = self._config.settings, asyncio.Event()

        def changed(config: Config) -> None:
            self._following = config
            over.set()

        configure_logging(settings.log.level, settings.log.format)
        with listening(settings.web.host, settings.web.port) as listener:
            host, port = listener.getsockname()[:2]
            async with bootstrap.opened_store(settings) as store:
                feeds = FeedList(
                    store, bootstrap.clock(), settings_changed=changed, error=self._error
                )
                saved = changes(self._config_dir, self._environ, self._config, wake=wake)
                async with (
                    aclosing(saved),
                    bootstrap.opened_service(
                        settings,
                        store,
                        urls=[feed.url for feed in self._config.feeds],
                        feeds=feeds,
                        address=f"http://{host}:{port}{settings.web.path}",
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
                ):
                    owning = asyncio.create_task(feeds.own(self._config.feeds, saved), name="feeds")
                    notifier.ready()
                    self.ready = True
                    try:
                        async with ending(stop, over) as ended:
                            await page(store, service, settings, self._config_dir, listener, ended)
                    finally:
                        if stop.is_set():
                            notifier.stopping()
                        owning.cancel()
                        with suppress(asyncio.CancelledError):
                            await owning
        return None if stop.is_set() else self._following


@asynccontextmanager
async def signals(stop: asyncio.Event, wake: asyncio.Event | None = None) -> AsyncIterator[None]:
    """SIGTERM and SIGINT end the process in order; SIGHUP, where it is awaited, wakes."""
    loop = asyncio.get_running_loop()

    def stopping() -> None:
        log.info("stopping")
        stop.set()

    handled = {signal.SIGTERM: stopping, signal.SIGINT: stopping}
    if wake is not None:
        handled[signal.SIGHUP] = wake.set
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


async def work(settings: Settings) -> None:
    """Runs a worker until SIGTERM or SIGINT; both end it in order."""
    stop, notifier = asyncio.Event(), Notifier()
    async with (
        signals(stop),
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
