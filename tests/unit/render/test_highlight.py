from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from aggregator.render.highlight import marked, wanted_words


def test_whole_words_in_any_case() -> None:
    assert marked("The Ferry and ferrymen <b>", ("ferry",)) == Markup(
        "The <mark>Ferry</mark> and ferrymen &lt;b&gt;"
    )


@given(st.text(), st.text())
def test_the_text_stays_the_same_and_escaped(text: str, query: str) -> None:
    shown = marked(text, wanted_words(query))
    assert shown.replace("<mark>", "").replace("</mark>", "") == marked(text)
    assert "<script" not in shown
