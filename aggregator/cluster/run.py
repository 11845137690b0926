"""A whole file of articles as one stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator.cluster.clusterer import Clusterer, ClusterOptions
from aggregator.cluster.weights import Weights
from aggregator.model.signature import SignedArticle
from aggregator.model.story import Membership

_UPKEEP_EVERY = 20_000


def run(articles: Sequence[SignedArticle], weights: Weights | None = None) -> dict[str, Membership]:
    """Clusters articles in the order given, by the shipped weights or these; where each stands.

    Upkeep runs by rows, and over everything once more at the end.
    """
    texts = {article.id: f"{article.title}\n{article.text}" for article in articles}

    def known(ids: Sequence[str]) -> Mapping[str, str]:
        return {name: texts[name] for name in ids if name in texts}

    clusterer = Clusterer(
        texts=known, weights=weights, options=ClusterOptions(upkeep_every=_UPKEEP_EVERY)
    )
    for start in range(0, len(articles), _UPKEEP_EVERY):
        clusterer.add_many(articles[start : start + _UPKEEP_EVERY])
        if clusterer.upkeep_due:
            clusterer.tidy()
    clusterer.upkeep(whole=True)
    return {article.id: clusterer.membership(article.id) for article in articles}
