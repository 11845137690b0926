"""What every `DocumentParser` keeps; today there is one, the pool of worker processes."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from aggregator.errors import ParseError
from aggregator.parse.document import parse_document
from aggregator.ports import DocumentParser
from aggregator.workers.pool import ParserPool
from tests import hostile

RSS = """<rss version="2.0"><channel><title>Post</title><ttl>30</ttl><skipHours><hour>3</hour>
</skipHours>{}</channel></rss>"""
ITEM = """<item><title>Title {0}</title><guid>{0}</guid><link>/{0}</link><category>a</category>
<source url="https://other.example/feed">Other</source><enclosure url="/{0}.mp3" length="7"/>
<description>&lt;p&gt;Text of {0}&lt;/p&gt;</description></item>"""


def feed(entries: int) -> bytes:
    return RSS.format("".join(ITEM.format(number) for number in range(entries))).encode()


@pytest.fixture
async def parser() -> AsyncIterator[DocumentParser]:
    pool = ParserPool(workers=2)
    yield pool
    await pool.aclose()


async def test_the_document_is_the_one_the_stage_reads(parser: DocumentParser) -> None:
    body = feed(3)
    url = "https://post.example/feed"
    assert await parser.parse(body, url=url) == parse_document(body, url=url)


async def test_many_documents_at_once(parser: DocumentParser) -> None:
    documents = await asyncio.gather(*(parser.parse(feed(number)) for number in range(1, 12)))
    assert [len(document.entries) for document in documents] == list(range(1, 12))


async def test_large_documents_are_read_whole(parser: DocumentParser) -> None:
    document = await parser.parse(feed(1500), url="https://post.example/feed")
    assert [entry.guid for entry in document.entries] == [str(number) for number in range(1500)]


async def test_what_is_no_feed_is_named_with_its_address(parser: DocumentParser) -> None:
    with pytest.raises(ParseError) as caught:
        await parser.parse(b"<html><title>Sign in</title></html>", url="https://post.example/feed")
    assert "an HTML page titled 'Sign in'" in str(caught.value)
    assert str(caught.value).startswith("https://post.example/feed:")


async def test_a_cancelled_document_costs_nothing_else(parser: DocumentParser) -> None:
    task = asyncio.create_task(parser.parse(hostile.feed("<a" * 400_000)))
    await parser.parse(feed(1))  # by then the other worker has begun too
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len((await parser.parse(feed(2))).entries) == 2


async def test_closing_ends_every_process() -> None:
    pool = ParserPool(workers=1)
    await pool.parse(feed(1))
    (worker,) = pool._all
    assert worker._process is not None
    process = worker._process.pid
    await pool.aclose()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(ParseError):
        await pool.parse(feed(1))


async def test_a_worker_that_dies_between_documents_is_replaced() -> None:
    pool = ParserPool(workers=1)
    await pool.parse(feed(1))
    (worker,) = pool._all
    assert worker._process is not None
    os.kill(worker._process.pid, signal.SIGKILL)
    await worker._process.wait()
    assert len((await pool.parse(feed(2))).entries) == 2
    await pool.aclose()
