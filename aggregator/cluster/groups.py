"""What speaks for an article and a story being one, as columns.

An article is judged by its links: its link to a story is the mean of its ten best pair
probabilities there, a story's link to an article the mean over its members. So small stories have
to agree as a whole, and large ones in their neighbourhoods.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

JOIN = (
    "link", "link_min", "best", "best_three", "ratio", "ratio_min", "margin", "margin_max",
    "looseness", "size_min", "size_max", "fifth",
)  # fmt: skip
"""The link and the weaker direction of it; the best pair of articles, and the best three; the link
relative to the coherence of both sides and of the looser; how far it is above the next best link of
either (the harder and the easier comparison); their looseness; the logarithms of their sizes; how
strong the fifth best link of either is, negated."""
JOIN_RISING = (1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0)
"""Where a larger value may only speak for joining."""
DEEP = 10
"""An article's link to a story is over this many of its best."""

Labels = NDArray[np.int64]
