"""The front page: the digest as it stands to the reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.digest.unread import Show, interests_of, shown
from aggregator.model.digest import Digest
from aggregator.render.sections import front_page
from aggregator.render.view import feeds_line, totals_line
from aggregator.service.reading import read_ahead
from aggregator.settings.durations import duration_text
from aggregator.web.asked import asked_limit, asked_since
from aggregator.web.digests import asked_digest
from aggregator.web.forms import own_path
from aggregator.web.marks import notice
from aggregator.web.searches import sections
from aggregator.web.site import THEMES, Site, session_of

SPANS = (("24h", "Today"), ("3d", "3 days"), ("7d", "Week"), ("14d", "Catch up"))
_FURTHER = 8
_A_YEAR = 365 * 24 * 3600


def routes(site: Site) -> APIRouter:
    """``/``, ``/starred`` and ``/theme``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def front(request: Request) -> Response:
        return await site.kept(request, lambda: made(request))

    async def made(request: Request) -> Response:
        show: Show = "all" if request.query_params.get("show") == "all" else "unread"
        limit = asked_limit(request, site.options.limit)
        tastes = await site.store.tastes(site.options.reader)
        ahead, before = read_ahead(limit), -1
        while True:
            digest = await asked_digest(site, request, interests=interests_of(tastes), ahead=ahead)
            found = [story.id for story in digest.stories]
            marks = await site.store.marks(site.options.reader, found)
            stories, hidden = shown(digest.stories, marks, show=show)
            if len(stories) >= limit or len(found) <= before:
                break
            # Much of what was read ahead is read already; the unread stand behind it.
            ahead, before = ahead * _FURTHER, len(found)
        digest = replace(digest, stories=tuple(stories[:limit]))
        searches = (
            await sections(site, since=digest.window.start)
            if "category" not in request.query_params
            else ()
        )
        return _page(
            site,
            request,
            digest,
            show=show,
            hidden=hidden,
            marks=marks,
            searches=searches,
            unfed=not digest.stories and not hidden and not await site.store.feeds(),
        )

    @router.get("/starred")
    async def starred(request: Request) -> Response:
        now = site.clock.now()
        stories = await site.store.starred(site.options.reader, limit=site.options.limit)
        marks = await site.store.marks(site.options.reader, [story.id for story in stories])
        digest = Digest(generated_at=now, window=site.window(now), stories=tuple(stories))
        return site.page(
            request, "starred.html", digest=digest, now=now, marks=marks, **_arranged(digest)
        )

    @router.post("/theme")
    async def theme(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        chosen, back = form.get("theme"), form.get("back")
        response = site.go(own_path(back if isinstance(back, str) else None))
        response.set_cookie(
            "theme",
            chosen if isinstance(chosen, str) and chosen in THEMES else "auto",
            max_age=_A_YEAR,
            path=site.options.path or "/",
            httponly=True,
            secure=site.options.secure,
            samesite="lax",
        )
        return response

    return router


def _page(site: Site, request: Request, digest: Digest, **context: Any) -> Response:
    since = asked_since(request, site.options.since)
    return site.page(
        request,
        "front.html",
        digest=digest,
        now=digest.generated_at,
        feeds=feeds_line(digest),
        spans=SPANS,
        since="24h" if duration_text(since) == "1d" else duration_text(since),
        category=request.query_params.get("category"),
        notice=notice(request),
        **_arranged(digest),
        **context,
    )


def _arranged(digest: Digest) -> dict[str, Any]:
    return {"front": front_page(digest), "totals": totals_line(digest)}
