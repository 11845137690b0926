"""Corrections by hand: split, merge, pin, never together; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregator.errors import UsageError
from aggregator.render.view import plural
from aggregator.service.corrections import Corrections
from aggregator.web.site import NOTICE, Site, session_of, wants_json


def routes(site: Site, *, changed: Callable[[], None]) -> APIRouter:
    """``/stories/{id}/mend`` and ``/mend/undo``; ``changed`` wakes the clusterer."""
    router = APIRouter(include_in_schema=False)
    corrections = Corrections(site.store, site.clock, changed=changed)

    @router.post("/stories/{story_id}/mend")
    async def mend(request: Request, story_id: str) -> Response:
        form = await site.tokens.read(request, session_of(request))
        ticked = [str(value) for value in form.getlist("article")]
        match form.get("do"):
            case "split":
                made = await corrections.split(story_id, ticked)
                words = f"{plural(len(ticked), 'article')} split off."
            case "pin":
                if len(ticked) != 1:
                    raise UsageError("Pinning takes one article: tick just that one.")
                made = await corrections.pin(ticked[0], story_id)
                words = "The article is pinned to this story."
            case "apart":
                if len(ticked) != 2:
                    raise UsageError("Keeping apart takes two articles: tick just those two.")
                made = await corrections.apart(ticked)
                words = "These two will never be together."
            case "merge":
                made = await corrections.merge([story_id, _named(str(form.get("other", "")))])
                words = "The two stories are one."
            case _:
                raise UsageError("That is no correction.")
        alive = made.correction.changes.aliases.get(story_id, story_id)
        if wants_json(request):
            return JSONResponse({"done": words, "story": alive, "mended": made.key})
        done = f"mended {made.key} {words}"
        return site.go(f"{site.options.path}/stories/{alive}", **{NOTICE: done})

    @router.post("/mend/undo")
    async def undo(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        undone = await corrections.undo(str(form.get("mended", "")))
        places = [place.story_id for place in undone.before]
        home = f"/stories/{places[0]}" if places else "/"
        return site.go(site.options.path + home)

    return router


def _named(text: str) -> str:
    """The story a person named: by its id, or by its page's address."""
    text = text.strip()
    name = urlsplit(text).path.rstrip("/").rpartition("/")[2] if "/" in text else text
    if not name:
        raise UsageError("Name the other story by its address or id.")
    return name
