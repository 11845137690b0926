"""Conditional requests: what to send, what to keep of the answer, whether it need be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import xxhash

from aggregator.model.feed import FeedState, Validators
from aggregator.model.instants import Instant
from aggregator.model.poll import FetchAnswer

UNCONDITIONAL_EVERY = timedelta(days=1)
"""A request without validators, though there are some, is made so often at most."""


def conditional(state: FeedState, now: Instant) -> Validators:
    """The validators to send, as the server gave them.

    None are sent to a feed that has gone silent and was last asked outright more than a day ago:
    a cache that answers 304 for ever would keep it silent.
    """
    asked = state.last_unconditional_at
    stuck = state.condition == "silent" and state.status == 304
    if stuck and asked is not None and now - asked >= UNCONDITIONAL_EVERY:
        return Validators()
    return state.validators


def is_conditional(validators: Validators) -> bool:
    """Whether a request with these is conditional."""
    return validators.etag is not None or validators.last_modified is not None


def body_digest(body: bytes) -> str:
    """A body's hash, with its version before it: the one stored is compared as text."""
    return "x1:" + xxhash.xxh3_128_hexdigest(body)


def let_go(answer: FetchAnswer) -> FetchAnswer:
    """The answer without its body, but with what it is known by."""
    return replace(answer, body=b"", digest=digest_of(answer))


def digest_of(answer: FetchAnswer) -> str:
    """What an answer's body is known by, whether or not it is still there."""
    return answer.digest or body_digest(answer.body)


def brings_document(answer: FetchAnswer) -> bool:
    """Whether the status says that a document is in the answer (204 and 205 say none is)."""
    return 200 <= answer.status < 300 and answer.status not in {204, 205}


def needs_parsing(state: FeedState, answer: FetchAnswer) -> bool:
    """Whether the answer brings a document that was not seen the last time."""
    if not brings_document(answer):
        return False
    return answer.status == 226 or digest_of(answer) != state.body_digest


def renewed(state: FeedState, answer: FetchAnswer, *, feed_url: str) -> Validators:
    """What to send the next time, after an answer that could be read.

    A 304 replaces what it names and keeps the rest (RFC 9111 §4.3.4); any other answer stands for
    itself: an ETag it does not name is no longer true. A body that was cut off must come again,
    so its validators are not kept.
    """
    if answer.cut_off:
        return state.validators
    etag, modified = answer.header("etag"), answer.header("last-modified")
    if answer.status == 304:
        old = state.validators
        return Validators(
            etag=old.etag if etag is None else etag,
            last_modified=old.last_modified if modified is None else modified,
            url=old.url,
        )
    elsewhere = bool(answer.hops) and answer.url != feed_url
    return Validators(etag=etag, last_modified=modified, url=answer.url if elsewhere else None)
