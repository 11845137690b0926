"""Keeps glibc from holding on to memory that is no longer used."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE = 1024 * 1024
_ARENAS = 2


def spare_memory() -> None:
    """Makes the C library give large blocks back, and keep one heap for all threads and one more.

    glibc returns blocks to the system until the first large one is freed; from then on it keeps
    blocks of that size for itself (mallopt(3), M_MMAP_THRESHOLD). For a process that unpacks a
    large document now and then this means half as much memory again at the peak, and the peak for
    ever. And it gives threads heaps of their own (M_ARENA_MAX), each of which keeps what was once
    needed in it: a fifth of the service's memory, for threads of which one at a time runs Python.
    Any other C library is left as it is.
    """
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_ARENA_MAX, _ARENAS)
