"""Evidence in words: why an article is where it is, said to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from aggregator.model.story import Evidence
from aggregator.text.controls import single_line

_NO_TITLES: Mapping[str, str] = MappingProxyType({})

_SHORT_OF_SCORE = {
    "founder": "It opened the story: no earlier article told of this event",
    "revision": "It is a later wording of {other}",
    "same-text": "Its text is word for word that of {other}",
    "copy": "It shares its text with {other}",
    "event": "It tells of the same event as {other}",
    "merged": "Its story and this one came to say the same, so they were made one",
    "split": "It was parted from a story that had come to hold several events",
    "together": "A reader said that it belongs together with {other}",
    "apart": "A reader said that it never belongs together with the story it was in",
    "pinned": "A reader pinned it to this story",
}


def explain(evidence: Evidence, *, titles: Mapping[str, str] = _NO_TITLES) -> str:
    """One or two sentences on why an article is in its story.

    ``titles`` gives the titles of articles by id, so that the one it was compared with is named.

    >>> explain(Evidence(rule="copy", resemblance=0.87, compared_with="a1"), titles={"a1": "Rain"})
    'It shares its text with “Rain”: 87 % of the passages are the same.'
    """
    other = "an article that is no longer kept"
    if evidence.compared_with is not None:
        title = titles.get(evidence.compared_with)
        other = f"“{single_line(title)}”" if title else f"article {evidence.compared_with}"
    pattern = _SHORT_OF_SCORE.get(evidence.rule, f"The rule “{evidence.rule}” put it here")
    said = [pattern.format(other=other) + _measure(evidence) + "."]
    if evidence.terms:
        said.append("Both say: " + ", ".join(map(single_line, evidence.terms[:8])) + ".")
    return " ".join(said)


def _measure(evidence: Evidence) -> str:
    if evidence.resemblance is not None and evidence.rule in ("copy", "revision"):
        return f": {evidence.resemblance:.0%} of the passages are the same".replace("%", " %")
    if evidence.score is not None:
        return f" (with a likelihood of {evidence.score:.0%})".replace("%", " %")
    return ""
