"""What gives access to a feed is in no database, in no backup, and in nothing that is shown."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import insert

from aggregator.bootstrap import SystemClock, opened_fetcher, opened_parser
from aggregator.errors import FetchError
from aggregator.model.feed import Feed, FeedState
from aggregator.model.websub import Subscription
from aggregator.service.poll import Poller
from aggregator.settings.schema import Settings
from aggregator.store import SqlStore, schema
from aggregator.store.feed_rows import feed_columns, state_columns
from aggregator.store.feeds import feed_id
from aggregator.store.rows import article_columns
from aggregator.store.sealing import Seal, SealBroken
from tests.contract.store_values import NOON, article, entry, polled
from tests.integration.command import Program, program
from tests.integration.folder_server import Folder, folder_server
from tests.integration.test_poll_command import rss
from tests.integration.test_store_migrations import config, connected
from tests.integration.test_store_migrations import empty_url as empty_url

PASSWORD, TOKEN, BEARER = "hush-Oq7w", "wisper-9Zx2", "mumble-Kp4d"
SECRETS = (PASSWORD, TOKEN, BEARER)
PLAIN = "https://a.example/rss"
KEY, OTHER = b"the service key of this test", b"the service key of another one"


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Program:
    made = program(tmp_path)
    key = {"AGGREGATOR_SERVICE_KEY": KEY.decode(), "AGGREGATOR_DATABASE_URL": database_url}
    return replace(made, environ={**made.environ, **key})


@asynccontextmanager
async def opened(url: str, key: bytes = KEY) -> AsyncIterator[SqlStore]:
    store = SqlStore(url, key=lambda: key)
    await store.open()
    try:
        yield store
    finally:
        await store.aclose()


def stored(url: str) -> bytes:
    """Every byte of the database: the file and those beside it, or every row of every table."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'"
        ).fetchall()
        found = [
            connection.execute(f'SELECT t::text FROM "{name}" t').fetchall() for (name,) in tables
        ]
    return repr(found).encode()


def assert_hidden(*where: bytes | str) -> None:
    for held in where:
        data = held.encode() if isinstance(held, str) else held
        for secret in SECRETS:
            assert secret.encode() not in data, secret


def follow(app: Program, server: Folder, password: str = PASSWORD) -> None:
    """Has a feed followed whose address holds a login and a token, and whose header a secret."""
    app.config.mkdir(exist_ok=True)
    address = server.url(f"/1?token={TOKEN}").replace("//", f"//me:{password}@")
    (app.config / "feeds.toml").write_text(
        f'''[[feeds]]
url = "{address}"
headers = {{ X-Api-Key = "{BEARER}", Accept = "text/xml" }}
'''
    )


def test_a_feed_is_asked_with_its_secrets_and_none_is_kept_in_clear_or_shown(
    app: Program, tmp_path: Path, database_url: str
) -> None:
    # What its entries link to is found from the feed's own address.
    document = (
        b"<rss version='2.0'><channel><title>Outlet</title><image><url>/logo.png</url></image>"
        b"<item><guid>1</guid><title>Harbour reopens</title><link>news/1</link>"
        b"<description>&lt;p>Ships return. &lt;img src='quay.png'>&lt;/p></description>"
        b"<enclosure url='/sound.mp3' type='audio/mpeg' length='1'/></item></channel></rss>"
    )
    with folder_server({f"/1?token={TOKEN}": document}) as server:
        follow(app, server)
        told = app.run("poll", "--json")
        # A second time: what it taught (validators of this very address) was kept, too.
        again = app.run("poll", "--json")
        asked = [
            (headers["Authorization"], headers["X-Api-Key"], headers["Accept"])
            for headers in server.sent
        ]
        login = b64encode(f"me:{PASSWORD}".encode()).decode()
        assert asked == [(f"Basic {login}", BEARER, "text/xml")] * 2
    assert_hidden(told.out, told.err, again.out)
    assert [line["outcome"] for line in told.lines + again.lines] == ["modified", "unchanged"]
    backup = tmp_path / "backup.db"
    app.run("db", "backup", str(backup))
    elsewhere = f"sqlite:///{tmp_path}/elsewhere/copied.db"
    app.run("db", "copy", database_url, elsewhere)
    assert_hidden(stored(database_url), backup.read_bytes(), stored(elsewhere))
    for arguments in (
        ("config", "show"),
        ("status", "--json"),
        ("export",),
        ("feeds", "health"),
        ("feeds", "list", "--json"),
    ):
        said = app.run(*arguments, status=None)
        assert_hidden(said.out, said.err)
    assert "holds a secret in clear" in app.run("config", "check").err


