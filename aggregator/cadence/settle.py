"""What a poll's answer means for the feed: its outcome, its state, its next poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from aggregator.cadence import headers, interval, websub, wishes
from aggregator.cadence.moves import with_move
from aggregator.cadence.validators import (
    brings_document,
    conditional,
    digest_of,
    is_conditional,
    needs_parsing,
    renewed,
)
from aggregator.cadence.verdict import verdict
from aggregator.errors import FeedError, HostBusy, HostHeld
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed, FeedState
from aggregator.model.instants import Instant
from aggregator.model.poll import FetchAnswer, Outcome

_BLOCKED_FOR = timedelta(hours=24)
_UNNAMED_PAUSE = timedelta(hours=1)
# Nothing here plans further ahead than a day and a tenth; a later plan was made by a wrong clock.
_NO_PLAN_BEYOND = timedelta(days=3)


def due(state: FeedState, now: Instant) -> bool:
    """Whether the feed's time has come; also where the clock was set back by days."""
    if state.condition == "gone":
        return False
    then = state.next_poll_at
    return then is None or then <= now or then - now > _NO_PLAN_BEYOND


def may_poll_now(state: FeedState, now: Instant, *, forced: bool = False) -> bool:
    """Whether to poll now. ``forced``: a person asks; only the server's Retry-After can say no."""
    if forced:
        then = state.retry_at
        return then is None or then <= now or then - now > _NO_PLAN_BEYOND
    return due(state, now)


def settle(
    feed: Feed,
    state: FeedState,
    *,
    now: Instant,
    answer: FetchAnswer | None = None,
    error: FeedError | None = None,
    document: FeedDocument | None = None,
    new: int = 0,
    changed: int = 0,
    known: int = 0,
    published: Sequence[Instant] = (),
    jitter: float = 0.0,
) -> tuple[Outcome, FeedState]:
    """The outcome of a poll, and the state the feed is in after it.

    Args:
        feed: as feeds.toml has it.
        state: as it was when the poll began.
        now: when the poll ended.
        answer: what the server answered; None where no answer came.
        error: why no answer came, or why its document could not be read.
        document: what was read; None where nothing was (an unchanged body is not read).
        new: articles stored.
        changed: articles revised.
        known: entries that were stored already, unchanged.
        published: when the new articles were published, as far as it is known.
        jitter: 0 to 1, drawn by the caller; polls are only ever put off by it.

    With neither answer nor error the poll was skipped, and the state stays; so it does where the
    request never had its turn at the host, but for another try soon.
    """
    if answer is None and error is None:
        return "skipped", state
    asked = conditional(state, now)
    status = None if answer is None else answer.status
    seen = replace(state, last_poll_at=now, status=status, retry_at=None)
    if answer is not None and not is_conditional(asked):
        seen = replace(seen, last_unconditional_at=now)
    if isinstance(error, HostBusy):
        wait = interval.SHORTEST * (1 + jitter) / 4
        return "skipped", replace(state, next_poll_at=now + wait)
    if isinstance(error, HostHeld):
        wait = max(error.until - now, timedelta(minutes=1))
        held = replace(state, retry_at=error.until)
        return "throttled", _put_off(held, now, wait, error.reason, jitter)
    if error is not None or answer is None:
        reason = error.reason if error else "no answer came"
        return "failed", _failed(feed, seen, now, reason, jitter)
    unchanged = answer.status == 304 and is_conditional(asked)
    unread = document is None and needs_parsing(state, answer)
    if unread or not (unchanged or brings_document(answer)):
        return _unhappy(feed, seen, now, answer, jitter)
    settled = _read(feed, seen, now, answer, document)
    settled = _learnt(settled, now, new, published)
    settled = _planned(feed, settled, state, now, answer, (new, known), jitter)
    return ("modified" if new or changed else "unchanged"), settled


def _read(
    feed: Feed, state: FeedState, now: Instant, answer: FetchAnswer, document: FeedDocument | None
) -> FeedState:
    """The state after an answer that could be read: what the feed says of itself and its body."""
    state = replace(
        with_move(state, answer, document, feed_url=feed.url, now=now),
        validators=renewed(state, answer, feed_url=feed.url),
        last_success_at=now,
        failures=0,
        error=None,
    )
    if document is None:
        return state
    hub, topic = websub.discover(answer, document) or (None, None)
    if answer.status != 226 and not answer.cut_off:
        state = replace(state, body_digest=digest_of(answer))
    return replace(
        state,
        ttl=wishes.pause(document),
        skip_hours=wishes.skip_hours(document),
        skip_days=wishes.skip_days(document),
        site_url=document.link or state.site_url,
        title=document.title or state.title,
        subtitle=document.subtitle or state.subtitle,
        language=document.language or state.language,
        hub_url=hub,
        topic_url=topic,
    )


