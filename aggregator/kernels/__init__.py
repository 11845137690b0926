"""Kernels: the inner loops of signing and clustering, each twice, over plain arrays.

`plain` has them in NumPy: the reference, and what a default install runs. `compiled` has them for
Numba, which the extra ``[fast]`` brings, and answers the same. Neither knows what the numbers mean.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.kernels.port import Kernels

CHOICE = "AGGREGATOR_KERNELS"
"""The environment variable that, set to ``numpy``, leaves Numba alone where it is installed."""


@cache
def kernels() -> Kernels:
    """The compiled kernels where Numba is installed, else NumPy's; the process's one choice."""
    if os.environ.get(CHOICE) != "numpy" and find_spec("numba"):
        from aggregator.kernels import compiled

        return compiled
    from aggregator.kernels import plain

    return plain
