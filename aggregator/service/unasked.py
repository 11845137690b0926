"""Polls that end before a server is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from aggregator.model.feed import FeedRecord, FeedState
from aggregator.model.instants import Instant
from aggregator.model.poll import Outcome, PollReport
from aggregator.text.secrets import masked_address

SEALED = (
    "its password or token was sealed with another service key: give this process the same "
    "service.key (AGGREGATOR_SERVICE_KEY_FILE) as the one that serves feeds.toml"
)
_AGAIN = timedelta(minutes=10)


def unopened(state: FeedState, now: Instant) -> FeedState:
    """The state of a feed whose secrets cannot be opened here: nobody is sent what is none."""
    return replace(
        state, last_poll_at=now, next_poll_at=now + _AGAIN, condition="failing", error=SEALED
    )


def not_asked(record: FeedRecord, state: FeedState, *, outcome: Outcome) -> PollReport:
    """What there is to say of such a poll."""
    return PollReport(
        feed=masked_address(record.feed.url),
        outcome=outcome,
        next_poll_at=state.next_poll_at,
        error=state.error,
    )
