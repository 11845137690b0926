"""A story's own page."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from aggregator.digest.unread import state_of
from aggregator.render.view import view
from aggregator.web.marks import notice
from aggregator.web.site import Site


def routes(site: Site) -> APIRouter:
    """``/stories/{id}``: an id that lives on under another leads there."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stories/{story_id}")
    async def story(request: Request, story_id: str) -> Response:
        found = await site.store.story(story_id)
        if found.id != story_id:
            # Not for good: a story that was merged may be taken apart again.
            return RedirectResponse(f"{site.options.path}/stories/{found.id}", status_code=302)
        marks = await site.store.marks(site.options.reader, [story_id])
        return site.page(
            request,
            "story.html",
            view=view(found),
            story=found,
            now=site.clock.now(),
            marks=marks,
            state=state_of(found, marks.get(story_id)),
            notice=notice(request),
        )

    return router
