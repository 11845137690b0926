from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator.cluster.texts import with_texts
from aggregator.model.signature import SignedArticle


def test_texts_that_were_left_out_are_put_back_and_no_others_are_asked_for() -> None:
    asked: list[str] = []

    def texts(ids: Sequence[str]) -> Mapping[str, str]:
        asked.extend(ids)
        return {"a": "Title\nOne.\nTwo."}

    articles = [SignedArticle(id=name, title="Title", text="") for name in ("a", "gone")]
    articles.insert(1, SignedArticle(id="b", title="Title", text="Here."))
    assert [article.text for article in with_texts(articles, texts)] == ["One.\nTwo.", "Here.", ""]
    assert asked == ["a", "gone"]