def _learnt(state: FeedState, now: Instant, new: int, published: Sequence[Instant]) -> FeedState:
    """The state with what new articles teach of the usual gap, and whether it has gone silent."""
    if new:
        last = state.last_new_at
        if last is None:
            # A dead blog's first poll brings articles, too: they are as old as they say.
            gap = interval.first_gap(published, now)
            state = replace(state, gap=gap, last_new_at=min(now, max(published, default=now)))
        else:
            gap = interval.learnt_gap(state.gap, max(now - last, timedelta()), new)
            state = replace(state, gap=gap, last_new_at=now)
    silent = interval.is_silent(state.gap, _quiet(state, now))
    return replace(state, condition="silent" if silent else "ok")


def _planned(
    feed: Feed,
    state: FeedState,
    before: FeedState,
    now: Instant,
    answer: FetchAnswer,
    counts: tuple[int, int],
    jitter: float,
) -> FeedState:
    """The state with the next poll: after the interval, the server's and the document's wishes."""
    own = interval.adaptive(state.gap, _quiet(state, now))
    elapsed = now - before.last_poll_at if before.last_poll_at else None
    own = interval.narrowed(own, new=counts[0], known=counts[1], elapsed=elapsed)
    if feed.interval is not None:
        own = max(feed.interval, interval.SHORTEST)
    wished = max(headers.freshness(answer, now) or timedelta(), state.ttl or timedelta())
    in_a_herd = not _on_its_own_time(before, now, own)
    planned = now + interval.jittered(max(own, wished), jitter, in_a_herd=in_a_herd)
    open_again = wishes.out_of_skips(planned, state.skip_hours, state.skip_days)
    if open_again > planned:
        # All who skip the same hours would come back in the same minute otherwise.
        open_again += interval.jittered(own, jitter) - own
    fresh = wishes.out_of_skips(now + wished, state.skip_hours, state.skip_days)
    return replace(
        state,
        interval=own,
        next_poll_at=open_again,
        fresh_until=fresh if fresh > now else None,
    )


def _on_its_own_time(before: FeedState, now: Instant, own: timedelta) -> bool:
    """Whether a poll came when it was due: neither the first, nor forced, nor long overdue.

    All others come together: a list that was imported, a round a person asked for, a restart.
    """
    then = before.next_poll_at
    return then is not None and then <= now <= then + own


def _unhappy(
    feed: Feed, state: FeedState, now: Instant, answer: FetchAnswer, jitter: float
) -> tuple[Outcome, FeedState]:
    """The outcome and state after an answer that is no feed."""
    pause = headers.retry_after(answer, now)
    outcome, reason = verdict(answer, paused=pause is not None)
    if outcome == "throttled":
        wait = max(_UNNAMED_PAUSE if pause is None else pause, interval.SHORTEST)
        told = replace(state, retry_at=None if pause is None else now + pause)
        return outcome, _put_off(told, now, wait, reason, jitter)
    if outcome == "gone":
        return outcome, replace(
            state,
            condition="gone",
            error=reason,
            failures=state.failures + 1,
            next_poll_at=None,
        )
    state = _failed(feed, state, now, reason, jitter)
    if outcome == "blocked":
        then = now + interval.jittered(_BLOCKED_FOR, jitter)
        state = replace(state, condition="blocked", next_poll_at=then)
    return outcome, state


def _put_off(
    state: FeedState, now: Instant, wait: timedelta, reason: str, jitter: float
) -> FeedState:
    """The state after a server's request to wait: no failure of the feed."""
    own = state.interval or interval.USUAL
    wait = max(wait, interval.SHORTEST)
    # Spread over the feed's own interval: a whole hoster's feeds were told the same instant.
    then = now + wait + interval.jittered(own, jitter) - own
    return replace(state, condition="throttled", error=reason, next_poll_at=then)


def _failed(feed: Feed, state: FeedState, now: Instant, reason: str, jitter: float) -> FeedState:
    """The state after a failure: a longer wait with each in a row, what was known kept."""
    failures = state.failures + 1
    own = feed.interval or state.interval or interval.USUAL
    wait = interval.backed_off(max(own, interval.SHORTEST), failures)
    return replace(
        state,
        condition="failing",
        failures=failures,
        error=reason,
        next_poll_at=now + interval.jittered(wait, jitter),
    )


def _quiet(state: FeedState, now: Instant) -> timedelta | None:
    return None if state.last_new_at is None else max(now - state.last_new_at, timedelta())
