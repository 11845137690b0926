from __future__ import annotations

import pytest

from aggregator.model.signature import SignedArticle
from aggregator.similarity import features
from aggregator.similarity.features import packed, unpacked
from aggregator.similarity.sign import sign
from aggregator.text.terms import terms_of


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Floods hit 3,500 homes", "Rivers rose near Niš.\nNobody died, Kessler said."),
        ("地震造成", "北京 iPhone 热"),
        ("ten " * 10, ""),  # a count that is the line's own end
        ("", ""),
    ],
)
def test_features_give_back_the_terms(title: str, text: str) -> None:
    found, terms = unpacked(packed(title, text, "en-GB"), "en"), terms_of(title, text, "en")
    assert found is not None
    assert found.keys.tolist() == terms.keys.tolist()
    assert found.counts.tolist() == terms.counts.tolist()
    assert found.flags.tolist() == terms.flags.tolist()


def test_features_of_another_language_or_version_are_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = packed("Floods", "", "en")
    assert unpacked(made, "de") is None
    assert unpacked(b"", "en") is None
    monkeypatch.setattr(features, "TERMS_VERSION", 0)
    assert unpacked(made, "en") is None


def test_an_article_without_a_word_has_no_terms() -> None:
    found = unpacked(packed("!", "…", "en"), "en")
    assert found is not None
    assert not len(found.keys)


def test_an_article_is_signed_with_its_terms_where_its_language_is_known() -> None:
    known = SignedArticle(id="a", title="Floods", text="Rivers rose.", language="en")
    unknown = SignedArticle(id="a", title="Floods", text="Rivers rose.")
    assert sign(known).features == packed("Floods", "Rivers rose.", "en")
    assert sign(unknown).features == b""
