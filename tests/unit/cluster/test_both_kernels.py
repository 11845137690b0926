"""The whole way of a stream by either set of kernels: the same signatures, the same stories."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from aggregator.cluster.clusterer import Clusterer, ClusterOptions
from aggregator.kernels import CHOICE, kernels
from aggregator.model.signature import SignedArticle
from aggregator.model.story import Membership
from aggregator.similarity.sign import sign_many
from tests.bench.corpus import SYLLABLES

# Machine code is made here where it is not kept yet.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def _chosen_anew() -> Iterator[None]:
    pytest.importorskip("numba", reason="needs the extra [fast]")
    yield
    kernels.cache_clear()


def news(count: int) -> list[SignedArticle]:
    """Articles of invented words about a few dozen events; every tenth is a copy."""
    chance = random.Random(4)
    common = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(900)]
    events = [
        ["".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(8)] for _ in range(90)
    ]
    articles: list[SignedArticle] = []
    for number in range(count):
        event = chance.choice(events)
        words = [chance.choice(event if chance.random() < 0.15 else common) for _ in range(120)]
        title, text = " ".join(words[:9]), " ".join(words[9:]) + "."
        if number % 10 == 9:
            title, text = articles[-3].title, articles[-3].text + " And so on."
        articles.append(
            SignedArticle(
                id=str(number),
                title=title,
                text=text,
                language="en",
                source=f"source {number % 17}",
                url=f"https://outlet.test/{number}",
            )
        )
    return articles


def placed(articles: Sequence[SignedArticle], choice: str) -> tuple[list[bytes], list[Membership]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CHOICE, choice)
        kernels.cache_clear()
        texts = {article.id: f"{article.title}\n{article.text}" for article in articles}

        def known(ids: Sequence[str]) -> Mapping[str, str]:
            return {name: texts[name] for name in ids}

        signatures = list(sign_many(articles))
        clusterer = Clusterer(texts=known, options=ClusterOptions(upkeep_every=200))
        signed = [
            replace(article, signature=signature)
            for article, signature in zip(articles, signatures, strict=True)
        ]
        for start in range(0, len(signed), 200):
            clusterer.add_many(signed[start : start + 200])
            clusterer.tidy()
        clusterer.add(replace(signed[5], text=signed[5].text + " More of it."))
        clusterer.upkeep(whole=True)
        return (
            [one.copy + one.passages + one.features for one in signatures],
            [clusterer.membership(article.id) for article in articles],
        )


def decided(place: Membership) -> tuple[object, ...]:
    said = place.evidence
    return place.story_id, place.copy_of, said.rule, said.compared_with, said.terms


def test_signatures_and_stories_are_the_same_by_either() -> None:
    articles = news(800)
    signatures, stories = placed(articles, "numpy")
    other_signatures, other_stories = placed(articles, "")
    assert signatures == other_signatures
    for one, other in zip(stories, other_stories, strict=True):
        assert decided(one) == decided(other)
        # The last digit of what is written down may be rounded otherwise.
        assert dict(one.evidence.parts) == pytest.approx(dict(other.evidence.parts), abs=0.0021)
    assert any(one.copy_of for one in stories)
    sizes = [len({one.story_id for one in stories}), len(stories)]
    assert 50 < sizes[0] < 400
