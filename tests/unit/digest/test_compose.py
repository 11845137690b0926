from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from aggregator.digest.assemble import assemble
from aggregator.digest.compose import Interests, compose
from aggregator.model.digest import DigestStory, Window
from tests.unit.digest.builders import DAWN, stored

NOW = DAWN + timedelta(hours=12)
WINDOW = Window(start=NOW - timedelta(hours=24), end=NOW)


def story(
    name: str, *, texts: int = 1, copies: int = 0, minutes: float = 600, topic: str = ""
) -> DigestStory:
    members = [
        stored(
            f"{name}{number}",
            outlet=f"Outlet {number}",
            title=f"Title of {name}",
            minutes=minutes,
            copy_of=f"{name}0" if number >= texts else None,
            topics=(topic,) if topic else (),
        )
        for number in range(texts + copies)
    ]
    return assemble(name, members)


def order(*stories: DigestStory, interests: Interests | None = None) -> list[str]:
    digest = compose(stories, window=WINDOW, now=NOW, interests=interests)
    return [entry.id for entry in digest.stories]


def test_four_reports_come_before_forty_reprints() -> None:
    assert order(story("reprints", copies=39), story("reports", texts=4)) == ["reports", "reprints"]


def test_many_updates_of_one_outlet_are_one_voice() -> None:
    ticker = [
        stored(f"ticker{number}", outlet="Ticker", title=f"Update {number}", minutes=600)
        for number in range(10)
    ]
    assert order(assemble("ticker", ticker), story("reports", texts=2)) == ["reports", "ticker"]


def test_the_later_of_two_equal_stories_comes_first() -> None:
    assert order(story("old", minutes=60), story("new", minutes=600)) == ["new", "old"]


def test_months_old_entries_of_a_first_poll_are_no_news() -> None:
    assert order(story("archive", texts=2, minutes=-60 * 24 * 90), story("today")) == [
        "today",
        "archive",
    ]


def test_outlets_take_turns_with_what_they_alone_tell() -> None:
    ticker = [
        assemble(f"t{n}", [stored(f"t{n}", outlet="Ticker", title=f"Update {n}", minutes=700)])
        for n in range(6)
    ]
    weekly = assemble("weekly", [stored("w", outlet="Weekly", title="A long read", minutes=500)])
    assert order(*ticker, weekly)[:3] == ["t0", "weekly", "t1"]
    assert order(*ticker, weekly, story("told by two", texts=2))[0] == "told by two"


def test_an_entry_without_a_date_is_no_news_of_this_minute() -> None:
    page = stored("about", outlet="Site", title="About us", minutes=720)
    page = replace(page, article=replace(page.article, date_source="fetched"))
    assert order(assemble("about", [page]), story("news", minutes=400)) == ["news", "about"]


def test_the_readers_topics_lift_a_story() -> None:
    stories = [story("plain", texts=2), story("liked", texts=2, topic="Chess", minutes=590)]
    assert order(*stories) == ["plain", "liked"]
    assert order(*stories, interests=Interests(topics=("chess",))) == ["liked", "plain"]


def test_muting_by_topic_word_and_only_outlet() -> None:
    stories = [story("a", topic="Golf"), story("b", texts=2)]
    assert order(*stories, interests=Interests(muted_topics=("golf",))) == ["b"]
    assert order(*stories, interests=Interests(muted_words=("OF A",))) == ["b"]
    assert order(*stories, interests=Interests(muted_outlets=("Outlet 0",))) == ["b"]


def test_a_muted_word_is_a_whole_one_where_words_are_parted() -> None:
    rate = assemble("rate", [stored("r", title="Bank cuts its rate again")])
    tokyo = assemble("tokyo", [stored("t", title="東京都知事選が始まる")])
    assert order(rate, interests=Interests(muted_words=("rat",))) == ["rate"]
    assert order(rate, interests=Interests(muted_words=("Rate",))) == []
    assert order(tokyo, interests=Interests(muted_words=("知事",))) == []


def test_limit_and_scores() -> None:
    digest = compose([story("a"), story("b", texts=3)], window=WINDOW, now=NOW, limit=1)
    assert [entry.id for entry in digest.stories] == ["b"]
    assert digest.stories[0].score > 0
