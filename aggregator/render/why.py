"""Evidence in words a reader understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from aggregator.model.store import StoredArticle
from aggregator.model.story import Evidence
from aggregator.text.controls import single_line
from aggregator.text.spelling import spelt

Title = Callable[[str], str | None]
"""An article's title by its id, None where it is not known."""

_RULES = {
    "founder": "It was the first report of this story.",
    "split": "It was the first report of what came apart from a larger story.",
    "same-text": "Its text is the same, word for word, as that of {other}.",
    "same-title": "It is the bare headline of {other}.",
    "same-address": "It stands at the same address as {other}.",
    "copy": "It shares its text with {other}.",
    "revision": "It is a later wording of {other}.",
    "event": "It reports the same event as {other}.",
    "merged": "Its story turned out to be the same as that of {other}.",
    "together": "Someone put it together with {other}.",
    "pinned": "Someone pinned it to this story.",
    "apart": "Someone parted it from {other}.",
}
_FACETS = {
    "sense": "what their headlines mean",
    "all": "their words",
    "title": "their headlines",
    "lead": "how they begin",
    "name": "the names and numbers in them",
    "number": "the numbers in them",
    "held": "how much of one headline stands in the other",
}
_STRONG = 0.35
_NAMED = 5
_READ = 40
_AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})


def spelling_of(members: Sequence[StoredArticle]) -> Mapping[str, str]:
    """How a story's articles write the terms that their evidence names, which are stems."""
    languages = [member.article.language for member in members if member.article.language]
    return spelt(
        {
            term
            for member in members
            if member.membership
            for term in member.membership.evidence.terms[:_NAMED]
        },
        (
            f"{article.title}. {' '.join(article.paragraphs) or article.summary}"
            for article in (member.article for member in members[:_READ])
        ),
        language=languages[0] if languages else None,
    )


def explain(
    evidence: Evidence,
    title_of: Title = lambda _: None,
    spelling: Mapping[str, str] = _AS_THEY_ARE,
) -> str:
    """Why an article is where it is, in one short paragraph; terms as ``spelling`` has them.

    >>> print(explain(Evidence(rule="event", score=0.91, terms=("valdoria", "earthquake"))))
    It reports the same event as another report. Both speak of valdoria and earthquake. \
The likelihood was put at 91 %.
    """
    title = title_of(evidence.compared_with) if evidence.compared_with else None
    other = f"“{single_line(title)}”" if title else "another report"
    said = [_RULES.get(evidence.rule, "It was placed by the rule “{rule}”.")]
    said[0] = said[0].format(other=other, rule=evidence.rule)
    if terms := [
        single_line(spelling.get(term, term))
        for term in evidence.terms[:_NAMED]
        if not (term.isascii() and term.isalpha() and len(term) == 1)  # what is left of "U.S."
    ]:
        said.append(f"Both speak of {_listed(terms)}.")
    close = [words for facet, words in _FACETS.items() if evidence.parts.get(facet, 0) >= _STRONG]
    if close and evidence.rule in ("event", "merged"):
        said.append(f"They are close in {_listed(close[:3])}.")
    if evidence.resemblance is not None and evidence.rule != "same-text":
        said.append(f"{evidence.resemblance:.0%} of the passages are shared.".replace("%", " %"))
    if evidence.score is not None:
        said.append(f"The likelihood was put at {evidence.score:.0%}.".replace("%", " %"))
    return " ".join(said)


def _listed(words: tuple[str, ...] | list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
