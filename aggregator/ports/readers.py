"""What reads documents and pages where their faults can do no harm."""

from __future__ import annotations

from typing import Protocol

from aggregator.model.entry import FeedDocument
from aggregator.model.instants import Instant
from aggregator.normalise.extract import Page


class DocumentParser(Protocol):
    """Reads feed documents where their faults can do no harm. Safe to call many times at once."""

    async def parse(
        self, body: bytes, *, url: str | None = None, content_type: str | None = None
    ) -> FeedDocument:
        """The document in these bytes.

        Raises:
            ParserKilled: it passed the parser's limits and nothing of it could be kept.
            ParseError: these bytes are no feed document; the message says what they look like.
        """
        ...

    async def aclose(self) -> None:
        """Ends every worker process."""
        ...


class PageReader(Protocol):
    """Finds an article's text on its page, where the page's faults can do no harm."""

    async def read(
        self,
        body: bytes,
        *,
        url: str,
        fetched_at: Instant,
        charset: str | None,
        outlet: str | None,
    ) -> Page | None:
        """What the page holds; None where no text was found on it, or none within bounds.

        ``outlet`` is the publisher's name, which pages put behind their titles.
        """
        ...

    async def aclose(self) -> None:
        """Ends every worker process."""
        ...
