"""The contract of the port `Store`: what is taken out, what never is, and what stays whole."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from aggregator.errors import NotFound
from aggregator.model.article import NormalisedEntry
from aggregator.model.feed import Feed
from aggregator.model.reading import StoryMark
from aggregator.model.signature import Signature
from aggregator.model.store import Retention, SearchQuery
from aggregator.model.story import ClusterChanges, Constraint
from aggregator.ports import Store
from aggregator.store import SqlStore
from tests.contract.store_values import NOON, A, B, article, entry, member, polled, subscribe

DAY = timedelta(days=1)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened: Store = SqlStore(database_url)
    await opened.open()
    yield opened
    assert await opened.check() == []
    await opened.aclose()


async def held(store: Store) -> list[str]:
    return [each.article.id async for each in store.export()]


async def old_articles(store: Store, feed: str, *ids: str, days: float = 10) -> None:
    """Articles each a story of its own, fetched so long ago."""
    at = NOON - days * DAY
    await store.save_poll(feed, polled(), [entry(i, article(i, fetched_at=at)) for i in ids])
    await store.apply(ClusterChanges(memberships=tuple(member(i, i) for i in ids)))


def bulky(name: str) -> tuple[NormalisedEntry, Signature]:
    """An entry of some 40 kB that no database makes smaller."""
    words = random.Random(name).randbytes(10_000).hex()
    return entry(name, article(name, paragraphs=(words,)), html=words)


async def test_what_is_too_old_is_taken(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "old", days=10)
    await old_articles(store, feed, "new", days=9)
    pruned = await store.prune(Retention(age=9.5 * DAY), now=NOON)
    assert (pruned.articles, await held(store)) == (1, ["new"])
    assert (await store.feed(feed)).articles == 1
    with pytest.raises(NotFound):
        await store.story("old")
    assert await store.search(SearchQuery(text="old")) == []
    assert (await store.prune(Retention(age=9.5 * DAY), now=NOON)).articles == 0


async def test_no_bound_takes_nothing(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "x", days=9999)
    assert (await store.prune(Retention(), now=NOON)).articles == 0


async def test_the_newest_are_kept_by_number(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    for day in range(5):
        await old_articles(store, feed, f"d{day}", days=day)
    await store.prune(Retention(articles=2), now=NOON)
    assert await held(store) == ["d1", "d0"]


async def test_the_newest_of_each_feed_are_kept(store: Store) -> None:
    loud, quiet = await subscribe(store, A, B)
    for day in range(4):
        await old_articles(store, loud, f"l{day}", days=day)
    await old_articles(store, quiet, "q", days=99)
    await store.prune(Retention(per_feed=2), now=NOON)
    assert await held(store) == ["q", "l1", "l0"]


async def test_more_than_a_transaction_takes_is_taken(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, *(f"x{number:04}" for number in range(1203)))
    steps: list[int] = []
    pruned = await store.prune(Retention(articles=3), now=NOON, progress=steps.append)
    assert (pruned.articles, len(await held(store))) == (1200, 3)
    assert len(steps) > 1
    assert steps[-1] == 1200


async def test_size_is_bounded(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    for part in range(3):
        brought = [bulky(f"x{part}-{number}") for number in range(100)]
        await store.save_poll(feed, polled(), brought)
    await store.apply(ClusterChanges(memberships=tuple(member(i, i) for i in await held(store))))
    await store.compact()
    before = (await store.statistics()).size
    bound = int(before * 0.8)
    pruned = await store.prune(Retention(size=bound), now=NOON)
    assert 20 < pruned.articles < 300
    assert pruned.size_after <= bound < pruned.size_before
    again = await store.prune(Retention(size=bound), now=NOON)
    assert again.articles == 0


async def test_what_a_person_starred_pinned_or_mended_stays(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "starred", "merged", "pinned", "apart", "from", "plain")
    await store.save_marks("me", [StoryMark(story_id="starred", starred=True)])
    await store.save_marks("me", [StoryMark(story_id="plain", read_at=NOON)])
    merged = member("merged", "starred")
    await store.apply(ClusterChanges(memberships=(merged,), aliases={"merged": "starred"}))
    await store.constrain(
        [
            Constraint(kind="pin", a="pinned", b="pinned", made_at=NOON),
            Constraint(kind="apart", a="apart", b="from", made_at=NOON),
        ],
        ClusterChanges(),
    )
    await store.prune(Retention(age=DAY, articles=0, per_feed=0, size=1), now=NOON)
    assert sorted(await held(store)) == ["apart", "from", "merged", "pinned", "starred"]


async def test_a_star_counts_under_the_name_it_was_given_to(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "x", "y")
    await store.save_marks("me", [StoryMark(story_id="y", starred=True)])
    await store.apply(ClusterChanges(memberships=(member("y", "x"),), aliases={"y": "x"}))
    await store.prune(Retention(age=DAY), now=NOON)
    assert sorted(await held(store)) == ["x", "y"]


async def test_what_waits_for_the_clusterer_stays(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    old = article("x", fetched_at=NOON - 10 * DAY)
    await store.save_poll(feed, polled(), [entry("x", old)])
    assert (await store.prune(Retention(age=DAY), now=NOON)).articles == 0


async def test_copies_of_a_taken_text_are_copies_of_the_earliest_left(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "first", days=10)
    for day, name in ((3, "second"), (2, "third"), (1, "other")):
        await old_articles(store, feed, name, days=day)
    copies = [member(name, "first", copy_of="first") for name in ("second", "third")]
    await store.apply(ClusterChanges(memberships=(*copies, member("other", "first"))))
    await store.prune(Retention(age=5 * DAY), now=NOON)
    story = await store.story("first")
    assert {row.id: row.copy_of for row in story.coverage} == {
        "second": None,
        "third": "second",
        "other": None,
    }
    assert (story.articles, story.independent_texts) == (3, 2)


async def test_a_taken_article_does_not_come_back_with_its_feed(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "x")
    await store.prune(Retention(age=DAY), now=NOON)
    known = await store.known_entries(feed, ["x"])
    assert known["x"].entry_digest == "d1"
    changed = entry("x", article("x", title="Changed"), digest="d2")
    assert (await store.save_poll(feed, polled(), [changed])).new == ()
    assert await held(store) == []


async def test_a_taken_article_comes_back_by_a_persons_hand(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "x")
    await store.prune(Retention(age=DAY), now=NOON)
    assert (await store.import_articles([entry("x")])).new == ("x",)
    assert (await store.article("x")).membership is None


async def test_an_article_is_forgotten_on_request_whatever_spares_it(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    await old_articles(store, feed, "x", "y")
    await store.save_marks("me", [StoryMark(story_id="x", starred=True)])
    pin = Constraint(kind="pin", a="x", b="x", made_at=NOON)
    await store.constrain([pin], ClusterChanges())
    await store.save_poll(feed, polled(), [entry("x", article("x", title="Revised"))])
    assert await store.forget_articles(["x", "nobody"], now=NOON) == 1
    assert await held(store) == ["y"]
    assert await store.constraints() == []
    assert await store.marks("me", ["x"]) == {}
    assert await store.revisions("x") == []


async def test_a_feed_is_forgotten_with_all_it_brought(store: Store) -> None:
    first, second = await subscribe(store, A, B)
    await old_articles(store, first, *(f"x{number}" for number in range(700)))
    await old_articles(store, second, "y")
    assert await store.forget_feed(first, now=NOON) == 700
    assert await held(store) == ["y"]
    assert [record.id for record in await store.feeds(subscribed=None)] == [second]
    with pytest.raises(NotFound):
        await store.forget_feed(first, now=NOON)
    assert (await store.sync_feeds([Feed(url=A), Feed(url=B)], now=NOON)).added == (A,)


async def test_room_is_given_back(store: Store) -> None:
    (feed,) = await subscribe(store, A)
    many = [f"x{number}" for number in range(100)]
    await store.save_poll(feed, polled(), [bulky(name) for name in many])
    await store.forget_articles(many, now=NOON)
    assert await store.compact() > 500_000


async def test_feeds_are_listed_by_what_they_take(store: Store) -> None:
    small, large = await subscribe(store, A, B)
    await store.save_poll(small, polled(), [entry("s")])
    big = article("l", paragraphs=("Zeichen äöü " * 100,))
    await store.save_poll(large, polled(), [entry("l", big, html="<p>x</p>")])
    sizes = await store.feed_sizes(since=NOON - 2 * DAY, now=NOON)
    assert [(each.feed_id, each.articles) for each in sizes] == [(large, 1), (small, 1)]
    # Title, paragraphs as JSON, HTML, signature; letters count as the bytes they take.
    assert sizes[0].size == len("Title of l") + 1504 + len("<p>x</p>") + 6
    assert sizes[0].a_day == sizes[0].size // 2
