"""Articles: polls stored whole, revisions kept, articles handed out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, null, select, tuple_, union_all, update

from aggregator.errors import NotFound
from aggregator.model.article import NormalisedEntry, Revision
from aggregator.model.feed import FeedState
from aggregator.model.instants import Instant
from aggregator.model.signature import Signature
from aggregator.model.store import KnownEntry, Listing, SavedPoll, StoredArticle
from aggregator.store import pages as wanted_pages
from aggregator.store import polls, rows, withdrawals
from aggregator.store.backend import Indexed, Unit
from aggregator.store.schema import (
    article,
    membership,
    revision,
    signature,
    taken,
    waiting,
    withdrawn,
)
from aggregator.store.words import indexed

Entries = Sequence[tuple[NormalisedEntry, Signature]]

_KEPT = ("seq", "id", "feed_id", "guid", "position", "fetched_at", "revisions")
"""What a new wording leaves as it was."""


@dataclass(slots=True)
class _Draft:
    """One article on its way into the store, with the wordings it went through on the way."""

    columns: dict[str, Any]
    signature: Signature | None = None
    earlier: list[dict[str, Any]] = field(default_factory=list)
    stored: Mapping[str, Any] | None = None
    touched: bool = False

    def take(self, columns: dict[str, Any], signed: Signature, *, repeated: bool = False) -> None:
        """Lets the article read as it does now.

        ``repeated``: one document gave the id twice, which is a revision whatever it says.
        """
        self.touched = True
        fresh = {name: value for name, value in columns.items() if name not in _KEPT}
        if fresh["wording_digest"] == self.columns["wording_digest"] and not repeated:
            # Dates that a feed bumps at every poll shall not move an article that says the same.
            for name in ("published_at", "date_source", "worded_at", "outlet_key"):
                fresh[name] = self.columns[name]
        else:
            self.earlier.append(dict(self.columns))
            self.signature = signed
            self.columns["revisions"] += 1
            if fresh["date_source"] == "fetched":
                for name in ("published_at", "date_source"):
                    fresh[name] = self.columns[name]
        self.columns.update(fresh)


def known(unit: Unit, feed_id: str, article_ids: Sequence[str]) -> Mapping[str, KnownEntry]:
    """See `Store.known_entries`. Ids are unique over all feeds; what was taken is known too."""
    among = unit.backend.among
    kept = select(article.c.id, article.c.entry_digest, withdrawn.c.at).select_from(
        withdrawals.joined(article)
    )
    found = unit.run(
        union_all(
            kept.where(among(article.c.id, article_ids)),
            select(taken.c.id, taken.c.entry_digest, null()).where(among(taken.c.id, article_ids)),
        )
    )
    return {
        row.id: KnownEntry(
            article_id=row.id, entry_digest=row.entry_digest, withdrawn=row.at is not None
        )
        for row in found
    }


def save_poll(
    unit: Unit,
    feed_id: str,
    state: FeedState,
    entries: Entries,
    *,
    listing: Listing | None = None,
    pages: bool = False,
) -> SavedPoll:
    """See `Store.save_poll`."""
    outdated = polls.is_outdated(unit, feed_id, state)
    if outdated:
        # What a later poll has stored already stands; what it never saw is kept all the same.
        known_ids = known(unit, feed_id, [entry.article.id for entry, _ in entries])
        entries = [each for each in entries if each[0].article.id not in known_ids]
    saved = save(unit, entries, feed_id=feed_id)
    if pages:
        wanted_pages.want(unit, (*saved.new, *saved.changed))
    if outdated:
        polls.count_new(unit, feed_id, len(saved.new))
        return saved
    polls.save_state(unit, feed_id, state, new_articles=len(saved.new))
    if listing is None or state.last_poll_at is None:
        return saved
    left = withdrawals.note(unit, feed_id, listing, at=state.last_poll_at)
    return replace(saved, withdrawn=tuple(left))


def save(unit: Unit, entries: Entries, *, feed_id: str | None = None) -> SavedPoll:
    """Stores articles, those of one feed or of none; see `Store.save_poll`."""
    entries = _less_taken(unit, entries, feed_id)
    ids = list({entry.article.id: None for entry, _ in entries})
    drafts = {
        row["id"]: _Draft(dict(row), stored=row)
        for row in unit.rows(select(article).where(unit.backend.among(article.c.id, ids)))
    }
    known_wordings = _known_wordings(unit, entries, drafts)
    for entry, signed in entries:
        columns = rows.entry_columns(entry, feed_id)
        draft = drafts.get(entry.article.id)
        if draft is None:
            drafts[entry.article.id] = _Draft(columns, signature=signed)
        elif draft.columns["wording_digest"] == columns["wording_digest"] or columns[
            "wording_digest"
        ] not in known_wordings.get(entry.article.id, ()):
            draft.take(columns, signed, repeated=feed_id is not None and draft.stored is None)
    ordered = [drafts[article_id] for article_id in ids]
    new = [draft for draft in ordered if draft.stored is None]
    for seq, draft in zip(unit.backend.next_seqs(unit, len(new)), new, strict=True):
        draft.columns["seq"] = seq
    _write_new(unit, new)
    _write_known(unit, [draft for draft in ordered if draft.stored is not None and draft.touched])
    reworded = [draft for draft in ordered if draft.earlier]
    _write_revisions(unit, reworded)
    return SavedPoll(
        new=tuple(draft.columns["id"] for draft in new),
        changed=tuple(draft.columns["id"] for draft in reworded),
    )


def _less_taken(unit: Unit, entries: Entries, feed_id: str | None) -> Entries:
    """The entries less those that retention took: no feed brings them back, but a person may."""
    ids = [entry.article.id for entry, _ in entries]
    gone = set(unit.run(select(taken.c.id).where(unit.backend.among(taken.c.id, ids))).scalars())
    if gone and feed_id is None:
        unit.run(delete(taken).where(unit.backend.among(taken.c.id, list(gone))))
        return entries
    return [each for each in entries if each[0].article.id not in gone] if gone else entries


def _known_wordings(
    unit: Unit, entries: Entries, drafts: Mapping[str, _Draft]
) -> Mapping[str, set[str]]:
    """Earlier wordings of the articles that come several times at once.

    A document that repeats a guid brings all its wordings whenever one of them changes: those that
    have been seen are no news. An article that comes alone may well go back to an earlier wording.
    """
    times = Counter(entry.article.id for entry, _ in entries)
    repeated = [
        drafts[article_id].columns["seq"]
        for article_id, count in times.items()
        if count > 1 and article_id in drafts
    ]
    found: dict[str, set[str]] = defaultdict(set)
    if repeated:
        seen = (
            select(article.c.id, revision.c.wording_digest)
            .join_from(revision, article, article.c.seq == revision.c.article_seq)
            .where(unit.backend.among(revision.c.article_seq, repeated))
        )
        for row in unit.run(seen):
            found[row.id].add(row.wording_digest)
    return found


def _write_new(unit: Unit, new: Sequence[_Draft]) -> None:
    if not new:
        return
    unit.run(insert(article), [draft.columns for draft in new])
    unit.run(insert(signature), [_signature_row(draft) for draft in new])
    unit.run(insert(waiting), [_waiting_row(draft) for draft in new])
    unit.backend.index(unit, [index_row(draft.columns) for draft in new])


def _write_known(unit: Unit, known: Sequence[_Draft]) -> None:
    if not known:
        return
    settable = [name for name in known[0].columns if name not in ("seq", "id")]
    unit.run(
        update(article)
        .where(article.c.seq == bindparam("key"))
        .values({name: bindparam(name) for name in settable}),
        [
            {name: draft.columns[name] for name in settable} | {"key": draft.columns["seq"]}
            for draft in known
        ],
    )
    reworded = [draft for draft in known if draft.earlier]
    if not reworded:
        return
    seqs = [draft.columns["seq"] for draft in reworded]
    unit.run(delete(signature).where(unit.backend.among(signature.c.article_seq, seqs)))
    unit.run(insert(signature), [_signature_row(draft) for draft in reworded])
    unit.backend.unindex(unit, [index_row(draft.stored or {}) for draft in reworded])
    unit.backend.index(unit, [index_row(draft.columns) for draft in reworded])
    handed = {
        row.article_seq: row.handed
        for row in unit.run(
            unit.backend.locking(
                select(waiting.c.article_seq, waiting.c.handed).where(
                    unit.backend.among(waiting.c.article_seq, seqs)
                )
            )
        )
    }
    unit.run(delete(waiting).where(unit.backend.among(waiting.c.article_seq, seqs)))
    unit.run(
        insert(waiting),
        [_waiting_row(draft) | {"handed": handed.get(draft.columns["seq"])} for draft in reworded],
    )


def _write_revisions(unit: Unit, reworded: Sequence[_Draft]) -> None:
    earlier = [
        {
            "article_seq": draft.columns["seq"],
            "number": wording["revisions"] + 1,
            "seen_at": wording["worded_at"],
            "wording_digest": wording["wording_digest"],
            "article": rows.article_columns(rows.article_of(wording)),
        }
        for draft in reworded
        for wording in draft.earlier
    ]
    if earlier:
        unit.run(insert(revision), earlier)


def _signature_row(draft: _Draft) -> dict[str, Any]:
    assert draft.signature is not None, "a new wording came with its signature"  # noqa: S101
    return {"article_seq": draft.columns["seq"]} | rows.signature_columns(draft.signature)


def _waiting_row(draft: _Draft) -> dict[str, Any]:
    return {
        "article_seq": draft.columns["seq"],
        "arrived_at": draft.columns["worded_at"],
        "feed_id": draft.columns["feed_id"] or "",
        "position": draft.columns["position"],
        "wording": draft.columns["revisions"],
        "handed": None,
    }


def index_row(columns: Mapping[str, Any]) -> Indexed:
    """What search sees of a row of ``article``."""
    return Indexed(
        columns["seq"],
        *indexed(columns["title"], columns["summary"], columns["paragraphs"]),
    )


def placed() -> Select[Any]:
    """Articles with their place in a story, as `rows.stored_of` reads them."""
    return select(
        article,
        membership.c.story_id,
        membership.c.text_id,
        membership.c.evidence,
        withdrawn.c.at.label("withdrawn_at"),
    ).select_from(withdrawals.joined(article.outerjoin(membership)))


def one(unit: Unit, article_id: str) -> StoredArticle:
    """See `Store.article`."""
    found = unit.rows(placed().where(article.c.id == rows.storable(article_id)))
    if not found:
        raise NotFound("article", article_id)
    return rows.stored_of(found[0])


def several(unit: Unit, article_ids: Sequence[str]) -> Sequence[StoredArticle]:
    """See `Store.articles`."""
    found = unit.rows(placed().where(unit.backend.among(article.c.id, article_ids)))
    by_id = {row["id"]: rows.stored_of(row) for row in found}
    return [by_id[article_id] for article_id in article_ids if article_id in by_id]


def revisions(unit: Unit, article_id: str) -> Sequence[Revision]:
    """See `Store.revisions`."""
    query = (
        select(revision)
        .join(article)
        .where(article.c.id == rows.storable(article_id))
        .order_by(revision.c.number)
    )
    return [
        Revision(
            article=rows.article_of(row["article"]),
            number=row["number"],
            seen_at=rows.instant(row["seen_at"]),
        )
        for row in unit.rows(query)
    ]


def exported(
    unit: Unit, *, since: Instant | None, after: tuple[int, int] | None, limit: int
) -> tuple[Sequence[StoredArticle], tuple[int, int] | None]:
    """A page of an export and where the next one begins, None where it was the last."""
    query = placed().order_by(article.c.fetched_at, article.c.seq).limit(limit)
    if since is not None:
        query = query.where(article.c.fetched_at >= rows.micros(since))
    if after is not None:
        query = query.where(tuple_(article.c.fetched_at, article.c.seq) > tuple_(*after))
    page = unit.rows(query)
    following = (page[-1]["fetched_at"], page[-1]["seq"]) if len(page) == limit else None
    return [rows.stored_of(row) for row in page], following
