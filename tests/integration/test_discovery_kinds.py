"""What `feeds add` finds at the kinds of address that people paste, sites of known rules included.

The sites are played by a server behind a proxy, so that the program asks for their own names over
TLS as it would outside; nothing it asks for but what is served there is answered.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from aggregator.errors import FeedError
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.service.discover import discover
from aggregator.workers.pool import ParserPool
from tests.integration.servers import Authority, ScriptedServer, Seen, reply

CHANNEL = "UCabcdefghijklmnopqrstuv"
NAMES = (
    *("www.youtube.com", "youtube.com", "www.reddit.com", "github.com", "social.example"),
    *("podcasts.apple.com", "itunes.apple.com", "show.example", "cdn.example", "paper.example"),
)


def atom(title: str) -> str:
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title><id>x</id>"
        "<entry><id>1</id><title>One</title></entry></feed>"
    )


def page(*links: str) -> str:
    return f"<!doctype html><html><head>{''.join(links)}</head><body>Words</body></html>"


def link(href: str, kind: str = "rss") -> str:
    return f"<link rel='alternate' type='application/{kind}+xml' href='{href}'>"


VIDEOS = f"www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
SITES: Mapping[str, str] = {
    VIDEOS: atom("The channel"),
    "www.youtube.com/feeds/videos.xml?playlist_id=PL1": atom("The playlist"),
    "www.youtube.com/@handle": page(f'<meta itemprop="identifier" content="{CHANNEL}">'),
    "www.youtube.com/c/name": page(link(f"https://{VIDEOS}")),
    "www.reddit.com/r/news/.rss": atom("r/news"),
    "github.com/who/what/releases.atom": atom("Releases"),
    "github.com/who/what/commits.atom": atom("Commits"),
    "github.com/who.atom": atom("who's activity"),
    "social.example/@ann.rss": atom("Ann"),
    "itunes.apple.com/lookup?id=123&entity=podcast": json.dumps(
        {"results": [{"feedUrl": "https://cdn.example/show.xml", "collectionName": "Show"}]}
    ),
    "cdn.example/show.xml": atom("Show"),
    "show.example/": page(link("https://cdn.example/show.xml")),
    "paper.example/": page("<base href='/in/'>", link("all.xml"), link("/dead.xml", "atom")),
    "paper.example/in/all.xml": atom("Paper"),
    "paper.example/bare": page(),
    "paper.example/index.xml": atom("At the usual place"),
}


@dataclass
class World:
    fetcher: HttpFetcher
    parser: ParserPool
    server: ScriptedServer

    async def found(self, address: str) -> list[str]:
        feeds = await discover(address, fetcher=self.fetcher, parser=self.parser)
        return [feed.url.removeprefix("https://") for feed in feeds]

    def asked(self) -> list[str]:
        return [f"{request.header('host')}{request.target}" for request in self.server.seen]


async def _site(request: Seen, writer: asyncio.StreamWriter) -> None:
    body = SITES.get(f"{request.header('host')}{request.target}")
    answer = reply(status=404) if body is None else reply(body.encode())
    await answer(request, writer)


def _relay(port: int) -> Callable[..., object]:
    """A proxy that leads every tunnel to one server."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert re.match(rb"CONNECT [\w.-]+:443 ", head)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    return relay


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    authority, bundle = Authority(), tmp_path / "ca.pem"
    authority.ca.cert_pem.write_to_path(str(bundle))
    async with AsyncExitStack() as opened:
        server = ScriptedServer(tls=authority.context(*NAMES))
        await opened.enter_async_context(server)
        server.script("*", _site)
        proxy = await asyncio.start_server(_relay(server.port), "127.0.0.1", 0)  # type: ignore[arg-type]
        await opened.enter_async_context(proxy)
        port = proxy.sockets[0].getsockname()[1]
        fetcher = HttpFetcher(FetchOptions(proxy=f"http://127.0.0.1:{port}", ca_file=bundle))
        opened.push_async_callback(fetcher.aclose)
        parser = await opened.enter_async_context(ParserPool(workers=1))
        yield World(fetcher, parser, server)


@pytest.mark.parametrize(
    ("address", "feeds"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}", [VIDEOS]),
        (f"https://youtube.com/channel/{CHANNEL}/videos", [VIDEOS]),
        ("https://www.youtube.com/@handle", [VIDEOS]),
        ("https://www.youtube.com/c/name", [VIDEOS]),
        (
            "https://www.youtube.com/playlist?list=PL1",
            ["www.youtube.com/feeds/videos.xml?playlist_id=PL1"],
        ),
        ("https://www.reddit.com/r/news", ["www.reddit.com/r/news/.rss"]),
        ("https://old.reddit.com/r/news/top/", ["www.reddit.com/r/news/.rss"]),
        ("https://social.example/@ann", ["social.example/@ann.rss"]),
        ("@ann@social.example", ["social.example/@ann.rss"]),
        (
            "https://github.com/who/what",
            ["github.com/who/what/releases.atom", "github.com/who/what/commits.atom"],
        ),
        ("https://github.com/who", ["github.com/who.atom"]),
        ("https://podcasts.apple.com/us/podcast/show/id123", ["cdn.example/show.xml"]),
        ("https://show.example/", ["cdn.example/show.xml"]),
        ("show.example", ["cdn.example/show.xml"]),
        ("https://cdn.example/show.xml", ["cdn.example/show.xml"]),
        ("https://paper.example/", ["paper.example/in/all.xml"]),
    ],
)
async def test_every_kind_of_address_leads_to_its_feeds(
    world: World, address: str, feeds: list[str]
) -> None:
    assert await world.found(address) == feeds
    assert len(world.asked()) <= 5


async def test_a_bare_page_is_asked_at_few_usual_paths_one_after_the_other(world: World) -> None:
    assert await world.found("https://paper.example/bare") == ["paper.example/index.xml"]
    assert world.asked() == [
        f"paper.example/{path}" for path in ("bare", "feed/", "rss.xml", "atom.xml", "index.xml")
    ]


async def test_where_nothing_is_found_few_were_asked_and_the_page_is_named(world: World) -> None:
    with pytest.raises(FeedError):
        await world.found("https://cdn.example/nothing/here")
    assert len(world.asked()) <= 5
