"""Feeds: the list that feeds.toml states, their permanent identities, what is told of them."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from aggregator.errors import NotFound
from aggregator.model.digest import FeedsSummary, Window
from aggregator.model.feed import Feed, FeedRecord, FeedState
from aggregator.model.instants import Instant
from aggregator.model.store import FeedChanges
from aggregator.store import feed_rows, rows
from aggregator.store.backend import Unit
from aggregator.store.schema import article, feed, feed_alias, waiting
from aggregator.store.sealing import Seal, uncovered


def feed_id(url: str) -> str:
    """The permanent id of a feed that is first met at this address, its secrets covered."""
    return "f" + hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:16]


def sync(unit: Unit, feeds: Sequence[Feed], *, now: Instant) -> FeedChanges:
    """See `Store.sync_feeds`. Of two entries for one feed the first counts."""
    seal = unit.backend.seal
    held = unit.backend.locking(select(feed).order_by(feed.c.id))
    known = {row["id"]: row for row in unit.rows(held)}
    by_url = {row.url: row.feed_id for row in unit.run(select(feed_alias))}
    addresses = [seal.cover(wanted.url) for wanted in feeds]
    followed = _followed(known.values(), set(addresses), by_url, seal)
    followed |= _rekeyed(known.values(), addresses, by_url)
    by_url |= followed
    added: list[dict[str, Any]] = []
    altered: list[dict[str, Any]] = []
    changes: dict[str, list[str]] = {"added": [], "resumed": [], "changed": []}
    named: set[str] = set()
    for place, (wanted, address) in enumerate(zip(feeds, addresses, strict=True)):
        identity = by_url.get(address) or feed_id(address)
        if identity in named:
            continue
        named.add(identity)
        row = known.get(identity)
        columns = feed_rows.feed_columns(wanted, seal, row) | {"place": place, "subscribed": True}
        if row is None:
            added.append(columns | {"id": identity, "lease_until": 0, "articles": 0})
            changes["added"].append(wanted.url)
            continue
        if not row["subscribed"]:
            changes["resumed"].append(wanted.url)
        elif feed_rows.feed_of(row, seal)[0] != wanted:
            changes["changed"].append(wanted.url)
        if any(row[name] != value for name, value in columns.items()):
            altered.append({"key": identity} | columns)
    left = [row for row in known.values() if row["subscribed"] and row["id"] not in named]
    if left:
        gone = unit.backend.among(feed.c.id, [row["id"] for row in left])
        unit.run(update(feed).where(gone).values(subscribed=False))
    if followed:
        aliases = [{"url": url, "feed_id": identity} for url, identity in followed.items()]
        unit.run(insert(feed_alias), aliases)
    if altered:
        _free_addresses(unit, altered, known)
        settable = [name for name in altered[0] if name != "key"]
        unit.run(
            update(feed)
            .where(feed.c.id == bindparam("key"))
            .values({name: bindparam(name) for name in settable}),
            altered,
        )
    if added:
        fresh = feed_rows.state_columns(FeedState(), seal)
        unit.run(insert(feed), [columns | fresh for columns in added])
        unit.run(
            insert(feed_alias),
            [{"url": columns["url"], "feed_id": columns["id"]} for columns in added],
        )
    return FeedChanges(
        added=tuple(changes["added"]),
        removed=tuple(feed_rows.feed_of(row, seal)[0].url for row in left),
        resumed=tuple(changes["resumed"]),
        changed=tuple(changes["changed"]),
    )


def _followed(
    known: Iterable[dict[str, Any]], wanted: set[str], by_url: Mapping[str, str], seal: Seal
) -> dict[str, str]:
    """New addresses that feeds, now listed there alone, were redirected to: they keep their id."""
    found: dict[str, str] = {}
    for row in known:
        if row["subscribed"] and row["url"] not in wanted:
            moved = seal.cover(feed_rows.record_of(row, (), seal).state.moved_to or "")
            if moved in wanted and moved not in by_url:
                found.setdefault(moved, row["id"])
    return found


def _rekeyed(
    known: Iterable[dict[str, Any]], wanted: Sequence[str], by_url: Mapping[str, str]
) -> dict[str, str]:
    """Addresses of feeds that have another password now, or were sealed with a key that is lost.

    They are told by what of their addresses is no secret, where that names one feed alone.
    """
    listed = Counter(uncovered(address) for address in wanted)
    there = set(wanted)
    left = {row["id"] for row in known if row["subscribed"] and row["url"] not in there}
    holders: dict[str, set[str]] = defaultdict(set)
    for address, identity in by_url.items():
        if identity in left:
            holders[uncovered(address)].add(identity)
    return {
        address: next(iter(holders[plain]))
        for address in wanted
        if address not in by_url
        and (plain := uncovered(address)) != address
        and listed[plain] == len(holders[plain]) == 1
    }


def _free_addresses(unit: Unit, altered: Sequence[dict[str, Any]], known: dict[str, Any]) -> None:
    """Lets feeds swap addresses: ``url`` is unique, and rows are updated one by one."""
    moving = [row["key"] for row in altered if known[row["key"]]["url"] != row["url"]]
    if moving:
        away = unit.backend.among(feed.c.id, moving)
        unit.run(update(feed).where(away).values(url="moving:" + feed.c.id))


def listed(unit: Unit, *, subscribed: bool | None) -> Sequence[FeedRecord]:
    """See `Store.feeds`."""
    query = select(feed).order_by(feed.c.subscribed.desc(), feed.c.place, feed.c.id)
    if subscribed is not None:
        query = query.where(feed.c.subscribed == subscribed)
    return records(unit, unit.rows(query))


def addresses(unit: Unit) -> Sequence[str]:
    """See `Store.addresses`."""
    return list(unit.run(select(feed.c.url).where(feed.c.subscribed)).scalars())


def by_ids(unit: Unit, feed_ids: Sequence[str]) -> Sequence[FeedRecord | None]:
    """Feeds by their ids; None where no feed has this id."""
    found = unit.rows(select(feed).where(unit.backend.among(feed.c.id, feed_ids)))
    by_id = {record.id: record for record in records(unit, found)}
    return [by_id.get(feed_id) for feed_id in feed_ids]


def named(unit: Unit, name: str) -> FeedRecord:
    """See `Store.feed`."""
    name = rows.storable(name)
    address = unit.backend.seal.cover(name)
    by_address = select(feed_alias.c.feed_id).where(feed_alias.c.url == address)
    found = unit.rows(
        select(feed).where(or_(feed.c.id == name, feed.c.id.in_(by_address.scalar_subquery())))
    )
    if not found:
        title = func.lower(func.coalesce(feed.c.title, feed.c.own_title))
        found = unit.rows(
            select(feed)
            .where(title == func.lower(literal(name)))
            .order_by(feed.c.subscribed.desc())
            .limit(2)
        )
        if len(found) > 1 and found[0]["subscribed"] and not found[1]["subscribed"]:
            found = found[:1]
    if len(found) > 1:
        raise NotFound(
            "one feed", name, hint="Several feeds have this title: name one by its address."
        )
    if not found:
        raise NotFound("feed", name, hint="`aggregator feeds list` shows all.")
    return records(unit, found)[0]


def add_alias(unit: Unit, feed_id: str, url: str) -> None:
    """See `Store.add_alias`."""
    if unit.run(select(feed.c.id).where(feed.c.id == feed_id)).first() is None:
        raise NotFound("feed", feed_id)
    url = unit.backend.seal.cover(url)
    holder = unit.run(select(feed_alias.c.feed_id).where(feed_alias.c.url == url)).scalar()
    if holder is None:
        unit.run(insert(feed_alias).values(url=url, feed_id=feed_id))
    elif holder != feed_id:
        _merge(unit, holder, into=feed_id)


def _merge(unit: Unit, feed_id: str, *, into: str) -> None:
    """Gives one feed's articles and addresses to another, and forgets it."""
    for table in (article, feed_alias, waiting):
        unit.run(update(table).where(table.c.feed_id == feed_id).values(feed_id=into))
    gained = unit.run(select(feed.c.articles).where(feed.c.id == feed_id)).scalar() or 0
    unit.run(delete(feed).where(feed.c.id == feed_id))
    unit.run(update(feed).where(feed.c.id == into).values(articles=feed.c.articles + gained))


