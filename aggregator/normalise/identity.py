"""Article ids: what makes two readings of an entry the same article."""

from __future__ import annotations

from hashlib import blake2b

from aggregator.model.entry import Entry
from aggregator.text.urls import canonical_url


def article_id(feed_id: str, entry: Entry) -> str:
    """The id of an entry's article: stable over re-polls, restarts and changes of the address.

    The feed and the guid make it; without a guid the canonical address; without either title and
    date, so that a title means a revision only where guid and address do not say otherwise. An
    entry of none of these is known by its text. Cheap: nothing of the body is looked at.
    """
    if entry.guid and entry.guid.strip():
        return derived_id(feed_id, "guid", entry.guid.strip())
    link = canonical_url(entry.link) or (entry.link or "").strip()
    if link:
        return derived_id(feed_id, "link", link)
    title = " ".join(entry.title.value.split()) if entry.title else ""
    date = (entry.published or entry.updated or "").strip()
    if title:
        return derived_id(feed_id, "title", title, date)
    text = entry.summary.value if entry.summary else "".join(part.value for part in entry.contents)
    return derived_id(feed_id, "text", date, text)


def derived_id(*parts: str) -> str:
    """An id made of these parts: ``a`` and 20 hexadecimal digits.

    The parts are parted by a character that none of them holds, so that no two lists collide.
    """
    joined = "\x1f".join(part.replace("\x1f", " ") for part in parts)
    return "a" + blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
