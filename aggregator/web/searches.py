"""Saved searches: a section of the front page and a feed each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.errors import NotFound, UsageError
from aggregator.model.instants import Instant
from aggregator.model.reading import SavedSearch
from aggregator.model.store import SearchQuery
from aggregator.render.view import StoryView, view
from aggregator.web.site import Site, search_link, session_of

ON_THE_PAGE = 6
"""Stories of one search on the front page."""

MOST = 12
"""Saved searches that the front page asks anew."""

FEED_SPAN = timedelta(days=30)
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSection:
    """A saved search with what it finds now; ``link`` is the search page's query."""

    name: str
    link: str
    stories: tuple[StoryView, ...]


def routes(site: Site) -> APIRouter:
    """``/searches``: keeps and forgets them."""
    router = APIRouter(include_in_schema=False)

    @router.post("/searches")
    async def change(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        reader, home = site.options.reader, site.options.path
        if dropped := form.get("drop"):
            await site.store.drop_search(reader, str(dropped))
            return site.go(f"{home}/search")
        name = " ".join(str(form.get("name", "")).split())
        if not 0 < len(name) <= _LONGEST:
            raise UsageError(f"Give the search a name of at most {_LONGEST} letters.")
        fields = {
            key: str(form.get(key, "")).strip() for key in ("q", "outlet", "language", "topic")
        }
        query = SearchQuery(
            text=fields["q"],
            outlet=fields["outlet"] or None,
            language=fields["language"] or None,
            topic=fields["topic"] or None,
        )
        if not query.text:
            raise UsageError("A search needs words to look for.")
        saved = SavedSearch(name=name, query=query, made_at=site.clock.now())
        await site.store.save_search(reader, saved)
        return site.go(f"{home}/search?{search_link(query)}")

    return router


async def sections(site: Site, *, since: Instant) -> Sequence[SearchSection]:
    """What the reader's searches find in the span; those that find nothing are left out."""
    found = []
    for saved in (await site.store.searches(site.options.reader))[:MOST]:
        query = replace(saved.query, since=since, limit=ON_THE_PAGE)
        if stories := await site.store.search(query):
            views = tuple(view(story) for story in stories)
            found.append(
                SearchSection(name=saved.name, link=search_link(saved.query), stories=views)
            )
    return found


async def named(site: Site, name: str) -> SavedSearch:
    """The saved search of this name. Raises `NotFound`."""
    for saved in await site.store.searches(site.options.reader):
        if saved.name == name:
            return saved
    raise NotFound("saved search", name)
