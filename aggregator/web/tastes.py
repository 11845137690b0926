"""What the reader likes and mutes: topics, outlets, words."""

from __future__ import annotations

from typing import get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aggregator.errors import UsageError
from aggregator.model.reading import Taste, TasteKind
from aggregator.web.forms import own_path
from aggregator.web.site import Site, session_of

_LONGEST = 200
_KINDS: tuple[TasteKind, ...] = get_args(TasteKind)
_VERBS = ("like", "mute", "drop")


def routes(site: Site) -> APIRouter:
    """``/tastes``: shows them; fields ``like-topic``, ``mute-word``, ``drop-outlet`` … set them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tastes")
    async def tastes(request: Request) -> Response:
        kept = await site.store.tastes(site.options.reader)
        searches = await site.store.searches(site.options.reader)
        return site.page(request, "tastes.html", tastes=kept, kinds=_KINDS, searches=searches)

    @router.post("/tastes")
    async def change(request: Request) -> Response:
        form = await site.tokens.read(request, session_of(request))
        for field, value in form.multi_items():
            verb, _, kind = field.partition("-")
            if verb in _VERBS and kind in _KINDS and isinstance(value, str):
                await _change(site, verb, kind, value)
        if named := form.get("verb"):
            await _change(site, str(named), str(form.get("kind")), str(form.get("name", "")))
        back = form.get("back")
        home = site.options.path + "/tastes"
        return site.go(own_path(back if isinstance(back, str) else None, home))

    return router


async def _change(site: Site, verb: str, kind: str, name: str) -> None:
    known = next((each for each in _KINDS if each == kind), None)
    name = " ".join(name.split())
    if known is None or verb not in _VERBS or not 0 < len(name) <= _LONGEST:
        raise UsageError("Name a topic, an outlet or a word.")
    taste = Taste(kind=known, name=name, likes=verb == "like")
    if verb == "drop":
        await site.store.drop_taste(site.options.reader, taste)
    else:
        await site.store.save_taste(site.options.reader, taste)
