"""What the exact rules remember of the window: addresses, titles and whole texts, by hash.

Hashes here are Python's own: they live and die with the process.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from aggregator.model.signature import SignedArticle
from aggregator.text.folding import content_tokens, fold

_MOST = 8  # articles answered for one key, the latest


@dataclass(frozen=True, slots=True)
class Keys:
    """One article's keys; 0 stands for none."""

    address: int
    title: int
    text: int


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier article, as the exact rules see it.

    ``hour`` counts since 1970, None for the undated. ``bare``: it has no text of its own, being a
    title alone or too short. ``number`` says how many were read before it.
    """

    id: str
    source: str | None
    keys: Keys
    hour: int | None
    bare: bool
    number: int


def keys_of(article: SignedArticle, text_digest: bytes) -> Keys:
    """An article's keys; the address of a site's front page names no article and gives none."""
    title = fold(article.title)
    return Keys(
        address=_address(article.url),
        title=hash(title) if content_tokens(title, 1) else 0,
        text=int.from_bytes(text_digest, "little"),
    )


def hour_of(article: SignedArticle) -> int | None:
    """The hour the article is dated to, else the one it was fetched in."""
    when = article.published_at or article.fetched_at
    return None if when is None else int(when.timestamp() // 3600)


class KnownArticles:
    """The window's articles by each of their keys, in segments of a day that leave as a whole.

    Attributes:
        count: how many were ever added.
    """

    def __init__(self) -> None:
        self._articles: dict[str, Known] = {}
        self._days: dict[int | None, _Segment] = {}
        self.count = 0

    def add(self, known: Known, day: int | None) -> None:
        """Remembers an article among those read on this day."""
        segment = self._days.setdefault(day, _Segment())
        earlier = self._articles.get(known.id)
        if earlier is not None:
            known = replace(known, number=earlier.number)
        self._articles[known.id] = known
        segment.ids.append(known.id)
        for kind, key in enumerate((known.keys.address, known.keys.title, known.keys.text)):
            if key:
                _append(segment.by_key[kind], key, known.id)
        self.count += 1

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._articles

    def get(self, article_id: str) -> Known | None:
        """An article of the window, as it was last added."""
        return self._articles.get(article_id)

    def at_address(self, keys: Keys) -> list[Known]:
        """The latest articles with this address, latest first."""
        return self._found(0, keys.address)

    def titled(self, keys: Keys) -> list[Known]:
        """The latest articles with this title in any source, latest first."""
        return self._found(1, keys.title)

    def worded(self, keys: Keys) -> list[Known]:
        """The latest articles with this very title and text, latest first."""
        return self._found(2, keys.text)

    def drop_before(self, day: int) -> list[str]:
        """Forgets the days before this one; gives the articles that left with them."""
        left = []
        for number in [number for number in self._days if number is not None and number < day]:
            left += self._days.pop(number).ids
        for article_id in left:
            self._articles.pop(article_id, None)
        return left

    def _found(self, kind: int, key: int) -> list[Known]:
        found: list[Known] = []
        for segment in reversed(self._days.values()) if key else ():
            ids = segment.by_key[kind].get(key, ())
            names = (ids,) if isinstance(ids, str) else reversed(ids)
            found.extend(self._articles[name] for name in names if name in self._articles)
        return found[:_MOST]


class _Segment:
    __slots__ = ("by_key", "ids")

    def __init__(self) -> None:
        self.ids: list[str] = []
        # One id stands as itself: nearly all keys have one, and a tuple would double their room.
        self.by_key: tuple[dict[int, str | tuple[str, ...]], ...] = ({}, {}, {})


def _append(table: dict[int, str | tuple[str, ...]], key: int, article_id: str) -> None:
    there = table.get(key)
    if there is None:
        table[key] = article_id
        return
    ids = (there,) if isinstance(there, str) else there
    table[key] = (*(name for name in ids if name != article_id), article_id)[-_MOST:]


def _address(url: str | None) -> int:
    if not url:
        return 0
    # One page answers under http and https, with www and without, with a last slash and without.
    page = url.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/")
    # Some feeds link every entry to the site's front page: that names no article.
    return hash(page) if "/" in page or "?" in page else 0
