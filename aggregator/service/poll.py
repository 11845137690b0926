"""One poll of one feed, from the request to the stored articles.

The order of checks is part of the design: 304, then the body's digest, then each entry's digest;
only what is left is normalised, signed and stored, in one transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import perf_counter

from aggregator.cadence import conditional, let_go, may_poll_now, needs_parsing, settle
from aggregator.cadence.archives import absence_means_removal, earlier
from aggregator.cadence.websub import slowed
from aggregator.errors import FeedError, FetchError
from aggregator.model.article import NormalisedEntry
from aggregator.model.entry import Entry, FeedDocument
from aggregator.model.feed import FeedRecord, FeedState
from aggregator.model.instants import Instant
from aggregator.model.poll import FetchAnswer, FetchRequest, PollReport
from aggregator.model.signature import Signature, SignedArticle
from aggregator.model.store import KnownEntry, Listing, SavedPoll
from aggregator.normalise.entry import normalise
from aggregator.normalise.identity import article_id
from aggregator.ports import Clock, DocumentParser, Fetcher, Store
from aggregator.service.unasked import SEALED, not_asked, unopened
from aggregator.similarity.sign import sign_many
from aggregator.text.secrets import masked_address

_BATCH = 100
"""Entries normalised at once: a feed of thousands takes turns with the others."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll did: its report, and the ids it stored, which the clusterer has yet to place.

    The seconds are None where nothing was fetched or parsed.
    """

    report: PollReport
    saved: SavedPoll = SavedPoll()
    fetch_seconds: float | None = None
    parse_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What of a document is not yet stored, and how much of it is new and how much changed.

    ``listing`` is given where it says that some were taken out of the feed, or are back in it.
    """

    entries: tuple[tuple[NormalisedEntry, Signature], ...] = ()
    new: int = 0
    changed: int = 0
    known: int = 0
    listing: Listing | None = None


class Poller:
    """Polls feeds one by one; safe to call for many feeds at once.

    ``pages`` says that there is somebody to fetch the pages of articles, where feeds ask for that.
    """

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        parser: DocumentParser,
        clock: Clock,
        chance: random.Random,
        pages: bool = False,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._clock = clock
        self._chance = chance
        self._pages = pages
        self._processor = asyncio.Lock()

    async def poll(
        self, record: FeedRecord, *, forced: bool = False, patience: timedelta | None = None
    ) -> Polled:
        """One poll, stored. A feed's failure is a report, never an exception.

        Args:
            record: the feed, as claimed.
            forced: a person asked: freshness and skip hours are passed over, Retry-After is not.
            patience: how long to stand in line at the feed's host; then the poll is skipped.
        """
        feed, state = record.feed, record.state
        if not may_poll_now(state, self._clock.now(), forced=forced):
            return Polled(report=not_asked(record, state, outcome="skipped"))
        if record.sealed:
            settled = unopened(state, self._clock.now())
            await self._store.save_state(record.id, settled)
            return Polled(report=not_asked(record, settled, outcome="failed"))
        request = FetchRequest(
            url=feed.url,
            validators=conditional(state, self._clock.now()),
            headers=feed.headers,
            patience=patience,
        )
        answer: FetchAnswer | None = None
        document: FeedDocument | None = None
        error: FeedError | None = None
        fresh = Fresh()
        began, parse_seconds = perf_counter(), None
        fetch_seconds = 0.0
        try:
            answer = await self._fetcher.fetch(request)
            fetch_seconds = perf_counter() - began
            if needs_parsing(state, answer):
                reading = self._parser.parse(
                    answer.body, url=answer.url, content_type=answer.header("content-type")
                )
                # The body is the parser's alone from here on: many may wait for it.
                answer = let_go(answer)
                document = await reading
                parse_seconds = perf_counter() - began - fetch_seconds
                fresh = await self._fresh(
                    record, document, complete=absence_means_removal(answer, document)
                )
        except FeedError as failure:
            error = failure
        outcome, settled = settle(
            feed,
            state,
            now=self._clock.now(),
            answer=answer,
            error=error,
            document=document,
            new=fresh.new,
            changed=fresh.changed,
            known=fresh.known,
            published=[entry.article.published_at for entry, _ in fresh.entries],
            jitter=self._chance.random(),
        )
        if settled.hub_url is not None:
            hub = await self._store.subscription(record.id)
            settled = slowed(settled, hub, last_poll_at=self._clock.now())
        saved = await self._save(record, settled, fresh)
        return Polled(
            report=PollReport(
                feed=masked_address(feed.url),
                outcome=outcome,
                status=answer.status if answer is not None else None,
                entries=len(document.entries) if document is not None else 0,
                new=len(saved.new),
                changed=len(saved.changed),
                next_poll_at=settled.next_poll_at,
                error=settled.error,
            ),
            saved=saved,
            fetch_seconds=fetch_seconds or perf_counter() - began,
            parse_seconds=parse_seconds,
        )

    async def take_in(
        self, record: FeedRecord, body: bytes, *, content_type: str | None = None
    ) -> SavedPoll:
        """Stores a document that came without being asked for (a hub's delivery).

        The feed's state stays as polls left it: a delivery may be a part of the document.

        Raises:
            ParseError: these bytes are no feed document.
        """
        document = await self._parser.parse(body, url=record.feed.url, content_type=content_type)
        return await self._take_in(record, document)

    async def walk_archive(self, record: FeedRecord) -> SavedPoll:
        """Stores the feed's earlier documents too, as far as it links them (RFC 5005 §4).

        Raises:
            FeedError: a document could not be fetched or read; what came before it is stored.
        """
        if record.sealed:
            raise FetchError(SEALED, feed=record.feed.url)
        address: str | None = record.feed.url
        walked: list[str] = []
        new: list[str] = []
        changed: list[str] = []
        while address is not None:
            walked.append(address)
            request = FetchRequest(url=address, headers=record.feed.headers)
            answer = await self._fetcher.fetch(request)
            if answer.status != 200:
                raise FetchError(
                    f"its archive {address} answers {answer.status}", feed=record.feed.url
                )
            document = await self._parser.parse(
                answer.body, url=answer.url, content_type=answer.header("content-type")
            )
            saved = await self._take_in(record, document)
            new += saved.new
            changed += saved.changed
            address = earlier(answer, document, walked)
        return SavedPoll(new=tuple(new), changed=tuple(changed))

    async def _take_in(self, record: FeedRecord, document: FeedDocument) -> SavedPoll:
        fresh = await self._fresh(record, document)
        state = record.state
        if fresh.new:
            state = replace(state, last_new_at=self._clock.now())
        return await self._save(record, state, fresh)

    async def _save(self, record: FeedRecord, state: FeedState, fresh: Fresh) -> SavedPoll:
        if fresh.entries or fresh.listing is not None:
            saved = await self._store.save_poll(
                record.id,
                state,
                fresh.entries,
                listing=fresh.listing,
                pages=self._pages and record.feed.full_text,
            )
            if saved.withdrawn:
                log.info("%s: withdrew %d articles", record.feed.url, len(saved.withdrawn))
            return saved
        await self._store.save_state(record.id, state)
        return SavedPoll()

    async def _fresh(
        self, record: FeedRecord, document: FeedDocument, *, complete: bool = False
    ) -> Fresh:
        grouped = _by_article(record.id, document)
        known = await self._store.known_entries(record.id, list(grouped))
        wanted = [
            (entry, digest)
            for key, entries in grouped.items()
            for digest in (_group_digest(entries),)
            if key not in known or known[key].entry_digest != digest
            for entry in entries
        ]
        signed = await self._signed(wanted, document, record)
        changed = _changed(grouped, known)
        return Fresh(
            entries=signed,
            new=sum(1 for key in grouped if key not in known),
            changed=changed,
            known=sum(1 for key in grouped if key in known) - changed,
            listing=_listing(grouped, known, document, complete),
        )

    async def _signed(
        self, wanted: Sequence[tuple[Entry, str]], document: FeedDocument, record: FeedRecord
    ) -> tuple[tuple[NormalisedEntry, Signature], ...]:
        """These entries, normalised and signed.

        That is work for the processor: the loop goes on beside it. One batch is at work at a time:
        more threads would share one processor, each loading the language model for itself.
        """
        now = self._clock.now()
        done: list[tuple[NormalisedEntry, Signature]] = []
        for start in range(0, len(wanted), _BATCH):
            async with self._processor:
                batch = wanted[start : start + _BATCH]
                done += await asyncio.to_thread(_normalised, batch, document, record, now)
        return tuple(done)


