from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.settings.durations import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("1w", timedelta(days=7)),
        ("1d12h", timedelta(hours=36)),
        (" 1.5 h ", timedelta(minutes=90)),
    ],
)
def test_reads_numbers_with_units(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text", ["", "30", "m", "30 minutes", "-2h", "2h30", "900000d", "9" * 400 + "d"]
)
def test_refuses_what_names_no_span(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@given(st.integers(0, 10**8))
def test_what_is_written_is_read_back(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(duration_text(span)) == span
