"""Machine code out of Python functions, kept on disk between processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def machine(function: Function) -> Function:
    """The function as machine code, made at the first call with arguments of these types.

    The code is kept where Numba keeps it: in ``NUMBA_CACHE_DIR``, else beside the source, else in
    the user's cache folder. Where none of them can be written it is made anew in every process.
    Other threads run meanwhile.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # "cannot cache function: no locator available"
        compiled = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("Function", compiled)
