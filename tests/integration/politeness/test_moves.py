"""Feeds that move: a new address is offered once it has held for days, and never by a detour."""

from __future__ import annotations

import pytest

from tests.integration.politeness.conftest import DAY, World, rss
from tests.integration.servers import Handler, redirect, reply

PAGE = reply(b"<!doctype html><title>Sign in to the network</title>")


async def days(world: World, count: int) -> list[str]:
    """Polls in the feed's own rhythm for so many days; the addresses offered on the way."""
    until, offered = world.now + count * DAY, []
    while world.now < until:
        await world.poll()
        if found := (await world.health()).offered:
            offered.append(found)
    return offered


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_move_is_offered_after_days_at_every_poll(
    world: World, status: int
) -> None:
    to = world.other.script("/new", reply(rss(1)))
    via = world.server.script("/via", redirect(to, status))
    await world.follow(world.server.script("/f", redirect(via, status)))
    assert await days(world, 2) == []
    assert set(await days(world, 2)) == {to}
    assert any("moved" in line for line in (await world.health()).words)


@pytest.mark.parametrize(
    "hops", [(302,), (303,), (307,), (301, 302), (307, 308), (308, 303)], ids=str
)
async def test_a_temporary_hop_anywhere_is_followed_and_never_remembered(
    world: World, hops: tuple[int, ...]
) -> None:
    to = world.other.script("/new", reply(rss(1)))
    for number, status in reversed(list(enumerate(hops))):
        to = world.server.script(f"/{number}", redirect(to, status))
    await world.follow(to)
    assert await days(world, 6) == []
    assert (await world.record()).state.moved_to is None
    assert await world.titles() == {"Entry 1"}


@pytest.mark.parametrize("answer", [PAGE, reply(b""), reply(rss(1), status=404)])
async def test_a_captive_portal_or_a_page_never_becomes_the_address(
    world: World, answer: Handler
) -> None:
    portal = world.other.script("/portal", answer)
    await world.follow(world.server.script("/f", reply(rss(1)), redirect(portal, 301)))
    assert await days(world, 8) == []
    record = await world.record()
    assert record.state.moved_to is None
    assert record.state.failures > 0
    assert await world.titles() == {"Entry 1"}


async def test_one_poll_at_the_old_address_starts_the_days_anew(world: World) -> None:
    to = world.other.script("/new", reply(rss(1)))
    url = world.server.script("/f", redirect(to))
    await world.follow(url)
    assert await days(world, 1) == []
    world.server.script("/f", reply(rss(1)))
    await world.poll()
    world.server.script("/f", redirect(to))
    assert await days(world, 1) == []
    assert to in await days(world, 3)
