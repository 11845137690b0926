"""docs/fetching.md, politeness, as a server sees it. One test a line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.cadence import conditional as validators_for
from aggregator.cadence import settle
from aggregator.errors import FetchError, HostBusy, HostHeld
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed, FeedState, Validators
from aggregator.model.poll import FetchRequest
from tests.integration.servers import ScriptedServer, conditional, redirect, reply

OPTIONS = FetchOptions(allow_private_networks=("127.0.0.0/8",), contact="https://me.example/bot")
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(OPTIONS)
    yield fetcher
    await fetcher.aclose()


@pytest.fixture
async def other() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(host="127.0.0.2") as server:
        yield server


async def poll(fetcher: HttpFetcher, feed: Feed, state: FeedState, now: datetime) -> FeedState:
    request = FetchRequest(url=feed.url, validators=validators_for(state, now))
    answer = await fetcher.fetch(request)
    document = FeedDocument(format="rss20") if answer.status == 200 else None
    return settle(feed, state, now=now, answer=answer, document=document)[1]


async def test_etag_and_last_modified_go_back_byte_for_byte(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    modified, etag = "Mon,  02 Mar 2026 00:00:00 +0000 (odd)", 'W/"a\\b;c, \xfc\xc3\xbc"'
    url = server.script("/", conditional(b"<rss/>", etag=etag, modified=modified))
    feed, state = Feed(url=url), FeedState()
    for hour in range(3):
        state = await poll(fetcher, feed, state, NOW + timedelta(hours=hour))
    first, second, third = server.seen
    assert first.header("if-none-match") is None
    assert first.header("if-modified-since") is None
    for request in (second, third):
        assert request.header("if-none-match") == etag
        assert request.header("if-modified-since") == modified
    assert state.status == 304


async def test_user_agent_names_the_program_a_url_and_the_hosts_feeds(
    fetcher: HttpFetcher, server: ScriptedServer, other: ScriptedServer
) -> None:
    fetcher.follow([server.url("/a"), server.url("/b"), other.url("/c"), "not an address"])
    for url in (server.url("/a"), other.url("/c")):
        await fetcher.fetch(FetchRequest(url=url))
    agents = [server.seen[0].header("user-agent"), other.seen[0].header("user-agent")]
    for agent, count in zip(agents, ("2 feeds", "1 feed"), strict=True):
        assert re.fullmatch(
            rf"aggregator/[\d.]+ \(\+https://me\.example/bot; {count} here\)", agent or ""
        )


async def test_accept_names_feed_types(fetcher: HttpFetcher, server: ScriptedServer) -> None:
    await fetcher.fetch(FetchRequest(url=server.url()))
    accept = server.seen[0].header("accept") or ""
    for kind in ("application/rss+xml", "application/atom+xml", "application/feed+json"):
        assert kind in accept
    await fetcher.fetch(FetchRequest(url=server.url("/page"), accept="text/html"))
    assert server.seen[1].header("accept") == "text/html"


async def test_no_cookies_no_referer_no_cache_busting(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    server.script("/a", redirect("/b?x=1", 302))
    server.script("/b?x=1", reply(headers=[("Set-Cookie", "id=1; Path=/")]))
    for _ in range(2):
        await fetcher.fetch(FetchRequest(url=server.url("/a")))
    assert [request.target for request in server.seen] == ["/a", "/b?x=1"] * 2
    for request in server.seen:
        for name in ("cookie", "referer", "cache-control", "pragma", "origin"):
            assert request.header(name) is None


async def test_one_connection_a_host_at_a_time(
    fetcher: HttpFetcher, server: ScriptedServer, other: ScriptedServer
) -> None:
    for each in (server, other):
        each.script("*", reply(b"x", after=0.01))
    urls = [each.url(f"/{n}") for n in range(10) for each in (server, other)]
    await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for url in urls))
    assert (server.most_at_once, other.most_at_once) == (1, 1)
    assert len(server.seen) == len(other.seen) == 10


async def test_the_hosts_of_a_domain_share_a_queue_if_that_is_asked_for() -> None:
    async def loopback(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    for by_domain, most in ((True, 1), (False, 3)):
        async with ScriptedServer() as server:
            server.script("*", reply(b"x", after=0.05))
            fetcher = HttpFetcher(replace(OPTIONS, by_domain=by_domain), resolve=loopback)
            urls = [f"http://{name}.example.co.uk:{server.port}/" for name in "abc"]
            await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for url in urls))
            assert server.most_at_once == most
            await fetcher.aclose()


async def test_who_stands_in_line_for_too_long_gives_its_place_up(server: ScriptedServer) -> None:
    fetcher = HttpFetcher(OPTIONS)
    server.script("*", reply(b"x", after=0.4))
    first = asyncio.ensure_future(fetcher.fetch(FetchRequest(url=server.url("/1"))))
    await asyncio.sleep(0.02)
    impatient = FetchRequest(url=server.url("/2"), patience=timedelta(seconds=0.1))
    with pytest.raises(HostBusy):
        await fetcher.fetch(impatient)
    assert (await first).status == 200
    assert (await fetcher.fetch(FetchRequest(url=server.url("/3")))).status == 200
    assert [request.target for request in server.seen] == ["/1", "/3"]
    await fetcher.aclose()


async def test_hosts_that_redirect_to_each_other_do_not_wait_for_each_other(
    fetcher: HttpFetcher, server: ScriptedServer, other: ScriptedServer
) -> None:
    for here, there in ((server, other), (other, server)):
        here.script("/a", redirect(there.url("/b"), 302))
        here.script("/b", reply(b"x", after=0.01))
    urls = [each.url("/a") for each in (server, other) for _ in range(5)]
    answers = await asyncio.wait_for(
        asyncio.gather(*(fetcher.fetch(FetchRequest(url=url)) for url in urls)), 10
    )
    assert {answer.body for answer in answers} == {b"x"}


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_429_stops_the_hosts_queue_and_no_other(
    server: ScriptedServer, other: ScriptedServer, form: str
) -> None:
    now = [NOW]
    fetcher = HttpFetcher(OPTIONS, now=lambda: now[0])
    value = "600" if form == "seconds" else "Tue, 03 Mar 2026 12:10:00 GMT"
    server.script("/0", reply(status=429, headers=[("Retry-After", value)], after=0.05))
    urls = [server.url(f"/{n}") for n in range(5)]
    answers = await asyncio.gather(
        *(fetcher.fetch(FetchRequest(url=url)) for url in urls), return_exceptions=True
    )
    assert len(server.seen) == 1
    for answer in answers[1:]:
        assert isinstance(answer, HostHeld)
        assert answer.until == NOW + timedelta(minutes=10)
    assert (await fetcher.fetch(FetchRequest(url=other.url()))).status == 404
    now[0] += timedelta(minutes=10)
    assert (await fetcher.fetch(FetchRequest(url=urls[1]))).status == 404
    await fetcher.aclose()


async def test_one_feeds_long_retry_after_does_not_stall_a_shared_hoster(
    server: ScriptedServer,
) -> None:
    now = [NOW]
    fetcher = HttpFetcher(OPTIONS, now=lambda: now[0])
    url = server.script("/0", reply(status=429, headers=[("Retry-After", "86400")]))
    throttled = await fetcher.fetch(FetchRequest(url=url))
    now[0] += timedelta(hours=1)
    assert (await fetcher.fetch(FetchRequest(url=server.url("/1")))).status == 404
    outcome, state = settle(Feed(url=url), FeedState(), now=NOW, answer=throttled)
    assert outcome == "throttled"
    assert state.next_poll_at is not None
    assert state.next_poll_at >= NOW + timedelta(hours=24)
    await fetcher.aclose()


async def test_conditional_headers_never_go_to_another_host(
    fetcher: HttpFetcher, server: ScriptedServer, other: ScriptedServer
) -> None:
    validators = Validators(etag='"1"', last_modified="yesterday")
    server.script("/a", redirect("/b", 302))
    server.script("/b", redirect(other.url("/c"), 302))
    await fetcher.fetch(FetchRequest(url=server.url("/a"), validators=validators))
    for request in server.seen:
        assert request.header("if-none-match") == '"1"'
        assert request.header("if-modified-since") == "yesterday"
    for name in ("if-none-match", "if-modified-since", "a-im"):
        assert other.seen[0].header(name) is None


async def test_validators_of_a_redirects_target_go_there_and_nowhere_else(
    fetcher: HttpFetcher, server: ScriptedServer, other: ScriptedServer
) -> None:
    url = server.script("/a", redirect(other.url("/b"), 302))
    other.script("/b", conditional(b"<rss/>", etag='"b"'))
    state = FeedState()
    for hour in range(2):
        state = await poll(fetcher, Feed(url=url), state, NOW + timedelta(hours=hour))
    assert state.status == 304
    assert [request.header("if-none-match") for request in server.seen] == [None, None]
    assert [request.header("if-none-match") for request in other.seen] == [None, '"b"']


async def test_own_headers_and_logins_never_go_to_another_host(
    server: ScriptedServer, other: ScriptedServer
) -> None:
    options = replace(OPTIONS, credentials={server.host: "me:geheim"})
    fetcher = HttpFetcher(options)
    server.script("/a", redirect(other.url("/b"), 302))
    await fetcher.fetch(FetchRequest(url=server.url("/a"), headers=(("X-Api-Key", "k"),)))
    assert server.seen[0].header("x-api-key") == "k"
    assert server.seen[0].header("authorization") == "Basic bWU6Z2VoZWlt"
    assert other.seen[0].header("x-api-key") is None
    assert other.seen[0].header("authorization") is None
    await fetcher.aclose()


async def test_a_login_in_the_address_is_used_and_never_shown(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    url = server.script("/a", redirect("/b", 302)).replace("://", "://me:gehe%3Aim@")
    server.script("/b", redirect("/a", 302))
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(FetchRequest(url=url))
    assert {request.header("authorization") for request in server.seen} == {
        "Basic bWU6Z2VoZTppbQ=="
    }
    assert "gehe" not in f"{caught.value} {caught.value!r} {caught.value.feed}"
    answer = await fetcher.fetch(
        FetchRequest(url=server.script("/c", reply()).replace("://", "://me:geheim@"))
    )
    assert "geheim" not in repr(answer)


async def test_a_delta_is_asked_for_with_the_etag(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    url = server.script("/", reply(b"<rss/>", status=226, headers=[("IM", "feed")], etag='"2"'))
    await fetcher.fetch(FetchRequest(url=url))
    answer = await fetcher.fetch(FetchRequest(url=url, validators=Validators(etag='"1"')))
    assert [request.header("a-im") for request in server.seen] == [None, "feed"]
    assert answer.status == 226


async def test_encodings_offered_are_those_that_are_understood(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    await fetcher.fetch(FetchRequest(url=server.url()))
    assert server.seen[0].header("accept-encoding") == "gzip, deflate, br, zstd"
