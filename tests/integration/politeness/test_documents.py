"""Documents that are a part: deltas, and archives walked on request."""

from __future__ import annotations

from aggregator.cadence.archives import MOST_ARCHIVES
from tests.integration.politeness.conftest import World, rss
from tests.integration.servers import Seen, reply


async def test_a_delta_brings_what_is_new_and_takes_nothing_away(world: World) -> None:
    url = world.server.script(
        "/f",
        reply(rss(1, 2, 3), etag='"1"'),
        reply(rss(4), status=226, etag='"2"', headers=[("IM", "feed")]),
        reply(status=304),
    )
    await world.follow(url)
    outcomes = [(await world.poll()).outcome for _ in range(3)]
    assert outcomes == ["modified", "modified", "unchanged"]
    assert [request.header("a-im") for request in world.server.seen] == [None, "feed", "feed"]
    assert world.server.seen[2].header("if-none-match") == '"2"'
    assert await world.titles() == {f"Entry {number}" for number in (1, 2, 3, 4)}


async def test_an_archive_without_end_is_walked_to_a_number_and_not_by_polls(
    world: World,
) -> None:
    async def page(request: Seen, writer: object) -> None:
        number = int(request.target.rpartition("/")[2] or 0)
        link = f"<a:link rel='prev-archive' href='/old/{number + 1}'/>"
        await reply(rss(number, channel=link))(request, writer)  # type: ignore[arg-type]

    world.server.script("*", page)
    await world.follow(world.server.url("/old/0"))
    await world.poll()
    await world.poll()
    assert len(world.server.seen) == 2
    record = await world.record()
    saved = await world.poller().walk_archive(record)
    assert len(saved.new) == MOST_ARCHIVES - 1
    assert len(world.server.seen) == 2 + MOST_ARCHIVES
