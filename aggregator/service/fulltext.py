"""Full texts: for feeds that ask for it, an article's page is fetched and its text taken over.

This runs beside the polls and never holds one up. The page's robots.txt is obeyed, requests stand
in the same queue of their host as polls do, and a page is fetched once for each wording of its
article. Where extraction gives less than the feed did, the feed's text stays.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from aggregator.errors import FetchError, StoreError
from aggregator.model.article import NormalisedEntry
from aggregator.model.feed import FeedRecord
from aggregator.model.poll import FetchRequest
from aggregator.model.store import StoredArticle
from aggregator.normalise.extract import with_full_text
from aggregator.ports import ArticleStore, Clock, Fetcher, PageReader, PageRules
from aggregator.service.poll import sign_entries

log = logging.getLogger(__name__)

_WAITING = 5_000
_AT_ONCE = 4
_LARGEST_PAGE = 5 * 1024 * 1024
_PATIENCE = timedelta(minutes=5)
_TRIES = 3
_ACCEPT = "text/html, application/xhtml+xml;q=0.9"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Wanted:
    article_id: str
    tries: int = 0


class FullTexts:
    """Takes over the full texts of articles whose feeds ask for it; use `run` beside the polls.

    ``stored`` is called when an article has got its text, for the clusterer to look again.
    """

    def __init__(
        self,
        *,
        store: ArticleStore,
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
        self._queue: asyncio.Queue[_Wanted] = asyncio.Queue(_WAITING)

    def want(self, record: FeedRecord, article_ids: Sequence[str]) -> None:
        """Notes the new and changed articles of a poll, if their feed asks for full texts."""
        if record.feed.full_text:
            for article_id in article_ids:
                self._put(_Wanted(article_id))

    async def run(self) -> None:
        """Fetches what is wanted until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._work())

    async def take_over_all(
        self, article_ids: Sequence[str], *, progress: Callable[[int], None] = lambda _: None
    ) -> None:
        """Fetches these articles' pages now, once each; what cannot be had keeps its text."""
        slots = asyncio.Semaphore(_AT_ONCE)
        done = 0

        async def one(article_id: str) -> None:
            nonlocal done
            async with slots:
                try:
                    await self.take_over(article_id)
                except FetchError as error:
                    log.info("%s", error)
            done += 1
            progress(done)

        async with asyncio.TaskGroup() as group:
            for article_id in article_ids:
                group.create_task(one(article_id))

    async def take_over(self, article_id: str) -> bool:
        """Fetches one article's page now; whether its text was taken over.

        Raises:
            FetchError: the page could not be fetched.
        """
        found = await self._store.articles([article_id])
        if not found or not found[0].article.url:
            return False
        stored, url = found[0], found[0].article.url
        if not await self._rules.allows(url):
            log.info("%s: robots.txt keeps us out", url)
            return False
        answer = await self._fetcher.fetch(
            FetchRequest(url=url, accept=_ACCEPT, max_bytes=_LARGEST_PAGE)
        )
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

    async def _work(self) -> None:
        while True:
            wanted = await self._queue.get()
            try:
                if await self.take_over(wanted.article_id):
                    self._stored()
            except FetchError as error:
                self._again(wanted, error)
            except StoreError as error:
                log.error("a full text could not be stored: %s", error)

    def _again(self, wanted: _Wanted, error: FetchError) -> None:
        """Puts a page off that could not be fetched now, a few times."""
        log.info("%s", error)
        if wanted.tries < _TRIES:
            later = _Wanted(wanted.article_id, wanted.tries + 1)
            delay = _PATIENCE.total_seconds() * 2**wanted.tries
            asyncio.get_running_loop().call_later(delay, self._put, later)

    def _put(self, wanted: _Wanted) -> None:
        # A full queue drops the page: the feed's own text stays, which is what there was before.
        with suppress(asyncio.QueueFull):
            self._queue.put_nowait(wanted)
