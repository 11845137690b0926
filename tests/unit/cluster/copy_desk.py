"""A finder of copies with its texts at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aggregator.cluster.copies import CopyFinder, CopyVerdict
from aggregator.model.signature import SignedArticle

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)

PARAGRAPHS = (
    (
        "Port Ellen harbour authority said on Tuesday that its ferry terminal would stay shut "
        "until engineers had examined two cracked piles under its southern pier."
    ),
    (
        "Divers looking for a lost anchor found the damage last week. Nobody had inspected the "
        "piles since the pier was lengthened in 1998, the authority's own records show."
    ),
    (
        "Passengers are taken to Kennacraig by bus, which adds ninety minutes to the journey. "
        "Distilleries on the island warned that lorries with casks were stuck on both shores."
    ),
    (
        "Moira Campbell, who runs the terminal, said that she hoped to open one of the two berths "
        "before Easter. The repair is thought to cost some four million pounds."
    ),
    (
        "The council will meet on Thursday to decide whether the old pier can be used meanwhile, "
        "as fishermen who land their catch there have offered to make room."
    ),
)
OTHER = (
    "Beekeepers in the valley lost a third of their colonies over the winter, a survey of the "
    "regional association has found, twice as many as in the year before. Its chairman blames a "
    "warm December in which queens went on laying, and mites that multiplied with the brood. "
    "Members who treated their hives in October fared better than those who waited for frost. "
    "The association asks farmers to sow flowering strips, and offers young queens at cost."
)
REPORT = "\n".join(PARAGRAPHS)


class Desk:
    """A finder with its texts at hand, and a record of how often they were asked for."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.calls = 0
        self.finder = CopyFinder(texts=self._held)

    def _held(self, ids: Sequence[str]) -> Mapping[str, str]:
        self.calls += 1
        return {name: self.texts[name] for name in ids if name in self.texts}

    def read(
        self,
        name: str,
        text: str = REPORT,
        title: str = "Ferry terminal at Port Ellen stays shut",
        source: str | None = "one",
        url: str | None = None,
        at: datetime | None = None,
        apart: Sequence[str] = (),
    ) -> CopyVerdict | None:
        article = SignedArticle(
            id=name, title=title, text=text, source=source, url=url, published_at=at
        )
        verdict = self.finder.add(article, apart=apart)
        self.texts[name] = f"{title}\n{text}"
        return verdict


def rule(verdict: CopyVerdict | None) -> str | None:
    return verdict.evidence.rule if verdict else None
