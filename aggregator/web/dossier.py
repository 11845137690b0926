"""Everything the story page says, put together from the story and its articles' texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.digest.assemble import choose_lead
from aggregator.digest.compare import change_words
from aggregator.digest.distinct import Text, only_here
from aggregator.model.article import RelatedLink
from aggregator.model.digest import Coverage, DigestStory
from aggregator.model.store import StoredArticle
from aggregator.render.view import StoryView, TextGroup, view
from aggregator.render.why import explain, spelling_of

COMPARED = 60
"""Copies that are compared with their original on one page; of more, only the page of each."""
MAX_RELATED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A row of the coverage with what the page says about it."""

    row: Coverage
    why: str
    changed: str | None = None
    revisions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierText:
    """An independent text: its shown member, the copies, and what it alone says."""

    group: TextGroup
    member: Member
    copies: tuple[Member, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A story laid open."""

    view: StoryView
    texts: tuple[DossierText, ...]
    timeline: tuple[Coverage, ...]
    related: tuple[tuple[RelatedLink, str], ...]
    lead_reason: str


def dossier(story: DigestStory, members: Sequence[StoredArticle]) -> Dossier:
    """The story laid open; ``members`` are its stored articles, in any order."""
    shown = view(story)
    stored = {member.article.id: member for member in members}
    titles = {row.id: row.title for row in story.coverage}
    spelling = spelling_of(members)
    own = {
        found.article_id: found.sentences
        for found in only_here(
            [_text(stored[g.row.id], g) for g in shown.groups if g.row.id in stored]
        )
    }
    budget = COMPARED
    texts = []
    for group in shown.groups:
        copies = []
        for row in group.copies:
            changed = _changed(stored, group.row, row) if budget > 0 else None
            budget -= 1
            copies.append(_member(row, stored, titles, spelling, changed))
        texts.append(
            DossierText(
                group=group,
                member=_member(group.row, stored, titles, spelling),
                copies=tuple(copies),
                own=own.get(group.row.id, ()),
            )
        )
    return Dossier(
        view=shown,
        texts=tuple(texts),
        timeline=_timeline(story.coverage),
        related=_related(members),
        lead_reason=choose_lead(members).reason if members else "",
    )


def _member(
    row: Coverage,
    stored: Mapping[str, StoredArticle],
    titles: Mapping[str, str],
    spelling: Mapping[str, str],
    changed: str | None = None,
) -> Member:
    kept = stored.get(row.id)
    return Member(
        row=row,
        why=explain(row.evidence, titles.get, spelling),
        changed=changed,
        revisions=kept.revisions if kept else 0,
    )


def _text(member: StoredArticle, group: TextGroup) -> Text:
    return Text(
        article_id=group.row.id,
        title=member.article.title,
        paragraphs=body(member),
        language=member.article.language,
    )


def body(member: StoredArticle) -> tuple[str, ...]:
    """An article's paragraphs; its summary where it has none."""
    article = member.article
    return article.paragraphs or ((article.summary,) if article.summary else ())


def _changed(stored: Mapping[str, StoredArticle], original: Coverage, copy: Coverage) -> str | None:
    one, two = stored.get(original.id), stored.get(copy.id)
    if one is None or two is None:
        return None
    said = change_words(body(one), body(two))
    return said if copy.title == original.title else f"new headline, {said}"


def _timeline(coverage: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """The first row of every distinct headline, by time."""
    seen: dict[str, Coverage] = {}
    for row in sorted(coverage, key=lambda row: (row.published_at, row.fetched_at, row.id)):
        seen.setdefault(" ".join(row.title.casefold().split()), row)
    return tuple(seen.values())


def _related(members: Sequence[StoredArticle]) -> tuple[tuple[RelatedLink, str], ...]:
    """Links to other pieces, each title once, with the outlet that set it."""
    found: dict[str, tuple[RelatedLink, str]] = {}
    for member in members:
        for link in member.article.related:
            found.setdefault(link.title.casefold(), (link, member.article.outlet.name))
    return tuple(found.values())[:MAX_RELATED]
