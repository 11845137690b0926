"""docs/fetching.md, politeness: feeds that move. One test a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.cadence import (
    adoptable,
    settle,
)
from aggregator.errors import ParseError
from aggregator.model.poll import FetchAnswer, Hop
from tests.unit.cadence.poll_values import DAY, DOCUMENT, FEED, NOW, answer, known


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
