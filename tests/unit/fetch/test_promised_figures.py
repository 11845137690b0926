"""The figures that docs/promises.md names: a default that is changed by mistake fails here."""

from __future__ import annotations

from datetime import timedelta

from aggregator.cadence import interval, moves
from aggregator.fetch.options import FetchOptions
from aggregator.model.poll import LEASE
from aggregator.settings.schema import FetchSettings
from aggregator.workers.limits import MIB, ParserLimits


def test_the_figures_that_are_promised() -> None:
    options, settings = FetchOptions(), FetchSettings()
    assert options.deadline == settings.timeout == timedelta(seconds=30)
    assert options.max_bytes == settings.max_body * MIB == 15 * MIB
    assert options.per_host == settings.per_host == 1
    assert options.allow_private_networks == tuple(settings.allow_private_networks) == ()
    assert (
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=24),
    ) == (interval.SHORTEST, interval.USUAL, interval.LONGEST)
    assert timedelta(days=2) <= moves.HELD_FOR <= timedelta(days=7)
    assert timedelta(seconds=120) == LEASE
    limits = ParserLimits()
    assert (limits.cpu(0), limits.cpu(10 * MIB)) == (5, 15)