async def test_a_restored_and_a_copied_database_still_open(
    app: Program, tmp_path: Path, database_url: str
) -> None:
    secret = Feed(url=f"https://me:{PASSWORD}@a.example/rss", headers=(("X-Api-Key", BEARER),))
    async with opened(database_url) as store:
        await store.sync_feeds([secret], now=NOON)
        backup = tmp_path / "backup.db"
        await store.backup(str(backup))
    for number in range(2):
        url = f"sqlite:///{tmp_path}/other{number}/news.db"
        other = SqlStore(url, key=lambda: KEY)
        if number:
            await other.restore(backup)
        else:
            async with opened(database_url) as store:
                await store.copy_to(other)
        await other.aclose()
        async with opened(url) as again:
            (record,) = await again.feeds()
            assert (record.feed, record.sealed) == (secret, False)
            assert (await again.feed(secret.url)).id == record.id
        assert_hidden(stored(url))


async def test_another_key_shows_nothing_and_the_list_seals_anew_under_it(
    database_url: str,
) -> None:
    secret = Feed(
        url=f"https://me:{PASSWORD}@a.example/rss?token={TOKEN}", headers=(("X-Api-Key", BEARER),)
    )
    plain = Feed(url="https://b.example/rss")
    async with opened(database_url) as store:
        await store.sync_feeds([secret, plain], now=NOON)
        first = [record.id for record in await store.feeds()]
        await store.save_poll(first[0], polled(), [entry("x")])
    async with opened(database_url, OTHER) as store:
        sealed, clear = await store.feeds()
        assert (sealed.sealed, clear.sealed) == (True, False)
        assert sealed.feed.headers == ()
        assert_hidden(repr(sealed))
        changes = await store.sync_feeds([secret, plain], now=NOON)
        assert (changes.added, changes.removed) == ((), ())
        again, _ = await store.feeds()
        assert (again.feed, again.sealed, again.articles) == (secret, False, 1)
        assert [record.id for record in await store.feeds()] == first
        assert (await store.sync_feeds([secret, plain], now=NOON)).changed == ()
    assert_hidden(stored(database_url))


async def test_a_feed_keeps_its_articles_when_its_password_changes(database_url: str) -> None:
    def feed(password: str) -> Feed:
        return Feed(url=f"https://me:{password}@a.example/rss")

    async with opened(database_url) as store:
        await store.sync_feeds([feed(PASSWORD)], now=NOON)
        (before,) = await store.feeds()
        changes = await store.sync_feeds([feed(TOKEN)], now=NOON)
        (after,) = await store.feeds()
        assert (changes.added, changes.removed) == ((), ())
        assert (after.id, after.feed) == (before.id, feed(TOKEN))
        # Two that differ in nothing else are two.
        await store.sync_feeds([feed(TOKEN), feed(BEARER)], now=NOON)
        assert len({record.id for record in await store.feeds()}) == 2
    assert_hidden(stored(database_url))


async def test_what_an_older_version_kept_in_clear_is_sealed(empty_url: str) -> None:
    address = f"https://me:{PASSWORD}@a.example/rss"
    secret = Feed(url=address, headers=(("X-Api-Key", BEARER),), title="A")
    moved = FeedState(moved_to=f"https://a.example/new?token={TOKEN}", last_poll_at=NOON)
    told = article("x", outlet=replace(article("x").outlet, feed_url=address))
    clear = _Clear(None)
    with connected(empty_url) as connection:
        command.upgrade(config(connection), "0012")
        columns = feed_columns(secret, clear) | state_columns(moved, clear)
        fixed = {"id": "f1", "place": 0, "subscribed": True, "lease_until": 0, "articles": 1}
        connection.execute(insert(schema.feed).values(columns | fixed))
        connection.execute(insert(schema.feed_alias).values(url=address, feed_id="f1"))
        wording = {"feed_id": "f1", "outlet_key": "a", "position": 0, "entry_digest": "d"}
        wording |= {"wording_digest": "w", "revisions": 1, "worded_at": 0, "html": "", "seq": 1}
        connection.execute(insert(schema.article).values(article_columns(told) | wording))
        earlier = {"article_seq": 1, "number": 1, "seen_at": 0, "wording_digest": "v"}
        kept = json.loads(json.dumps(article_columns(told)))
        connection.execute(insert(schema.revision).values(earlier | {"article": kept}))
    assert all(each.encode() in stored(empty_url) for each in SECRETS)
    async with opened(empty_url) as store:
        (again,) = await store.feeds()
        assert (again.id, again.feed, again.sealed) == ("f1", secret, False)
        assert again.state.moved_to == moved.moved_to
        outlets = [(await store.article("x")).article.outlet]
        outlets += [each.article.outlet for each in await store.revisions("x")]
        assert [each.feed_url for each in outlets] == ["https://me:***@a.example/rss"] * 2
        assert (await store.sync_feeds([secret], now=NOON)).changed == ()
    assert_hidden(stored(empty_url))


