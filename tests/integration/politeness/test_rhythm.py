"""How often: after the feed's own rhythm, never early, spread, whatever the clock does."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from aggregator.model.feed import Feed
from aggregator.store import SqlStore
from tests.integration.politeness.conftest import DAY, HOUR, MINUTE, NOON, World, rss
from tests.integration.servers import Seen, conditional, reply


def publishing(world: World, every: timedelta, *, holds: int = 20) -> str:
    """A feed on the server that brings an entry so often by the test's clock."""

    async def answer(request: Seen, writer: object) -> None:
        last = int((world.now - NOON) / every) + 1000
        dates = [NOON + (number - 1000) * every for number in range(last, last - holds, -1)]
        body = b"".join(
            rss(number, each=f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate>")
            .partition(b"<title>Paper</title>")[2]
            .removesuffix(b"</channel></rss>")
            for number, date in zip(range(last, last - holds, -1), dates, strict=True)
        )
        await reply(rss().replace(b"</channel>", body + b"</channel>"))(request, writer)  # type: ignore[arg-type]

    return world.server.script("/f", answer)


async def waits(world: World, span: timedelta) -> list[timedelta]:
    """The waits between polls of the one feed, over so long a time, its first day left out."""
    found, until = [], world.now + span
    while world.now < until:
        await world.poll()
        if world.now > NOON + DAY:
            found.append(await world.planned() - world.now)
    return found


@pytest.mark.parametrize(
    ("every", "least", "most"),
    [
        (timedelta(minutes=2), 10 * MINUTE, 12 * MINUTE),
        (timedelta(minutes=30), 20 * MINUTE, 50 * MINUTE),
        (timedelta(hours=8), 1 * HOUR, 6 * HOUR),
        (timedelta(days=7), 6 * HOUR, 27 * HOUR),
    ],
)
async def test_the_interval_follows_how_often_a_feed_publishes(
    world: World, every: timedelta, least: timedelta, most: timedelta
) -> None:
    await world.follow(publishing(world, every))
    found = await waits(world, 1.3 * DAY + 3 * every)
    assert all(10 * MINUTE <= wait <= 1.1 * DAY for wait in found)
    middle = sorted(found)[len(found) // 2]
    assert least <= middle <= most


async def test_no_entry_of_a_short_window_is_missed(world: World) -> None:
    """Ten entries at a time, one every four minutes: a poll an hour would lose a third."""
    await world.follow(publishing(world, 4 * MINUTE, holds=10))
    while world.now < NOON + DAY:
        await world.poll()
    numbers = sorted(int(title.split()[1]) for title in await world.titles())
    settled = [number for number in numbers if number > 1000 + 6 * 15]
    assert settled == list(range(settled[0], numbers[-1] + 1))


async def test_a_config_interval_replaces_the_adaptive_one_and_keeps_ten_minutes(
    world: World,
) -> None:
    url = world.server.script("/f", reply(rss(1)))
    for wanted, least in ((30 * MINUTE, 30 * MINUTE), (1 * MINUTE, 10 * MINUTE)):
        await world.follow(Feed(url=url, interval=wanted))
        await world.poll()
        await world.poll()
        assert least <= await world.planned() - world.now <= least * 1.1


async def test_nobody_is_polled_early_after_a_restart_and_the_herd_is_spread(world: World) -> None:
    urls = [world.server.script(f"/{n}", reply(rss(n))) for n in range(40)]
    await world.follow(*urls)
    await world.poll_due()
    plans = {record.id: record.state.next_poll_at for record in await world.store.feeds()}
    again = SqlStore(f"sqlite:///{world.store.place}")
    await again.open()
    assert {record.id: record.state.next_poll_at for record in await again.feeds()} == plans
    await again.aclose()
    # The import polled them in one moment; the next round is spread over half an hour.
    assert len({then.replace(second=0) for then in plans.values() if then}) > 20
    # The service was down over night: all are late together, and spread again.
    world.now = NOON + 10 * HOUR
    await world.poll_due()
    later = [record.state.next_poll_at for record in await world.store.feeds()]
    assert len({then.replace(second=0) for then in later if then}) > 20
    assert all(then and then >= world.now + 10 * MINUTE for then in later)


async def test_unconditional_at_most_daily(world: World) -> None:
    await world.follow(world.server.script("/f", conditional(rss(1), etag='"1"')))
    asked: list[datetime] = []
    while world.now < NOON + 120 * DAY:
        before = len(world.server.seen)
        await world.poll()
        if world.server.seen[before].header("if-none-match") is None:
            asked.append(world.now)
    gaps = [after - before for before, after in pairwise(asked)]
    assert asked[0] == NOON
    # It has gone silent under 304 by now: from then on it is asked outright once a day.
    assert gaps
    assert min(gaps) >= DAY


@pytest.mark.parametrize("jump", [-3 * HOUR, -400 * DAY, 30 * DAY, 15 * 365 * DAY])
async def test_a_clock_that_jumps_makes_no_burst_and_no_stall(
    world: World, jump: timedelta
) -> None:
    await world.follow(publishing(world, HOUR))
    for _ in range(20):
        await world.poll()
    world.now += jump
    asked = len(world.server.seen)
    began = world.now
    while world.now < began + DAY:
        world.now += 10 * MINUTE
        await world.poll_due()
    assert 8 <= len(world.server.seen) - asked <= 40


async def test_a_feed_that_goes_silent_says_so_and_says_when_it_is_back(world: World) -> None:
    url = publishing(world, 2 * HOUR)
    await world.follow(url)
    while world.now < NOON + 2 * DAY:
        await world.poll()
    assert (await world.health()).condition == "ok"
    world.server.script("/f", reply(rss("last")))
    await world.poll()
    while world.now < NOON + 6 * DAY:
        await world.poll()
    health = await world.health()
    assert (health.condition, health.needs_care) == ("silent", True)
    assert any("usually one every" in line for line in health.words)
    world.server.script("/f", reply(rss("back")))
    await world.poll()
    assert (await world.health()).condition == "ok"
