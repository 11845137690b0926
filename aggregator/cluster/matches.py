"""The matches of one article: earlier ones that share its text, and by which rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aggregator.cluster.known import Known
from aggregator.cluster.wording import is_bare_headline, is_copy, is_one_page, is_revision
from aggregator.model.story import Evidence
from aggregator.similarity.compare import Comparison, PreparedText, compare
from aggregator.similarity.index import Candidate

_TITLE_HOURS = 7 * 24

# A text that is a copy of two others shows those two to be one where it resembles both by more than
# half, so that they meet in it, or one of them so nearly that it stands for it; or where half of
# one is in the other, which would not make them copies by itself.
_HALF, _NEARLY_ALL = 0.5, 0.8

Prepared = Mapping[str, PreparedText]
"""Texts by article, for those that could be had."""


@dataclass(frozen=True, slots=True)
class Match:
    """One earlier article that this one shares its text with, by a rule.

    ``estimate`` is the resemblance of the sketches, None where those were not asked.
    """

    id: str
    rule: str
    compared: Comparison
    estimate: float | None = None

    @property
    def strength(self) -> float:
        """How much of the text they share, a certain relation first."""
        return (self.rule != "copy") + self.compared.resemblance + self.compared.containment / 4

    def evidence(self) -> Evidence:
        """The match as a membership's evidence."""
        parts = {
            "containment": round(self.compared.containment, 4),
            "proportion": round(self.compared.proportion, 4),
        }
        if self.estimate is not None:
            parts["estimate"] = round(self.estimate, 4)
        return Evidence(
            rule=self.rule,
            parts=MappingProxyType(parts),
            resemblance=round(self.compared.resemblance, 4),
            compared_with=self.id,
        )


def same_text(article: Known, earlier: Iterable[Known]) -> Match | None:
    """The match among articles with this very title and text.

    Texts too short to be any article's own, and titles without a body, are one only where nothing
    says that they are two items.
    """
    for known in earlier:
        if not ((article.bare or known.bare) and _two_items(article, known)):
            one_page = known.source == article.source and not _two_items(article, known)
            rule = "revision" if one_page else "same-text"
            return Match(known.id, rule, Comparison(1.0, 1.0, 1.0))
    return None


def copies(
    own: PreparedText,
    candidates: Iterable[Candidate],
    texts: Prepared,
    siblings: Collection[str] = (),
) -> Iterator[Match]:
    """The matches by text alone; ``siblings`` are those of the article's own source."""
    for candidate in candidates:
        other = texts.get(candidate.id)
        if other is None or not (own.body and other.body):
            continue  # a title alone is no text to copy
        compared = compare(own, other)
        if is_copy(own, other, compared, same_source=candidate.id in siblings):
            yield Match(candidate.id, "copy", compared, candidate.estimate)


def titled(
    own: PreparedText, article: Known, earlier: Iterable[Known], texts: Prepared
) -> Iterator[Match]:
    """The matches among articles with this title: the source's own, and bare headlines."""
    for known in earlier:
        other = texts.get(known.id)
        if other is None or _too_far(article, known):
            continue
        if known.source == article.source:
            if is_revision(own, other, same_page=not _two_items(article, known)):
                yield Match(known.id, "revision", compare(own, other))
        elif is_bare_headline(own, other):
            yield Match(known.id, "same-title", compare(own, other))


def addressed(
    own: PreparedText, article: Known, earlier: Iterable[Known], texts: Prepared
) -> Iterator[Match]:
    """The matches among articles at this address."""
    for known in earlier:
        other = texts.get(known.id)
        same_source = known.source == article.source
        if other is None or is_one_page(own, other, same_source=same_source):
            rule = "revision" if same_source else "same-address"
            yield Match(known.id, rule, compare(own, other or own))


def show_one_text(one: Match, other: Match, texts: Prepared) -> bool:
    """Whether two articles that a third one matches share their text with each other.

    A text that holds two others whole, one after the other, shows nothing about those two.
    """
    weaker, stronger = sorted((one.compared.resemblance, other.compared.resemblance))
    if weaker >= _HALF or stronger >= _NEARLY_ALL:
        return True
    if one.id not in texts or other.id not in texts:
        return False
    return compare(texts[one.id], texts[other.id]).containment >= _HALF


def _two_items(one: Known, other: Known) -> bool:
    """Whether addresses, or dates where there are none, say that these are two items."""
    if one.keys.address and other.keys.address:
        return one.keys.address != other.keys.address
    return one.source == other.source and one.hour != other.hour


def _too_far(one: Known, other: Known) -> bool:
    return (
        one.hour is not None
        and other.hour is not None
        and abs(one.hour - other.hour) > _TITLE_HOURS
    )
