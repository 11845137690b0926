"""The fetcher: one request to one answer, redirects followed by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from traceback import clear_frames
from urllib.parse import urlencode

import httpx

from aggregator.cadence import headers as cache_headers
from aggregator.errors import AddressRefused, DeadlinePassed, FetchError
from aggregator.fetch.addresses import AddressGuard
from aggregator.fetch.bodies import Bodies, GivenUp, Received
from aggregator.fetch.courtesy import Courtesy, shown
from aggregator.fetch.dial import GuardedBackend, Resolver, SystemResolver
from aggregator.fetch.hosts import HostQueues
from aggregator.fetch.lanes import Lanes
from aggregator.fetch.memory import spare_memory
from aggregator.fetch.options import FetchOptions
from aggregator.fetch.transport import GuardedTransport
from aggregator.model.instants import Instant
from aggregator.model.poll import FetchAnswer, FetchRequest, Hop
from aggregator.text.urls import registrable_domain

_REDIRECTS = {301, 302, 303, 307, 308}
_BODILESS = {204, 304}
_UNNAMED_PAUSE = timedelta(minutes=15)


def _utc_now() -> Instant:
    return datetime.now(UTC)


class HttpFetcher:
    """Implements `aggregator.ports.Fetcher` with httpx.

    Safe to call many times at once; a call that is cancelled takes its connection with it and
    nothing else. ``resolve`` and ``now`` are there for tests.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        resolve: Resolver | None = None,
        now: Callable[[], Instant] = _utc_now,
    ) -> None:
        spare_memory()
        self._options = options = options or FetchOptions()
        self._now = now
        self._resolver = SystemResolver()
        backend = GuardedBackend(
            AddressGuard(options.allow_private_networks), resolve or self._resolver
        )
        # The transport by itself: httpx's client above it would keep cookies and work out
        # redirects, neither of which is wanted here.
        self._transport = GuardedTransport(options, backend)
        self._courtesy = Courtesy(options)
        self._bodies = Bodies(together=options.max_bytes + options.max_bytes // 8)
        self._lanes = Lanes(options.connections, slow_after=options.slow_after.total_seconds())
        key = _domain if options.by_domain else str
        self._hosts = HostQueues(options.per_host, now, key)

    def follow(self, urls: Iterable[str]) -> None:
        """Learns which feeds are followed, for the number in the User-Agent."""
        self._courtesy.follow(urls)

    async def fetch(self, request: FetchRequest) -> FetchAnswer:
        """The server's answer, whatever its status; see the port for what is raised."""
        try:
            try:
                return await self._follow_hops(request)
            except GivenUp as given_up:
                return await self._again_alone(request, given_up)
        except FetchError as error:
            # Whoever keeps the error must not keep the 15 MiB that its frames hold.
            clear_frames(error.__traceback__)
            error.about(shown(request.url))
            raise

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._transport.aclose()
        self._resolver.close()
        self._bodies.close()

    async def _again_alone(self, request: FetchRequest, given_up: GivenUp) -> FetchAnswer:
        """Asks once more for a document that was given up for others."""
        clear_frames(given_up.__traceback__)
        try:
            async with self._bodies.alone():
                return await self._follow_hops(request, alone=True)
        except TimeoutError:
            raise given_up from None

    async def _follow_hops(self, request: FetchRequest, *, alone: bool = False) -> FetchAnswer:
        allowance = (request.deadline or self._options.deadline).total_seconds()
        loop = asyncio.get_running_loop()
        asked = url = _fetchable(request.url)
        hops: list[Hop] = []
        seen = {url}
        spent = 0.0
        while True:
            # A turn is given back before the next host's is waited for: two hosts that redirect
            # to each other would wait for each other otherwise.
            async with self._hosts.turn(_queue_name(url), request.patience), self._lanes.place():
                began = loop.time()
                try:
                    async with asyncio.timeout(allowance - spent):
                        answer = await self._exchange(request, asked, url, alone=alone)
                except TimeoutError as error:
                    raise DeadlinePassed(
                        f"{url.host} did not finish its answer within {allowance:g} seconds"
                    ) from error
                spent += loop.time() - began
            location = answer.header("location")
            if location is None or not _leads_on(request, answer.status, location):
                self._obey(url, answer)
                return replace(answer, hops=tuple(hops), elapsed=timedelta(seconds=spent))
            hops.append(Hop(url=shown(str(url)), status=answer.status, location=location))
            url = _next(url, location)
            if url in seen:
                raise FetchError(f"{url.host} redirects in a circle, back to {shown(str(url))}")
            if len(hops) > self._options.max_hops:
                raise FetchError(
                    f"more than {self._options.max_hops} redirects, last to {url.host}"
                )
            seen.add(url)

    async def _exchange(
        self, request: FetchRequest, asked: httpx.URL, url: httpx.URL, *, alone: bool
    ) -> FetchAnswer:
        """One request and its answer, body and all; a redirect's body is left unread."""
        message = httpx.Request(
            "GET" if request.form is None else "POST",
            url.copy_with(userinfo=b"") if url.userinfo else url,
            headers=[
                (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
                for name, value in self._courtesy.headers(request, asked, url)
            ],
            content=None if request.form is None else urlencode(request.form).encode("ascii"),
        )
        response = await self._transport.handle_async_request(message)
        async with aclosing(response):
            # Latin-1 keeps every byte: an ETag goes back as it came, whatever it is written in.
            headers = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in response.headers.raw
            )
            read = Received(b"")
            if response.status_code not in _BODILESS and not _leads_on(
                request, response.status_code, response.headers.get("location")
            ):
                read = await self._bodies.read(
                    response, request.max_bytes or self._options.max_bytes, alone=alone
                )
        return FetchAnswer(
            url=shown(str(url)),
            status=response.status_code,
            headers=headers,
            body=read.body,
            cut_off=not read.whole,
        )

    def _obey(self, url: httpx.URL, answer: FetchAnswer) -> None:
        """Holds the queue of a host that says it is asked too often."""
        if answer.status != 429:
            return
        now = self._now()
        wait = cache_headers.retry_after(answer, now)
        self._hosts.hold(_queue_name(url), now + (_UNNAMED_PAUSE if wait is None else wait))


def _leads_on(request: FetchRequest, status: int, location: str | None) -> bool:
    """Whether an answer is a redirect to follow. A form is sent to nobody but whom it is for."""
    return status in _REDIRECTS and bool(location) and request.form is None


def _fetchable(address: str) -> httpx.URL:
    """The address, parsed; http and https only."""
    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"{shown(address)} is no proper address ({error})") from error
    if url.scheme not in {"http", "https"}:
        raise AddressRefused(f"{shown(address)}: only http and https addresses are fetched")
    if not url.host:
        raise FetchError(f"{shown(address)} names no host")
    return url.copy_with(fragment=None) if url.fragment else url


def _next(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads; without the user name and password of the address before it."""
    with suppress(UnicodeDecodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return _fetchable(str(url.copy_with(userinfo=b"").join(location)))
    except httpx.InvalidURL as error:
        raise FetchError(f"{url.host} redirects to no proper address ({error})") from error


def _domain(name: str) -> str:
    return registrable_domain(name.partition(":")[0]) or name


def _queue_name(url: httpx.URL) -> str:
    return url.host if url.port is None else f"{url.host}:{url.port}"