def _by_article(feed_id: str, document: FeedDocument) -> Mapping[str, list[Entry]]:
    """The document's entries by article id, in document order.

    Several entries of one id are wordings of one article, oldest last in the document as feeds
    list the newest first; they are turned so that the newest is the one that stands.
    """
    grouped: dict[str, list[Entry]] = defaultdict(list)
    for entry in reversed(document.entries):
        grouped[article_id(feed_id, entry)].append(entry)
    return dict(reversed(grouped.items()))


def _group_digest(entries: Sequence[Entry]) -> str:
    """The digest an article is known by: of its entry, or of all where a guid is repeated.

    One digest for the group keeps a document that repeats a guid from changing at every poll.
    """
    if len(entries) == 1:
        return entries[0].digest
    return hashlib.blake2b("".join(e.digest for e in entries).encode(), digest_size=16).hexdigest()


def _listing(
    grouped: Mapping[str, list[Entry]],
    known: Mapping[str, KnownEntry],
    document: FeedDocument,
    complete: bool,
) -> Listing | None:
    """What the document says of articles that left the feed or are back; None if nothing."""
    if not (complete or document.removed or any(each.withdrawn for each in known.values())):
        return None
    return Listing(ids=frozenset(grouped), complete=complete, deleted=frozenset(document.removed))


def _changed(grouped: Mapping[str, list[Entry]], known: Mapping[str, KnownEntry]) -> int:
    return sum(
        1
        for key, entries in grouped.items()
        if key in known and known[key].entry_digest != _group_digest(entries)
    )


def _normalised(
    wanted: Sequence[tuple[Entry, str]],
    document: FeedDocument,
    record: FeedRecord,
    fetched_at: Instant,
) -> tuple[tuple[NormalisedEntry, Signature], ...]:
    entries = []
    for entry, digest in wanted:
        try:
            article = normalise(
                entry, document, feed=record.feed, feed_id=record.id, fetched_at=fetched_at
            )
        except Exception:
            # It stays unknown, so the next poll tries it again: nothing is lost.
            log.exception("%s: entry %s cannot be read", record.feed.url, entry.guid or entry.link)
        else:
            entries.append(replace(article, entry_digest=digest))
    return sign_entries(entries)


def sign_entries(
    entries: Sequence[NormalisedEntry],
) -> tuple[tuple[NormalisedEntry, Signature], ...]:
    """Each entry with its signature."""
    signatures = sign_many([signable(entry) for entry in entries])
    return tuple(zip(entries, signatures, strict=True))


def signable(entry: NormalisedEntry) -> SignedArticle:
    """What of an entry the signature is made from."""
    article = entry.article
    return SignedArticle(
        id=article.id,
        title=article.title,
        text="\n".join(article.paragraphs) or article.summary or "",
        language=article.language,
        source=entry.outlet_key,
        url=article.canonical_url,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
    )
