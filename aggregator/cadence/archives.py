"""Paged and archived feeds (RFC 5005), and what an entry's absence means."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urljoin

from aggregator.model.entry import FeedDocument
from aggregator.model.poll import FetchAnswer

MOST_ARCHIVES = 100
"""Documents walked back through on one request."""


def earlier(
    answer: FetchAnswer,
    document: FeedDocument,
    seen: Collection[str],
    *,
    most: int = MOST_ARCHIVES,
) -> str | None:
    """The archive document before this one, to be walked once and on request only.

    Args:
        answer: what brought the document; its address is the base.
        document: the one just read.
        seen: addresses walked so far, the first included; an archive that leads back ends it.
        most: so many in all.
    """
    if not document.prev_archive or len(seen) >= most:
        return None
    address = urljoin(answer.url, document.prev_archive)
    known = address in seen or not address.startswith(("http://", "https://"))
    return None if known else address


def absence_means_removal(answer: FetchAnswer, document: FeedDocument) -> bool:
    """Whether an entry that is not in this document was taken out of the feed.

    Only a complete feed (RFC 5005 §2) says so. A window of the latest entries does not, nor a
    delta (226, RFC 3229), nor a document that was cut off.
    """
    return (
        document.complete and answer.status == 200 and not answer.cut_off and not document.truncated
    )
