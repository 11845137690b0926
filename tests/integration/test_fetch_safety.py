"""docs/fetching.md, safety: addresses, bombs, slow and endless servers, redirects that go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import random
import socket
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial

import brotli
import pytest
import zstandard

from aggregator.errors import AddressRefused, DeadlinePassed, FetchError, TooLarge
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.poll import FetchRequest
from tests.integration.servers import (
    ScriptedServer,
    cut_off,
    endless,
    raw,
    redirect,
    reply,
    reset,
    silence,
    slow_head,
)

OPTIONS = FetchOptions(allow_private_networks=("127.0.0.1/32", "127.0.0.2/32"))
SHORT = timedelta(seconds=0.3)


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(OPTIONS, resolve=without_dns)
    yield fetcher
    await fetcher.aclose()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


async def without_dns(host: str, port: int) -> list[str]:
    """The system's reading of numbers in any spelling and of localhost, with no server asked."""
    flags = 0 if host.lower().strip(".") == "localhost" else socket.AI_NUMERICHOST
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [str(answer[4][0]) for answer in found]


# -- addresses ----------------------------------------------------------------------------------

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


# -- bounds -------------------------------------------------------------------------------------

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


# -- redirects ------------------------------------------------------------------------------------


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


# -- what the network does, in words --------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "proper HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", "proper HTTP"),
    ],
)
async def test_junk_in_place_of_http_is_named(
    fetcher: HttpFetcher, server: ScriptedServer, content: bytes, words: str
) -> None:
    with pytest.raises(FetchError, match=words):
        await fetcher.fetch(FetchRequest(url=server.script("/", raw(content))))


async def test_a_reset_is_named(fetcher: HttpFetcher, server: ScriptedServer) -> None:
    with pytest.raises(FetchError, match="broke the connection off"):
        await fetcher.fetch(FetchRequest(url=server.script("/", reset())))


async def test_a_missing_name_is_named() -> None:
    async def missing(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    fetcher = HttpFetcher(resolve=missing)
    with pytest.raises(FetchError, match=r"the name no\.example was not found"):
        await fetcher.fetch(FetchRequest(url="http://no.example/"))
    await fetcher.aclose()


async def test_a_packed_body_that_breaks_midway_is_kept_so_far(
    fetcher: HttpFetcher, server: ScriptedServer
) -> None:
    body = b"".join(b"<item>%d</item>" % n for n in range(200_000))
    sent = gzip.compress(body)
    url = server.script(
        "/",
        cut_off(sent[: len(sent) // 2], promised=len(sent), headers=[("Content-Encoding", "gzip")]),
    )
    answer = await fetcher.fetch(FetchRequest(url=url))
    assert answer.cut_off
    assert body.startswith(answer.body)
    assert answer.body


PIECES = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.0 301 Moved\r\nLocation: /\xff\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: -5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: br\r\n",
    b"Set-Cookie: a=b\r\n",
    b"\r\n",
    b"5\r\n<rss>\r\n",
    b"0\r\n\r\n",
    b"ffffffffffffffff\r\n",
    b"\x1f\x8b\x08\x00\x00",
    b"<rss/>",
]


async def test_no_answer_whatever_it_is_made_of_makes_it_fail() -> None:
    """Of the pieces of HTTP and of noise: an answer or an error of ours, and nothing else."""
    fetcher = HttpFetcher(OPTIONS)
    chance = random.Random(7)
    async with ScriptedServer() as server:
        for number in range(400):
            pieces = [*PIECES, chance.randbytes(chance.randrange(30))]
            content = b"".join(chance.choices(pieces, k=chance.randrange(1, 9)))
            if chance.random() < 0.7:
                content = PIECES[0] + content
            url = server.script(f"/{number}", raw(content))
            with contextlib.suppress(FetchError):
                answer = await fetcher.fetch(FetchRequest(url=url, max_bytes=10_000))
                assert len(answer.body) <= 10_000
    await fetcher.aclose()
