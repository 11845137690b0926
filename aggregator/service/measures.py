"""The figures a running service keeps of itself, in Prometheus' own types."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from aggregator.model.store import PollsWaiting, StoreStatistics

_LATENESS = (1, 5, 15, 60, 300, 900, 3600, 21600)
_WORK = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Measures:
    """Counters and histograms of one process, in a registry of their own.

    Lateness is how long a feed was overdue when it was claimed; work is in seconds.
    """

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.polls = Counter(
            "aggregator_polls", "Polls by outcome.", ["outcome"], registry=registry
        )
        self.lateness = Histogram(
            "aggregator_poll_lateness_seconds",
            "How overdue a feed was when it was claimed.",
            buckets=_LATENESS,
            registry=registry,
        )
        self.polling = Gauge("aggregator_polling", "Polls under way.", registry=registry)
        self.fetching = Histogram(
            "aggregator_fetch_seconds",
            "From the request to the whole answer, standing in the host's queue included.",
            buckets=_WORK,
            registry=registry,
        )
        self.parsing = Histogram(
            "aggregator_parse_seconds", "Reading one document.", buckets=_WORK, registry=registry
        )
        self.clustering = Histogram(
            "aggregator_cluster_seconds",
            "Placing all that waited at one turn.",
            buckets=_WORK,
            registry=registry,
        )
        self.articles = Counter(
            "aggregator_articles", "Articles stored, new or changed.", ["kind"], registry=registry
        )
        self.placed = Counter(
            "aggregator_articles_placed", "Articles put into a story.", registry=registry
        )
        self._kept = Gauge(
            "aggregator_kept", "What the database holds.", ["what"], registry=registry
        )
        self._queue = Gauge(
            "aggregator_queue",
            "Feeds whose time has come: due for being handed out, or claimed for their poll.",
            ["state"],
            registry=registry,
        )
        self._size = Gauge(
            "aggregator_database_bytes", "How large the database is.", registry=registry
        )

    def kept(self, statistics: StoreStatistics) -> None:
        """Takes over what the store counts."""
        for what in ("feeds", "articles", "copies", "revisions", "stories", "waiting"):
            self._kept.labels(what).set(getattr(statistics, what))
        self._size.set(statistics.size)

    def queued(self, waiting: PollsWaiting) -> None:
        """Takes over how many polls wait."""
        self._queue.labels("due").set(waiting.due)
        self._queue.labels("claimed").set(waiting.claimed)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
