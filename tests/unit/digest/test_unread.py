from __future__ import annotations

from datetime import timedelta

from aggregator.digest.assemble import assemble
from aggregator.digest.unread import interests_of, shown, state_of
from aggregator.model.reading import StoryMark, Taste
from tests.unit.digest.builders import DAWN, stored

READ = StoryMark(story_id="s", read_at=DAWN + timedelta(minutes=30))
BEFORE = [stored("a"), stored("b", outlet="Coast Radio", minutes=5)]


def test_a_read_story_stays_read_when_only_a_copy_comes() -> None:
    story = assemble("s", [*BEFORE, stored("c", minutes=60, copy_of="a")])
    assert state_of(story, READ) == "read"
    assert shown([story], {"s": READ}) == ([], 1)


def test_a_text_of_its_own_brings_it_back_with_the_count() -> None:
    story = assemble("s", [*BEFORE, stored("c", minutes=60), stored("d", minutes=70)])
    assert state_of(story, READ) == "changed"
    kept, hidden = shown([story], {"s": READ})
    assert [one.new_articles for one in kept] == [2]
    assert hidden == 0


def test_muted_stays_muted_and_unread_is_unread() -> None:
    story = assemble("s", [*BEFORE, stored("c", minutes=60)])
    assert state_of(story, None) == "unread"
    assert state_of(story, StoryMark(story_id="s", starred=True)) == "unread"
    muted = StoryMark(story_id="s", muted=True, read_at=READ.read_at)
    assert state_of(story, muted) == "muted"
    assert shown([story], {"s": muted}, show="all")[1] == 0


def test_tastes_become_interests() -> None:
    tastes = [
        Taste(kind="topic", name="Chess", likes=True),
        Taste(kind="topic", name="Golf", likes=False),
        Taste(kind="outlet", name="Shouter", likes=False),
        Taste(kind="word", name="royal", likes=False),
    ]
    interests = interests_of(tastes)
    assert interests.topics == ("Chess",)
    assert interests.muted_topics == ("Golf",)
    assert interests.muted_outlets == ("Shouter",)
    assert interests.muted_words == ("royal",)
