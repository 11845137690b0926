from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.sentences import sentences


def test_initials_titles_and_quotations() -> None:
    text = 'J. R. Lee spoke. "We go," he said. (They did.) Then 4.5 m fell.'
    assert sentences(text) == [
        "J. R. Lee spoke.",
        '"We go," he said.',
        "(They did.)",
        "Then 4.5 m fell.",
    ]


def test_full_width_marks_end_sentences() -> None:
    assert sentences("船が座礁した。全員無事だった。") == ["船が座礁した。", "全員無事だった。"]


@given(st.text())
def test_nothing_but_space_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
