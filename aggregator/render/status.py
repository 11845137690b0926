"""What the service does, as JSON and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aggregator.model.instants import Instant, rfc3339
from aggregator.model.status import Heartbeat, Overview, ServiceStatus
from aggregator.model.store import StoreStatistics
from aggregator.render.view import plural


def overview_object(overview: Overview) -> dict[str, Any]:
    """The JSON object of `status --json`."""
    return {
        "now": rfc3339(overview.now),
        "running": bool(overview.running),
        "processes": [
            {"name": beat.name, "at": rfc3339(beat.at), **status_object(beat.status)}
            for beat in overview.running
        ],
        "store": store_object(overview.store),
        "queue": {"due": overview.queue.due, "claimed": overview.queue.claimed},
        "refusal": overview.refusal,
    }


def status_object(status: ServiceStatus) -> dict[str, Any]:
    """One process's status as a JSON object."""
    return {
        "version": status.version,
        "started_at": rfc3339(status.started_at),
        "role": status.role,
        "address": status.address,
        "config_dir": status.config_dir,
        "clustering": status.clustering,
        "polling": status.polling,
        "polls": dict(status.polls),
        "lateness_seconds": status.lateness,
        "last_tick_at": _instant(status.last_tick_at),
        "config_error": status.config_error,
        "store_error": status.store_error,
        "memory_bytes": status.memory,
    }


def store_object(store: StoreStatistics) -> dict[str, Any]:
    """What is stored, as a JSON object."""
    return {
        "feeds": store.feeds,
        "articles": store.articles,
        "copies": store.copies,
        "revisions": store.revisions,
        "stories": store.stories,
        "waiting": store.waiting,
        "size_bytes": store.size,
        "oldest": _instant(store.oldest),
        "newest": _instant(store.newest),
    }


def overview_text(overview: Overview) -> str:
    """The same for a person."""
    return "\n".join(_lines(overview))


def _lines(overview: Overview) -> Iterator[str]:
    store = overview.store
    yield (
        f"{plural(store.feeds, 'feed')}, {plural(store.articles, 'article')} "
        f"({store.revisions} revised, {plural(store.copies, 'copy', 'copies')}) "
        f"in {plural(store.stories, 'story', 'stories')}, "
        f"{store.size / 2**20:.1f} MiB"
    )
    if store.waiting:
        verb = "waits for its" if store.waiting == 1 else "wait for their"
        yield f"{plural(store.waiting, 'article')} {verb} story"
    if overview.queue.due or overview.queue.claimed:
        due = plural(overview.queue.due + overview.queue.claimed, "feed")
        yield f"{due} due, {overview.queue.claimed} of them handed out"
    if overview.refusal:
        yield f"Nothing can be stored now: {overview.refusal}"
    if not overview.running:
        yield "No service is running on this database; start one with `aggregator serve`."
    for beat in overview.running:
        yield from _process(beat)


def _process(beat: Heartbeat) -> Iterator[str]:
    status = beat.status
    where = f" at {status.address}" if status.address else ""
    since = f"{status.started_at:%Y-%m-%d %H:%M} UTC"
    yield f"{beat.name}: {status.role or 'running'} since {since}{where}"
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in status.polls) or "none yet"
    yield f"  polls: {outcomes}; {status.polling} under way; {status.lateness:.0f} s late"
    if status.clustering:
        yield "  clusters for this database"
    if status.config_error:
        yield f"  the saved config is not in force: {status.config_error}"
    if status.store_error:
        yield f"  could not store what it did last: {status.store_error}"


def _instant(value: Instant | None) -> str | None:
    return rfc3339(value) if value is not None else None
