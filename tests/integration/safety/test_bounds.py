"""docs/fetching.md, safety: bombs, slow and endless servers."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
import zstandard

from aggregator.errors import DeadlinePassed, FetchError, TooLarge
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.poll import FetchRequest
from tests.integration.safety.conftest import SHORT
from tests.integration.servers import (
    ScriptedServer,
    cut_off,
    endless,
    reply,
    silence,
    slow_head,
)

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=3),
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
async def test_a_packed_body_is_unpacked(
    fetcher: HttpFetcher, server: ScriptedServer, encoding: str
) -> None:
    body = b"<rss>" + b"<item/>" * 5000
    sent = PACKERS[encoding](body)
    url = server.script("/", reply(sent, headers=[("Content-Encoding", encoding)]))
    answer = await fetcher.fetch(FetchRequest(url=url))
    assert answer.body == body
    assert not answer.cut_off


@pytest.mark.parametrize("encoding", PACKERS)
async def test_a_bomb_is_too_large(
    fetcher: HttpFetcher, server: ScriptedServer, encoding: str
) -> None:
    bomb = PACKERS[encoding](b"\0" * 40_000_000)
    url = server.script("/", reply(bomb, headers=[("Content-Encoding", encoding)]))
    with pytest.raises(TooLarge, match="bomb"):
        await fetcher.fetch(FetchRequest(url=url))


async def test_an_encoding_upon_an_encoding_is_refused(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    sent = gzip.compress(gzip.compress(b"<rss/>"))
    url = server.script("/", reply(sent, headers=[("Content-Encoding", "gzip, gzip")]))
    with pytest.raises(FetchError, match="more than once"):
        await fetcher.fetch(FetchRequest(url=url))


async def test_a_body_that_says_it_is_too_large_is_not_read(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    url = server.script("/", cut_off(b"<rss>", promised=16 * 1024 * 1024))
    with pytest.raises(TooLarge):
        await fetcher.fetch(FetchRequest(url=url))


async def test_an_endless_body_is_too_large(fetcher: HttpFetcher, server: ScriptedServer) -> None:
    url = server.script("/", endless(b"x" * 65536))
    with pytest.raises(TooLarge):
        await fetcher.fetch(FetchRequest(url=url))


@pytest.mark.parametrize("hang", [silence(), slow_head(), endless(b"x", every=0.02)])
async def test_a_slow_server_meets_the_deadline(
    fetcher: HttpFetcher, server: ScriptedServer, hang: object
) -> None:
    url = server.script("/", hang)  # type: ignore[arg-type]
    began = asyncio.get_running_loop().time()
    with pytest.raises(DeadlinePassed, match=r"within 0\.3 seconds"):
        await fetcher.fetch(FetchRequest(url=url, deadline=SHORT))
    assert asyncio.get_running_loop().time() - began < 3


async def test_the_deadline_covers_all_hops(fetcher: HttpFetcher, server: ScriptedServer) -> None:
    for n in range(10):
        server.script(f"/{n}", reply(status=302, headers=[("Location", f"/{n + 1}")], after=0.1))
    with pytest.raises(DeadlinePassed):
        await fetcher.fetch(FetchRequest(url=server.url("/0"), deadline=SHORT))
    assert len(server.seen) <= 4


async def test_waiting_for_a_turn_does_not_count_against_the_deadline(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    server.script("*", reply(b"x", after=0.1))
    requests = [FetchRequest(url=server.url(f"/{n}"), deadline=SHORT) for n in range(6)]
    answers = await asyncio.gather(*(fetcher.fetch(request) for request in requests))
    assert [answer.status for answer in answers] == [200] * 6


async def test_slow_servers_do_not_hold_up_the_others(fetcher: HttpFetcher) -> None:
    async with ScriptedServer() as slow, ScriptedServer(host="127.0.0.2") as quick:
        slow.script("*", silence())
        stuck = [
            asyncio.ensure_future(fetcher.fetch(FetchRequest(url=slow.url(f"/{n}"))))
            for n in range(100)
        ]
        await asyncio.sleep(0.05)
        answer = await asyncio.wait_for(fetcher.fetch(FetchRequest(url=quick.url())), 2)
        assert answer.status == 404
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_more_slow_servers_than_connections_do_not_hold_up_the_others() -> None:
    options = FetchOptions(allow_private_networks=("127.0.0.0/8",), connections=8, slow_after=SHORT)
    fetcher = HttpFetcher(options)
    async with contextlib.AsyncExitStack() as opened:
        slow = [
            await opened.enter_async_context(ScriptedServer(host=f"127.0.2.{n}"))
            for n in range(1, 21)
        ]
        quick = await opened.enter_async_context(ScriptedServer())
        stuck = [
            asyncio.ensure_future(fetcher.fetch(FetchRequest(url=each.script("/", slow_head()))))
            for each in slow
        ]
        await asyncio.sleep(0.05)
        answer = await asyncio.wait_for(fetcher.fetch(FetchRequest(url=quick.url())), 10)
        assert answer.status == 404
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
    await fetcher.aclose()


async def test_cancelled_requests_poison_nothing(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    server.script("/slow", reply(b"x", after=0.05))
    server.script("/", reply(b"whole"))
    for delay in (0.0, 0.001, 0.003, 0.01, 0.03, 0.06):
        tasks = [
            asyncio.ensure_future(fetcher.fetch(FetchRequest(url=server.url("/slow"))))
            for _ in range(30)
        ]
        await asyncio.sleep(delay)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        answer = await asyncio.wait_for(fetcher.fetch(FetchRequest(url=server.url())), 5)
        assert answer.body == b"whole"
