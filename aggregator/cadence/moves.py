"""Whether a feed has moved for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from aggregator.model.entry import FeedDocument
from aggregator.model.feed import FeedState
from aggregator.model.instants import Instant
from aggregator.model.poll import FetchAnswer

HELD_FOR = timedelta(days=3)
_PERMANENT = {301, 308}


def with_move(
    state: FeedState,
    answer: FetchAnswer,
    document: FeedDocument | None,
    *,
    feed_url: str,
    now: Instant,
) -> FeedState:
    """The state with what a readable answer says of a move.

    Only a chain of permanent redirects counts, or the document's own `itunes:new-feed-url`; one
    temporary hop, or a poll without a move, and the clock starts anew.
    """
    target = None
    if answer.hops and all(hop.status in _PERMANENT for hop in answer.hops):
        target = answer.url
    elif not answer.hops and document is not None and document.new_feed_url:
        target = document.new_feed_url.strip()
        if not target.lower().startswith(("http://", "https://")):
            target = None
    elif not answer.hops and document is None and state.moved_to:
        # Unchanged: the document that named the new address still stands.
        return state
    if target is None or target == feed_url:
        return replace(state, moved_to=None, moved_since=None)
    since = state.moved_since if target == state.moved_to else None
    return replace(state, moved_to=target, moved_since=since or now)


def adoptable(state: FeedState, now: Instant) -> str | None:
    """The address to take over: a permanent move that has held for three days; else None."""
    if state.moved_to is None or state.moved_since is None:
        return None
    return state.moved_to if now - state.moved_since >= HELD_FOR else None
