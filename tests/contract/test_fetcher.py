"""What every `Fetcher` does, whatever it is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from aggregator.errors import AddressRefused, DeadlinePassed, FetchError, HostHeld, TooLarge
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.feed import Validators
from aggregator.model.poll import FetchRequest, Hop
from aggregator.ports import Fetcher
from tests.integration.servers import (
    ScriptedServer,
    conditional,
    cut_off,
    redirect,
    reply,
    silence,
)

LOOPBACK = FetchOptions(allow_private_networks=("127.0.0.0/8",))


def _http() -> Fetcher:
    return HttpFetcher(LOOPBACK)


@pytest.fixture(params=[_http], ids=["http"])
async def fetcher(request: pytest.FixtureRequest) -> AsyncIterator[Fetcher]:
    make: Callable[[], Fetcher] = request.param
    fetcher = make()
    yield fetcher
    await fetcher.aclose()


@pytest.mark.parametrize("status", [200, 204, 226, 304, 400, 404, 410, 500, 599])
async def test_any_status_is_an_answer(
    fetcher: Fetcher, server: ScriptedServer, status: int
) -> None:
    url = server.script("/", reply(b"x", status=status, headers=[("X-Odd", "Yes")]))
    answer = await fetcher.fetch(FetchRequest(url=url))
    assert (answer.status, answer.url, answer.header("x-ODD")) == (status, url, "Yes")
    assert answer.body == (b"" if status in {204, 304} else b"x")
    assert all(name == name.lower() for name, _ in answer.headers)


async def test_validators_make_the_request_conditional(
    fetcher: Fetcher, server: ScriptedServer
) -> None:
    url = server.script("/", conditional(b"<rss/>", etag='W/"1"'))
    first = await fetcher.fetch(FetchRequest(url=url))
    validators = Validators(etag=first.header("etag"))
    second = await fetcher.fetch(FetchRequest(url=url, validators=validators))
    assert (first.status, second.status) == (200, 304)


async def test_redirects_are_followed_and_named(fetcher: Fetcher, server: ScriptedServer) -> None:
    start = server.script("/a", redirect("/b", 301))
    server.script("/b", redirect("/c", 302))
    server.script("/c", reply(b"here"))
    answer = await fetcher.fetch(FetchRequest(url=start))
    assert (answer.url, answer.body) == (server.url("/c"), b"here")
    assert answer.hops == (
        Hop(url=server.url("/a"), status=301, location="/b"),
        Hop(url=server.url("/b"), status=302, location="/c"),
    )


async def test_a_body_over_the_bound_is_too_large(fetcher: Fetcher, server: ScriptedServer) -> None:
    url = server.script("/", reply(b"x" * 1001))
    with pytest.raises(TooLarge):
        await fetcher.fetch(FetchRequest(url=url, max_bytes=1000))
    answer = await fetcher.fetch(FetchRequest(url=url, max_bytes=1001))
    assert len(answer.body) == 1001


async def test_the_deadline_is_for_the_whole(fetcher: Fetcher, server: ScriptedServer) -> None:
    url = server.script("/", silence())
    with pytest.raises(DeadlinePassed):
        await fetcher.fetch(FetchRequest(url=url, deadline=timedelta(seconds=0.2)))


async def test_a_body_that_was_cut_off_is_kept(fetcher: Fetcher, server: ScriptedServer) -> None:
    url = server.script("/", cut_off(b"<rss><item/>", promised=1000))
    answer = await fetcher.fetch(FetchRequest(url=url))
    assert (answer.body, answer.cut_off) == (b"<rss><item/>", True)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://10.0.0.1/"])
async def test_what_may_not_be_dialled_is_refused(fetcher: Fetcher, address: str) -> None:
    with pytest.raises(AddressRefused):
        await fetcher.fetch(FetchRequest(url=address))


async def test_a_throttled_host_is_left_alone(fetcher: Fetcher, server: ScriptedServer) -> None:
    url = server.script("/", reply(status=429, headers=[("Retry-After", "60")]))
    await fetcher.fetch(FetchRequest(url=url))
    with pytest.raises(HostHeld):
        await fetcher.fetch(FetchRequest(url=server.url("/other")))
    assert len(server.seen) == 1


async def test_no_answer_is_an_error_with_a_reason(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match=r"127.0.0.1:1/: .* refused the connection"):
        await fetcher.fetch(FetchRequest(url="http://127.0.0.1:1/"))


async def test_a_form_is_posted_and_follows_no_redirect(
    fetcher: Fetcher, server: ScriptedServer
) -> None:
    url = server.script("/hub", redirect("/elsewhere", 307))
    answer = await fetcher.fetch(FetchRequest(url=url, form=(("hub.topic", "a b&c"),)))
    assert (answer.status, len(server.seen)) == (307, 1)
    assert server.seen[0].method == "POST"
    assert server.seen[0].header("content-type") == "application/x-www-form-urlencoded"
    assert server.seen[0].header("content-length") == "17"
