"""Servers that say no: told to wait, gone, failing, hidden behind a protection."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.politeness.conftest import DAY, HOUR, NOON, World, rss
from tests.integration.servers import raw, redirect, reply, reset

CHALLENGE = reply(
    b"<!doctype html><title>Just a moment...</title>",
    status=403,
    headers=[("cf-mitigated", "challenge"), ("Content-Type", "text/html")],
)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", ["14400", "Tue, 03 Mar 2026 16:00:00 GMT"])
async def test_retry_after_binds_in_both_forms_even_a_person(
    world: World, status: int, wait: str
) -> None:
    refusal = reply(status=status, headers=[("Retry-After", wait)])
    await world.follow(world.server.script("/f", refusal, reply(rss(1))))
    assert (await world.poll()).outcome == "throttled"
    assert await world.planned() >= NOON + 4 * HOUR
    world.now = NOON + 4 * HOUR - timedelta(seconds=1)
    assert (await world.force()).outcome == "skipped"
    assert len(world.server.seen) == 1
    assert (await world.poll()).outcome == "modified"


async def test_429_stops_the_queue_of_its_host_and_of_no_other(world: World) -> None:
    busy = reply(status=429, headers=[("Retry-After", "1800")])
    urls = [world.server.script(f"/{n}", busy) for n in range(3)]
    await world.follow(*urls, world.other.script("/f", reply(rss(1))))
    reports = {report.feed: report.outcome for report in await world.poll_due()}
    assert len(world.server.seen) == 1
    assert {reports[url] for url in urls} == {"throttled"}
    assert len(world.other.seen) == 1
    for record in await world.store.feeds():
        if record.feed.url in urls:
            assert record.state.next_poll_at is not None
            assert record.state.next_poll_at >= NOON + timedelta(minutes=30)


async def test_429_never_counts_toward_giving_a_feed_up(world: World) -> None:
    await world.follow(world.server.script("/f", reply(status=429)))
    for _ in range(40):
        assert (await world.poll()).outcome == "throttled"
        assert await world.planned() - world.now < 3 * HOUR
    assert (await world.record()).state.failures == 0


async def test_410_stops_and_says_so(world: World) -> None:
    await world.follow(world.server.script("/f", reply(rss(1)), reply(status=410)))
    await world.poll()
    assert (await world.poll()).outcome == "gone"
    world.now += 400 * DAY
    assert await world.poll_due() == []
    assert len(world.server.seen) == 2
    health = await world.health()
    assert health.condition == "gone"
    assert "410" in " ".join(health.words)
    assert await world.titles() == {"Entry 1"}


@pytest.mark.parametrize(
    "trouble",
    [
        *(reply(status=status) for status in (400, 401, 403, 404, 418, 451, 500, 502, 503, 504)),
        reply(b""),
        reply(b"<!doctype html><title>Sign in</title>"),
        redirect("/f"),
        reset(),
        raw(b"no HTTP at all"),
    ],
)
async def test_all_else_backs_off_is_never_abandoned_and_recovers_by_itself(
    world: World, trouble: object
) -> None:
    url = world.server.script("/f", reply(rss(1)), trouble)  # type: ignore[arg-type]
    await world.follow(url)
    await world.poll()
    waits = []
    for _ in range(8):
        assert (await world.poll()).outcome == "failed"
        waits.append(await world.planned() - world.now)
    assert all(HOUR <= wait <= 1.1 * DAY for wait in waits)
    assert waits[1] > 1.5 * waits[0]
    assert waits[-1] >= DAY
    world.now += 60 * DAY
    world.server.script("/f", reply(rss(1, 2)))
    assert (await world.poll()).outcome == "modified"
    record = await world.record()
    assert (record.state.failures, record.state.condition) == (0, "ok")
    assert await world.planned() - world.now <= 1.5 * DAY


async def test_a_challenge_is_blocked_waits_long_and_is_never_answered_as_a_browser(
    world: World,
) -> None:
    await world.follow(world.server.script("/f", CHALLENGE))
    for _ in range(4):
        assert (await world.poll()).outcome == "blocked"
        assert await world.planned() - world.now >= DAY
    assert (await world.health()).condition == "blocked"
    agents = {request.header("user-agent") or "" for request in world.server.seen}
    assert len(agents) == 1
    assert agents.pop().startswith("aggregator/")
