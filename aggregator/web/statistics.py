"""The statistics page, and its tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.digest.statistics import Statistics, statistics
from aggregator.errors import NotFound
from aggregator.render.plots import Stack, columns
from aggregator.render.view import plural
from aggregator.settings.durations import duration_text
from aggregator.web.asked import asked_since
from aggregator.web.site import Site, answer

WEEK = timedelta(days=7)
SPANS = (("24h", "A day"), ("7d", "A week"), ("30d", "A month"))


def routes(site: Site) -> APIRouter:
    """``/statistics`` and ``/statistics/{outlets,copying,time}.csv``."""
    router = APIRouter(include_in_schema=False)

    async def counted(request: Request) -> Statistics:
        window = site.window(site.clock.now(), asked_since(request, WEEK))
        placed = await site.store.placed(window)
        return statistics(placed, window=window, zone=site.options.zone)

    async def page(request: Request) -> Response:
        found = await counted(request)
        zone, span = site.options.zone, found.window.end - found.window.start
        stacks = [
            Stack(label=_label(slot.start.astimezone(zone), span), low=slot.texts, high=slot.copies)
            for slot in found.slots
        ]
        label = f"{plural(found.articles, 'article')} over time, copies on top of own texts"
        since = duration_text(asked_since(request, WEEK))
        return site.page(
            request,
            "statistics.html",
            found=found,
            plot=columns(stacks, label=label) if found.articles else "",
            spans=SPANS,
            since="24h" if since == "1d" else since,
            query=f"?{request.url.query}" if request.url.query else "",
            most=max([1, *(one.articles for one in found.outlets)]),
        )

    @router.get("/statistics")
    async def shown(request: Request) -> Response:
        return await site.kept(request, lambda: page(request))

    @router.get("/statistics/{table}.csv")
    async def table(request: Request, table: str) -> Response:
        rows = _TABLES.get(table)
        if rows is None:
            raise NotFound("table", table, hint="There are outlets, copying and time.")
        response = answer(_csv(rows(await counted(request))), "text/csv; charset=utf-8")
        response.headers["content-disposition"] = f'attachment; filename="{table}.csv"'
        return response

    return router


def _label(start: datetime, span: timedelta) -> str:
    """What stands under a slot: the day where one begins, in short spans the hour."""
    if span <= timedelta(days=2):
        return f"{start:%H:%M}" if not start.minute else ""
    return f"{start:%a} {start.day}" if not (start.hour or start.minute) else ""


def _outlets(found: Statistics) -> Iterable[tuple[object, ...]]:
    yield (
        *("outlet", "articles", "stories", "own_texts", "copies", "copied_by_others"),
        *("first", "median_minutes_behind"),
    )
    for one in found.outlets:
        behind = round(one.behind.total_seconds() / 60) if one.behind is not None else ""
        yield (
            *(one.name, one.articles, one.stories, one.texts, one.copies, one.copied),
            *(one.first, behind),
        )


def _copying(found: Statistics) -> Iterable[tuple[object, ...]]:
    yield "by", "source", "articles"
    for pair in found.copying:
        yield pair.by, pair.source, pair.count


def _time(found: Statistics) -> Iterable[tuple[object, ...]]:
    yield "from", "own_texts", "copies"
    for slot in found.slots:
        yield slot.start.isoformat(), slot.texts, slot.copies


_TABLES = {"outlets": _outlets, "copying": _copying, "time": _time}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _csv(rows: Iterable[tuple[object, ...]]) -> str:
    """The rows as CSV; a name that a spreadsheet would run as a formula is quoted with ``'``."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(
            f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
            for cell in row
        )
    return text.getvalue()
