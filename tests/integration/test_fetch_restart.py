"""docs/fetching.md: ETag and Last-Modified survive a restart; nobody is polled early after one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.cadence import conditional as validators_for
from aggregator.cadence import due, settle
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed
from aggregator.model.poll import FetchRequest
from aggregator.store.store import SqlStore
from tests.integration.servers import ScriptedServer, conditional

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
ETAG = 'W/"a\\b, \xfc"'
MODIFIED = "Mon,  02 Mar 2026 00:00:00 +0000 (odd)"


async def test_validators_and_plans_survive_a_restart(tmp_path: Path) -> None:
    statuses = []
    wishing = FeedDocument(format="rss20", ttl="120", skip_hours=(14,), skip_days=("Sunday",))
    async with ScriptedServer() as server:
        url = server.script("/", conditional(b"<rss/>", etag=ETAG, modified=MODIFIED))
        for start in range(3):
            now = NOW + timedelta(hours=4 * start)
            store = SqlStore(f"sqlite:///{tmp_path / 'a.db'}")
            await store.open()
            await store.sync_feeds([Feed(url=url)], now=now)
            record = await store.feed(url)
            assert due(record.state, now)
            assert start == 0 or not due(record.state, now - timedelta(hours=2, minutes=1))
            fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
            validators = validators_for(record.state, now)
            answer = await fetcher.fetch(FetchRequest(url=url, validators=validators))
            statuses.append(answer.status)
            document = wishing if answer.status == 200 else None
            _, state = settle(record.feed, record.state, now=now, answer=answer, document=document)
            await store.save_state(record.id, state)
            await fetcher.aclose()
            await store.aclose()
    assert statuses == [200, 304, 304]
    for request in server.seen[1:]:
        assert request.header("if-none-match") == ETAG
        assert request.header("if-modified-since") == MODIFIED
    assert (state.ttl, state.skip_hours, state.skip_days) == (timedelta(hours=2), (14,), (6,))
