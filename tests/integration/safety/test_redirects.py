"""docs/fetching.md, safety: redirects that go wrong."""

from __future__ import annotations

import pytest

from aggregator.errors import FetchError
from aggregator.fetch.client import HttpFetcher
from aggregator.model.poll import FetchRequest
from tests.integration.servers import (
    ScriptedServer,
    redirect,
    reply,
)


@pytest.mark.parametrize("back_to", ["/a", "/b"])
async def test_a_redirect_loop_is_found(
    fetcher: HttpFetcher, server: ScriptedServer, back_to: str
) -> None:
    server.script("/a", redirect("/b"))
    server.script("/b", redirect(back_to))
    with pytest.raises(FetchError, match="circle"):
        await fetcher.fetch(FetchRequest(url=server.url("/a")))
    assert len(server.seen) == 2


async def test_more_than_ten_redirects_are_too_many(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    for n in range(30):
        server.script(f"/{n}", redirect(f"/{n + 1}"))
    with pytest.raises(FetchError, match="more than 10 redirects"):
        await fetcher.fetch(FetchRequest(url=server.url("/0")))
    assert len(server.seen) == 11


@pytest.mark.parametrize("location", ["http://[::1", "http://a:b:c/", "http://\x00/", "http://"])
async def test_a_redirect_to_nonsense_is_an_error_of_ours(
    fetcher: HttpFetcher, server: ScriptedServer, location: str
) -> None:
    url = server.script("/", redirect(location))
    with pytest.raises(FetchError):
        await fetcher.fetch(FetchRequest(url=url))


async def test_a_redirect_without_a_place_is_an_answer(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    url = server.script("/", reply(b"x", status=301))
    answer = await fetcher.fetch(FetchRequest(url=url))
    assert (answer.status, answer.body) == (301, b"x")
