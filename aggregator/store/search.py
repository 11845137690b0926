"""Full-text search over articles, answered in stories.

News is searched for what is new: of all that match, the newest are looked at, those that match in
the title apart, and ranked by where they match and how old they are. So a common word over a
million articles costs no more than a rare one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal, or_, select

from aggregator.model.digest import DigestStory
from aggregator.model.store import SearchQuery
from aggregator.store import readers, rows, stories
from aggregator.store.articles import index_row
from aggregator.store.backend import Unit
from aggregator.store.schema import article, membership
from aggregator.store.words import Clause, clauses

_A_PAGE = 1000

_LOOKED_AT = (200, 1000)
"""Matches that are ranked, in the title and anywhere: more, where few stories share the first."""

_TITLE_BONUS = 1.0
_HALVED_AFTER_DAYS = 7.0
_DAY = 86_400_000_000


def search(unit: Unit, query: SearchQuery) -> Sequence[DigestStory]:
    """See `Store.search`. A query without a word to look for finds nothing."""
    wanted = clauses(query.text)
    if not any(clause.wanted for clause in wanted):
        return []
    for looked_at in _LOOKED_AT:
        bound = max(looked_at, 4 * query.limit)
        anywhere = _newest(unit, query, wanted, bound, titles=False)
        in_title = _newest(unit, query, wanted, bound, titles=True)
        told = {row.story_id for row in (*anywhere, *in_title)}
        if len(told) >= query.limit or len(anywhere) < bound:
            break
    newest = max((row.published_at for row in [*anywhere, *in_title]), default=0)
    scores: dict[str, float] = {}
    titles = {row.seq for row in in_title}
    for row in {row.seq: row for row in [*anywhere, *in_title]}.values():
        age = max(0, newest - row.published_at) / _DAY
        score = 1 / (1 + age / _HALVED_AFTER_DAYS) + _TITLE_BONUS * (row.seq in titles)
        scores[row.story_id] = max(scores.get(row.story_id, 0.0), score)
    best = sorted(scores, key=lambda story_id: (-scores[story_id], story_id))
    return stories.whole(unit, best[: query.limit])


def _newest(
    unit: Unit, query: SearchQuery, wanted: Sequence[Clause], limit: int, *, titles: bool
) -> Sequence[Any]:
    found: Sequence[Any] = ()
    start: int | None = None
    while len(found) < limit:
        start = unit.backend.search_from(
            unit, titles=titles, start=start, found=len(found), wanted=limit
        )
        if start is None:
            break
        matching = unit.backend.matching(wanted, titles=titles, start=start)
        statement = (
            select(article.c.seq, article.c.published_at, membership.c.story_id)
            .select_from(matching)
            .join(article, article.c.seq == matching.c.rowid)
            .join(membership, membership.c.article_seq == article.c.seq)
            .order_by(matching.c.rowid.desc())
            .limit(limit)
        )
        found = unit.run(_filtered(unit, statement, query)).all()
    return found


def _filtered(unit: Unit, statement: Select[Any], query: SearchQuery) -> Select[Any]:
    if query.outlet is not None:
        name = rows.storable(query.outlet)
        plain = re.sub(r"[%_\\]", r"\\\g<0>", name)
        # A feed's title may name a section beside the outlet that is shown of it.
        shown = func.lower(" " + article.c.outlet_name + " ")
        statement = statement.where(
            or_(
                func.lower(article.c.outlet_key) == func.lower(literal(name)),
                shown.like(func.lower(literal(f"% {plain} %")), escape="\\"),
            )
        )
    if query.language is not None:
        language = rows.storable(query.language).lower()
        spoken = func.lower(article.c.language)
        statement = statement.where(or_(spoken == language, spoken.like(f"{language}-%")))
    if query.topic is not None:
        statement = statement.where(unit.backend.has_topic(query))
    if query.starred_by is not None:
        statement = statement.where(
            membership.c.story_id.in_(readers.starred_ids(query.starred_by))
        )
    if query.since is not None:
        statement = statement.where(article.c.published_at >= rows.micros(query.since))
    if query.until is not None:
        statement = statement.where(article.c.published_at < rows.micros(query.until))
    return statement


def reindex(unit: Unit) -> None:
    """Makes the full-text index anew from the articles."""
    unit.backend.clear_index(unit)
    held = select(article.c.seq, article.c.title, article.c.summary, article.c.paragraphs)
    after = 0
    while page := unit.rows(
        held.where(article.c.seq > after).order_by(article.c.seq).limit(_A_PAGE)
    ):
        unit.backend.index(unit, [index_row(row) for row in page])
        after = page[-1]["seq"]
