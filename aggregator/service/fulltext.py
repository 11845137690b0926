"""Full texts: for feeds that ask for it, an article's page is fetched and its text taken over.

This runs beside the polls and never holds one up. The page's robots.txt is obeyed, requests stand
in the same queue of their host as polls do, and a page is fetched once for each wording of its
article. Where extraction gives less than the feed did, the feed's text stays.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from aggregator.errors import FetchError, NotFound, StoreError
from aggregator.model.article import NormalisedEntry
from aggregator.model.poll import FetchRequest
from aggregator.model.store import StoredArticle
from aggregator.normalise.extract import with_full_text
from aggregator.ports import Clock, Fetcher, PageReader, PageRules, Store
from aggregator.service.poll import sign_entries

log = logging.getLogger(__name__)

_AT_ONCE = 4
_CLAIMED = 16
_LOOK = 30.0
"""Seconds between two looks for pages that were put off, or that another process left."""
_LARGEST_PAGE = 5 * 1024 * 1024
_PATIENCE = timedelta(minutes=10)
_TRIES = 3
_PASSING = (429, 500, 502, 503, 504)
_ACCEPT = "text/html, application/xhtml+xml;q=0.9"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class FullTexts:
    """Takes over the full texts of articles whose feeds ask for it; use `run` beside the polls.

    Which pages wait stands in the store: what a process leaves at its end, another goes on with.
    ``stored`` is called when an article has got its text, for the clusterer to look again.
    """

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        rules: PageRules,
        reader: PageReader,
        clock: Clock,
        stored: Callable[[], None],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._rules = rules
        self._reader = reader
        self._clock = clock
        self._stored = stored
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Has pages that a poll has just stored looked for at once."""
        self._woken.set()

    async def run(self) -> None:
        """Fetches what waits until it is cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.take_over_due()
            except StoreError as error:
                log.error("pages wait, but the store does not answer: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._woken.wait()

    async def take_over_due(self, *, progress: Callable[[int], None] = lambda _: None) -> None:
        """Fetches all pages that are due; what cannot be had keeps its text for now.

        Raises:
            StoreError: which pages are due cannot be read.
        """
        slots = asyncio.Semaphore(_AT_ONCE)
        done = 0

        async def one(article_id: str) -> None:
            nonlocal done
            async with slots:
                await self._try(article_id)
            done += 1
            progress(done)

        while claimed := await self._store.claim_pages(
            now=self._clock.now(), limit=_CLAIMED, patience=_PATIENCE, tries=_TRIES
        ):
            async with asyncio.TaskGroup() as group:
                for article_id in claimed:
                    group.create_task(one(article_id))

    async def _try(self, article_id: str) -> None:
        """One page; where it fails the page waits on, for a later try."""
        try:
            if await self.take_over(article_id):
                self._stored()
            await self._store.page_done(article_id)
        except FetchError as error:
            log.info("%s", error)
        except StoreError as error:
            log.error("a full text could not be stored: %s", error)
        except Exception:
            log.exception("the page of article %s could not be read", article_id)

    async def take_over(self, article_id: str) -> bool:
        """Fetches one article's page now; whether its text was taken over.

        Raises:
            FetchError: the page could not be fetched.
        """
        found = await self._store.articles([article_id])
        if not found or not found[0].article.url or not await self._asked_for(found[0]):
            return False
        stored, url = found[0], found[0].article.url
        if not await self._rules.allows(url):
            log.info("%s: robots.txt keeps us out", url)
            return False
        answer = await self._fetcher.fetch(
            FetchRequest(url=url, accept=_ACCEPT, max_bytes=_LARGEST_PAGE)
        )
        if answer.status in _PASSING:
            raise FetchError(f"{url}: answered {answer.status}, which may pass")
        kind = (answer.header("content-type") or "").lower()
        if answer.status != 200 or "html" not in kind:
            log.info("%s: no page to read (%d, %s)", url, answer.status, kind or "no type")
            return False
        charset = _CHARSET.search(kind)
        page = await self._reader.read(
            answer.body,
            url=answer.url,
            fetched_at=self._clock.now(),
            charset=charset[1] if charset else None,
            outlet=stored.article.outlet.name,
        )
        entry = await self._entry(stored)
        fuller = with_full_text(entry, page)
        if fuller == entry:
            return False
        saved = await self._store.import_articles(await asyncio.to_thread(sign_entries, [fuller]))
        return bool(saved.changed)

    async def _entry(self, stored: StoredArticle) -> NormalisedEntry:
        """The article as the poll stored it; its entry's digest stays, so that it stays known."""
        article = stored.article
        known = await self._store.known_entries(stored.feed_id or "", [article.id])
        return NormalisedEntry(
            article=article,
            entry_digest=known[article.id].entry_digest if article.id in known else "",
            outlet_key=stored.outlet_key,
            html=stored.html,
        )

    async def _asked_for(self, stored: StoredArticle) -> bool:
        """Whether its feed asks for full texts now; it may have done so only when it was polled."""
        if stored.feed_id is None:
            return False
        try:
            return (await self._store.feed(stored.feed_id)).feed.full_text
        except NotFound:
            return False
