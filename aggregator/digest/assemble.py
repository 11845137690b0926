"""One story out of its articles: who leads it, who copies whom, what it is called and shows.

Two relations are kept apart here as everywhere: all members tell one event, and some of them share
one *text*. A text is named by the member that the others copy; a story has as many independent
texts as there are such names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

from aggregator.digest.summary import summary_of
from aggregator.model.article import Image
from aggregator.model.digest import Coverage, DigestStory
from aggregator.model.instants import Instant
from aggregator.model.store import StoredArticle
from aggregator.model.story import Evidence, Relation
from aggregator.text.outlet_names import shown_name

SUBSTANCE_WORDS = 120
"""With this many words a report is no teaser, however long its neighbours are."""

MAX_TOPICS = 8

_NO_CATEGORIES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadChoice:
    """Which article stands for a story, and why, in words for a person."""

    article_id: str
    reason: str


def assemble(
    story_id: str,
    members: Sequence[StoredArticle],
    *,
    categories: Mapping[str, str] = _NO_CATEGORIES,
    seen_at: Instant | None = None,
) -> DigestStory:
    """The story that these articles tell together.

    Exactly one coverage row is the lead. Coverage stands in reading order: the lead's text first,
    then the other texts by the time of their first appearance; in each text the copies follow.
    ``first_seen`` and ``last_seen`` are the instants of the first and the last fetch, so that a
    window and a story's last_seen never disagree. ``score`` is left 0 for `compose`.

    Args:
        story_id: the id the story is known by.
        members: all of its articles, in any order.
        categories: category by feed id, for the feeds that have one.
        seen_at: when the reader last looked; counts ``new_articles``. None: never.

    Raises:
        ValueError: there are no members.
    """
    if not members:
        raise ValueError(f"story {story_id!r} has no articles")
    ordered = sorted(members, key=_by_time)
    lead_id = choose_lead(ordered).article_id
    texts = _texts(ordered, lead_id)
    lead = texts[0][0]
    in_reading_order = [member for text in texts for member in text]
    fetched = [member.article.fetched_at for member in ordered]
    return DigestStory(
        id=story_id,
        title=lead.article.title,
        url=lead.article.url or lead.article.canonical_url,
        summary=summary_of(lead.article),
        first_seen=min(fetched),
        last_seen=max(fetched),
        outlets=len({member.outlet_key for member in ordered}),
        articles=len(ordered),
        independent_texts=len(texts),
        first_reporter=_outlet(ordered[0]),
        score=0.0,
        image=_image(in_reading_order),
        topics=_topics(ordered),
        language=lead.article.language,
        coverage=tuple(_coverage(member, lead_id) for member in in_reading_order),
        categories=_most_common(
            categories[member.feed_id]
            for member in ordered
            if member.feed_id is not None and categories.get(member.feed_id)
        ),
        new_articles=None if seen_at is None else sum(instant > seen_at for instant in fetched),
    )


def choose_lead(members: Sequence[StoredArticle]) -> LeadChoice:
    """The article that stands for the story: the earliest independent text of substance.

    Of substance is an article with `SUBSTANCE_WORDS`, or with half of what is usual in this story
    where all are short: so a first two-line teaser does not lead reports, and among teasers the
    longest gains nothing by its length. A text counts from its first appearance; where that was
    only a teaser of it, the earliest full copy leads for the text. What its publisher withdrew
    leads only where nothing else stands.

    Raises:
        ValueError: there are no members.
    """
    if not members:
        raise ValueError("no articles to choose a lead from")
    standing = [member for member in members if member.withdrawn_at is None] or members
    enough = min(SUBSTANCE_WORDS, median(_words(member) for member in standing) / 2)
    texts = _by_text(sorted(standing, key=_by_time))
    for number, text in enumerate(texts):
        for place, member in enumerate(text):
            if _words(member) >= enough:
                return LeadChoice(
                    article_id=member.article.id, reason=_lead_reason(number, place, len(members))
                )
    raise AssertionError("half the median is reached by at least half of the members")


def _lead_reason(earlier_texts: int, earlier_copies: int, members: int) -> str:
    if members == 1:
        return "It is the only article."
    if earlier_copies:
        return "It is the first full version of the earliest independent text."
    if earlier_texts:
        return "It is the earliest independent text of substance; what came before are teasers."
    return "It is the earliest independent text."


def _by_time(member: StoredArticle) -> tuple[Instant, Instant, str]:
    return member.article.published_at, member.article.fetched_at, member.article.id


def _words(member: StoredArticle) -> int:
    article = member.article
    return article.word_count or len((article.summary or "").split())


def _text_id(member: StoredArticle) -> str:
    copy_of = member.membership.copy_of if member.membership else None
    return copy_of or member.article.id


def _by_text(ordered: Sequence[StoredArticle]) -> list[list[StoredArticle]]:
    """Members grouped by text; texts and members stay in the order of first appearance."""
    texts: dict[str, list[StoredArticle]] = {}
    for member in ordered:
        texts.setdefault(_text_id(member), []).append(member)
    return list(texts.values())


def _texts(ordered: Sequence[StoredArticle], lead_id: str) -> list[list[StoredArticle]]:
    """The texts in reading order: the lead before all, in each the text copied from first."""

    def place(member: StoredArticle) -> tuple[bool, bool]:
        return member.article.id != lead_id, member.article.id != _text_id(member)

    texts = [sorted(text, key=place) for text in _by_text(ordered)]
    return sorted(texts, key=lambda text: text[0].article.id != lead_id)


def _coverage(member: StoredArticle, lead_id: str) -> Coverage:
    article = member.article
    copy_of = member.membership.copy_of if member.membership else None
    relation: Relation = "lead" if article.id == lead_id else "copy" if copy_of else "report"
    return Coverage(
        id=article.id,
        outlet=_outlet(member),
        outlet_key=member.outlet_key,
        title=article.title,
        url=article.url or article.canonical_url,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        relation=relation,
        copy_of=copy_of,
        evidence=member.membership.evidence if member.membership else Evidence(rule="founder"),
        agency=article.agency,
        words=_words(member),
        withdrawn_at=member.withdrawn_at,
        dated=article.date_source != "fetched",
    )


def _outlet(member: StoredArticle) -> str:
    return shown_name(member.article.outlet.name, member.outlet_key)


def _image(members: Iterable[StoredArticle]) -> Image | None:
    """The first picture in reading order that can be shown; else one that has only its caption."""
    images = [member.article.image for member in members if member.article.image]
    return next((image for image in images if image.url), images[0] if images else None)


def _topics(members: Sequence[StoredArticle]) -> tuple[str, ...]:
    """Topics by how many outlets name them; the spelling that came first is kept."""
    spelling: dict[str, str] = {}
    outlets: set[tuple[str, str]] = set()
    for member in members:
        for topic in member.article.topics:
            key = topic.casefold()
            spelling.setdefault(key, topic)
            outlets.add((key, member.outlet_key))
    named = Counter(key for key, _ in outlets)
    order = sorted(spelling, key=lambda key: -named[key])
    return tuple(spelling[key] for key in order[:MAX_TOPICS])


def _most_common(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value, _ in Counter(values).most_common())
