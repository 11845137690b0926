"""The front page: the digest, and the few things a reader sets there."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.render.sections import front_page
from aggregator.render.view import feeds_line, totals_line
from aggregator.settings.durations import duration_text
from aggregator.web.asked import asked_since
from aggregator.web.digests import asked_digest
from aggregator.web.forms import own_path
from aggregator.web.site import THEMES, Site, session_of

SPANS = (("24h", "Today"), ("3d", "3 days"), ("7d", "Week"))
_A_YEAR = 365 * 24 * 3600


def routes(site: Site) -> APIRouter:
    """``/`` and ``/theme``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def front(request: Request) -> Response:
        digest = await asked_digest(site, request)
        return site.page(
            request,
            "front.html",
            digest=digest,
            now=digest.generated_at,
            front=front_page(digest),
            totals=totals_line(digest),
            feeds=feeds_line(digest),
            spans=SPANS,
            since=duration_text(asked_since(request, site.options.since)).replace("1d", "24h"),
            category=request.query_params.get("category"),
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
