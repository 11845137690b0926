"""Copies and revisions: which earlier article, if any, has this article's text."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from aggregator.cluster.families import Families
from aggregator.cluster.furniture import Furniture
from aggregator.cluster.known import Keys, KnownArticles, Leads, Wording, hour_of, keys_of
from aggregator.cluster.matches import (
    Match,
    Prepared,
    addressed,
    copies,
    same_text,
    show_one_text,
    titled,
)
from aggregator.cluster.texts import Texts
from aggregator.model.signature import Signature, SignedArticle
from aggregator.model.story import Evidence, Membership
from aggregator.similarity.compare import PreparedText, prepare
from aggregator.similarity.index import Candidate, CopyIndex
from aggregator.similarity.minhash import PERMUTATIONS, estimated_sizes, values
from aggregator.similarity.sign import RECIPE, sign_text, text_digest

_AT_ONCE = 1000  # articles taken up at a time
_COUNTED = 40  # of a source's articles of before a restart, whose lines are counted
_RECENT = 256  # texts kept ready for comparison
_TITLE_ALONE = 1.3  # shingles for each character of a title, at most, that are no more than it


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyVerdict:
    """The earlier article whose text this one has.

    Attributes:
        article_id: the article it was compared with, which may itself be a copy.
        copy_of: the earliest-read member of that article's family.
        evidence: the rule (``same-text``, ``revision``, ``same-address``, ``same-title``,
            ``copy``), the exact resemblance, and as parts ``estimate``, ``containment`` and
            ``proportion``.
        rebased: articles that had another ``copy_of``, or none, and now have this verdict's,
            because this article shows two families to be one.
    """

    article_id: str
    copy_of: str
    evidence: Evidence
    rebased: tuple[str, ...] = ()


class CopyFinder:
    """Finds for each article, in the order of arrival, the earlier one it shares its text with.

    Keeps sketches and keys, not texts: those are asked of ``texts``, at most once an article and
    only for the few that the index names.
    """

    def __init__(self, *, texts: Texts) -> None:
        self._texts = texts
        self._index = CopyIndex()
        self._known = KnownArticles()
        self._families = Families()
        self._furniture = Furniture()
        # Of each source the articles whose lines are still to be counted, the latest.
        self._uncounted: dict[str, deque[str]] = {}
        self._recent: OrderedDict[str, PreparedText] = OrderedDict()

    @property
    def index(self) -> CopyIndex:
        """The index behind it, for measuring."""
        return self._index

    def family(self, article_id: str) -> tuple[str, ...]:
        """The articles that share this one's text, the earliest read first; itself at least."""
        return self._families.members(article_id)

    def add(self, article: SignedArticle, *, apart: Collection[str] = ()) -> CopyVerdict | None:
        """Files an article, and says what it is a copy of, if of anything.

        ``apart`` are articles a person said it has nothing to do with. An id that was added
        before is filed with its new text beside the old one and gets no verdict.
        """
        return self.add_many([article], [apart])[0]

    def add_many(
        self, articles: Sequence[SignedArticle], apart: Sequence[Collection[str]]
    ) -> list[CopyVerdict | None]:
        """Does the same for articles that come together, at less cost for each."""
        self._count_lines({article.source for article in articles})
        signed = [self._signed(article) for article in articles]
        signatures = [signature for _, signature in signed]
        new = self._new(articles)
        leads = self._known.add_many(_wordings(articles, signatures))
        found = self._index.insert_and_find(
            [
                (article.id, signature, _day(article))
                for article, signature in zip(articles, signatures, strict=True)
            ]
        )
        verdicts: list[CopyVerdict | None] = []
        for article, is_new, (whole, _), lead, candidates, others in zip(
            articles, new, signed, leads, found, apart, strict=True
        ):
            verdicts.append(None)
            if is_new:
                verdicts[-1] = self._add(article, whole, lead, candidates, others)
            else:
                self._recent.pop(article.id, None)
                self._furniture.observe(article.source, article.text)
        return verdicts

    def _new(self, articles: Sequence[SignedArticle]) -> list[bool]:
        """Which of these were never added, nor stand earlier among them."""
        first: dict[str, int] = {}
        for place, article in enumerate(articles):
            first.setdefault(article.id, place)
        return [
            article.id not in self._known and first[article.id] == place
            for place, article in enumerate(articles)
        ]

    def _signed(self, article: SignedArticle) -> tuple[str, Signature]:
        """Title and text without furniture, and their signature."""
        text = self._furniture.strip(article.source, article.text)
        whole = f"{article.title}\n{text}"
        signature = article.signature
        if signature is None or signature.recipe != RECIPE or text is not article.text:
            signature = sign_text(whole)
        return whole, signature

    def _add(
        self,
        article: SignedArticle,
        whole: str,
        leads: Leads,
        candidates: Sequence[Candidate],
        apart: Collection[str],
    ) -> CopyVerdict | None:
        verdict = None
        if candidates or any(leads):
            barred = {member for other in apart for member in self.family(other)}
            verdict = self._find(article.id, whole, leads, candidates, barred)
        if verdict is None or verdict.evidence.rule == "copy":
            self._furniture.observe(article.source, article.text)
        return verdict

    def drop_before(self, day: int) -> None:
        """Forgets the articles read before this day (days since 1970)."""
        self._index.drop_before(day)
        self._families.forget(self._known.drop_before(day))

    def knows(self, article: SignedArticle) -> bool:
        """Whether it holds this article in this very wording."""
        known = self._known.get(article.id)
        return known is not None and known.keys == _keys(article, _as_signed(article))

    def restore(self, articles: Iterable[SignedArticle], memberships: Iterable[Membership]) -> None:
        """Takes up the articles and families of a finder that stopped, in the order of arrival.

        Those it knows already, as they are now, are passed over.
        """
        heads = {member.article_id: member.copy_of for member in memberships if member.copy_of}
        articles = (article for article in articles if not self.knows(article))
        while some := list(islice(articles, _AT_ONCE)):
            signatures = [_as_signed(article) for article in some]
            self._known.add_many(_wordings(some, signatures))
            self._index.insert_many(
                [
                    (article.id, signature, _day(article))
                    for article, signature in zip(some, signatures, strict=True)
                ]
            )
            for article in some:
                if article.id in heads or article.source is None:
                    continue
                if article.text:
                    self._furniture.observe(article.source, article.text)
                else:
                    waiting = self._uncounted.setdefault(article.source, deque(maxlen=_COUNTED))
                    waiting.append(article.id)
        for article_id, head in heads.items():
            self._families.join(head, article_id)

    def _count_lines(self, sources: Collection[str | None]) -> None:
        """Learns the furniture of sources that publish for the first time since a restart.

        Their lines are counted only now: most sources of a window are silent for a while, and the
        texts of all would take as long to read as everything else.
        """
        waiting = {
            name: source
            for source in sources
            if source is not None
            for name in self._uncounted.pop(source, ())
        }
        if waiting:
            for name, text in self._texts(tuple(waiting)).items():
                self._furniture.observe(waiting[name], text.partition("\n")[2])

    def _find(
        self,
        article_id: str,
        whole: str,
        leads: Leads,
        candidates: Sequence[Candidate],
        barred: Collection[str],
    ) -> CopyVerdict | None:
        known = self._known.get(article_id)
        if known is None:
            return None
        worded = (same for same in self._known.worded(leads) if same.id not in barred)
        if (same := same_text(known, worded)) is not None:
            return self._joined(known.id, [same], {})
        at_address = [k for k in self._known.at_address(leads) if k.id not in barred]
        of_title = [
            earlier
            for earlier in self._known.titled(leads)
            if earlier.id not in barred
            and (earlier.source == known.source or earlier.bare != known.bare)
        ]
        candidates = [
            candidate
            for candidate in candidates
            if candidate.id not in barred and candidate.id in self._known
        ]
        names = dict.fromkeys([k.id for k in at_address + of_title] + [c.id for c in candidates])
        if not names:
            return None
        siblings = {name for name in names if self._of_source(name, known.source)}
        own = prepare(whole)
        texts = self._prepared(tuple(names))
        # Where two rules find the same article, the later one is the better reason.
        matches = {
            match.id: match
            for match in (
                *copies(own, candidates, texts, siblings),
                *titled(own, known, of_title, texts),
                *addressed(own, known, at_address, texts),
            )
        }
        self._remember(known.id, own)
        return self._joined(known.id, list(matches.values()), texts)

    def _joined(
        self, article_id: str, matches: Sequence[Match], texts: Prepared
    ) -> CopyVerdict | None:
        """The verdict for the strongest match; joins the families shown to be one by it."""
        if not matches:
            return None
        best = max(matches, key=lambda match: match.strength)
        rebased: list[str] = []
        for match in matches:
            if self._families.head(match.id) == self._families.head(best.id):
                continue
            if show_one_text(best, match, texts):
                first, second = sorted((best.id, match.id), key=self._family_age)
                rebased.extend(self._families.join(first, second))
        self._families.join(best.id, article_id)
        return CopyVerdict(
            article_id=best.id,
            copy_of=self._families.head(best.id),
            evidence=best.evidence(),
            rebased=tuple(rebased),
        )

    def _family_age(self, article_id: str) -> int:
        head = self._known.get(self._families.head(article_id))
        return head.number if head is not None else -1

    def _of_source(self, article_id: str, source: str | None) -> bool:
        known = self._known.get(article_id)
        return known is not None and source is not None and known.source == source

    def _prepared(self, names: Sequence[str]) -> dict[str, PreparedText]:
        """Texts ready to be compared, without their sources' furniture."""
        found = {name: self._recent[name] for name in names if name in self._recent}
        missing = [name for name in names if name not in found]
        if missing:
            for name, text in self._texts(missing).items():
                title, _, body = text.partition("\n")
                known = self._known.get(name)
                body = self._furniture.strip(known.source if known else None, body)
                found[name] = prepare(f"{title}\n{body}")
                self._remember(name, found[name])
        return found

    def _remember(self, name: str, text: PreparedText) -> None:
        self._recent[name] = text
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)


def _as_signed(article: SignedArticle) -> Signature:
    """Its signature; signed now where it has none of today's recipe."""
    if article.signature is not None and article.signature.recipe == RECIPE:
        return article.signature
    return sign_text(f"{article.title}\n{article.text}")


def _wordings(articles: Sequence[SignedArticle], signatures: Sequence[Signature]) -> list[Wording]:
    sketches = values(b"".join(signature.copy for signature in signatures))
    sizes = iter(estimated_sizes(sketches.reshape(-1, PERMUTATIONS)).tolist())
    return [
        Wording(
            article.id,
            article.source,
            _keys(article, signature),
            hour_of(article),
            # Whether a title is all there is, told from the sketch: a window may have no texts.
            not signature.copy or next(sizes) < _TITLE_ALONE * len(article.title),
            _day(article),
        )
        for article, signature in zip(articles, signatures, strict=True)
    ]


def _keys(article: SignedArticle, signature: Signature) -> Keys:
    return keys_of(article, text_digest(signature))


def _day(article: SignedArticle) -> int | None:
    when = article.fetched_at or article.published_at
    return None if when is None else int(when.timestamp() // 86400)