def summary(unit: Unit, window: Window) -> FeedsSummary:
    """See `Store.feeds_summary`."""
    polled = and_(
        feed.c.last_poll_at >= rows.micros(window.start),
        feed.c.last_poll_at < rows.micros(window.end),
    )
    failing = feed.c.condition.in_(("failing", "throttled", "blocked", "gone"))
    counted = unit.run(
        select(
            func.count().filter(polled),
            func.count().filter(failing),
            func.count().filter(feed.c.condition == "silent"),
        ).where(feed.c.subscribed)
    ).one()
    return FeedsSummary(polled=counted[0], failing=counted[1], silent=counted[2])


def categories(unit: Unit, feed_ids: Sequence[str]) -> dict[str, str]:
    """Category by feed id, of those of these feeds that have one."""
    filed = select(feed.c.id, feed.c.category).where(
        unit.backend.among(feed.c.id, feed_ids), feed.c.category.is_not(None)
    )
    return {row.id: row.category for row in unit.run(filed)}


def records(unit: Unit, found: Sequence[Any]) -> Sequence[FeedRecord]:
    """Rows of ``feed`` as records, with the addresses they are known by."""
    aliases: dict[str, list[str]] = defaultdict(list)
    chosen = unit.backend.among(feed_alias.c.feed_id, [row["id"] for row in found])
    for alias in unit.run(select(feed_alias).where(chosen).order_by(feed_alias.c.url)):
        aliases[alias.feed_id].append(alias.url)
    return [feed_rows.record_of(row, tuple(aliases[row["id"]]), unit.backend.seal) for row in found]
