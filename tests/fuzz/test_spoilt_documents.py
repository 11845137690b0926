"""A short run of the fuzzer; the long one is ``python -m tests.fuzz --documents 200000``."""

from __future__ import annotations

import pytest

from tests.fuzz.__main__ import OWN, run
from tests.fuzz.mutation import corpus, spoilt


async def test_spoilt_documents_break_no_promise(capsys: pytest.CaptureFixture[str]) -> None:
    counted = await run(0, 150, every=1_000)
    assert counted["faults"] == 0, capsys.readouterr().out
    assert counted["read"] > 50


def test_a_seed_names_one_document() -> None:
    documents = corpus(OWN)
    assert spoilt(7, documents) == spoilt(7, documents)
    assert len({spoilt(seed, documents) for seed in range(50)}) > 40
