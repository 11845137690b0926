"""Figures over many articles: what the statistics are counted from."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model.instants import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One placed article, as far as counting goes; ``text_id`` names the text it has."""

    article_id: str
    story_id: str
    text_id: str
    outlet: str
    outlet_key: str
    agency: str | None
    published_at: Instant
    fetched_at: Instant
