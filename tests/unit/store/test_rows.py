"""Values to rows and back: what is put in comes out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.feed import Feed, FeedState, Validators
from aggregator.store import feed_rows, rows
from aggregator.store.sealing import Seal
from tests.contract.store_values import NOON, article

SEAL = Seal(lambda: b"a key of the tests")
instants = st.integers(-60_000_000, 999_000_000).map(
    lambda minutes: NOON + timedelta(minutes=minutes, microseconds=minutes)
)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999))
texts = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)


@given(instants)
def test_an_instant_comes_back_to_the_microsecond(value: datetime) -> None:
    assert rows.instant(rows.micros(value)) == value


@given(
    st.builds(
        FeedState,
        validators=st.builds(Validators, etag=texts, last_modified=texts, url=texts),
        next_poll_at=st.none() | instants,
        interval=st.none() | spans,
        failures=st.integers(0, 99),
        error=texts,
        ttl=st.none() | spans,
        skip_hours=st.lists(st.integers(0, 23)).map(tuple),
        title=texts,
    )
)
def test_a_feeds_state_comes_back_through_json(state: FeedState) -> None:
    packed = json.loads(json.dumps(feed_rows.packed(state, SEAL)))
    assert feed_rows.unpacked(FeedState, packed, SEAL) == (state, False)


def test_only_what_is_said_is_kept() -> None:
    assert feed_rows.packed(Feed(url="https://a.example/"), SEAL) == {"url": "https://a.example/"}


def test_what_a_newer_version_added_is_left_out() -> None:
    kept = {"url": "https://a.example/", "mood": "good"}
    assert feed_rows.unpacked(Feed, kept, SEAL) == (Feed(url="https://a.example/"), False)


def test_an_article_comes_back_through_json() -> None:
    whole = article("x", whole=True)
    columns = json.loads(json.dumps(rows.article_columns(whole)))
    assert rows.article_of(columns) == whole


@given(st.text())
def test_what_is_storable_is_text_and_stays_so(text: str) -> None:
    once = rows.storable(text)
    assert once.encode().decode() == once
    assert "\0" not in once
    assert rows.storable(once) == once


def test_storing_reaches_into_lists_and_tables() -> None:
    assert rows.storable({"a\0": ["\ud800", {"b": ("\0c", 1, None)}]}) == {
        "a": ["?", {"b": ["c", 1, None]}]
    }


def test_a_wording_is_what_a_reader_sees() -> None:
    def digest(**changes: object) -> str:
        changed = replace(article("x", whole=True), **changes)  # type: ignore[arg-type]
        return rows.wording_digest(rows.article_columns(changed))

    same = digest()
    later = NOON + timedelta(hours=1)
    assert digest(fetched_at=later, published_at=later, updated_at=None) == same
    assert digest(enclosures=(), language="de", canonical_url=None) == same
    for change in ({"title": "t"}, {"summary": None}, {"paragraphs": ()}, {"authors": ()}):
        assert digest(**change) != same
