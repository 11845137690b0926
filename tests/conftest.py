"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of third-party texts, named by AGGREGATOR_SHARED_DATA; skips where absent."""
    named = os.environ.get("AGGREGATOR_SHARED_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("AGGREGATOR_SHARED_DATA names no folder: third-party data is not here")
    return Path(named)
