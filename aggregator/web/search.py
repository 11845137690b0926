"""Search: full text over all articles, grouped by story."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.model.store import SearchQuery
from aggregator.render.highlight import wanted_words
from aggregator.render.view import view
from aggregator.web.asked import asked_limit, asked_since
from aggregator.web.site import Site

_RESULTS = 40
TIMES = (("24h", "the last day"), ("7d", "the last week"), ("30d", "the last month"))


def routes(site: Site) -> APIRouter:
    """``/search``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/search")
    async def search(request: Request) -> Response:
        asked = request.query_params
        now = site.clock.now()
        starred = bool(asked.get("starred"))
        since = asked_since(request, timedelta()) if asked.get("since") else None
        query = SearchQuery(
            text=asked.get("q", "").strip(),
            outlet=asked.get("outlet") or None,
            language=asked.get("language") or None,
            topic=asked.get("topic") or None,
            since=now - since if since else None,
            starred_by=site.options.reader if starred else None,
            limit=asked_limit(request, _RESULTS),
        )
        found = await site.store.search(query) if query.text else ()
        marks = await site.store.marks(site.options.reader, [story.id for story in found])
        return site.page(
            request,
            "search.html",
            query=query,
            since=asked.get("since", ""),
            times=TIMES,
            now=now,
            marks=marks,
            views=[view(story) for story in found],
            starred=starred,
            words=wanted_words(query.text),
            searches=await site.store.searches(site.options.reader),
        )

    return router
