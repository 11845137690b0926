"""The same texts in every field of feed documents, read, stored and shown: not one dialog."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.model.feed import Feed
from aggregator.service.deduplicate import DeduplicateOptions, cluster_waiting
from aggregator.service.poll import Poller
from aggregator.store import SqlStore
from aggregator.workers.pool import ParserPool
from tests.browser.test_hostile import CORPUS
from tests.integration.web.world import FixedClock

if TYPE_CHECKING:
    from playwright.sync_api import Page

LINKS = ("javascript:alert(1)", "JaVa\tScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>")


class NoFetcher:
    """Deliveries are not fetched."""


def rss(texts: tuple[str, ...]) -> bytes:
    items = []
    for number, text in enumerate(texts):
        said, link = escape(text), escape(LINKS[number % len(LINKS)])
        items.append(
            f"<item><guid isPermaLink='true'>{link}#{number}</guid><title>{said}</title>"
            f"<link>{link}</link><author>{said}</author><dc:creator>{said}</dc:creator>"
            f"<category domain='{said}'>{said}</category><comments>{link}</comments>"
            f"<source url='{link}'>{said}</source>"
            f"<enclosure url='{link}' type='audio/mpeg' length='1'/>"
            f"<enclosure url='https://files.example/{number}.mp3?{said}' type='{said}' length='1'/>"
            f"<media:content url='{link}' medium='image'/>"
            f"<media:content url='https://files.example/{number}.png' medium='image'>"
            f"<media:description>{said}</media:description><media:credit>{said}</media:credit>"
            f"</media:content><description>{said} {said}</description>"
            f"<content:encoded>{said} Some words of a text. {said} <![CDATA[<p>{text}</p>]]>"
            f"&lt;p&gt;READ: &lt;a href=&quot;{link}&quot;&gt;{said}&lt;/a&gt;&lt;/p&gt;"
            "</content:encoded></item>"
        )
    head = escape(texts[0])
    return (
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:media='http://search.yahoo.com/mrss/' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        f"<title>{head}</title><description>{head}</description><link>{LINKS[0]}</link>"
        f"<image><url>{LINKS[0]}</url></image>{''.join(items)}</channel></rss>"
    ).encode()


def atom(texts: tuple[str, ...]) -> bytes:
    entries = "".join(
        f"<entry><id>{escape(text)}{number}</id><title type='html'>{escape(text)}</title>"
        f"<link href='{escape(LINKS[number % len(LINKS)])}'/><author><name>{escape(text)}</name>"
        f"<uri>{LINKS[0]}</uri></author><category term='{escape(text)}' label='{escape(text)}'/>"
        f"<content type='html'>{escape(text)} and some words {escape(text)}</content></entry>"
        for number, text in enumerate(texts)
    )
    head = escape(texts[1])
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{LINKS[0]}'><id>{head}</id>"
        f"<title type='html'>{head}</title><icon>{LINKS[0]}</icon>{entries}</feed>"
    ).encode()


def json_feed(texts: tuple[str, ...]) -> bytes:
    items = [
        {
            "id": f"{text}{number}",
            "url": LINKS[number % len(LINKS)],
            "title": text,
            "content_html": f"{text} with words around it {text}",
            "summary": text,
            "image": LINKS[0],
            "authors": [{"name": text, "url": LINKS[0]}],
            "tags": [text],
            "attachments": [{"url": LINKS[0], "mime_type": text, "title": text}],
        }
        for number, text in enumerate(texts)
    ]
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": texts[2], "items": items}).encode()


DOCUMENTS: Mapping[str, bytes] = {
    "https://hostile.example/rss": rss(CORPUS),
    "https://hostile.example/atom": atom(CORPUS),
    "https://hostile.example/json": json_feed(CORPUS),
}


async def poison(database: Path) -> list[str]:
    """Stores the documents and places their articles; gives the paths of what they became."""
    store, clock = SqlStore(f"sqlite:///{database}"), FixedClock()
    await store.open()
    await store.sync_feeds([Feed(url=url) for url in DOCUMENTS], now=clock.now())
    async with ParserPool(workers=1) as parser:
        poller = Poller(
            store=store,
            fetcher=NoFetcher(),  # type: ignore[arg-type]
            parser=parser,
            clock=clock,
            chance=random.Random(1),
        )
        for url, body in DOCUMENTS.items():
            assert (await poller.take_in(await store.feed(url), body)).new
    await cluster_waiting(store, clock, DeduplicateOptions(window=timedelta(days=6)))
    first = (await store.feed(next(iter(DOCUMENTS)))).id
    stored = [each async for each in store.export() if each.feed_id]
    stories = {each.membership.story_id for each in stored if each.membership}
    await store.aclose()
    assert len(stored) >= 2 * len(CORPUS)
    # A story's page shows all its articles; those of one document are looked at one by one, too.
    articles = [each.article.id for each in stored if each.feed_id == first]
    return [*(f"/articles/{each}" for each in articles), *(f"/stories/{each}" for each in stories)]


def test_no_dialog_whatever_a_document_says(page: Page, site: str, tmp_path: Path) -> None:
    # Playwright keeps a loop in this thread.
    with ThreadPoolExecutor(1) as aside:
        shown = aside.submit(lambda: asyncio.run(poison(tmp_path / "news.db"))).result()
    for path in ["/", "/feeds", "/search?q=alert", "/search?q=words", "/statistics", *shown]:
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("[...document.scripts].every(s => s.src.includes('/static/'))")
        hrefs = page.evaluate("[...document.links].map(a => a.protocol)")
        assert set(hrefs) <= {"http:", "https:"}
        assert (
            page.evaluate("document.querySelectorAll('svg script, iframe, base, object').length")
            == 0
        )
    # Dialogs and script errors are collected by the fixture, which fails the test by them.
