"""docs/fetching.md, politeness: what a poll's answer means. One test a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cadence import (
    adoptable,
    body_digest,
    conditional,
    due,
    let_go,
    may_poll_now,
    needs_parsing,
    settle,
)
from aggregator.errors import FetchError, HostBusy, HostHeld, ParseError
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed, FeedState, Validators
from aggregator.model.poll import FetchAnswer, Hop, Outcome

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = Feed(url="https://a.example/feed")
DOCUMENT = FeedDocument(format="rss20", title="A")


def answer(
    status: int = 200,
    *headers: tuple[str, str],
    body: bytes = b"<rss/>",
    url: str = FEED.url,
    hops: tuple[Hop, ...] = (),
    cut_off: bool = False,
) -> FetchAnswer:
    return FetchAnswer(
        url=url, status=status, headers=headers, body=body, hops=hops, cut_off=cut_off
    )


def known(**changes: object) -> FeedState:
    """A feed that has been read before, with validators."""
    state = FeedState(
        validators=Validators(etag='W/"1"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT"),
        body_digest=body_digest(b"<rss/>"),
        last_poll_at=NOW - HOUR,
        last_success_at=NOW - HOUR,
        last_new_at=NOW - 2 * HOUR,
        last_unconditional_at=NOW - 30 * DAY,
        gap=2 * HOUR,
        interval=HOUR,
        condition="ok",
        status=200,
    )
    return replace(state, **changes)  # type: ignore[arg-type]


# -- validators -----------------------------------------------------------------------------


def test_validators_are_kept_byte_for_byte_and_sent_back() -> None:
    _, state = settle(
        FEED,
        FeedState(),
        now=NOW,
        answer=answer(200, ("etag", 'W/"a b\\"'), ("last-modified", "yesterday, I think")),
        document=DOCUMENT,
        new=1,
    )
    assert state.validators == Validators(etag='W/"a b\\"', last_modified="yesterday, I think")
    assert conditional(state, NOW + HOUR) == state.validators


def test_validators_are_never_made_up() -> None:
    _, state = settle(
        FEED,
        FeedState(),
        now=NOW,
        answer=answer(200, ("date", "Tue, 03 Mar 2026 12:00:00 GMT")),
        document=DOCUMENT,
    )
    assert state.validators == Validators()


def test_a_200_with_an_unchanged_body_renews_validators() -> None:
    same_body = answer(200, ("etag", '"2"'), ("last-modified", "Tue, 03 Mar 2026 00:00:00 GMT"))
    assert not needs_parsing(known(), same_body)
    outcome, state = settle(FEED, known(), now=NOW, answer=same_body)
    assert outcome == "unchanged"
    assert state.validators.etag == '"2"'
    assert state.validators.last_modified == "Tue, 03 Mar 2026 00:00:00 GMT"


def test_the_same_last_modified_with_a_new_etag_renews_the_etag() -> None:
    same_date = answer(200, ("etag", '"2"'), ("last-modified", "Mon, 02 Mar 2026 00:00:00 GMT"))
    _, state = settle(FEED, known(), now=NOW, answer=same_date)
    assert state.validators.etag == '"2"'


@pytest.mark.parametrize(
    ("headers", "etag", "modified"),
    [
        ((("etag", '"2"'),), '"2"', "Mon, 02 Mar 2026 00:00:00 GMT"),
        ((("last-modified", "now"),), 'W/"1"', "now"),
        ((), 'W/"1"', "Mon, 02 Mar 2026 00:00:00 GMT"),
    ],
)
def test_a_304_renews_each_validator_by_itself(
    headers: tuple[tuple[str, str], ...], etag: str, modified: str
) -> None:
    outcome, state = settle(FEED, known(), now=NOW, answer=answer(304, *headers, body=b""))
    assert outcome == "unchanged"
    assert state.validators == Validators(etag=etag, last_modified=modified)


def test_a_200_without_an_etag_drops_the_old_one() -> None:
    _, state = settle(FEED, known(), now=NOW, answer=answer(body=b"new"), document=DOCUMENT, new=1)
    assert state.validators == Validators()


def test_a_document_that_could_not_be_read_keeps_the_old_validators() -> None:
    _, state = settle(
        FEED,
        known(),
        now=NOW,
        answer=answer(200, ("etag", '"broken"'), body=b"<html>"),
        error=ParseError("this is a web page, not a feed"),
    )
    assert state.validators.etag == 'W/"1"'
    assert state.body_digest == body_digest(b"<rss/>")


def test_a_cut_off_body_must_come_again() -> None:
    cut = answer(200, ("etag", '"2"'), body=b"<rss", cut_off=True)
    outcome, state = settle(FEED, known(), now=NOW, answer=cut, document=DOCUMENT, new=1)
    assert outcome == "modified"
    assert state.validators.etag == 'W/"1"'
    assert needs_parsing(state, cut)


def test_validators_of_a_redirects_target_are_kept_with_its_address() -> None:
    hops = (Hop(url=FEED.url, status=302, location="https://b.example/f"),)
    _, state = settle(
        FEED,
        FeedState(),
        now=NOW,
        answer=answer(200, ("etag", '"b"'), url="https://b.example/f", hops=hops),
        document=DOCUMENT,
    )
    assert state.validators == Validators(etag='"b"', url="https://b.example/f")


def test_a_304_to_a_request_that_was_not_conditional_is_a_failure() -> None:
    outcome, state = settle(FEED, FeedState(), now=NOW, answer=answer(304, body=b""))
    assert outcome == "failed"
    assert "304" in (state.error or "")


@given(hours=st.floats(0, 23.9), condition=st.sampled_from(["ok", "silent", "failing"]))
def test_unconditional_at_most_daily(hours: float, condition: str) -> None:
    state = known(condition=condition, status=304, last_unconditional_at=NOW)
    assert conditional(state, NOW + hours * HOUR) == state.validators


def test_a_feed_silent_under_304_is_asked_outright_once_a_day() -> None:
    state = known(condition="silent", status=304, last_new_at=NOW - 90 * DAY)
    assert conditional(state, NOW) == Validators()
    _, state = settle(FEED, state, now=NOW, answer=answer(200, ("etag", '"1"')))
    assert state.last_unconditional_at == NOW
    assert conditional(state, NOW + HOUR) == Validators(etag='"1"')


# -- when ------------------------------------------------------------------------------------


def next_poll(state: FeedState) -> timedelta:
    assert state.next_poll_at is not None
    return state.next_poll_at - NOW


def test_default_is_hourly() -> None:
    _, state = settle(FEED, FeedState(), now=NOW, answer=answer(), document=DOCUMENT)
    assert next_poll(state) == HOUR


def test_oftener_only_for_feeds_that_publish_oftener_and_never_under_ten_minutes() -> None:
    published = [NOW - n * timedelta(minutes=3) for n in range(20)]
    _, state = settle(
        FEED, FeedState(), now=NOW, answer=answer(), document=DOCUMENT, new=20, published=published
    )
    assert next_poll(state) == timedelta(minutes=10)


def test_a_dead_blog_is_polled_daily_from_the_first_day() -> None:
    published = [NOW - 900 * DAY - n * DAY for n in range(20)]
    _, state = settle(
        FEED, FeedState(), now=NOW, answer=answer(), document=DOCUMENT, new=20, published=published
    )
    assert next_poll(state) == DAY
    assert state.condition == "silent"


@pytest.mark.parametrize(
    ("headers", "document"),
    [
        ((("cache-control", "max-age=18000"),), DOCUMENT),
        ((("expires", "Tue, 03 Mar 2026 17:00:00 GMT"),), DOCUMENT),
        ((), replace(DOCUMENT, ttl="300")),
        ((), replace(DOCUMENT, update_period="daily", update_frequency="4")),
        ((), replace(DOCUMENT, skip_hours=(13, 14, 15, 16))),
        ((), replace(DOCUMENT, skip_days=("Tuesday",))),
    ],
)
def test_never_before_the_servers_and_the_documents_wishes(
    headers: tuple[tuple[str, str], ...], document: FeedDocument
) -> None:
    for feed in (FEED, replace(FEED, interval=timedelta(minutes=10))):
        _, state = settle(
            feed, known(), now=NOW, answer=answer(200, *headers, body=b"2"), document=document
        )
        assert next_poll(state) >= (5 * HOUR if not document.skip_hours else timedelta(minutes=10))
        assert state.next_poll_at is not None
        assert state.next_poll_at.hour not in document.skip_hours
        assert not due(state, NOW + timedelta(minutes=5))


def test_the_documents_wishes_bind_after_a_304_too() -> None:
    wishing = replace(DOCUMENT, ttl="600", skip_hours=(22,))
    _, state = settle(FEED, known(), now=NOW, answer=answer(body=b"2"), document=wishing)
    _, state = settle(
        FEED,
        replace(state, validators=Validators(etag='"1"')),
        now=NOW,
        answer=answer(304, body=b""),
    )
    assert next_poll(state) >= 11 * HOUR - timedelta(minutes=1)


@given(
    max_age=st.integers(0, 10**9),
    ttl=st.integers(0, 10**6),
    jitter=st.floats(0, 1),
    hours=st.sets(st.integers(0, 23)),
)
def test_no_wish_holds_for_more_than_a_day(
    max_age: int, ttl: int, jitter: float, hours: set[int]
) -> None:
    wishing = replace(DOCUMENT, ttl=str(ttl), skip_hours=tuple(hours))
    _, state = settle(
        FEED,
        known(),
        now=NOW,
        answer=answer(200, ("cache-control", f"max-age={max_age}"), body=b"2"),
        document=wishing,
        jitter=jitter,
    )
    assert timedelta(minutes=10) <= next_poll(state) <= 2.6 * DAY
    if not hours:
        assert next_poll(state) <= 1.5 * DAY


def test_the_config_interval_replaces_the_adaptive_one_but_stays_over_ten_minutes() -> None:
    for wanted, got in (
        (timedelta(minutes=30), timedelta(minutes=30)),
        (timedelta(minutes=1), timedelta(minutes=10)),
    ):
        _, state = settle(
            replace(FEED, interval=wanted), known(), now=NOW, answer=answer(304, body=b"")
        )
        assert next_poll(state) == got


@given(jitter=st.floats(0, 1), status=st.sampled_from([200, 304, 404, 429, 500, 503]))
def test_jitter_only_puts_off(jitter: float, status: int) -> None:
    settled = [
        settle(FEED, known(), now=NOW, answer=answer(status), jitter=drawn)[1]
        for drawn in (0.0, jitter)
    ]
    assert next_poll(settled[0]) <= next_poll(settled[1])


def test_after_a_restart_nobody_is_polled_early() -> None:
    _, state = settle(FEED, known(), now=NOW, answer=answer(304, body=b""))
    assert not due(state, NOW + timedelta(minutes=59))
    assert due(state, NOW + HOUR)


@pytest.mark.parametrize(
    ("before", "most"),
    [
        ({"next_poll_at": NOW - timedelta(seconds=30)}, 1.1),
        ({"next_poll_at": None, "last_poll_at": None}, 1.5),
        ({"next_poll_at": NOW - 3 * DAY}, 1.5),
        ({"next_poll_at": NOW + timedelta(minutes=20)}, 1.5),
    ],
)
def test_the_herd_is_spread_after_an_import_a_restart_or_a_round(
    before: dict[str, object], most: float
) -> None:
    for jitter, factor in ((0.0, 1.0), (1.0, most)):
        _, state = settle(
            FEED, known(**before), now=NOW, answer=answer(304, body=b""), jitter=jitter
        )
        assert next_poll(state) == factor * HOUR


def test_a_clock_that_was_days_ahead_does_not_stall_a_feed() -> None:
    _, state = settle(FEED, known(), now=NOW + 400 * DAY, answer=answer(304, body=b""))
    assert due(state, NOW)
    _, back = settle(FEED, state, now=NOW, answer=answer(304, body=b""))
    assert timedelta() < next_poll(back) <= DAY


def test_nothing_breaks_past_2038() -> None:
    later = datetime(2039, 1, 1, tzinfo=UTC)
    _, state = settle(FEED, known(), now=later, answer=answer(200, ("cache-control", "max-age=9")))
    assert state.next_poll_at is not None
    assert state.next_poll_at > later


# -- refusals --------------------------------------------------------------------------------


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


# -- moves -----------------------------------------------------------------------------------


def moved(*statuses: int, to: str = "https://b.example/feed") -> FetchAnswer:
    hops = tuple(Hop(url=FEED.url, status=status, location=to) for status in statuses)
    return answer(200, url=to, hops=hops)


@pytest.mark.parametrize("statuses", [(301,), (308,), (301, 308)])
def test_a_permanent_move_is_adopted_once_it_has_held_for_days(statuses: tuple[int, ...]) -> None:
    _, state = settle(FEED, known(), now=NOW, answer=moved(*statuses), document=DOCUMENT)
    assert state.moved_to == "https://b.example/feed"
    assert adoptable(state, NOW + DAY) is None
    _, state = settle(FEED, state, now=NOW + 3 * DAY, answer=moved(*statuses))
    assert adoptable(state, NOW + 3 * DAY) == "https://b.example/feed"


@pytest.mark.parametrize("statuses", [(302,), (303,), (307,), (301, 302), (307, 308)])
def test_a_chain_with_a_temporary_hop_never_moves_a_feed(statuses: tuple[int, ...]) -> None:
    _, state = settle(FEED, known(), now=NOW, answer=moved(*statuses), document=DOCUMENT)
    assert (state.moved_to, state.moved_since) == (None, None)


def test_a_captive_portal_or_a_page_never_moves_a_feed() -> None:
    portal = replace(moved(301), body=b"<html>sign in</html>")
    _, state = settle(FEED, known(), now=NOW, answer=portal, error=ParseError("a web page"))
    assert state.moved_to is None


def test_one_poll_without_the_move_starts_its_clock_anew() -> None:
    _, state = settle(FEED, known(), now=NOW, answer=moved(301), document=DOCUMENT)
    _, state = settle(FEED, state, now=NOW + DAY, answer=answer(), document=DOCUMENT)
    assert state.moved_to is None
    _, state = settle(FEED, state, now=NOW + 3 * DAY, answer=moved(301), document=DOCUMENT)
    assert adoptable(state, NOW + 4 * DAY) is None


def test_a_feed_may_name_its_new_address_itself() -> None:
    naming = replace(DOCUMENT, new_feed_url="https://c.example/f")
    _, state = settle(FEED, known(), now=NOW, answer=answer(body=b"2"), document=naming)
    _, state = settle(FEED, state, now=NOW + 3 * DAY, answer=answer(body=b"2"))
    assert adoptable(state, NOW + 3 * DAY) == "https://c.example/f"
    for junk in ("javascript:alert(1)", "file:///etc/passwd", ""):
        _, state = settle(
            FEED, known(), now=NOW, answer=answer(), document=replace(naming, new_feed_url=junk)
        )
        assert state.moved_to is None


# -- deltas, silence, bookkeeping -----------------------------------------------------------------


def test_an_answer_that_let_go_of_its_body_is_known_all_the_same() -> None:
    held = answer(body=b"<rss>new</rss>")
    gone = let_go(held)
    assert gone.body == b""
    assert needs_parsing(known(), gone)
    states = [settle(FEED, known(), now=NOW, answer=a, document=DOCUMENT)[1] for a in (held, gone)]
    assert states[0] == states[1]
    assert not needs_parsing(states[0], gone)


def test_226_is_partial_its_body_is_always_read_and_its_digest_not_kept() -> None:
    delta = answer(226, ("etag", '"3"'), ("im", "feed"), body=b"<rss/>")
    assert needs_parsing(known(), delta)
    outcome, state = settle(FEED, known(), now=NOW, answer=delta, document=DOCUMENT, new=1)
    assert outcome == "modified"
    assert state.validators.etag == '"3"'
    assert state.body_digest == known().body_digest


def test_a_feed_goes_silent_and_comes_back() -> None:
    quiet = known(last_new_at=NOW - 4 * DAY)
    _, state = settle(FEED, quiet, now=NOW, answer=answer(304, body=b""))
    assert state.condition == "silent"
    _, state = settle(FEED, state, now=NOW, answer=answer(body=b"2"), document=DOCUMENT, new=1)
    assert state.condition == "ok"


@pytest.mark.parametrize(
    ("new", "changed", "outcome"),
    [(1, 0, "modified"), (0, 1, "modified"), (0, 0, "unchanged")],
)
def test_modified_means_that_something_was_stored(new: int, changed: int, outcome: Outcome) -> None:
    found, _ = settle(
        FEED,
        known(),
        now=NOW,
        answer=answer(body=b"2"),
        document=DOCUMENT,
        new=new,
        changed=changed,
    )
    assert found == outcome
