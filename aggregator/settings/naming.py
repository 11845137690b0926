"""Which feed a person means."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.errors import NotFound
from aggregator.model.feed import Feed
from aggregator.settings.feed_entry import same_address


def at_address(feeds: Sequence[Feed], address: str) -> Feed | None:
    """The feed at an address, however it is spelt; None where it is none's."""
    try:
        wanted = same_address(address)
    except ValueError:
        return None
    return next((feed for feed in feeds if same_address(feed.url) == wanted), None)


def named(feeds: Sequence[Feed], names: Sequence[str]) -> list[str]:
    """The addresses of feeds named by address, or by a title that only one has.

    Raises:
        NotFound: a name is no feed's, or several feeds' title.
    """
    urls: dict[str, None] = {}
    for name in names:
        feed = at_address(feeds, name)
        if feed is None:
            titled = [one for one in feeds if (one.title or "").lower() == name.lower()]
            if len(titled) > 1:
                raise NotFound("single feed", name, hint="Several are so titled: name an address.")
            feed = titled[0] if titled else None
        if feed is None:
            raise NotFound("feed", name, hint="`aggregator feeds list` shows all.")
        urls[feed.url] = None
    return list(urls)
