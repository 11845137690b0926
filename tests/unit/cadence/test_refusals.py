"""docs/fetching.md, politeness: servers that refuse, fail or go away. One test a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.cadence import (
    due,
    may_poll_now,
    settle,
)
from aggregator.errors import FetchError, HostBusy, HostHeld
from tests.unit.cadence.poll_values import DAY, FEED, HOUR, NOW, answer, known, next_poll


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["7200", "Tue, 03 Mar 2026 14:00:00 GMT"])
def test_429_and_503_obey_retry_after_in_both_forms(status: int, value: str) -> None:
    outcome, state = settle(
        FEED, known(), now=NOW, answer=answer(status, ("retry-after", value)), jitter=0.5
    )
    assert outcome == "throttled"
    assert next_poll(state) >= 2 * HOUR
    assert state.failures == 0
    assert not may_poll_now(state, NOW + HOUR, forced=True)
    assert may_poll_now(state, NOW + 2 * HOUR, forced=True)


def test_a_short_retry_after_binds_a_person_for_just_so_long() -> None:
    _, state = settle(FEED, known(), now=NOW, answer=answer(429, ("retry-after", "5")))
    assert next_poll(state) >= timedelta(minutes=10)
    assert not may_poll_now(state, NOW + timedelta(seconds=4), forced=True)
    assert may_poll_now(state, NOW + timedelta(seconds=5), forced=True)
    _, state = settle(FEED, state, now=NOW + HOUR, answer=answer(304, body=b""))
    assert state.retry_at is None


def test_429_without_retry_after_waits_an_hour_and_is_no_failure() -> None:
    outcome, state = settle(FEED, known(), now=NOW, answer=answer(429))
    assert (outcome, state.failures) == ("throttled", 0)
    assert next_poll(state) >= HOUR


def test_503_without_retry_after_is_a_failure() -> None:
    outcome, state = settle(FEED, known(), now=NOW, answer=answer(503))
    assert (outcome, state.failures) == ("failed", 1)


def test_a_held_host_puts_the_feed_off_without_a_failure() -> None:
    held = HostHeld("a.example asked its callers to wait", until=NOW + HOUR)
    outcome, state = settle(FEED, known(), now=NOW, error=held)
    assert (outcome, state.failures, state.condition) == ("throttled", 0, "throttled")
    assert next_poll(state) >= HOUR
    assert state.last_poll_at == NOW - HOUR


def test_a_poll_that_never_had_its_turn_is_skipped_and_tried_again_soon() -> None:
    outcome, state = settle(FEED, known(), now=NOW, error=HostBusy("a.example is slow"), jitter=1)
    assert outcome == "skipped"
    assert replace(state, next_poll_at=None) == known()
    assert next_poll(state) == timedelta(minutes=5)


def test_retry_after_holds_for_a_day_at_most() -> None:
    _, state = settle(FEED, known(), now=NOW, answer=answer(429, ("retry-after", "99999999")))
    assert next_poll(state) <= 1.1 * DAY


def test_a_forced_poll_ignores_freshness_and_skip_hours() -> None:
    _, state = settle(FEED, known(), now=NOW, answer=answer(200, ("cache-control", "max-age=7200")))
    assert not may_poll_now(state, NOW)
    assert may_poll_now(state, NOW, forced=True)


def test_410_stops_and_says_so() -> None:
    outcome, state = settle(FEED, known(), now=NOW, answer=answer(410))
    assert (outcome, state.condition, state.next_poll_at) == ("gone", "gone", None)
    assert "410 Gone" in (state.error or "")
    assert not due(state, NOW + 1000 * DAY)
    assert may_poll_now(state, NOW + DAY, forced=True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 500, 502, 599, 799, 204])
def test_all_else_backs_off_and_is_never_abandoned(status: int) -> None:
    state = known()
    now = NOW
    waits = []
    for _ in range(40):
        outcome, state = settle(FEED, state, now=now, answer=answer(status, body=b""))
        assert outcome == "failed"
        assert str(status) in (state.error or "")
        assert state.next_poll_at is not None
        waits.append(state.next_poll_at - now)
        now = state.next_poll_at
    assert waits == sorted(waits)
    assert waits[-1] == DAY
    assert state.validators == known().validators


def test_a_feed_that_comes_back_recovers_by_itself() -> None:
    state = known()
    for _ in range(30):
        _, state = settle(FEED, state, now=NOW, answer=answer(404))
    outcome, state = settle(FEED, state, now=NOW, answer=answer(304, body=b""))
    assert (outcome, state.condition, state.failures, state.error) == ("unchanged", "ok", 0, None)
    assert next_poll(state) == HOUR


def test_no_answer_backs_off_with_the_reason() -> None:
    error = FetchError("the certificate of a.example has expired")
    outcome, state = settle(FEED, known(), now=NOW, error=error)
    assert (outcome, state.failures) == ("failed", 1)
    assert state.error == "the certificate of a.example has expired"


@pytest.mark.parametrize("status", [403, 429, 503])
def test_cf_mitigated_challenge_is_blocked_with_a_long_back_off(status: int) -> None:
    challenge = answer(
        status, ("cf-mitigated", "challenge"), ("content-type", "text/html"), body=b"<html>"
    )
    outcome, state = settle(FEED, known(), now=NOW, answer=challenge)
    assert (outcome, state.condition) == ("blocked", "blocked")
    assert next_poll(state) >= DAY


def test_nothing_asked_is_skipped() -> None:
    assert settle(FEED, known(), now=NOW) == ("skipped", known())
