"""What servers and documents wish for binds: freshness, periods, hours and days left out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.politeness.conftest import DAY, HOUR, MINUTE, NOON, World, rss
from tests.integration.servers import reply

Headers = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("headers", "channel", "wished"),
    [
        ([("Cache-Control", "public, max-age=14400")], "", 4 * HOUR),
        ([("Expires", "Tue, 03 Mar 2026 17:00:00 GMT")], "", 5 * HOUR),
        ([], "<ttl>180</ttl>", 3 * HOUR),
        ([], "<sy:updatePeriod>daily</sy:updatePeriod>", DAY),
        (
            [],
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            6 * HOUR,
        ),
        ([("Cache-Control", "max-age=7200")], "<ttl>300</ttl>", 5 * HOUR),
        ([("Cache-Control", "max-age=999999999")], "<ttl>99999</ttl>", DAY),
        ([("Expires", "Tue, 03 Mar 2099 17:00:00 GMT")], "", DAY),
    ],
)
async def test_no_poll_before_the_server_or_the_document_wishes_and_a_day_is_the_cap(
    world: World, headers: Headers, channel: str, wished: timedelta
) -> None:
    await world.follow(world.server.script("/f", reply(rss(1, channel=channel), headers=headers)))
    await world.poll()
    # Jitter is only added: up to half as much again after a first poll.
    assert wished <= await world.planned() - world.now <= wished * 1.5
    await world.poll()
    assert len(world.server.seen) == 2


async def test_a_documents_wishes_bind_after_a_304_too(world: World) -> None:
    whole = reply(rss(1, channel="<ttl>300</ttl>"), etag='"1"')
    await world.follow(world.server.script("/f", whole, reply(status=304)))
    await world.poll()
    await world.poll()
    assert world.server.seen[1].header("if-none-match") == '"1"'
    assert await world.planned() - world.now >= 5 * HOUR


async def test_skipped_hours_are_left_out(world: World) -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(13, 21))
    channel = f"<skipHours>{hours}</skipHours>"
    await world.follow(world.server.script("/f", reply(rss(1, channel=channel))))
    for _ in range(30):
        await world.poll()
        assert world.now.hour not in range(13, 21)
    assert world.now > NOON + DAY


async def test_skipped_days_are_left_out(world: World) -> None:
    channel = "<skipDays><day>Wednesday</day></skipDays>"
    await world.follow(world.server.script("/f", reply(rss(1, channel=channel))))
    while world.now < NOON + 3 * DAY:
        await world.poll()
        assert world.now.weekday() != 2


@pytest.mark.parametrize(
    ("headers", "channel"),
    [
        ([("Cache-Control", "max-age=-5"), ("Expires", "-1")], ""),
        ([("Cache-Control", "max-age=soon"), ("Expires", "0")], "<ttl>0.1</ttl>"),
        ([("Expires", "Tue, 03 Mar 2020 12:00:00 GMT")], "<ttl>-60</ttl>"),
        ([], "<sy:updatePeriod>dayly</sy:updatePeriod>"),
        (
            [],
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>-2</sy:updateFrequency>",
        ),
        ([], "<ttl>often</ttl><skipHours><hour>25</hour><hour>x</hour></skipHours>"),
        ([], "<skipDays><day>Someday</day></skipDays>"),
        ([], f"<skipHours>{''.join(f'<hour>{h}</hour>' for h in range(24))}</skipHours>"),
    ],
)
async def test_junk_wishes_leave_the_hourly_default(
    world: World, headers: Headers, channel: str
) -> None:
    await world.follow(world.server.script("/f", reply(rss(1, channel=channel), headers=headers)))
    await world.poll()
    assert HOUR <= await world.planned() - world.now <= 1.5 * HOUR


async def test_a_feed_is_asked_hourly_where_nothing_is_wished_and_nothing_known(
    world: World,
) -> None:
    await world.follow(world.server.script("/f", reply(rss(1))))
    await world.poll()
    assert HOUR <= await world.planned() - world.now <= 90 * MINUTE
