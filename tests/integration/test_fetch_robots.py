"""docs/fetching.md: pages are fetched only where robots.txt lets us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.errors import HostHeld
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.fetch.robots import Robots
from aggregator.model.poll import FetchRequest
from tests.integration.servers import Handler, ScriptedServer, redirect, reply, reset

RULES = b"""
User-agent: *
Disallow: /private
Allow: /private/but-this
Disallow: /*.pdf$

User-agent: OtherBot
Disallow: /
"""


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 3, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
    yield fetcher
    await fetcher.aclose()


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/x", False),
        ("/private/but-this", True),
        ("/a.pdf", False),
        ("/a.pdf.html", True),
    ],
)
async def test_the_longest_rule_wins(fetcher: HttpFetcher, path: str, allowed: bool) -> None:
    async with ScriptedServer() as server:
        server.script("/robots.txt", reply(RULES))
        robots = Robots(fetcher, now=Clock().now)
        assert await robots.allows(server.url(path)) is allowed


async def test_rules_for_us_by_name_bind_us(fetcher: HttpFetcher) -> None:
    async with ScriptedServer() as server:
        server.script("/robots.txt", reply(b"User-agent: Aggregator\nDisallow: /\n"))
        assert not await Robots(fetcher, now=Clock().now).allows(server.url("/x"))


async def test_one_request_a_day_serves_all_pages_of_a_host(fetcher: HttpFetcher) -> None:
    async with ScriptedServer() as server:
        server.script("/robots.txt", reply(RULES))
        clock = Clock()
        robots = Robots(fetcher, now=clock.now)
        await asyncio.gather(*(robots.allows(server.url(f"/{n}")) for n in range(20)))
        assert len(server.seen) == 1
        clock.time += timedelta(hours=25)
        await robots.allows(server.url("/"))
        assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("handler", "allowed"),
    [
        (reply(status=404), True),
        (reply(status=403), True),
        (reply(status=500), False),
        (reset(), False),
        (redirect("/robots-elsewhere.txt"), False),
        (reply(b"\xff\xfe\x00junk" * 100), True),
        (reply(b"x" * 600_000), False),
    ],
)
async def test_no_file_lets_everything_pass_and_trouble_nothing(
    fetcher: HttpFetcher, handler: Handler, allowed: bool
) -> None:
    async with ScriptedServer() as server:
        server.script("/robots.txt", handler)
        server.script("/robots-elsewhere.txt", reply(b"User-agent: *\nDisallow: /"))
        assert await Robots(fetcher, now=Clock().now).allows(server.url("/x")) is allowed


async def test_a_host_that_asked_us_to_wait_is_not_asked(fetcher: HttpFetcher) -> None:
    async with ScriptedServer() as server:
        server.script("/feed", reply(status=429, headers=[("Retry-After", "600")]))
        await fetcher.fetch(FetchRequest(url=server.url("/feed")))
        with pytest.raises(HostHeld):
            await Robots(fetcher, now=Clock().now).allows(server.url("/x"))
        assert len(server.seen) == 1
