from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest

from aggregator.kernels import CHOICE, kernels, plain


@pytest.fixture(autouse=True)
def _chosen_anew() -> Iterator[None]:
    kernels.cache_clear()
    yield
    kernels.cache_clear()


def test_numba_is_left_alone_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, "numpy")
    assert kernels() is plain


def test_without_numba_there_is_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOICE, raising=False)
    monkeypatch.setattr("aggregator.kernels.find_spec", lambda name: None)
    assert kernels() is plain


@pytest.mark.skipif(find_spec("numba") is None, reason="needs the extra [fast]")
def test_numba_is_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOICE, raising=False)
    assert kernels() is not plain


def test_code_that_cannot_be_kept_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    numba = pytest.importorskip("numba", reason="needs the extra [fast]")
    from aggregator.kernels.compiled.machine import machine

    wanted = []
    njit = numba.njit

    def nowhere_to_keep_it(*, cache: bool = False, **options: Any) -> Any:
        wanted.append(cache)
        if cache:
            raise RuntimeError("cannot cache function 'one': no locator available for file")
        return njit(**options)

    # Only what `machine` sees: Numba decorates functions of its own when it first compiles.
    stands_in = SimpleNamespace(njit=nowhere_to_keep_it)
    monkeypatch.setattr("aggregator.kernels.compiled.machine.numba", stands_in)
    assert machine(one_more)(41) == 42
    assert wanted == [True, False]


def one_more(number: int) -> int:
    return number + 1
