"""docs/fetching.md, WebSub: discovery, verification of intent, signatures, renewal, 410."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cadence import websub
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import FeedState
from aggregator.model.poll import FetchAnswer
from aggregator.model.websub import Subscription

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED = Subscription(
    feed_id="f", hub="https://hub.example/", topic="https://a.example/f", key="k", asked_at=NOW
)
ACTIVE = replace(ASKED, state="active", lease_until=NOW + 10 * DAY)
SUBSCRIBE = {"hub.mode": "subscribe", "hub.topic": ASKED.topic, "hub.challenge": "abc"}
UNSUBSCRIBE = {**SUBSCRIBE, "hub.mode": "unsubscribe"}


def delivered(
    subscription: Subscription | None, signature: str | None, body: bytes
) -> websub.CallbackAnswer:
    return websub.delivered(subscription, signature, body, secret="s")


def answer(*link: str) -> FetchAnswer:
    headers = tuple(("link", value) for value in link)
    return FetchAnswer(url="https://a.example/f", status=200, headers=headers, body=b"")


DOCUMENT = FeedDocument(
    format="atom10", hubs=("https://doc-hub.example/",), self_url="https://a.example/self"
)


@pytest.mark.parametrize(
    ("link", "document", "found"),
    [
        (
            ['<https://hub.example/>; rel="hub", <https://a.example/t>; rel="self"'],
            DOCUMENT,
            ("https://hub.example/", "https://a.example/t"),
        ),
        (
            ["<https://hub.example/>; rel=hub", "</t>; rel=self"],
            None,
            ("https://hub.example/", "https://a.example/t"),
        ),
        (['</h>; title="a, b"; rel="x HUB"'], None, ("https://a.example/h", "https://a.example/f")),
        ([], DOCUMENT, ("https://doc-hub.example/", "https://a.example/self")),
        (["<https://a.example/>; rel=next"], None, None),
        (["<javascript:alert(1)>; rel=hub"], None, None),
        (["<<;;,,rel=hub"], None, None),
        ([], FeedDocument(format="rss20"), None),
    ],
)
def test_discovery_reads_the_link_header_first(
    link: list[str], document: FeedDocument | None, found: tuple[str, str] | None
) -> None:
    assert websub.discover(answer(*link), document) == found


@given(st.text(max_size=200))
def test_no_junk_in_a_link_header_makes_it_fail(value: str) -> None:
    found = websub.discover(answer(value), None)
    assert found is None or found[0].startswith("http")


def test_what_is_asked_of_the_hub() -> None:
    form = dict(websub.request_form(ASKED, "https://me.example/hub/1", secret="s"))
    assert form == {
        "hub.callback": "https://me.example/hub/1",
        "hub.mode": "subscribe",
        "hub.topic": ASKED.topic,
        "hub.lease_seconds": "864000",
        "hub.secret": "s",
    }
    plain = replace(ASKED, hub="http://hub.example/")
    assert "hub.secret" not in dict(websub.request_form(plain, "https://me.example/", secret="s"))
    left = replace(ASKED, state="leaving")
    leaving = dict(websub.request_form(left, "https://me.example/", secret="s"))
    assert leaving["hub.mode"] == "unsubscribe"
    assert "hub.secret" not in leaving


def test_only_feeds_that_name_a_hub_are_subscribed_to() -> None:
    assert websub.asked("f", FeedState(), key="k", now=NOW) is None
    state = FeedState(hub_url=ASKED.hub, topic_url=ASKED.topic)
    assert websub.asked("f", state, key="k", now=NOW) == ASKED


def test_an_intent_of_ours_is_verified_with_the_challenge() -> None:
    subscription, said = websub.verified(ASKED, {**SUBSCRIBE, "hub.lease_seconds": "3600"}, NOW)
    assert subscription is not None
    assert (subscription.state, subscription.lease_until) == ("active", NOW + timedelta(hours=1))
    assert (said.status, said.body) == (200, "abc")


@pytest.mark.parametrize(
    ("subscription", "query"),
    [
        (None, SUBSCRIBE),
        (ASKED, {**SUBSCRIBE, "hub.topic": "https://evil.example/"}),
        (ASKED, {"hub.mode": "subscribe", "hub.topic": ASKED.topic}),
        (ASKED, UNSUBSCRIBE),
        (ACTIVE, UNSUBSCRIBE),
        (replace(ASKED, state="leaving"), SUBSCRIBE),
        (replace(ASKED, state="ended"), SUBSCRIBE),
        (ASKED, {**SUBSCRIBE, "hub.mode": "publish"}),
        (ASKED, {}),
    ],
)
def test_an_intent_that_is_not_ours_is_not_verified(
    subscription: Subscription | None, query: dict[str, str]
) -> None:
    after, said = websub.verified(subscription, query, NOW)
    assert (after, said.status, said.body) == (subscription, 404, "")


@pytest.mark.parametrize("junk", ["", "-5", "soon", "9" * 30, "0"])
def test_junk_leases_are_survived(junk: str) -> None:
    after, _ = websub.verified(ASKED, {**SUBSCRIBE, "hub.lease_seconds": junk}, NOW)
    assert after is not None
    assert after.lease_until is not None
    assert timedelta(minutes=10) <= after.lease_until - NOW <= timedelta(days=30)


def test_a_denial_is_kept_with_its_reason() -> None:
    query = {"hub.mode": "denied", "hub.topic": ASKED.topic, "hub.reason": "not\r\nhere"}
    after, said = websub.verified(ASKED, query, NOW)
    assert after is not None
    assert (after.state, after.reason, said.status) == ("denied", "not here", 200)
    assert websub.renew_at(after) == NOW + 7 * DAY


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures_of_every_kind(method: str) -> None:
    body = b"<feed/>"
    digest = hmac.new(b"s", body, getattr(hashlib, method)).hexdigest()
    assert delivered(ACTIVE, f"{method}={digest}", body).accepted
    assert delivered(ACTIVE, f"{method.upper()}={digest.upper()}", body).accepted
    for wrong in (f"{method}={digest[:-1]}0x", f"{method}=", digest, f"md5={digest}", "", None):
        said = delivered(ACTIVE, wrong, body)
        assert (said.status, said.accepted) == (202, False)
    assert not delivered(ACTIVE, f"{method}={digest}", body + b" ").accepted


def test_an_unsigned_delivery_counts_only_where_no_secret_was_told() -> None:
    plain = replace(ACTIVE, hub="http://hub.example/")
    assert delivered(plain, None, b"").accepted
    assert not delivered(ACTIVE, None, b"").accepted


def test_410_after_unsubscribing() -> None:
    leaving = replace(ACTIVE, state="leaving")
    assert delivered(leaving, None, b"").status == 410
    ended, said = websub.verified(leaving, UNSUBSCRIBE, NOW)
    assert ended is not None
    assert (ended.state, said.body) == ("ended", "abc")
    assert delivered(ended, None, b"").status == 410
    assert delivered(None, None, b"").status == 404
    assert websub.renew_at(ended) is None


@given(jitter=st.floats(0, 1), hours=st.integers(1, 720))
def test_a_lease_is_renewed_well_before_it_ends(jitter: float, hours: int) -> None:
    lease = timedelta(hours=hours)
    active = replace(ACTIVE, lease_until=NOW + lease)
    then = websub.renew_at(active, jitter)
    assert then is not None
    assert 0.6 * lease <= then - NOW + timedelta(seconds=1) <= 0.76 * lease


def test_a_hub_that_never_verifies_is_asked_again_hours_later() -> None:
    assert websub.renew_at(ASKED) == NOW + timedelta(hours=6)


def test_polling_goes_on_slowly_beside_a_live_hub() -> None:
    soon = FeedState(next_poll_at=NOW + timedelta(minutes=10))
    live = replace(ACTIVE, delivered_at=NOW)
    slowed = websub.slowed(soon, live, last_poll_at=NOW)
    assert slowed.next_poll_at == NOW + timedelta(hours=6)
    for other in (None, ACTIVE, ASKED, replace(live, lease_until=NOW - DAY)):
        assert websub.slowed(soon, other, last_poll_at=NOW) == soon
    gone = FeedState(next_poll_at=None)
    assert websub.slowed(gone, live, last_poll_at=NOW) == gone


def test_a_secret_is_of_one_key_feed_hub_and_topic_and_kept_nowhere() -> None:
    secrets = {
        websub.secret_of(key, subscription)
        for key in (b"one key", b"another")
        for subscription in (
            ASKED,
            replace(ASKED, feed_id="g"),
            replace(ASKED, hub="https://other.example/"),
            replace(ASKED, topic="https://a.example/g"),
        )
    }
    assert len(secrets) == 8
    assert all(len(secret) < 200 for secret in secrets)
    assert websub.secret_of(b"one key", ACTIVE) == websub.secret_of(b"one key", ASKED)
    assert websub.key_name(b"one key") != websub.key_name(b"another")
    assert "one key" not in repr(replace(ASKED, key=websub.key_name(b"one key")))
