"""How closed the company is that articles have: whether what two resemble is one thing.

Where stories are long, the articles that resemble one resemble each other; where much is written on
one theme, they are strangers to each other. The share of such triangles (the transitivity of the
graph of likely pairs, weighted) tells the two apart, whatever the language, the length of texts and
the size of the window, which change how many articles resemble one. The weights hold what was
learned of either kind of stream.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from aggregator.cluster.groups import Labels
from aggregator.cluster.models import Array

_OPEN, _CLOSED = 0.25, 0.35
_FAINT = 0.02
_DOUBT = 30.0
"""So many pairs are taken for open beside those there are: a handful of articles proves nothing."""


def closure(a: Labels, b: Labels, p: Array, asked: Labels, count: int) -> float:
    """The share, 0 to 1, of pairs of one article's neighbours that tell one event themselves.

    ``a``, ``b`` and ``p`` are pairs among ``count`` articles, both ways round, and how likely they
    tell one event; ``asked`` the articles whose neighbours are looked at.
    """
    counted = p > _FAINT
    a, b, p = a[counted], b[counted], p[counted].astype(np.float64)
    likely = csr_array((p, (a, b)), shape=(count, count))
    own = likely[asked]
    closed = float((own @ likely).multiply(own).sum())
    mass = np.asarray(own.sum(axis=1)).ravel()
    pairs = float((mass * mass).sum() - own.multiply(own).sum())
    return closed / (pairs + _DOUBT)


def closedness(share: float) -> float:
    """How much a stream of such a closure is one of long stories, 0 to 1."""
    return float(np.clip((share - _OPEN) / (_CLOSED - _OPEN), 0.0, 1.0))
