"""What is found where somebody names a site instead of a feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Means = Literal["itself", "link", "site", "anchor", "guess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """An address that may be a feed's.

    ``means`` says how it was found: the address ``itself``, a ``link`` the page declares, a rule
    for a known ``site``, an ``anchor`` in the text, or a ``guess`` at a usual path.
    """

    url: str
    title: str | None = None
    means: Means = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that answered: what its document says of itself, and how many entries it holds.

    ``latest`` are the titles of its newest few.
    """

    url: str
    title: str | None = None
    site_url: str | None = None
    format: str
    entries: int = 0
    latest: tuple[str, ...] = ()
    means: Means = "itself"
