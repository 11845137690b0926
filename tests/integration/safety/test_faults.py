"""docs/fetching.md, safety: what the network does, in words."""

from __future__ import annotations

import contextlib
import gzip
import random
import socket

import pytest

from aggregator.errors import FetchError
from aggregator.fetch.client import HttpFetcher
from aggregator.model.poll import FetchRequest
from tests.integration.safety.conftest import OPTIONS
from tests.integration.servers import (
    ScriptedServer,
    cut_off,
    raw,
    reset,
)


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