class _Clear(Seal):
    """As versions before there was a seal kept it."""

    def close(self, text: str, *, bound: str = "") -> str:
        return text

    def cover(self, address: str) -> str:
        return address


async def test_the_id_of_a_feed_tells_nothing_of_its_password(tmp_path: Path) -> None:
    def ids(key: bytes) -> set[str]:
        with_password = f"https://me:{PASSWORD}@a.example/rss"
        return {feed_id(Seal(lambda: key).cover(url)) for url in (with_password, PLAIN)}

    assert ids(KEY) & ids(OTHER) == {feed_id(PLAIN)}
    async with opened(f"sqlite:///{tmp_path}/news.db") as store:
        await store.sync_feeds([Feed(url=f"https://me:{PASSWORD}@a.example/rss")], now=NOON)
        (record,) = await store.feeds()
    assert record.id in ids(KEY)
    assert record.id != feed_id(record.feed.url)


def test_a_seal_opens_where_it_was_closed_for_and_nowhere_else() -> None:
    seal = Seal(lambda: KEY)
    closed = seal.close(BEARER, bound="a.example")
    assert seal.open(closed, bound="a.example") == BEARER
    assert seal.close(BEARER) != seal.close(BEARER)
    for other, bound in ((seal, "evil.example"), (Seal(lambda: OTHER), "a.example")):
        with pytest.raises(SealBroken):
            other.open(closed, bound=bound)
    with pytest.raises(SealBroken):
        seal.open(closed[:-4] + "AAA=", bound="a.example")


async def test_a_feed_that_cannot_be_opened_here_is_not_asked(
    app: Program, database_url: str
) -> None:
    with folder_server({"/1": rss(("1", "Harbour reopens", "Ships return."))}) as server:
        address = server.url("/1").replace("//", f"//me:{PASSWORD}@")
        async with opened(database_url) as store:
            await store.sync_feeds([Feed(url=address)], now=NOON)
        async with opened(database_url, OTHER) as store:
            (record,) = await store.feeds()
            chance = random.Random(1)
            async with opened_parser(Settings()) as parser, opened_fetcher(Settings()) as fetcher:
                poller = Poller(
                    store=store, fetcher=fetcher, parser=parser, clock=SystemClock(), chance=chance
                )
                told = (await poller.poll(record)).report
                with pytest.raises(FetchError, match="another service key"):
                    await poller.walk_archive(record)
            assert (told.outcome, server.asked) == ("failed", [])
            assert "AGGREGATOR_SERVICE_KEY_FILE" in (told.error or "")
        async with opened(database_url) as store:
            (kept,) = await store.feeds()
            assert (kept.feed.url, kept.state.condition) == (address, "failing")


async def test_a_hubs_addresses_are_sealed_and_forgotten_without_the_key(
    database_url: str,
) -> None:
    async with opened(database_url) as store:
        await store.sync_feeds([Feed(url="https://a.example/rss")], now=NOON)
        (record,) = await store.feeds()
        kept = Subscription(
            feed_id=record.id,
            hub="https://hub.example/",
            topic=f"https://a.example/rss?token={TOKEN}",
            key="x",
            state="asked",
            asked_at=NOON,
        )
        await store.save_subscription(kept)
        assert await store.subscription(record.id) == kept
        assert await store.subscriptions() == [kept]
    assert_hidden(stored(database_url))
    async with opened(database_url, OTHER) as store:
        assert await store.subscription(record.id) is None
        assert await store.subscriptions() == []
