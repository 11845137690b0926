"""How much company articles have in a stream, and so how much evidence joining takes there.

Of an agency's and its customers' articles nearly every one has a partner; of the entries of a
reader's feeds three in four tell what nobody else does. The nearest neighbour of such an entry is a
stranger, however near it is. So the share of articles that have a likely partner is measured as
they come, and the probability of a pair, which was learned where most have one, is corrected by
what that prior should be (Saerens, Latinne, Decaestecker 2002, in one step): no article is in a
story without a link that is still likely then.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.vocabulary import Floats, Ints, roomy
from aggregator.kernels import kernels

_LEARNED = 0.8
"""The share of articles with a likely partner where the weights were learned."""
_KNOWN = 20
"""So many articles' word a young stream takes for that share."""
_PARTNER = 0.5
_LEAST = 0.1
"""How likely a link has to be, once corrected."""


class Company:
    """The likeliest partner of every row of a stream, and what follows for joining."""

    def __init__(self) -> None:
        self._best: Floats = np.zeros(64, np.float32)
        # Rows of a window taken up from the store have not looked around: they say nothing yet.
        self._noted: NDArray[np.bool_] = np.zeros(64, np.bool_)
        self._rows = 0
        self._paired = 0

    def note(self, rows: Ints, ends: NDArray[np.int64], near: Ints, likely: Floats) -> None:
        """Takes down how likely rows and their neighbours are of one event, by what they share.

        ``near`` has the neighbours of one row after the other, each up to its end (from 0 on).
        """
        # A revised row has later rows for neighbours, which may not have looked around yet.
        count = 1 + max(int(rows.max()), int(near.max(initial=0)))
        self._best, self._noted = roomy(self._best, count), roomy(self._noted, count)
        more, paired = kernels().noted(rows, ends, near, likely, self._best, self._noted, _PARTNER)
        self._rows += more
        self._paired += paired

    def keep(self, rows: Ints) -> None:
        """Forgets all but these rows, which become 0, 1, 2 and so on."""
        room = max(len(self._best), int(rows.max(initial=0)) + 1)
        best, noted = np.zeros(room, np.float32), np.zeros(room, np.bool_)
        best[: len(self._best)], noted[: len(self._noted)] = self._best, self._noted
        best, noted = best[rows], noted[rows]
        self._rows = int(noted.sum())
        self._paired = int(((best > _PARTNER) & noted).sum())
        self._best = np.concatenate([best, np.zeros(64, np.float32)])
        self._noted = np.concatenate([noted, np.zeros(64, np.bool_)])

    @property
    def least(self) -> float:
        """The probability, from what two articles share, that a link in a story has at least."""
        share = (self._paired + _KNOWN * _LEARNED) / (self._rows + _KNOWN)
        correction = min(0.0, _odds(share) - _odds(_LEARNED))
        return 1.0 / (1.0 + math.exp(correction - _odds(_LEAST)))


def parted(
    labels: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Groups taken apart where nothing holds them together.

    ``labels`` has every row's group; ``a`` and ``b`` the links that hold, each both ways round.
    Gives every row the first row that it hangs together with in its group.
    """
    within = labels[a] == labels[b]
    a, b = a[within], b[within]
    head = np.arange(len(labels))
    while True:
        before = head.copy()
        np.minimum.at(head, a, head[b])
        head = head[head]
        if (head == before).all():
            return head


def _odds(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
