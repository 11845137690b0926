"""The feeds page: how every feed fares, and the list itself, changed only after a look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregator.errors import UsageError
from aggregator.model.digest import Window
from aggregator.model.discovery import FoundFeed
from aggregator.model.feed import Feed, FeedRecord
from aggregator.model.instants import Instant
from aggregator.render.plots import sparkline
from aggregator.render.view import plural
from aggregator.service.health import FeedHealth, feed_health
from aggregator.settings.opml import MAX_BYTES, read_opml, write_opml
from aggregator.text.secrets import masked_address
from aggregator.web.feed_plans import EDITABLE, Planner
from aggregator.web.site import NOTICE, Site, answer, session_of, wants_json

Finder = Callable[[str], Awaitable[Sequence[FoundFeed]]]
"""Finds the feeds at an address that a person typed; raises `FeedError`."""

DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed of the list with what is known of it; ``health`` is None until it was asked."""

    feed: Feed
    record: FeedRecord | None
    health: FeedHealth | None
    days: Sequence[int]

    @property
    def name(self) -> str:
        """What the feed is called: by the list, by itself, else by its address."""
        own = self.record.state.title if self.record else None
        return self.feed.title or own or masked_address(self.feed.url)

    @property
    def spark(self) -> str:
        """The articles of the last days, drawn."""
        label = f"{plural(sum(self.days), 'article')} in {DAYS} days"
        return sparkline(self.days, label=label)


def routes(site: Site, *, finder: Finder | None) -> APIRouter:
    """``/feeds`` and what changes the list, ``/feeds.opml``."""
    router = APIRouter(include_in_schema=False)
    planner = Planner(site.options.feeds_file) if site.options.feeds_file else None

    @router.get("/feeds")
    async def feeds(request: Request) -> Response:
        now = site.clock.now()
        listed = planner.feeds() if planner else [r.feed for r in await site.store.feeds()]
        rows = await _rows(site, listed, now)
        wanted = request.query_params.get("show")
        care = [row for row in rows if row.health and row.health.needs_care]
        return site.page(
            request,
            "feeds.html",
            groups=_grouped(care if wanted == "care" else rows),
            total=len(rows),
            care=len(care),
            only_care=wanted == "care",
            editable=planner is not None,
            now=now,
            made=request.query_params.get(NOTICE),
        )

    @router.get("/feeds.opml")
    async def opml(request: Request) -> Response:
        listed = planner.feeds() if planner else [r.feed for r in await site.store.feeds()]
        text = write_opml(listed, title=site.options.title)
        response = answer(text, "text/x-opml; charset=utf-8")
        response.headers["content-disposition"] = 'attachment; filename="feeds.opml"'
        return response

    if planner is None:
        return router

    @router.get("/feeds/edit")
    async def edit(request: Request) -> Response:
        feed = _named(planner, request.query_params.get("url", ""))
        [row] = await _rows(site, [feed], site.clock.now())
        categories = sorted({each.category for each in planner.feeds() if each.category})
        return site.page(
            request, "feed.html", row=row, feed=feed, categories=categories, now=site.clock.now()
        )

    @router.post("/feeds/find")
    async def find(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        address = str(form.get("address", "")).strip()
        if not address:
            raise UsageError("Name a site or a feed.")
        found = list(await finder(address)) if finder else []
        known = {feed.url for feed in planner.feeds()}
        categories = sorted({feed.category for feed in planner.feeds() if feed.category})
        return site.page(
            request,
            "found.html",
            address=address,
            found=found,
            known=known,
            checked=finder is not None,
            categories=categories,
        )

    @router.post("/feeds/plan")
    async def plan(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request), files=1)
        try:
            key = await _planned(planner, form)
        finally:
            await form.close()
        made = planner.plan(key)
        if wants_json(request):
            return JSONResponse({"plan": key, "does": made.words, "notes": list(made.notes)})
        return site.page(request, "plan.html", plan=made, key=key, lines=made.difference())

    @router.post("/feeds/make")
    async def make(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        made = planner.make(str(form.get("plan", "")))
        if wants_json(request):
            return JSONResponse({"done": made.words})
        return site.go(f"{site.options.path}/feeds", **{NOTICE: made.words})

    return router


async def _planned(planner: Planner, form: FormData) -> str:
    """The plan that a form asks for."""
    url = str(form.get("url", ""))
    match form.get("do"):
        case "add":
            text = {name: str(form.get(name, "")).strip() or None for name in ("title", "category")}
            return planner.add([Feed(url=url, title=text["title"], category=text["category"])])
        case "import":
            return await _imported(planner, form.get("list"))
        case "edit":
            return planner.change(url, _values(form), "Change a feed")
        case "adopt":
            return planner.adopt(url, str(form.get("to", "")))
        case "pause":
            return planner.change(url, {"paused": True}, "Pause a feed")
        case "resume":
            return planner.change(url, {"paused": None}, "Let a feed go on")
        case "remove":
            return planner.remove(url)
        case "up":
            return planner.move(url, -1)
        case "down":
            return planner.move(url, 1)
        case "order":
            return planner.order(str(form.get("order", "")).split())
        case _:
            raise UsageError("That is nothing that can be done with a feed.")


async def _imported(planner: Planner, upload: UploadFile | str | None) -> str:
    if not isinstance(upload, UploadFile):
        raise UsageError("Choose an OPML file.")
    read = read_opml(await upload.read(MAX_BYTES + 1))
    return planner.add(read.feeds, read.notes)


def _values(form: FormData) -> Mapping[str, Any]:
    """The keys of feeds.toml as the form has them; empty fields take a key out."""
    values: dict[str, Any] = {
        name: str(form.get(name, "")).strip() or None for name in EDITABLE if name in form
    }
    values["full_text"] = True if form.get("full_text") else None
    if address := str(form.get("address", "")).strip():
        values["url"] = address
    return values


def _named(planner: Planner, url: str) -> Feed:
    for feed in planner.feeds():
        if feed.url == url:
            return feed
    raise UsageError("That feed is not in the list.")


async def _rows(site: Site, listed: Sequence[Feed], now: Instant) -> list[FeedRow]:
    records = {
        url: record
        for record in await site.store.feeds()
        for url in (*record.aliases, record.feed.url)
    }
    days = await site.store.articles_by_day(Window(start=now - timedelta(days=DAYS), end=now))
    rows = []
    for feed in listed:
        record = records.get(feed.url)
        rows.append(
            FeedRow(
                feed=feed,
                record=record,
                health=feed_health(record, now) if record else None,
                days=days.get(record.id, [0] * DAYS) if record else [0] * DAYS,
            )
        )
    return rows


def _grouped(rows: Sequence[FeedRow]) -> Mapping[str, Sequence[FeedRow]]:
    groups: dict[str, list[FeedRow]] = {}
    for row in rows:
        groups.setdefault(row.feed.category or "Without a category", []).append(row)
    return groups
