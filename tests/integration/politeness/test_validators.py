"""What makes a request conditional: each part renewed by itself, on every kind of answer."""

from __future__ import annotations

import pytest

from tests.integration.politeness.conftest import World, rss
from tests.integration.servers import Handler, reply

BODY = rss(1)
FIRST = reply(BODY, etag='"1"', modified="Mon, 02 Mar 2026 00:00:00 GMT")
Pair = tuple[str | None, str | None]


@pytest.mark.parametrize(
    ("second", "sent"),
    [
        (
            reply(BODY, etag='"2"', modified="Tue, 03 Mar 2026 00:00:00 GMT"),
            ('"2"', "Tue, 03 Mar 2026 00:00:00 GMT"),
        ),
        (
            reply(rss(1, 2), etag='W/"2"', modified="Mon, 02 Mar 2026 00:00:00 GMT"),
            ('W/"2"', "Mon, 02 Mar 2026 00:00:00 GMT"),
        ),
        (reply(status=304, etag='"2"'), ('"2"', "Mon, 02 Mar 2026 00:00:00 GMT")),
        (
            reply(status=304, modified="Tue, 03 Mar 2026 00:00:00 GMT"),
            ('"1"', "Tue, 03 Mar 2026 00:00:00 GMT"),
        ),
        (reply(status=304), ('"1"', "Mon, 02 Mar 2026 00:00:00 GMT")),
        (
            reply(BODY, modified="Tue, 03 Mar 2026 00:00:00 GMT"),
            (None, "Tue, 03 Mar 2026 00:00:00 GMT"),
        ),
        (reply(BODY), (None, None)),
        (reply(status=500, etag='"error"'), ('"1"', "Mon, 02 Mar 2026 00:00:00 GMT")),
        (reply(b"<title>x</title>", etag='"page"'), ('"1"', "Mon, 02 Mar 2026 00:00:00 GMT")),
    ],
)
async def test_each_validator_is_renewed_by_itself_and_none_is_made_up(
    world: World, second: Handler, sent: Pair
) -> None:
    await world.follow(world.server.script("/f", FIRST, second, reply(status=304)))
    for _ in range(3):
        await world.poll()
    first, _, third = world.server.seen
    assert (first.header("if-none-match"), first.header("if-modified-since")) == (None, None)
    assert (third.header("if-none-match"), third.header("if-modified-since")) == sent
