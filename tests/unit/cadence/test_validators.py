"""docs/fetching.md, politeness: validators, kept and sent back. One test a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cadence import (
    body_digest,
    conditional,
    needs_parsing,
    settle,
)
from aggregator.errors import ParseError
from aggregator.model.feed import FeedState, Validators
from aggregator.model.poll import Hop
from tests.unit.cadence.poll_values import DAY, DOCUMENT, FEED, HOUR, NOW, answer, known


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
