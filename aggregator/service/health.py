"""How a feed fares, in words for the person who follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aggregator.cadence import adoptable
from aggregator.model.feed import Condition, FeedRecord
from aggregator.model.instants import Instant, rfc3339
from aggregator.text.secrets import masked_address

_HEADLINES: Mapping[Condition, str] = {
    "new": "not asked yet",
    "ok": "fine",
    "failing": "failing",
    "throttled": "the server asked us to wait",
    "blocked": "blocked by the site's bot protection",
    "gone": "gone for good",
    "silent": "silent for longer than is usual for it",
    "paused": "paused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed's health: ``words`` are sentences, the first the headline.

    ``needs_care`` says that a person should look: it fails, is silent, blocked, gone, or moved.
    ``offered`` is the address it moved to, once that has held for days (`cadence.adoptable`).
    """

    record: FeedRecord
    condition: Condition
    words: tuple[str, ...]
    needs_care: bool
    offered: str | None = None

    def as_json(self) -> Mapping[str, Any]:
        """The line that `feeds health --json` prints."""
        feed, state = self.record.feed, self.record.state
        return {
            "feed": masked_address(feed.url),
            "id": self.record.id,
            "title": feed.title or state.title,
            "category": feed.category,
            "condition": self.condition,
            "needs_care": self.needs_care,
            "words": list(self.words),
            "last_poll_at": _stamp(state.last_poll_at),
            "last_success_at": _stamp(state.last_success_at),
            "last_new_at": _stamp(state.last_new_at),
            "next_poll_at": _stamp(state.next_poll_at),
            "failures": state.failures,
            "error": state.error,
            "status": state.status,
            "moved_to": state.moved_to,
            "moved_since": _stamp(state.moved_since),
            "interval": state.interval.total_seconds() if state.interval else None,
            "usual_gap": state.gap.total_seconds() if state.gap else None,
            "articles": self.record.articles,
        }


def feed_health(record: FeedRecord, now: Instant) -> FeedHealth:
    """What there is to say of a feed at this instant."""
    state = record.state
    condition: Condition = "paused" if record.feed.paused else state.condition
    words = [_HEADLINES[condition]]
    if state.failures:
        times = "once" if state.failures == 1 else f"{state.failures} times in a row"
        words.append(f"failed {times}: {state.error or 'no reason was given'}")
    elif state.error:
        words.append(state.error)
    if state.last_success_at:
        words.append(f"last good poll {ago(now - state.last_success_at)}")
    elif state.last_poll_at:
        words.append("no poll has gone well yet")
    if state.last_new_at:
        words.append(f"last new article {ago(now - state.last_new_at)}{_usually(state.gap)}")
    elif state.last_success_at:
        words.append("no article yet")
    if condition not in ("paused", "gone"):
        words.append(_next_try(state.next_poll_at, now))
    offered = adoptable(state, now)
    if state.moved_to:
        since = f" since {state.moved_since:%Y-%m-%d}" if state.moved_since else ""
        held = "" if offered else ", which has to hold for three days to be offered"
        words.append(f"it has moved{since} to {state.moved_to}{held}")
    return FeedHealth(
        record=record,
        condition=condition,
        words=tuple(words),
        needs_care=condition in ("failing", "blocked", "gone", "silent") or offered is not None,
        offered=offered,
    )


def ago(span: timedelta) -> str:
    """How long ago, roughly.

    >>> ago(timedelta(minutes=125))
    '2 hours ago'
    """
    return "just now" if span < timedelta(minutes=1) else f"{roughly(span)} ago"


def roughly(span: timedelta) -> str:
    """A span in its largest unit that tells, of which it has two at least.

    >>> roughly(timedelta(minutes=119)), roughly(timedelta(days=59)), roughly(timedelta(days=800))
    ('119 minutes', '59 days', '2 years')
    """
    minutes = max(0, round(span.total_seconds() / 60))
    unit, length = next((one for one in _UNITS if minutes >= 2 * one[1]), ("minute", 1))
    count = round(minutes / length)
    return f"{count} {unit}{'' if count == 1 else 's'}"


_UNITS = (("year", 525_949), ("month", 43_829), ("day", 1440), ("hour", 60), ("minute", 1))
"""In minutes, the longest first."""


def _usually(gap: timedelta | None) -> str:
    return f" (usually one every {roughly(gap)})" if gap and gap >= timedelta(minutes=1) else ""


def _next_try(at: Instant | None, now: Instant) -> str:
    if at is None or at <= now + timedelta(minutes=1):
        return "next try at the next round"
    return f"next try in {roughly(at - now)}"


def _stamp(at: Instant | None) -> str | None:
    return rfc3339(at) if at else None
