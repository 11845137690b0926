"""docs/fetching.md, safety: addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.errors import AddressRefused, FetchError
from aggregator.fetch.client import HttpFetcher
from aggregator.model.poll import FetchRequest
from tests.integration.safety.conftest import OPTIONS, without_dns
from tests.integration.servers import (
    ScriptedServer,
    redirect,
)

SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0x7f.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "127.000.000.001",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fec0::1]",
    "[fd00::1]",
    "[ff02::1]",
    "10.0.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "224.0.0.1",
    "１２７.0.0.1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127.0.0.1%00.example.org",
    "me@127.0.0.1",
    "public.example@127.0.0.1",
    "127.0.0.1\\@public.example",
    "127.0.0.1#@public.example",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_every_spelling_of_an_inside_address_is_refused(spelling: str) -> None:
    async with ScriptedServer() as server:
        fetcher = HttpFetcher(resolve=without_dns)
        for address in (f"http://{spelling}:{server.port}/", f"http://{spelling}/"):
            with pytest.raises(FetchError):
                await fetcher.fetch(FetchRequest(url=address, deadline=timedelta(seconds=5)))
        await fetcher.aclose()
        assert server.seen == []
        assert server.most_at_once == 0


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_every_spelling_is_refused_behind_a_redirect_too(
    fetcher: HttpFetcher, server: ScriptedServer, spelling: str
) -> None:
    async with ScriptedServer(host="127.0.0.3") as inner:
        inside = spelling.replace("0.0.1", "0.0.3").replace("7f.1", "7f.0.0.3")
        if inside == spelling:
            inside = "127.0.0.3"
        url = server.script("/", redirect(f"http://{inside}:{inner.port}/", 302))
        with pytest.raises(FetchError):
            await fetcher.fetch(FetchRequest(url=url, deadline=timedelta(seconds=5)))
        assert inner.most_at_once == 0


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example/",
        "data:,x",
        "//a.example/",
        "javascript:alert(1)",
        "unix:/run/x.sock",
        "/etc/passwd",
        "http:",
        "http:///",
        "",
    ],
)
async def test_http_and_https_only(
    fetcher: HttpFetcher, server: ScriptedServer, address: str
) -> None:
    with pytest.raises(FetchError):
        await fetcher.fetch(FetchRequest(url=address))
    if ":" in address and address.partition(":")[0] != "http":
        url = server.script("/", redirect(address))
        with pytest.raises(AddressRefused, match="only http and https"):
            await fetcher.fetch(FetchRequest(url=url))


async def test_a_rebinding_resolver_gains_nothing(server: ScriptedServer) -> None:
    """The name is looked up once a connection, and what was judged is what is dialled."""
    answers = iter([["127.0.0.1"], ["127.0.0.9"], ["127.0.0.1"]])
    asked = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    async with ScriptedServer(host="127.0.0.9", port=server.port) as inner:
        fetcher = HttpFetcher(OPTIONS, resolve=rebinding)
        url = f"http://rebind.example:{server.port}/"
        assert (await fetcher.fetch(FetchRequest(url=url))).status == 404
        with pytest.raises(AddressRefused, match=r"rebind.example \(127.0.0.9\).*loopback"):
            await fetcher.fetch(FetchRequest(url=url))
        await fetcher.aclose()
        assert len(asked) == 2
        assert inner.most_at_once == 0


async def test_a_name_with_inside_and_public_addresses_is_dialled_at_the_public_ones(
    server: ScriptedServer,
) -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["64:ff9b::7f00:1", "10.0.0.1", "127.0.0.1"]

    fetcher = HttpFetcher(OPTIONS, resolve=mixed)
    answer = await fetcher.fetch(FetchRequest(url=f"http://both.example:{server.port}/"))
    assert answer.status == 404
    assert server.seen[0].peer == "127.0.0.1"
    await fetcher.aclose()


async def test_the_next_address_is_tried_where_one_refuses(server: ScriptedServer) -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    fetcher = HttpFetcher(OPTIONS, resolve=two)
    answer = await fetcher.fetch(FetchRequest(url=f"http://two.example:{server.port}/"))
    assert answer.status == 404
    await fetcher.aclose()


async def test_the_refusal_says_what_to_do() -> None:
    fetcher = HttpFetcher()
    with pytest.raises(AddressRefused, match="allow_private_networks"):
        await fetcher.fetch(FetchRequest(url="http://localhost/"))
    await fetcher.aclose()


@pytest.mark.parametrize("spelling", ["127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"])
async def test_a_form_for_a_hub_goes_to_no_inside_address_either(spelling: str) -> None:
    async with ScriptedServer() as server:
        fetcher = HttpFetcher(resolve=without_dns)
        hub = FetchRequest(
            url=f"http://{spelling}:{server.port}/", form=(("hub.mode", "subscribe"),)
        )
        with pytest.raises(AddressRefused):
            await fetcher.fetch(hub)
        await fetcher.aclose()
        assert server.most_at_once == 0
