"""docs/fetching.md: requests through a proxy, and past it where the environment says so."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from aggregator.errors import AddressRefused, FetchError
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.poll import FetchRequest
from tests.integration.servers import Authority, ScriptedServer, Seen, raw, reply


async def by_name(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def tunnel(request: Seen, writer: asyncio.StreamWriter) -> None:
    """Says yes to a CONNECT, and then that the line is dead."""
    writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
    await writer.drain()
    writer.close()


async def test_a_request_goes_to_the_proxy_with_its_login_and_names_unresolved() -> None:
    async with ScriptedServer() as proxy:
        proxy.script("*", reply(b"through"))
        address = proxy.url("").replace("://", "://me:geheim@")
        fetcher = HttpFetcher(FetchOptions(proxy=address), resolve=by_name)
        answer = await fetcher.fetch(FetchRequest(url="http://feeds.example/rss?x=1"))
        await fetcher.aclose()
    assert answer.body == b"through"
    assert proxy.seen[0].target == "http://feeds.example/rss?x=1"
    assert proxy.seen[0].header("host") == "feeds.example"
    assert proxy.seen[0].header("proxy-authorization") == "Basic bWU6Z2VoZWlt"


async def test_https_is_tunnelled() -> None:
    async with ScriptedServer() as proxy:
        proxy.script("*", tunnel)
        fetcher = HttpFetcher(FetchOptions(proxies={"https": proxy.url("")}), resolve=by_name)
        with pytest.raises(FetchError, match=r"broke the connection off|secure connection"):
            await fetcher.fetch(FetchRequest(url="https://feeds.example/rss"))
        await fetcher.aclose()
    assert (proxy.seen[0].method, proxy.seen[0].target) == ("CONNECT", "feeds.example:443")


async def test_a_proxy_that_refuses_is_named() -> None:
    async with ScriptedServer() as proxy:
        proxy.script("*", raw(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
        fetcher = HttpFetcher(FetchOptions(proxy=proxy.url("")), resolve=by_name)
        with pytest.raises(FetchError, match=r"the proxy did not lead to feeds\.example"):
            await fetcher.fetch(FetchRequest(url="https://feeds.example/rss"))
        await fetcher.aclose()


@pytest.mark.parametrize("no", ["direct.example", "example", ".example", "a, direct.example", "*"])
async def test_what_the_environment_leaves_out_goes_past_the_proxy(no: str) -> None:
    async with ScriptedServer() as proxy, ScriptedServer(host="127.0.0.2") as direct:

        async def named(host: str, port: int) -> list[str]:
            return ["127.0.0.1" if port == proxy.port else "127.0.0.2"]

        options = FetchOptions(
            allow_private_networks=("127.0.0.2/32",), proxies={"http": proxy.url(""), "no": no}
        )
        fetcher = HttpFetcher(options, resolve=named)
        await fetcher.fetch(FetchRequest(url=f"http://direct.example:{direct.port}/"))
        if no != "*":
            await fetcher.fetch(FetchRequest(url="http://other.org/"))
        await fetcher.aclose()
    assert len(direct.seen) == 1
    assert len(proxy.seen) == (no != "*")


async def test_inside_addresses_go_past_the_environments_proxy_and_through_the_guard() -> None:
    async with ScriptedServer() as proxy, ScriptedServer(host="127.0.0.2") as direct:
        options = FetchOptions(
            allow_private_networks=("127.0.0.2/32",), proxies={"http": proxy.url("")}
        )
        fetcher = HttpFetcher(options)
        await fetcher.fetch(FetchRequest(url=direct.url("/")))
        with pytest.raises(AddressRefused):
            await fetcher.fetch(FetchRequest(url=proxy.url("/")))
        await fetcher.aclose()
    assert (len(proxy.seen), len(direct.seen)) == (0, 1)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f.1", "2130706433", "localhost", "x.localhost", "[::1]", "10.0.0.1"]
)
async def test_inside_numbers_are_refused_before_the_proxy_hears_of_them(host: str) -> None:
    async with ScriptedServer() as proxy:
        fetcher = HttpFetcher(FetchOptions(proxy=proxy.url("")), resolve=by_name)
        with pytest.raises(AddressRefused):
            await fetcher.fetch(FetchRequest(url=f"http://{host}/"))
        await fetcher.aclose()
    assert proxy.seen == []


async def test_the_certificate_is_checked_behind_a_proxy_too(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    Authority().ca.cert_pem.write_to_path(str(bundle))
    async with ScriptedServer(tls=Authority().context("feeds.example")) as server:

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            there, back = await asyncio.open_connection("127.0.0.1", server.port)
            await asyncio.gather(_pipe(reader, back), _pipe(there, writer))

        async with await asyncio.start_server(relay, "127.0.0.1", 0) as proxy:
            port = proxy.sockets[0].getsockname()[1]
            options = FetchOptions(proxy=f"http://127.0.0.1:{port}", ca_file=bundle)
            fetcher = HttpFetcher(options, resolve=by_name)
            with pytest.raises(FetchError, match=r"certificate of feeds.example"):
                await fetcher.fetch(FetchRequest(url="https://feeds.example/"))
            await fetcher.aclose()
    assert server.seen == []


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
    except ConnectionError:
        pass
    finally:
        writer.close()
