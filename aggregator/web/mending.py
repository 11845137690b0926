"""Corrections by hand: split, merge, pin, never together; each can be taken back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from secrets import token_hex
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregator.cluster.corrections import Correction
from aggregator.errors import NotFound, UsageError
from aggregator.render.view import plural
from aggregator.service.corrections import Corrections
from aggregator.web.site import NOTICE, Site, session_of, wants_json

_REMEMBERED = 50


class Undoable:
    """The latest corrections made here, kept for taking back as long as the process lives."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Correction] = OrderedDict()

    def remember(self, made: Correction) -> str:
        """Keeps a correction; the key to take it back by."""
        key = token_hex(8)
        self._made[key] = made
        while len(self._made) > _REMEMBERED:
            self._made.popitem(last=False)
        return key

    def take(self, key: str) -> Correction:
        """The correction of this key, which is then forgotten. Raises `NotFound`."""
        try:
            return self._made.pop(key)
        except KeyError:
            hint = "It was taken back before, or the service was started anew since."
            raise NotFound("correction", key, hint=hint) from None


def routes(site: Site, *, changed: Callable[[], None]) -> APIRouter:
    """``/stories/{id}/mend`` and ``/mend/undo``; ``changed`` wakes the clusterer."""
    router = APIRouter(include_in_schema=False)
    corrections = Corrections(site.store, site.clock, changed=changed)
    undoable = Undoable()

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
        alive = made.changes.aliases.get(story_id, story_id)
        key = undoable.remember(made)
        if wants_json(request):
            return JSONResponse({"done": words, "story": alive, "mended": key})
        done = f"mended {key} {words}"
        return site.go(f"{site.options.path}/stories/{alive}", **{NOTICE: done})

    @router.post("/mend/undo")
    async def undo(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        made = undoable.take(str(form.get("mended", "")))
        await corrections.undo(made)
        places = [place.story_id for place in made.before]
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
