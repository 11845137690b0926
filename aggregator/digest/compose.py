"""The digest: which stories, in which order.

The score of a story, documented here because it decides what a person reads first::

    score    = coverage × recency × interest × turn
    coverage = 0.75 · log2(1 + voices) + 0.25 · log2(1 + outlets)
    recency  = 0.2 + 0.8 · 0.5 ^ (age of the newest independent text ÷ half-life)
    interest = 1 + 0.5 · (topics of the reader that the story has, at most two)
    turn     = 1 ÷ √k for the k-th best of the stories that an outlet tells alone, else 1

Voices are the outlets with a text of their own: forty reprints of one agency's text (2.1) come
after four reports written apart (2.3), and an outlet's tenth update does not make it ten.
Logarithms keep a giant story from drowning the page. The half-life is half the window, between 6
hours and 4 days, so that a digest of a week is not the digest of its last day. Ages count from
publication, not from fetching: a first poll, which brings months of old entries at once, does not
make them news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aggregator.digest.turns import coverage, recency, turns
from aggregator.model.digest import Coverage, Digest, DigestStory, FeedsSummary, Window
from aggregator.model.instants import Instant

_MAX_TOPICS_THAT_COUNT = 2
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese, which set no spaces between words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """What the reader wants more of, and never: names are compared without regard to case."""

    topics: tuple[str, ...] = ()
    muted_topics: tuple[str, ...] = ()
    muted_outlets: tuple[str, ...] = ()
    muted_words: tuple[str, ...] = ()

    def mutes(self, story: DigestStory) -> bool:
        """Whether the reader asked not to see this story.

        A muted topic or word in the title mutes it; a muted outlet only where no other reports it.
        """
        topics = {topic.casefold() for topic in story.topics}
        if any(topic.casefold() in topics for topic in self.muted_topics):
            return True
        if any(_says(story.title, word) for word in self.muted_words):
            return True
        muted = {outlet.casefold() for outlet in self.muted_outlets}
        return bool(muted) and all(row.outlet.casefold() in muted for row in story.coverage)


def _says(title: str, word: str) -> bool:
    """Whether the title has the word: a whole one, in scripts that part their words."""
    bare = re.escape(word.casefold())
    pattern = bare if _UNPARTED.search(word) else rf"(?<!\w){bare}(?!\w)"
    return re.search(pattern, title.casefold()) is not None


def compose(
    stories: Sequence[DigestStory],
    *,
    window: Window,
    now: Instant,
    feeds: FeedsSummary | None = None,
    limit: int | None = None,
    interests: Interests | None = None,
) -> Digest:
    """The digest of these stories: scored, best first, at most ``limit`` of them.

    Equal scores are ordered by the story with the newest text, then by id: one input has one
    digest.
    """
    wanted = interests or Interests()
    scored = _in_turn(
        [
            replace(story, score=score(story, window=window, now=now, interests=wanted))
            for story in stories
            if not wanted.mutes(story)
        ]
    )
    return Digest(
        generated_at=now,
        window=window,
        stories=tuple(replace(story, score=round(story.score, 4)) for story in scored[:limit]),
        feeds=feeds or FeedsSummary(),
    )


def score(
    story: DigestStory, *, window: Window, now: Instant, interests: Interests | None = None
) -> float:
    """How much the story matters to this reader now, before turns; the formula is the module's."""
    voices = len({row.outlet_key for row in story.coverage if row.copy_of is None})
    liked = {topic.casefold() for topic in (interests.topics if interests else ())}
    shared = len(liked & {topic.casefold() for topic in (*story.topics, *story.categories)})
    dated = any(row.dated for row in _texts(story))
    fresh = recency(now - newest_text(story), window, dated=dated)
    return coverage(story.outlets, voices) * fresh * (1 + 0.5 * min(shared, _MAX_TOPICS_THAT_COUNT))


def _in_turn(scored: Sequence[DigestStory]) -> list[DigestStory]:
    """Best first, those that one outlet tells alone by the turns of their outlets."""
    best = _best_first(scored)
    lone = [story for story in best if story.outlets == 1]
    shares = dict(
        zip(
            (story.id for story in lone),
            turns(story.coverage[0].outlet_key for story in lone),
            strict=True,
        )
    )
    return _best_first(
        [replace(story, score=story.score * shares.get(story.id, 1.0)) for story in best]
    )


def _best_first(stories: Sequence[DigestStory]) -> list[DigestStory]:
    ordered = sorted(stories, key=lambda story: story.id)
    ordered.sort(
        key=lambda story: (round(story.score, 4), newest_text(story), story.last_seen), reverse=True
    )
    return ordered


def newest_text(story: DigestStory) -> Instant:
    """When the latest text that is no copy was published; ``last_seen`` if that is earlier."""
    texts = _texts(story)
    published = [row.published_at for row in texts if row.dated] or [
        row.published_at for row in texts
    ]
    return min(max(published, default=story.last_seen), story.last_seen)


def _texts(story: DigestStory) -> list[Coverage]:
    return [row for row in story.coverage if row.copy_of is None]
