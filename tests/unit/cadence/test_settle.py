"""What a poll's answer means beyond its validators, times, refusals and moves."""

from __future__ import annotations

import pytest

from aggregator.cadence import (
    let_go,
    needs_parsing,
    settle,
)
from aggregator.model.poll import Outcome
from tests.unit.cadence.poll_values import DAY, DOCUMENT, FEED, NOW, answer, known


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
